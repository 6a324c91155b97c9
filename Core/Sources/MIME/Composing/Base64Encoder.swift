// SPDX-License-Identifier: Apache-2.0

/// Writes base64 piece by piece, in lines of 76 characters ended by CRLF.
public struct Base64Encoder: Sendable {
    private var held: [UInt8] = []
    private var column = 0

    public init() {}

    /// Appends what is complete to `out`.
    public mutating func encode(_ bytes: some Sequence<UInt8>, into out: inout [UInt8]) {
        for byte in bytes {
            held.append(byte)
            if held.count == 3 { writeGroup(into: &out) }
        }
    }

    /// Appends the last group and ends the last line.
    public mutating func finish(into out: inout [UInt8]) {
        if !held.isEmpty { writeGroup(into: &out) }
        if column > 0 { out += [13, 10] }
        column = 0
    }

    private mutating func writeGroup(into out: inout [UInt8]) {
        let count = held.count
        while held.count < 3 { held.append(0) }
        let group = Int(held[0]) << 16 | Int(held[1]) << 8 | Int(held[2])
        held.removeAll(keepingCapacity: true)
        out.append(base64Alphabet[group >> 18])
        out.append(base64Alphabet[group >> 12 & 63])
        out.append(count > 1 ? base64Alphabet[group >> 6 & 63] : 0x3D)
        out.append(count > 2 ? base64Alphabet[group & 63] : 0x3D)
        column += 4
        if column == 76 {
            out += [13, 10]
            column = 0
        }
    }
}

/// Base64 without line ends.
func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var encoder = Base64Encoder()
    var out: [UInt8] = []
    encoder.encode(bytes, into: &out)
    encoder.finish(into: &out)
    return out.filter { $0 != 13 && $0 != 10 }
}
