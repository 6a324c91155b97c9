// SPDX-License-Identifier: Apache-2.0

/// The codes in what a server said: `550` of RFC 5321, `5.1.1` of RFC 3463.
struct SMTPReply: Equatable {
    /// Empty when there is none.
    var code = ""
    /// Empty when there is none.
    var status = ""

    /// The first code and the most telling status in a text. With `strictly`, a code counts only where servers put
    /// it: at the start of a line or behind a mark.
    init(in text: String, strictly: Bool = false) {
        let bytes = Array(text.utf8.prefix(16_384))
        var statuses: [String] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] &- 48 < 10 else {
                index += 1
                continue
            }
            let end = SMTPReply.numberEnd(bytes, from: index)
            if let found = SMTPReply.status(bytes, index..<end) {
                statuses.append(found)
            } else if code.isEmpty, SMTPReply.isCode(bytes, index..<end, strictly: strictly) {
                code = String(decoding: bytes[index..<end], as: UTF8.self)
            }
            index = end
        }
        status = statuses.last { !SMTPReply.isVague($0) } ?? statuses.last ?? ""
    }

    /// `5.0.0` says only that it failed.
    static func isVague(_ status: String) -> Bool { status.isEmpty || status.hasSuffix(".0.0") }

    /// Digits, and dots with digits behind them.
    private static func numberEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while end < bytes.count {
            if bytes[end] &- 48 < 10 {
                end += 1
            } else if bytes[end] == 0x2E, end + 1 < bytes.count, bytes[end + 1] &- 48 < 10 {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    private static func status(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        let pieces = bytes[range].split(separator: 0x2E, omittingEmptySubsequences: false)
        guard pieces.count == 3, pieces[0].count == 1, (1...3).contains(pieces[1].count),
            (1...3).contains(pieces[2].count)
        else { return nil }
        // A version number stands behind a name or a letter: `v4.6.1`, `Exim 4.8.1`, `(5.1.1` is a status.
        if range.lowerBound > 0, isWordByte(bytes[range.lowerBound - 1]) { return nil }
        if range.upperBound < bytes.count, isWordByte(bytes[range.upperBound]) { return nil }
        switch pieces[0].first {
        case 0x34, 0x35: return String(decoding: bytes[range], as: UTF8.self)
        case 0x32:
            return follows(bytes, range.lowerBound, digit: 0x32) ? String(decoding: bytes[range], as: UTF8.self) : nil
        default: return nil
        }
    }

    /// A code such as `250` stands just before.
    private static func follows(_ bytes: [UInt8], _ place: Int, digit: UInt8) -> Bool {
        place >= 4 && bytes[place - 4] == digit && bytes[place - 3] &- 48 < 10 && bytes[place - 2] &- 48 < 10
    }

    private static func isCode(_ bytes: [UInt8], _ range: Range<Int>, strictly: Bool) -> Bool {
        guard range.count == 3, let number = Int(String(decoding: bytes[range], as: UTF8.self)), codes.contains(number)
        else { return false }
        if range.upperBound < bytes.count, !isSpace(bytes[range.upperBound]),
            !" -:',;)".utf8.contains(bytes[range.upperBound])
        {
            return false
        }
        guard range.lowerBound > 0 else { return true }
        let before = bytes[range.lowerBound - 1]
        if !strictly { return isSpace(before) || "(['\"#:;>,".utf8.contains(before) }
        if before == 0x0A || "(['\"#:".utf8.contains(before) { return true }
        guard isSpace(before), range.lowerBound > 1 else { return false }
        return isSpace(bytes[range.lowerBound - 2]) || ":><.;,])".utf8.contains(bytes[range.lowerBound - 2])
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == 0x2E || byte == 0x2D || byte == 0x5F || byte == 0x40
    }

    /// What servers answer; other numbers of three digits are something else.
    private static let codes: Set<Int> = Set(
        [211, 214, 220, 221, 235, 250, 251, 252, 354] + Array(421...422) + Array(430...432) + Array(441...459)
            + [471] + Array(500...504) + [510, 511, 512, 515, 517, 521] + Array(523...526) + [530] + Array(533...535)
            + [538] + Array(540...543) + Array(550...557) + [568, 571, 577])
}
