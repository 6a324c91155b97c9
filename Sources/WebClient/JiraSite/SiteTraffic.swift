// SPDX-License-Identifier: Apache-2.0

import Jira
import Synchronization

/// The manners towards one site, shared by all that speak to it.
final class SiteTraffic: Sendable {
    private let state: Mutex<(budget: SiteBudget, silence: Silence)>
    private let clock: CallClock

    init(rates: [CallKind: Double], by clock: CallClock = .system) {
        state = Mutex((SiteBudget(rates: rates), Silence()))
        self.clock = clock
    }

    /// Returns when a call may go; throws while the site has asked for a long silence.
    func pass(_ request: Request) async throws {
        let wait = try state.withLock { state in
            let now = clock.elapsed()
            return max(try state.silence.wait(at: now), state.budget.pass(CallKind(of: request), at: now))
        }
        guard wait > 0 else { return }
        try await clock.sleep(.seconds(wait))
        _ = try state.withLock { try $0.silence.wait(at: clock.elapsed()) }
    }

    /// What the answer says of limits.
    func learn(from answer: Answered, to request: Request) {
        state.withLock { $0.budget.learn(from: answer, to: CallKind(of: request), at: clock.elapsed()) }
    }

    func keepSilence(_ pause: Duration, because reason: LimitReason?) {
        state.withLock { $0.silence.keep(pause, because: reason, at: clock.elapsed()) }
    }
}
