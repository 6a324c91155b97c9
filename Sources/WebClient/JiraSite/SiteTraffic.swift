// SPDX-License-Identifier: Apache-2.0

import Jira
import NIOHTTP1
import Synchronization

/// The manners towards one site, shared by all that speak to it.
final class SiteTraffic: Sendable {
    private let budget: Mutex<SiteBudget>
    private let start = ContinuousClock.now

    init(rates: [Request.Method: Double]) {
        budget = Mutex(SiteBudget(rates: rates))
    }

    /// Returns when a call may go.
    func pass(_ method: Request.Method) async throws {
        let wait = budget.withLock { $0.pass(method, at: now) }
        if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
    }

    func learn(from answer: Answered) {
        guard answer.headers.first(name: "X-RateLimit-NearLimit")?.lowercased() == "true",
            let remaining = answer.headers.first(name: "X-RateLimit-Remaining").flatMap({ Int($0) }),
            let reset = answer.headers.first(name: "X-RateLimit-Reset"),
            let pause = untilReset(reset, answeredAt: answer.headers.first(name: "Date"))
        else { return }
        budget.withLock { $0.learn(remaining: remaining, renewedIn: pause / .seconds(1), at: now) }
    }

    private var now: Double { (ContinuousClock.now - start) / .seconds(1) }
}
