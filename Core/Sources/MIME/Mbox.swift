// SPDX-License-Identifier: Apache-2.0

/// Letters one behind another in one file (RFC 4155), each below a line such as
/// `From jane@example.com Tue Feb  3 09:15:00 2026`.
public struct Mbox: Sendable {
    /// Where each letter stands, its `From ` line included, which ``parse(_:limits:)`` passes over.
    public let ranges: [Range<Int>]

    /// A file that does not begin with such a line is one letter.
    public init(parsing bytes: [UInt8]) {
        ranges = bytes.withUnsafeBufferPointer { bytes in
            var starts = [0]
            var isBehindBlank = false
            var place = 0
            while place < bytes.count {
                let line = TextLine(bytes, at: place)
                if place == 0, !Mbox.isSeparator(line.content) { break }
                if isBehindBlank, Mbox.isSeparator(line.content) { starts.append(place) }
                isBehindBlank = line.content.isEmpty
                place = line.next
            }
            return zip(starts, starts.dropFirst() + [bytes.count]).map { $0..<$1 }
        }
    }

    /// A letter as it was before it was put into the file: `>From ` at the start of a line lost one sign.
    public static func letter(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        bytes.withUnsafeBufferPointer { bytes in
            let bytes = bytes[part: range.clamped(to: 0..<bytes.count)]
            var out: [UInt8] = []
            out.reserveCapacity(bytes.count)
            var place = 0
            while place < bytes.count {
                let next = TextLine(bytes, at: place).next
                let line = bytes[part: place..<next]
                let signs = line.prefix { $0 == 0x3E }.count
                let isQuoted = signs > 0 && line[part: signs..<line.count].hasPrefix("From ")
                out.append(contentsOf: isQuoted ? line[part: 1..<line.count] : line)
                place = next
            }
            return out
        }
    }

    /// A time stands in it, so that prose is none: `From now on we meet at five.`
    private static func isSeparator(_ line: Bytes) -> Bool {
        guard line.hasPrefix("From "), line.count < 400 else { return false }
        return (5..<line.count).contains { index in
            index + 4 < line.count && line[index + 2] == 0x3A
                && [0, 1, 3, 4].allSatisfy { line[index + $0] &- 48 < 10 }
        }
    }
}
