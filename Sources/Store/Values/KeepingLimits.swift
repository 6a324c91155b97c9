// SPDX-License-Identifier: Apache-2.0

/// What the operator allows.
public struct KeepingLimits: Sendable, Hashable {
    /// The longest terms that a tenant may have.
    public var terms = Terms.usual
    /// Bytes of the disk that stay free: below that nothing is taken in, and below twice that only slowly.
    public var reserve = 0
    /// Bytes of letters and events, as they came, that a tenant may have here; nil for no limit. Reports, sent mail and what
    /// else is held beside them do not count.
    public var tenantQuota: Int?
    /// How long a tenant that has ended stays readable to its people at most.
    public var graceDays = 30

    public init() {}
}
