// SPDX-License-Identifier: Apache-2.0

/// What a `text/calendar` part asks for, in short (RFC 5545, RFC 5546): what, when, where, and who.
public struct CalendarInvitation: Sendable, Equatable {
    /// `request`, `reply`, `cancel`, `publish`; lower case, empty when it is missing.
    public var method: String
    /// The first event or task; others of a series stand in ``otherCount``.
    public var summary: String?
    public var location: String?
    public var details: String?
    public var start: CalendarTime?
    public var end: CalendarTime?
    /// As it is written, such as `PT1H30M`, where no end is given.
    public var duration: String?
    /// As it is written, such as `FREQ=WEEKLY;COUNT=4`.
    public var recurrence: String?
    public var uid: String?
    public var sequence: Int
    /// `confirmed`, `tentative`, `cancelled`; lower case.
    public var status: String?
    public var organizer: Mailbox?
    public var attendees: [Attendee]
    /// Events and tasks besides the first.
    public var otherCount: Int

    public struct Attendee: Sendable, Equatable {
        public var mailbox: Mailbox
        /// `accepted`, `declined`, `tentative`, `needs-action`; lower case.
        public var participation: String?
    }

    /// Nil when the text holds no event and no task.
    public init?(parsing calendar: String) {
        let lines = CalendarLines(calendar)
        guard let first = lines.components.first else { return nil }
        method = lines.method
        otherCount = lines.components.count - 1
        func text(_ name: String) -> String? {
            first.first { $0.name == name }.map { $0.text.trimmingSpaces() }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func raw(_ name: String) -> String? { first.first { $0.name == name }?.value }
        func moment(_ name: String) -> CalendarTime? { first.first { $0.name == name }.flatMap(CalendarTime.init) }
        summary = text("summary")
        location = text("location")
        details = text("description")
        start = moment("dtstart")
        end = moment("dtend") ?? moment("due")
        duration = raw("duration")
        recurrence = raw("rrule")
        uid = raw("uid")
        sequence = raw("sequence").flatMap { Int($0) } ?? 0
        status = raw("status").map { $0.lowercased() }
        organizer = first.first { $0.name == "organizer" }.map(\.mailbox)
        attendees = first.filter { $0.name == "attendee" }.prefix(1000).map {
            Attendee(mailbox: $0.mailbox, participation: $0.parameters["partstat"]?.lowercased())
        }
    }
}

/// A time as a calendar has it: in UTC, in a named zone, in none, or a whole day.
public struct CalendarTime: Sendable, Equatable, CustomStringConvertible {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var isWholeDay: Bool
    /// `UTC`, or the name that the calendar gives its zone; nil for the local time of whoever reads it.
    public var zone: String?

    /// Nil for what is no time.
    init?(_ property: CalendarProperty) {
        let bytes = Array(property.value.trimmingSpaces().utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ $0 &- 48 < 10 }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        isWholeDay = bytes.count == 8
        guard !isWholeDay else {
            (hour, minute, second) = (0, 0, 0)
            return
        }
        guard bytes[8] == 0x54, let hour = number(9..<11), let minute = number(11..<13), hour < 24, minute < 60 else {
            return nil
        }
        self.hour = hour
        self.minute = minute
        second = min(number(13..<15) ?? 0, 59)
        zone = bytes.last == 0x5A ? "UTC" : property.parameters["tzid"]
    }

    /// `2026-02-03`, `2026-02-03 09:15 Europe/Berlin`.
    public var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)-\(two(month))-\(two(day))"
        if isWholeDay { return date }
        return "\(date) \(two(hour)):\(two(minute))" + (zone.map { " \($0)" } ?? "")
    }
}

extension Message {
    /// The invitation that this message brings, a reply to one, or its end; nil when there is none.
    public var invitation: CalendarInvitation? {
        parts.lazy.filter { $0.type == "text/calendar" && !isEmbedded($0) }
            .compactMap { $0.text.flatMap(CalendarInvitation.init(parsing:)) }.first
    }
}
