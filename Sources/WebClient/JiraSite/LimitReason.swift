// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Which of Jira's limits a call met (`RateLimit-Reason`).
public enum LimitReason: String, Sendable, CaseIterable {
    case globalQuota = "jira-quota-global-based"
    case tenantQuota = "jira-quota-tenant-based"
    case burst = "jira-burst-based"
    /// Too many writes to one issue; the rest of the site may go on.
    case issueWrites = "jira-per-issue-on-write"

    /// Whether it is an app that has used up its points, and not the site that is called too often.
    var isOfApp: Bool { self == .globalQuota || self == .tenantQuota }
}

extension Answered {
    /// Which limit it says was met; nothing where it is no such refusal.
    var limitReason: LimitReason? {
        status == 429 ? headers.first(name: "RateLimit-Reason").flatMap(LimitReason.init) : nil
    }
}
