// SPDX-License-Identifier: Apache-2.0

/// Feeds an input in pieces, to prove that it does not matter where it is cut.
public enum DripFeed {
    /// Runs `read` with the input whole, byte by byte, and cut in two at many places; says where the value differs
    /// first, or nil.
    ///
    /// Inputs longer than `cuts` bytes are cut at that many places, spread evenly and always around line ends.
    public static func firstDifference<Value: Equatable>(
        _ bytes: [UInt8], cuts: Int = 400, read: ([ArraySlice<UInt8>]) -> Value
    ) -> String? {
        let whole = read([bytes[...]])
        if read(bytes.indices.map { bytes[$0...$0] }) != whole { return "byte by byte" }
        for size in [2, 3, 7, 64] where read(pieces(of: bytes, size: size)) != whole { return "in pieces of \(size)" }
        for cut in places(in: bytes, count: cuts) where read([bytes[..<cut], bytes[cut...]]) != whole {
            return "cut at \(cut)"
        }
        return nil
    }

    /// The input with CRLF line ends.
    public static func crlf(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in lf(bytes) {
            if byte == 10 { out.append(13) }
            out.append(byte)
        }
        return out
    }

    /// The input with LF line ends; a bare CR stays.
    public static func lf(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() where !(byte == 13 && index + 1 < bytes.count && bytes[index + 1] == 10)
        { out.append(byte) }
        return out
    }

    private static func pieces(of bytes: [UInt8], size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
    }

    private static func places(in bytes: [UInt8], count: Int) -> [Int] {
        let step = max(1, bytes.count / max(count, 1))
        var places = Set(stride(from: 0, through: bytes.count, by: step))
        for (index, byte) in bytes.enumerated() where (byte == 10 || byte == 13) && places.count < count * 3 {
            places.formUnion([index, index + 1])
        }
        return places.sorted()
    }
}
