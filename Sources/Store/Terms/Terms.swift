// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// For how many days what is done is kept of a tenant. Work that waits has no term.
public struct Terms: Sendable, Hashable {
    /// Letters from receipt, mail from sending, and the records of both (P10, P47).
    public var mailDays: Int
    /// Events, from receipt (P41).
    public var eventDays: Int

    public init(mailDays: Int, eventDays: Int) {
        self.mailDays = mailDays
        self.eventDays = eventDays
    }

    /// What is promised where nobody chose.
    public static let usual = Terms(mailDays: 30, eventDays: 7)
    /// With less, work that was just done could not be looked at any more.
    public static let least = Terms(mailDays: 2, eventDays: 2)
    /// No operator allows more: ten years, and the seven days of P41.
    public static let longest = Terms(mailDays: 3_650, eventDays: 7)

    /// The shorter of both, each for itself.
    func shortened(to other: Terms) -> Terms {
        Terms(mailDays: min(mailDays, other.mailDays), eventDays: min(eventDays, other.eventDays))
    }

    /// The longer of both, each for itself.
    func lengthened(to other: Terms) -> Terms {
        Terms(mailDays: max(mailDays, other.mailDays), eventDays: max(eventDays, other.eventDays))
    }

    /// Why these are refused, in words; nil where they are allowed.
    public func fault(most: Terms) -> String? {
        let (least, most) = (Self.least, most)
        if !(least.mailDays...most.mailDays).contains(mailDays) {
            return "Mail can be kept for \(least.mailDays) to \(most.mailDays) days here, not for \(mailDays)."
        }
        if !(least.eventDays...most.eventDays).contains(eventDays) {
            return "Events can be kept for \(least.eventDays) to \(most.eventDays) days here, not for \(eventDays)."
        }
        return nil
    }

    var mail: TimeInterval { Double(mailDays) * 86_400 }
    var event: TimeInterval { Double(eventDays) * 86_400 }
}

/// From when on terms are in force.
public struct TermChange: Sendable, Hashable {
    public var since: Date
    public var terms: Terms
}

/// All terms that were ever in force for a tenant, oldest first.
///
/// Shorter ones count at once, also for what came before; longer ones count from the next day (UTC) on, for what comes then,
/// so that within a period of a key terms only ever become shorter.
struct TermHistory: Sendable {
    var changes: [TermChange]

    /// Those in force at a time.
    func terms(at time: Date) -> Terms {
        changes.last { $0.since <= time }?.terms ?? .usual
    }

    /// Those that count by now for the last of what came in a period that begins at `start`.
    func terms(ofPeriodFrom start: Date, at now: Date) -> Terms {
        changes.filter { start < $0.since && $0.since <= now }.reduce(terms(at: start)) { $0.shortened(to: $1.terms) }
    }

    /// The shortest by which a key of waiting work goes that may be there now: none is older than a term and two days.
    func termsOfPendingKeys(at now: Date) -> Terms {
        let current = terms(at: now)
        return terms(ofPeriodFrom: now.addingTimeInterval(-max(current.mail, current.event) - 2 * 86_400), at: now)
    }
}
