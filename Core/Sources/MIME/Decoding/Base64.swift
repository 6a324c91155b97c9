// SPDX-License-Identifier: Apache-2.0

/// Takes base64 piece by piece. Everything outside of the alphabet is passed over; padding ends a group, and what
/// follows begins a new one, since some programs glue encoded pieces together.
struct Base64Decoder {
    /// Characters that are neither digits, padding nor blanks.
    private(set) var strangers = 0
    private var group: UInt32 = 0
    private var digits = 0

    /// Decodes into the end of `out`.
    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        out.append(atMost: bytes.count / 4 * 3 + 8) { decode(bytes, to: $0) }
    }

    /// Gives the bytes of an unfinished last group; false when bits are missing.
    @discardableResult
    mutating func finish(into out: inout [UInt8]) -> Bool {
        let isComplete = digits != 1
        out.append(atMost: 4) { flush(to: $0) }
        return isComplete && strangers == 0
    }

    private mutating func decode(_ bytes: Bytes, to out: UnsafeMutablePointer<UInt8>) -> Int {
        guard let source = bytes.baseAddress else { return 0 }
        let pairs = base64Pairs
        var index = 0
        var count = 0
        while index < bytes.count {
            if digits == 0 {
                (index, count) = decodeGroups(source, pairs, index, bytes.count, out, count)
                if index == bytes.count { break }
                // Behind a line end the quick way goes on.
                if source[index] == 13 || source[index] == 10 {
                    index += source[index] == 13 && index + 1 < bytes.count && source[index + 1] == 10 ? 2 : 1
                    continue
                }
            }
            count += take(source[index], to: out + count)
            index += 1
        }
        return count
    }

    /// The quick way: eight digits at once for as long as nothing else comes. More bytes are stored than eight digits
    /// give; the next ones cover them.
    @inline(__always)
    private func decodeGroups(
        _ source: UnsafePointer<UInt8>, _ pairs: Base64Pairs, _ start: Int, _ end: Int,
        _ out: UnsafeMutablePointer<UInt8>, _ written: Int
    ) -> (index: Int, count: Int) {
        var index = start
        var count = written
        while index &+ 8 <= end {
            let text = UInt64(littleEndian: UnsafeRawPointer(source + index).loadUnaligned(as: UInt64.self))
            let (first, second) = (pairs[text], pairs[text >> 16])
            let (third, fourth) = (pairs[text >> 32], pairs[text >> 48])
            if (first | second | third | fourth) > Base64Pairs.mask { break }
            let bits = first << 52 | second << 40 | third << 28 | fourth << 16
            UnsafeMutableRawPointer(out + count).storeBytes(of: bits.bigEndian, as: UInt64.self)
            index &+= 8
            count &+= 6
        }
        if index &+ 4 <= end {
            let text = UInt32(littleEndian: UnsafeRawPointer(source + index).loadUnaligned(as: UInt32.self))
            let (first, second) = (pairs[UInt64(text)], pairs[UInt64(text >> 16)])
            if (first | second) <= Base64Pairs.mask {
                let bits = UInt32(truncatingIfNeeded: first << 20 | second << 8)
                UnsafeMutableRawPointer(out + count).storeBytes(of: bits.bigEndian, as: UInt32.self)
                index &+= 4
                count &+= 3
            }
        }
        return (index, count)
    }

    /// Gives how many bytes were written.
    private mutating func take(_ byte: UInt8, to out: UnsafeMutablePointer<UInt8>) -> Int {
        let value = base64Values[Int(byte)]
        if value < 64 {
            group = group << 6 | UInt32(value)
            digits += 1
            guard digits == 4 else { return 0 }
            out[0] = UInt8(truncatingIfNeeded: group >> 16)
            out[1] = UInt8(truncatingIfNeeded: group >> 8)
            out[2] = UInt8(truncatingIfNeeded: group)
            digits = 0
            group = 0
            return 3
        }
        if byte == 0x3D { return flush(to: out) }
        if !isSpace(byte) { strangers += 1 }
        return 0
    }

    private mutating func flush(to out: UnsafeMutablePointer<UInt8>) -> Int {
        defer {
            digits = 0
            group = 0
        }
        switch digits {
        case 2:
            out[0] = UInt8(truncatingIfNeeded: group >> 4)
            return 1
        case 3:
            out[0] = UInt8(truncatingIfNeeded: group >> 10)
            out[1] = UInt8(truncatingIfNeeded: group >> 2)
            return 2
        default: return 0
        }
    }
}

/// The value of each base64 digit; 255 for every other byte.
let base64Values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, byte) in base64Alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
    return values
}()

let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

private let base64Pairs = Base64Pairs()

/// The twelve bits that each pair of digits stands for; more than ``mask`` for what is no pair of digits.
private struct Base64Pairs: @unchecked Sendable {
    static let mask: UInt64 = 0xFFF
    // It is written once, before anybody else knows of it, and kept for as long as the program runs.
    private let values: UnsafePointer<UInt16>

    init() {
        let room = UnsafeMutablePointer<UInt16>.allocate(capacity: 1 << 16)
        room.initialize(repeating: .max, count: 1 << 16)
        for (high, first) in base64Alphabet.enumerated() {
            for (low, second) in base64Alphabet.enumerated() {
                room[Int(first) | Int(second) << 8] = UInt16(high << 6 | low)
            }
        }
        values = UnsafePointer(room)
    }

    /// By the lowest sixteen bits, of which the lower eight are the first digit.
    @inline(__always)
    subscript(text: UInt64) -> UInt64 { UInt64(values[Int(truncatingIfNeeded: text & 0xFFFF)]) }
}
