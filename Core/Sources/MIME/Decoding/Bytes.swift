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

    /// The bits that any of the bytes has, and whether one of them is a control character but TAB. Looked for in blocks:
    /// of a loop in this form the compiler makes vectors.
    var marks: (bits: UInt8, hasControl: Bool) {
        guard let base = baseAddress else { return (0, false) }
        var allBits: UInt8 = 0
        var anyControl: UInt8 = 0
        var start = 0
        while start &+ 64 <= count {
            var bits: UInt8 = 0
            var control: UInt8 = 0
            for index in 0..<64 {
                let byte = base[start &+ index]
                bits |= byte
                let isLow: UInt8 = byte < 32 ? 1 : 0
                let isOther: UInt8 = byte == 9 ? 0 : 1
                control |= isLow & isOther
            }
            allBits |= bits
            anyControl |= control
            start &+= 64
        }
        for index in start..<count {
            allBits |= base[index]
            if base[index] < 32, base[index] != 9 { anyControl = 1 }
        }
        return (allBits, anyControl != 0)
    }

    /// The bits that any of the bytes has; below 0x80 all of them are ASCII.
    var allBits: UInt8 {
        var bits: UInt8 = 0
        for byte in self { bits |= byte }
        return bits
    }

    /// How many bytes are beyond ASCII.
    var highCount: Int {
        var count = 0
        for byte in self { count &+= Int(byte >> 7) }
        return count
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

    /// The last place of a byte before `end`.
    func lastIndex(of byte: UInt8, before end: Int) -> Int? {
        var index = end
        while index > 0 {
            index -= 1
            if self[index] == byte { return index }
        }
        return nil
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
    init(_ bytes: Bytes) {
        if bytes.isUTF8 { self.init(wellFormed: bytes) } else { self.init(decoding: bytes, as: UTF8.self) }
    }

    /// Text from bytes that are known to be UTF-8, so that nobody looks at them again.
    init(wellFormed bytes: Bytes, isASCII: Bool = false) {
        if bytes.isEmpty {
            self = ""
        } else {
            self.init(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
        }
    }

    func trimmingSpaces() -> String { withBytes(self) { String($0.trimmed()) } }

    func isEqual(caseless other: StaticString) -> Bool { withBytes(self) { $0.isEqual(caseless: other) } }
}
