// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A day of the calendar, as in `2027-01-31`. It ends everywhere when it ends at Greenwich.
public struct Day: TextualID, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    /// Its last moment.
    public let end: Date

    public init?(_ raw: String) {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
        guard raw.utf8.count == 10, let start = try? style.parse(raw), start.formatted(style) == raw else { return nil }
        rawValue = raw
        end = start.addingTimeInterval(86_400)
    }

    public var description: String { rawValue }

    public static func == (one: Day, other: Day) -> Bool { one.rawValue == other.rawValue }
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
