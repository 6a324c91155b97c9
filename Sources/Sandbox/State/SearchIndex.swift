// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a search that lags behind knows: each issue as it was a while ago.
struct SearchIndex: Sendable {
    private struct Version {
        let issue: Issue
        let at: Date
    }

    /// Oldest first; of those that a search has caught up with only the newest is kept.
    private var versions: [Int: [Version]] = [:]

    /// Takes note of an issue that is new or was changed. Without a lag nothing needs to be kept.
    ///
    /// - Parameter before: As it was until now, where it is not new.
    mutating func note(_ issue: Issue, before: Issue?, at now: Date, lag: Double) {
        guard lag > 0 else {
            versions[issue.id] = nil
            return
        }
        var kept = versions[issue.id] ?? before.map { [Version(issue: $0, at: .distantPast)] } ?? []
        if let caughtUp = kept.lastIndex(where: { $0.at <= now.addingTimeInterval(-lag) }) {
            kept.removeFirst(caughtUp)
        }
        versions[issue.id] = kept + [Version(issue: issue, at: now)]
    }

    mutating func forget(_ issue: Int) {
        versions[issue] = nil
    }

    /// The issue as a search finds it; nothing while it does not know of it yet.
    ///
    /// - Parameter current: As it is. One that did not change since the lag was set is found so.
    func known(_ current: Issue, at now: Date, lag: Double) -> Issue? {
        guard lag > 0, let versions = versions[current.id] else { return current }
        return versions.last { $0.at <= now.addingTimeInterval(-lag) }?.issue
    }
}
