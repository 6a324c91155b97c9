// SPDX-License-Identifier: Apache-2.0

/// What is to be done about a letter or an event, and why.
///
/// A value: the engine stores it before it does the first action, and does the actions in order.
public struct Plan: Hashable, Sendable, Codable {
    public var disposition: Disposition
    public var refusal: Refusal?
    public var actions: [Action]
    public var findings: [Finding]

    public init(disposition: Disposition, refusal: Refusal? = nil, actions: [Action], findings: [Finding]) {
        self.disposition = disposition
        self.refusal = refusal
        self.actions = actions
        self.findings = findings
    }
}

/// What becomes of a letter or an event. The raw values appear in audit, API, metrics and docs.
public enum Disposition: String, Sendable, Codable, CaseIterable {
    case created
    case commented
    case notified
    /// Not processed, on purpose; the sender is not told.
    case dropped
    /// Not processed, and left in its mailbox.
    case ignored
    /// Not processed; the sender is told where that is allowed.
    case rejected
    /// Cannot be processed until an admin mends something.
    case parked
    /// Taken together with another event of the same issue.
    case merged
}
