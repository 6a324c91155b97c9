// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What a sealed thing is kept for, and so which key seals it.
public enum Retention: String, Sendable, CaseIterable {
    /// A letter not yet done. Its key is of the day of receipt, or of a later one on which it was renewed: no time ends it.
    case pending
    /// An event not yet done; as `pending`.
    case pendingEvent = "pending-event"
    /// Mail and its record; a key per UTC day.
    case audit
    /// Jira's events; a key per UTC hour.
    case event
    /// As long as the tenant is there; one key.
    case configuration
    /// Passwords and tokens, sealed a second time inside of `configuration`; one key.
    case credential
    /// Who bought what; a key per UTC day.
    case purchase
    /// Attachments that are kept outside of Jira; a key per second, and so for what was stored together.
    case external

    /// The number of the period that holds `date`, since 1970.
    public func period(of date: Date) -> UInt32 {
        guard let periodLength else { return 0 }
        return UInt32(clamping: Int(max(0, date.timeIntervalSince1970) / periodLength))
    }

    /// In seconds; nil where one key serves for all time.
    var periodLength: TimeInterval? {
        switch self {
        case .pending, .pendingEvent, .audit, .purchase: 86_400
        case .event: 3_600
        case .external: 1
        case .configuration, .credential: nil
        }
    }

    /// Stands in the head of what is sealed; never changed.
    var code: UInt8 {
        switch self {
        case .pending: 1
        case .audit: 2
        case .event: 3
        case .configuration: 4
        case .credential: 5
        case .purchase: 6
        case .external: 7
        case .pendingEvent: 8
        }
    }

    init?(code: UInt8) {
        guard let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = found
    }
}

/// Names one period key of an owner.
struct PeriodName: Hashable, Sendable {
    var retention: Retention
    var period: UInt32

    init(retention: Retention, period: UInt32) {
        self.retention = retention
        self.period = period
    }

    /// Out of what `description` gave.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let retention = Retention(rawValue: String(parts[0])), let period = UInt32(parts[1]),
            retention.periodLength != nil || period == 0
        else { return nil }
        self.init(retention: retention, period: period)
    }

    /// As it stands in the key store, after the owner.
    var description: String { "\(retention.rawValue)/\(period)" }
}
