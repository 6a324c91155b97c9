// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// How long things are kept, and how soon after that their keys are destroyed.
enum Keeping {
    private static let hour: TimeInterval = 3_600
    private static let day: TimeInterval = 86_400

    /// From receipt of an event, for people; the system needs it for longer (P42).
    static let eventForPeople = hour
    /// A letter of more bytes is processed in full, and its body is not kept then (P11).
    static let largestBody = Letter.largestKept
    /// Who bought what is known for so long (P74).
    static let purchase = 365 * day
    /// Files of an issue stay for so long after it was resolved: three months, of which none are longer (P90).
    static let externalAfterResolution = 92 * day

    /// When the letter or event, as it came, is readable no longer.
    static func end(of line: Line, receivedAt: Date, under terms: Terms) -> Date {
        receivedAt.addingTimeInterval(line == .letter ? terms.mail : terms.event)
    }

    /// When a record of work is readable no longer.
    static func endOfRecord(of line: Line, receivedAt: Date, finishedAt: Date, under terms: Terms) -> Date {
        (line == .letter ? receivedAt : finishedAt).addingTimeInterval(terms.mail)
    }

    /// How many days after it was put a bucket deletes by itself what is done: whole days, after all access ended.
    static func expiryDays(of line: Line, under terms: Terms) -> Int {
        (line == .letter ? terms.mailDays : terms.eventDays) + 1
    }

    /// Keys of waiting work whose period ended by then are destroyed, since an older copy of the database still has these keys
    /// of work that was finished later: before the first of that period has been there for its term.
    static func pendingCutoff(_ line: Line, _ now: Date, _ terms: Terms) -> Date {
        now.addingTimeInterval(-pendingAge(line, terms))
    }

    /// Waiting work gets a new key when the period of its last one ended by then: well before that is destroyed, so that a
    /// backup that is older than the key store still opens.
    static func renewalCutoff(_ line: Line, _ now: Date, _ terms: Terms) -> Date {
        now.addingTimeInterval(-pendingAge(line, terms) / 2)
    }

    private static func pendingAge(_ line: Line, _ terms: Terms) -> TimeInterval {
        (line == .letter ? terms.mail : terms.event) - day - hour
    }

    /// Whether a period's key is to be destroyed: for mail when its last record is over, for events before the first has
    /// been there for its term.
    static func isOver(_ period: KeyPeriod, at now: Date, _ terms: TermHistory) -> Bool {
        let ending = terms.terms(ofPeriodFrom: period.start, at: now)
        switch period.retention {
        case .audit: return period.end.addingTimeInterval(ending.mail) <= now
        case .event: return period.start.addingTimeInterval(ending.event - hour) <= now
        case .pending: return period.end <= pendingCutoff(.letter, now, ending)
        case .pendingEvent: return period.end <= pendingCutoff(.event, now, ending)
        case .purchase: return period.end.addingTimeInterval(purchase) <= now
        // As long as something that was stored in its second is there.
        case .external, .configuration, .credential: return false
        }
    }
}
