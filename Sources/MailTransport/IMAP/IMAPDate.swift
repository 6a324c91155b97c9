// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The dates of IMAP: RFC 3501 §9, `date` and `date-time`.
enum IMAPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `22-Nov-2026`, in UTC.
    static func day(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return "\(parts.day ?? 1)-\(months[(parts.month ?? 1) - 1])-\(parts.year ?? 1970)"
    }

    /// Reads `17-Jul-1996 02:44:25 -0700`; nil for anything else.
    static func instant(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 3 else { return nil }
        let day = words[0].split(separator: "-")
        let time = words[1].split(separator: ":").map { Int($0) }
        guard day.count == 3, time.count == 3, words[2].count == 5, let zone = Int(words[2].dropFirst()),
            let month = months.firstIndex(where: { $0.lowercased() == day[1].lowercased() })
        else { return nil }
        var parts = DateComponents()
        parts.year = Int(day[2])
        parts.month = month + 1
        parts.day = Int(day[0])
        parts.hour = time[0]
        parts.minute = time[1]
        parts.second = time[2]
        guard parts.year != nil, parts.day != nil, time.allSatisfy({ $0 != nil }) else { return nil }
        let offset = (zone / 100 * 60 + zone % 100) * 60
        return calendar.date(from: parts).map { $0 - TimeInterval(words[2].hasPrefix("-") ? -offset : offset) }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        return calendar
    }()
}
