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

    /// A date stands behind the sender, so that prose is none: `From 09:00 to 10:00 we meet`.
    private static func isSeparator(_ line: Bytes) -> Bool {
        guard line.hasPrefix("From "), line.count < 400 else { return false }
        let words = line[part: 5..<line.count].split(whereSeparator: isSpace).map { Bytes(rebasing: $0) }
        return words.indices.dropFirst().contains { isDate(words[$0...]) }
    }

    /// That of C's `ctime`, `Tue Feb  3 09:15:00 2026`.
    ///
    /// QUIRK: some programs write `2026-02-03 09:15:00`.
    private static func isDate(_ words: ArraySlice<Bytes>) -> Bool {
        let forms = words.prefix(4).map { String(decoding: $0.map { $0 &- 48 < 10 ? 0x30 : $0 }, as: UTF8.self) }
        if forms.count > 1, forms[0] == "0000-00-00", forms[1].hasPrefix("00:00") { return true }
        guard forms.count == 4, let weekday = words.first, weekday.count == 3, words[words.startIndex + 1].count == 3,
            MailDate.month(words[words.startIndex + 1]) != nil
        else { return false }
        return weekday.allSatisfy { lowered($0) &- 97 < 26 } && ["0", "00"].contains(forms[2])
            && forms[3].hasPrefix("00:00")
    }
}
