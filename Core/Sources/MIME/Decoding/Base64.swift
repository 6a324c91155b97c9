// SPDX-License-Identifier: Apache-2.0

/// Takes base64 piece by piece. Everything outside of the alphabet is passed over; padding ends a group, and what
/// follows begins a new one,
/// since some programs glue encoded pieces together.
struct Base64Decoder {
    /// Bytes decoded so far.
    private(set) var count = 0
    /// Characters that are neither digits, padding nor blanks.
    private(set) var strangers = 0
    private var group: UInt32 = 0
    private var digits = 0
    private let isCounting: Bool

    /// One that is counting tells how many bytes there are, and gives none.
    init(counting isCounting: Bool = false) { self.isCounting = isCounting }

    /// Decodes into the end of `out`.
    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        var index = 0
        let end = bytes.count
        while index < end {
            if digits == 0, index + 4 <= end {
                index = isCounting ? countGroups(bytes, from: index) : decodeGroups(bytes, from: index, into: &out)
            }
            guard index < end else { return }
            take(bytes[index], into: &out)
            index += 1
        }
    }

    /// Gives the bytes of an unfinished last group; false when bits are missing.
    @discardableResult
    mutating func finish(into out: inout [UInt8]) -> Bool {
        let isComplete = digits != 1
        flush(into: &out)
        return isComplete && strangers == 0
    }

    /// The quick way: four digits at once for as long as nothing else comes.
    private mutating func decodeGroups(_ bytes: Bytes, from start: Int, into out: inout [UInt8]) -> Int {
        let end = endOfGroups(bytes, from: start)
        let before = out.count
        let added = (end - start) / 4 * 3
        guard added > 0 else { return start }
        out.append(contentsOf: repeatElement(0, count: added))
        out.withUnsafeMutableBufferPointer { room in
            base64Values.withUnsafeBufferPointer { values in
                var place = before
                for index in stride(from: start, to: end, by: 4) {
                    let second = values[Int(bytes[index + 1])]
                    let third = values[Int(bytes[index + 2])]
                    room[place] = values[Int(bytes[index])] << 2 | second >> 4
                    room[place + 1] = second << 4 | third >> 2
                    room[place + 2] = third << 6 | values[Int(bytes[index + 3])]
                    place += 3
                }
            }
        }
        count += added
        return end
    }

    private mutating func countGroups(_ bytes: Bytes, from start: Int) -> Int {
        let end = endOfGroups(bytes, from: start)
        count += (end - start) / 4 * 3
        return end
    }

    /// Where the digits end, in whole groups.
    private func endOfGroups(_ bytes: Bytes, from start: Int) -> Int {
        base64Values.withUnsafeBufferPointer { values in
            var index = start
            while index + 4 <= bytes.count {
                let all =
                    values[Int(bytes[index])] | values[Int(bytes[index + 1])] | values[Int(bytes[index + 2])]
                    | values[Int(bytes[index + 3])]
                if all & 0x80 != 0 { break }
                index += 4
            }
            return index
        }
    }

    private mutating func take(_ byte: UInt8, into out: inout [UInt8]) {
        let value = base64Values[Int(byte)]
        if value < 64 {
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                emit(group >> 16, into: &out)
                emit(group >> 8, into: &out)
                emit(group, into: &out)
                digits = 0
                group = 0
            }
        } else if byte == 0x3D {
            flush(into: &out)
        } else if !isSpace(byte) {
            strangers += 1
        }
    }

    private mutating func flush(into out: inout [UInt8]) {
        if digits == 2 { emit(group >> 4, into: &out) }
        if digits == 3 {
            emit(group >> 10, into: &out)
            emit(group >> 2, into: &out)
        }
        digits = 0
        group = 0
    }

    private mutating func emit(_ bits: UInt32, into out: inout [UInt8]) {
        count += 1
        if !isCounting { out.append(UInt8(truncatingIfNeeded: bits)) }
    }
}

/// The value of each base64 digit; 255 for every other byte.
let base64Values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, byte) in base64Alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
    return values
}()

let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
