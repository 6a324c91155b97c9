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
        base64Groups.withUnsafeBufferPointer { groups in
            guard let source = bytes.baseAddress, let groups = groups.baseAddress else { return 0 }
            var index = 0
            var count = 0
            while index < bytes.count {
                if digits == 0 {
                    (index, count) = decodeGroups(source, groups, index, bytes.count, out, count)
                    if index == bytes.count { break }
                    if source[index] == 13 || source[index] == 10 {
                        index += 1
                        continue
                    }
                }
                count += take(source[index], to: out + count)
                index += 1
            }
            return count
        }
    }

    /// The quick way: four digits at once for as long as nothing else comes. Each group is stored as four bytes, of
    /// which the next one covers the last.
    @inline(__always)
    private func decodeGroups(
        _ source: UnsafePointer<UInt8>, _ groups: UnsafePointer<UInt32>, _ start: Int, _ end: Int,
        _ out: UnsafeMutablePointer<UInt8>, _ written: Int
    ) -> (index: Int, count: Int) {
        var index = start
        var count = written
        while index &+ 8 <= end {
            let first = base64Group(source + index, groups)
            let second = base64Group(source + index + 4, groups)
            if (first | second) >= base64Invalid { break }
            UnsafeMutableRawPointer(out + count).storeBytes(of: first, as: UInt32.self)
            UnsafeMutableRawPointer(out + count + 3).storeBytes(of: second, as: UInt32.self)
            index &+= 8
            count &+= 6
        }
        while index &+ 4 <= end {
            let group = base64Group(source + index, groups)
            if group >= base64Invalid { break }
            UnsafeMutableRawPointer(out + count).storeBytes(of: group, as: UInt32.self)
            index &+= 4
            count &+= 3
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

/// For each of the four places in a group and each byte: the bits it gives, where they stand in the three bytes as a
/// little-endian number; ``base64Invalid`` for what is no digit.
private let base64Groups: [UInt32] = {
    var groups = [UInt32](repeating: base64Invalid, count: 1024)
    for (value, byte) in base64Alphabet.enumerated() {
        for place in 0..<4 {
            let bits = UInt32(value) << UInt32(18 - 6 * place)
            groups[place * 256 + Int(byte)] = bits >> 16 | bits & 0xFF00 | bits << 16 & 0xFF_0000
        }
    }
    return groups
}()

private let base64Invalid: UInt32 = 1 << 24

@inline(__always)
private func base64Group(_ source: UnsafePointer<UInt8>, _ groups: UnsafePointer<UInt32>) -> UInt32 {
    UInt32(
        littleEndian: groups[Int(source[0])] | groups[256 &+ Int(source[1])] | groups[512 &+ Int(source[2])]
            | groups[768 &+ Int(source[3])])
}
