// SPDX-License-Identifier: Apache-2.0

/// Takes quoted-printable piece by piece (RFC 2045 §6.7). A malformed escape stays as it is written.
struct QuotedPrintableDecoder {
    /// What came after the last ordinary byte: an escape or blanks that may end a line.
    private var held: [UInt8] = []
    private(set) var strangers = 0

    mutating func decode(_ bytes: Bytes, into out: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let end = bytes.index(of: 10, from: index) ?? bytes.count
            decodeLine(bytes[part: index..<end], into: &out)
            if end < bytes.count { take(10, into: &out) }
            index = end + 1
        }
    }

    mutating func finish(into out: inout [UInt8]) {
        // A lone `=` at the very end is a soft line break whose line end was cut off.
        if held.first == 0x3D {
            if held.count > 1, held.dropFirst().contains(where: { !isSpace($0) }) {
                strangers += 1
                out += held
            }
        }
        held.removeAll(keepingCapacity: true)
    }

    private mutating func decodeLine(_ line: Bytes, into out: inout [UInt8]) {
        var end = line.count
        while end > 0, isBlank(line[end - 1]) || line[end - 1] == 13 { end -= 1 }
        var index = 0
        while index < line.count {
            if !held.isEmpty || index >= end {
                take(line[index], into: &out)
                index += 1
                continue
            }
            let stop = min(line.index(of: 0x3D, from: index) ?? end, end)
            out.append(contentsOf: line[part: index..<stop])
            index = stop
            if index + 2 < line.count, line[index] == 0x3D, let high = hexValue(line[index + 1]),
                let low = hexValue(line[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
            } else if index < end {
                take(line[index], into: &out)
                index += 1
            }
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    private mutating func take(_ byte: UInt8, into out: inout [UInt8]) {
        if held.first == 0x3D {
            escape(byte, into: &out)
        } else if byte == 10 {
            // Blanks at the end of a line were added on the way.
            if held.last == 13 { out.append(13) }
            out.append(10)
            held.removeAll(keepingCapacity: true)
        } else if isBlank(byte) || byte == 13 {
            if held.last == 13 { release(into: &out) }
            held.append(byte)
            if held.count > 1000 { release(into: &out) }
        } else {
            release(into: &out)
            if byte == 0x3D { held.append(byte) } else { out.append(byte) }
        }
    }

    private mutating func escape(_ byte: UInt8, into out: inout [UInt8]) {
        if byte == 10 {
            held.removeAll(keepingCapacity: true)
        } else if held.count == 1 {
            if hexValue(byte) != nil || isBlank(byte) || byte == 13 {
                held.append(byte)
            } else {
                fail(with: byte, into: &out)
            }
        } else if let high = hexValue(held[1]), let low = hexValue(byte) {
            out.append(high << 4 | low)
            held.removeAll(keepingCapacity: true)
        } else if hexValue(held[1]) == nil, isBlank(byte) || (byte == 13 && held.last != 13), held.count < 1000 {
            held.append(byte)
        } else {
            fail(with: byte, into: &out)
        }
    }

    private mutating func fail(with byte: UInt8, into out: inout [UInt8]) {
        strangers += 1
        release(into: &out)
        take(byte, into: &out)
    }

    private mutating func release(into out: inout [UInt8]) {
        out += held
        held.removeAll(keepingCapacity: true)
    }
}
