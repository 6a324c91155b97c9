// SPDX-License-Identifier: Apache-2.0

extension MailDate {
    /// Reads a date field: RFC 5322 with its obsolete forms, and the orders that are met besides (`May 17 19:35:05
    /// 2000`,
    /// `2000-05-17 19:35:05`). Nil when day, month or year is missing or impossible.
    public init?(parsing value: String) {
        guard let date = withBytes(value, { MailDate(parsing: $0) }) else { return nil }
        self = date
    }

    init?(parsing bytes: Bytes) {
        if let date = UsualDate.read(bytes) {
            self = date
            return
        }
        var reader = DateReader()
        reader.read(bytes)
        guard let date = reader.date else { return nil }
        self = date
    }
}

/// Takes the words of a date in whatever order they come.
private struct DateReader {
    private var day: Int?
    private var month: Int?
    private var year: Int?
    private var time: (hour: Int, minute: Int, second: Int)?
    private var offset: Int?
    private var isAfternoon: Bool?
    /// The field ends inside of a comment, so that what is missing may stand in there.
    private var isCutInComment = false

    var date: MailDate? {
        guard let day, let month, let year, (1...31).contains(day), (1...12).contains(month), year <= 9999 else {
            return nil
        }
        var (hour, minute, second) = time ?? (0, 0, 0)
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        guard hour < 24, minute < 60, second <= 60, time != nil || !isCutInComment else { return nil }
        second = min(second, 59)
        let offset = offset ?? 0
        let seconds = MailDate.days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second
        return MailDate(secondsSince1970: seconds - offset * 60, offsetMinutes: offset)
    }

    mutating func read(_ bytes: Bytes) {
        var index = 0
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x28 { depth += 1 }
            if byte == 0x29, depth > 0 { depth -= 1 }
            guard depth == 0, isWordByte(byte) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
            readWord(bytes[part: start..<index])
        }
        isCutInComment = depth > 0
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || lowered(byte) &- 97 < 26 || byte == 0x3A || byte == 0x2B || byte == 0x2D || byte == 0x2E
            || byte == 0x2F
    }

    private mutating func readWord(_ word: Bytes) {
        guard let first = word.first, word.count <= 64 else { return }
        if first == 0x2B || first == 0x2D {
            readOffset(word)
        } else if word.contains(byte: 0x3A) {
            readTime(word)
        } else if first &- 48 < 10 {
            readNumbers(word)
        } else {
            readName(word)
        }
    }

    /// `19:35:05`, `19:35`, `2000-05-17T19:35:05Z`, `19:35:05+0200`.
    private mutating func readTime(_ word: Bytes) {
        if let mark = word.firstIndex(where: { lowered($0) == 0x74 }), mark > 7, mark < word.count - 1 {
            readNumbers(word[part: 0..<mark])
            readWord(word[part: mark + 1..<word.count])
            return
        }
        var numbers: [Int] = []
        var index = 0
        while index < word.count, numbers.count < 3 {
            guard let number = digits(word, at: &index) else { break }
            numbers.append(number)
            guard index < word.count, word[index] == 0x3A || (word[index] == 0x2E && numbers.count == 2) else { break }
            index += 1
        }
        guard numbers.count >= 2, time == nil else { return }
        time = (numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
        if index < word.count, word[index] == 0x2E {
            index += 1
            _ = digits(word, at: &index)
        }
        if index < word.count { readWord(word[part: index..<word.count]) }
    }

    private mutating func readOffset(_ word: Bytes) {
        let numbers = word.filter { $0 &- 48 < 10 }
        guard time != nil, offset == nil, (1...4).contains(numbers.count) else {
            readNumbers(word[part: 1..<word.count])
            return
        }
        var value = numbers.reduce(0) { $0 * 10 + Int($1 - 48) }
        if numbers.count <= 2 { value *= 100 }
        let minutes = value / 100 * 60 + value % 100
        offset = word[0] == 0x2D ? -minutes : minutes
        guard abs(minutes) >= 24 * 60 else { return }
        offset = 0
    }

    /// `17`, `2000`, `17-May-2000`, `2000-05-17`, `05/17/2000`.
    private mutating func readNumbers(_ word: Bytes) {
        var index = 0
        var numbers: [Int] = []
        while index < word.count {
            if word[index] &- 48 < 10, let number = digits(word, at: &index) {
                numbers.append(number)
            } else {
                let start = index
                while index < word.count, lowered(word[index]) &- 97 < 26 { index += 1 }
                if index > start { readName(word[part: start..<index]) } else { index += 1 }
            }
        }
        let isWholeDate = numbers.count == 3 && month == nil
        if isWholeDate, numbers[0] > 31 {
            (year, month, day) = (fullYear(numbers[0]), numbers[1], numbers[2])
        } else if isWholeDate {
            (month, day) = numbers[0] > 12 ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
            year = fullYear(numbers[2])
        } else {
            for number in numbers { take(number) }
        }
    }

    private mutating func take(_ number: Int) {
        if day == nil, number <= 31 {
            day = number
        } else if month == nil, (1...12).contains(number) {
            month = number
        } else if year == nil {
            year = fullYear(number)
        }
    }

    /// RFC 5322 §4.3.
    private func fullYear(_ number: Int) -> Int {
        number < 50 ? number + 2000 : number < 1000 ? number + 1900 : number
    }

    private mutating func readName(_ word: Bytes) {
        let name = lowercased(word)
        if let found = MailDate.month(word) {
            if month == nil { month = found }
        } else if name == "am" || name == "pm" {
            isAfternoon = name == "pm"
        } else if let minutes = DateReader.zones[name], offset == nil {
            offset = minutes
        } else if name.hasPrefix("gmt") || name.hasPrefix("utc"),
            let sign = word.firstIndex(where: { $0 == 0x2B || $0 == 0x2D })
        {
            readOffset(word[part: sign..<word.count])
        }
    }

    private func digits(_ word: Bytes, at index: inout Int) -> Int? {
        let start = index
        var number = 0
        while index < word.count, word[index] &- 48 < 10 {
            number = min(number * 10 + Int(word[index] - 48), 1_000_000)
            index += 1
        }
        return index > start ? number : nil
    }

    private static let zones: [String: Int] = [
        "z": 0, "gmt": 0, "ut": 0, "utc": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480,
        "pdt": -420, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "bst": 60, "wet": 0, "west": 60,
        "eet": 120,
        "eest": 180, "msk": 180, "jst": 540, "kst": 540, "hst": -600, "akst": -540, "akdt": -480, "aest": 600,
        "nzst": 720,
    ]
}
