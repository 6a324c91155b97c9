// SPDX-License-Identifier: Apache-2.0

/// The form that nearly all mail has, `Wed, 17 May 2000 19:35:05 -0400` and no more than a comment behind it, read
/// without looking for others.
struct UsualDate {
    private let bytes: Bytes
    private var index = 0

    /// Nil for every other form, and for a date that is not possible.
    static func read(_ bytes: Bytes) -> MailDate? {
        var reader = UsualDate(bytes)
        return reader.date()
    }

    private init(_ bytes: Bytes) { self.bytes = bytes }

    private mutating func date() -> MailDate? {
        if let comma = bytes.index(of: 0x2C) {
            guard comma == 3, bytes[part: 0..<3].allSatisfy({ lowered($0) &- 97 < 26 }) else { return nil }
            index = 4
        }
        guard skipBlanks() > 0 || index == 0, let day = number(1...2), (1...31).contains(day), skipBlanks() > 0,
            index + 3 < bytes.count, let month = MailDate.month(bytes[part: index..<index + 3])
        else { return nil }
        index += 3
        guard skipBlanks() > 0, let year = number(4...4), year > 1899, skipBlanks() > 0,
            let hour = number(2...2), hour < 24, skip(0x3A), let minute = number(2...2), minute < 60, skip(0x3A),
            let second = number(2...2), second < 60, skipBlanks() > 0, let offset = offset()
        else { return nil }
        let days = MailDate.days(year: year, month: month, day: day)
        return MailDate(
            secondsSince1970: days * 86400 + hour * 3600 + minute * 60 + second - offset * 60, offsetMinutes: offset)
    }

    /// `-0400`, with nothing behind it but blanks and a comment of letters, such as `(UTC)`.
    private mutating func offset() -> Int? {
        guard index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D else { return nil }
        let isWest = bytes[index] == 0x2D
        index += 1
        guard let value = number(4...4), value < 2400, value % 100 < 60 else { return nil }
        _ = skipBlanks()
        if skip(0x28) {
            while index < bytes.count, lowered(bytes[index]) &- 97 < 26 { index += 1 }
            guard skip(0x29) else { return nil }
            _ = skipBlanks()
        }
        guard index == bytes.count else { return nil }
        let minutes = value / 100 * 60 + value % 100
        return isWest ? -minutes : minutes
    }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        let start = index
        var number = 0
        while index < bytes.count, index - start < digits.upperBound, bytes[index] &- 48 < 10 {
            number = number * 10 + Int(bytes[index] - 48)
            index += 1
        }
        let isWhole = index == bytes.count || bytes[index] &- 48 > 9
        return isWhole && index - start >= digits.lowerBound ? number : nil
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() -> Int {
        let start = index
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        return index - start
    }
}

extension MailDate {
    /// From 1, by the first three letters; nil for no month.
    static func month(_ word: Bytes) -> Int? {
        guard word.count >= 3 else { return nil }
        let letters = UInt32(lowered(word[0])) << 16 | UInt32(lowered(word[1])) << 8 | UInt32(lowered(word[2]))
        return monthLetters.firstIndex(of: letters).map { $0 + 1 }
    }

    private static let monthLetters = months.map { $0.utf8.reduce(0) { $0 << 8 | UInt32(lowered($1)) } }
}
