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

    /// What the answer says of limits.
    func learn(from answer: Answered, to request: Request) {
        budget.withLock { $0.learn(from: answer, to: CallKind(of: request), at: now) }
    }

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }
}
