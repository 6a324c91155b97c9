// SPDX-License-Identifier: Apache-2.0

/// ISO-2022-JP as EUC-JP bytes, since the C library's reader of the first refuses what Japanese mail programs add to
/// it: the NEC and IBM
/// rows and half-width katakana.
enum JapaneseMail {
    private enum Set { case ascii, katakana, kanji, supplement }

    static func eucBytes(_ bytes: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var set = Set.ascii
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 27, let (next, length) = escape(bytes, at: index) {
                set = next
                index += length
                continue
            }
            if byte == 10 || byte == 13 { set = .ascii }
            index += 1
            switch set {
            case .ascii: out.append(byte)
            case .katakana: out += byte > 0x20 && byte < 0x60 ? [0x8E, byte | 0x80] : [byte]
            case .kanji, .supplement:
                guard byte > 0x20, byte < 0x7F, index < bytes.count else {
                    out.append(byte)
                    continue
                }
                if set == .supplement { out.append(0x8F) }
                out += [byte | 0x80, bytes[index] | 0x80]
                index += 1
            }
        }
        return out
    }

    private static func escape(_ bytes: Bytes, at index: Int) -> (Set, Int)? {
        guard index + 2 < bytes.count else { return nil }
        switch (bytes[index + 1], bytes[index + 2]) {
        case (0x24, 0x40), (0x24, 0x42): return (.kanji, 3)
        case (0x24, 0x28):
            guard index + 3 < bytes.count else { return nil }
            return (bytes[index + 3] == 0x44 ? .supplement : .kanji, 4)
        case (0x28, 0x49): return (.katakana, 3)
        case (0x28, 0x42), (0x28, 0x4A): return (.ascii, 3)
        default: return nil
        }
    }
}
