// SPDX-License-Identifier: Apache-2.0

/// A moment as a mail writes it: with the offset of the writer's clock.
public struct MailDate: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public var secondsSince1970: Int
    /// East of UTC is positive.
    public var offsetMinutes: Int

    public init(secondsSince1970: Int, offsetMinutes: Int = 0) {
        self.secondsSince1970 = secondsSince1970
        self.offsetMinutes = offsetMinutes
    }

    public static func < (left: MailDate, right: MailDate) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// RFC 3339: `2000-05-17T19:35:05-04:00`.
    public var description: String {
        let parts = components
        let offset = abs(offsetMinutes)
        let sign = offsetMinutes < 0 ? "-" : "+"
        return
            "\(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day))T\(padded(parts.hour)):\(padded(parts.minute)):"
            + "\(padded(parts.second))\(sign)\(padded(offset / 60)):\(padded(offset % 60))"
    }

    /// RFC 5322 §3.3: `Wed, 17 May 2000 19:35:05 -0400`.
    public var fieldValue: String {
        let parts = components
        let offset = abs(offsetMinutes)
        let sign = offsetMinutes < 0 ? "-" : "+"
        return
            "\(MailDate.weekdays[parts.weekday]), \(parts.day) \(MailDate.months[parts.month - 1]) \(padded(parts.year, 4)) "
            + "\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second)) \(sign)\(padded(offset / 60))\(padded(offset % 60))"
    }

    static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private struct Components {
        var year, month, day, hour, minute, second, weekday: Int
    }

    /// The civil calendar, by Howard Hinnant's algorithm.
    private var components: Components {
        let local = secondsSince1970 + offsetMinutes * 60
        let days = Int((Double(local) / 86400).rounded(.down))
        let second = local - days * 86400
        let shifted = days + 719468
        let era = (shifted >= 0 ? shifted : shifted - 146096) / 146097
        let dayOfEra = shifted - era * 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return Components(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: second / 3600, minute: second / 60 % 60, second: second % 60, weekday: ((days % 7) + 11) % 7)
    }

    /// Days from 1970-01-01 to a civil date.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
