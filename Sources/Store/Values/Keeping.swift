// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// How long things are kept, and how soon after that their keys are destroyed.
enum Keeping {
    private static let hour: TimeInterval = 3_600
    private static let day: TimeInterval = 86_400

    /// From receipt of a letter, and from the end of the work on an event (P10, P47).
    static let record = 30 * day
    /// From receipt of an event (P41).
    static let event = 7 * day
    /// From receipt of an event, for people; the system needs it for longer (P42).
    static let eventForPeople: TimeInterval = 3600
    /// A letter of more bytes is processed in full, and its body is not kept then (P11).
    static let largestBody = Letter.largestKept

    /// When the letter or event, as it came, is readable no longer.
    static func end(of line: Line, receivedAt: Date) -> Date {
        receivedAt.addingTimeInterval(line == .letter ? record : event)
    }

    /// When a record of work is readable no longer.
    static func endOfRecord(of line: Line, receivedAt: Date, finishedAt: Date) -> Date {
        (line == .letter ? receivedAt : finishedAt).addingTimeInterval(record)
    }

    /// Keys of waiting work whose period ended by then are destroyed: before the first event of that period has been there
    /// for seven days, since an older copy of the database still has these keys of work that was finished since.
    static func pendingCutoff(_ now: Date) -> Date {
        now.addingTimeInterval(-pendingAge)
    }

    /// Waiting work gets a new key when the period of its last one ended by then: well before that is destroyed, so that a
    /// backup that is a little older than the key store still opens.
    static func renewalCutoff(_ now: Date) -> Date {
        now.addingTimeInterval(-pendingAge / 2)
    }

    private static let pendingAge = event - day - hour

    /// Whether a period's key is to be destroyed: for mail when its last record is over, for events before the first has
    /// been there for seven days.
    static func isOver(_ period: KeyPeriod, at now: Date) -> Bool {
        switch period.retention {
        case .audit: period.end.addingTimeInterval(record) <= now
        case .event: period.start.addingTimeInterval(event - hour) <= now
        case .pending: period.end <= pendingCutoff(now)
        case .configuration, .credential: false
        }
    }
}
