// SPDX-License-Identifier: Apache-2.0

import Jira
import Synchronization

/// The manners towards one site, shared by all that speak to it.
final class SiteTraffic: Sendable {
    private let budget: Mutex<SiteBudget>
    private let start = ContinuousClock.now

    init(rates: [CallKind: Double]) {
        budget = Mutex(SiteBudget(rates: rates))
    }

    /// Returns when a call may go.
    func pass(_ request: Request) async throws {
        let wait = budget.withLock { $0.pass(CallKind(of: request), at: now) }
        if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
    }

    /// What the answer says is left of the limit that is nearest.
    func learn(from answer: Answered) {
        let near = answer.headers.standings.filter(\.isNear)
        guard let nearest = near.max(by: { $0.spacing < $1.spacing }) else { return }
        budget.withLock { $0.learn(remaining: nearest.remaining, renewedIn: nearest.renewedIn, at: now) }
    }

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }
}

extension LimitStanding {
    /// Seconds between calls that use up what is left.
    fileprivate var spacing: Double { renewedIn / Double(max(remaining, 1)) }
}
