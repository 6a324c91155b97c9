// SPDX-License-Identifier: Apache-2.0

import Glibc

typealias Bytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    /// The first place of a byte at or after `start`.
    func index(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start < count, let base = baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    func contains(byte: UInt8) -> Bool { index(of: byte) != nil }

    subscript(part range: Range<Int>) -> Bytes { Bytes(rebasing: self[range]) }

    /// The bits that any of the bytes has; below 0x80 all of them are ASCII.
    var allBits: UInt8 {
        var bits: UInt8 = 0
        for byte in self { bits |= byte }
        return bits
    }

    func trimmed() -> Bytes {
        var start = 0
        var end = count
        while start < end, isSpace(self[start]) { start += 1 }
        while end > start, isSpace(self[end - 1]) { end -= 1 }
        return self[part: start..<end]
    }

    func isEqual(_ other: Bytes) -> Bool {
        guard count == other.count else { return false }
        guard count > 0, let left = baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, count) == 0
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && memcmp(baseAddress ?? text.utf8Start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// ASCII letters are compared without case.
    func isEqual(caseless other: Bytes) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where lowered(self[index]) != lowered(other[index]) { return false }
        return true
    }

    /// ASCII letters are compared without case.
    func isEqual(caseless text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where lowered(self[index]) != lowered(text.utf8Start[index]) { return false }
        return true
    }
}

@inline(__always)
func lowered(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 32 : byte }

@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

@inline(__always)
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}

/// The value of each hexadecimal digit; 255 for every other byte.
let hexDigits = ByteTable { hexValue($0) ?? 255 }

/// A byte for each byte, found without bounds checks.
struct ByteTable: @unchecked Sendable {
    // It is written once, before anybody else knows of it, and kept for as long as the program runs.
    private let values: UnsafePointer<UInt8>

    init(_ value: (UInt8) -> UInt8) {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0...255 { (room + byte).initialize(to: value(UInt8(byte))) }
        values = UnsafePointer(room)
    }

    @inline(__always)
    subscript(byte: UInt8) -> UInt8 { values[Int(byte)] }
}

extension [UInt8] {
    /// Lets `write` put bytes behind the end, and say how many they were. It grows in steps that double.
    mutating func append(atMost room: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        if capacity - count < room { reserveCapacity(Swift.max(count + room, count * 2)) }
        append(addingCapacity: room) { span in
            span.withUnsafeMutableBufferPointer { buffer, count in
                guard let base = buffer.baseAddress else { return }
                count = write(base)
            }
        }
    }
}

/// Runs over the UTF-8 bytes of a string.
func withBytes<Result>(_ text: String, _ body: (Bytes) -> Result) -> Result {
    var text = text
    return text.withUTF8(body)
}

func lowercased(_ bytes: Bytes) -> String {
    String(unsafeUninitializedCapacity: bytes.count) { room in
        for (index, byte) in bytes.enumerated() { room[index] = lowered(byte) }
        return bytes.count
    }
}

extension String {
    /// Text from bytes; what is not UTF-8 becomes U+FFFD.
    init(_ bytes: Bytes) { self.init(decoding: bytes, as: UTF8.self) }

    func trimmingSpaces() -> String { withBytes(self) { String($0.trimmed()) } }

    func isEqual(caseless other: StaticString) -> Bool { withBytes(self) { $0.isEqual(caseless: other) } }
}
