// SPDX-License-Identifier: Apache-2.0

/// Unpacks RTF as Outlook keeps it ([MS-OXRTFCP]): a ring of 4,096 bytes that begins with words which RTF often has.
enum CompressedRTF {
    private static let ringSize = 4096

    /// At most `limit` bytes; broken when the stream ends early, is of another kind or its checksum is wrong.
    static func unpack(_ bytes: Bytes, limit: Int) -> (bytes: [UInt8], isBroken: Bool) {
        var reader = LittleEndianReader(bytes, 0..<bytes.count)
        guard let packedSize = reader.length(), let size = reader.length(), let kind = reader.long(),
            let sum = reader.long()
        else { return ([], true) }
        // The first number counts the bytes behind itself.
        let end = min(bytes.count, 4 + packedSize)
        let content = bytes[part: reader.position..<max(reader.position, end)]
        switch kind {
        case 0x414C_454D: return (Array(content.prefix(min(size, limit))), content.count < size || size > limit)
        case 0x7546_5A4C:
            let output = inflate(content, limit: min(size, limit))
            let isBroken = output.count < min(size, limit) || size > limit || checksum(content) != sum
            return (output, isBroken)
        default: return ([], true)
        }
    }

    private static func inflate(_ bytes: Bytes, limit: Int) -> [UInt8] {
        var ring = [UInt8](repeating: 0x20, count: ringSize)
        let words = Array(dictionary.utf8)
        ring.replaceSubrange(0..<words.count, with: words)
        var place = words.count
        var out: [UInt8] = []
        out.reserveCapacity(min(limit, bytes.count * 4))
        func put(_ byte: UInt8) {
            out.append(byte)
            ring[place] = byte
            place = (place + 1) % ringSize
        }
        var index = 0
        while index < bytes.count, out.count < limit {
            let flags = bytes[index]
            index += 1
            for bit in 0..<8 where out.count < limit {
                guard index < bytes.count else { return out }
                if flags >> bit & 1 == 0 {
                    put(bytes[index])
                    index += 1
                    continue
                }
                guard index + 1 < bytes.count else { return out }
                let reference = Int(bytes[index]) << 8 | Int(bytes[index + 1])
                index += 2
                var from = reference >> 4
                // A reference to the place where the next byte goes ends the stream.
                if from == place { return out }
                for _ in 0..<(reference & 15) + 2 where out.count < limit {
                    put(ring[from])
                    from = (from + 1) % ringSize
                }
            }
        }
        return out
    }

    /// [MS-OXRTFCP] §2.1.3.2.
    private static func checksum(_ bytes: Bytes) -> UInt32 {
        var sum = CRC32(register: 0)
        sum.add(bytes)
        return sum.register
    }

    /// [MS-OXRTFCP] §2.1.2.1.
    private static let dictionary =
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
        + "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u"
        + "\\tab\\tx"
}
