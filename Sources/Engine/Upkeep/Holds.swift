// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Synchronization
import WebClient

/// Sites that answer nothing at present, or asked for a pause: what waits for them does not try one by one.
///
/// After a failure the first letter tries alone, and the others wait for what becomes of it; each further failure doubles the
/// pause, up to a minute.
final class Holds: Sendable {
    private struct Place: Hashable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    fileprivate struct Hold {
        /// As long as the site itself asked: nothing ends that before its time.
        var asked = Date.distantPast
        /// As long as we chose, after a failure.
        var chosen = Date.distantPast
        /// In a row.
        var failures = 0
        var isProbed = false

        var until: Date { max(asked, chosen) }
    }

    private let holds = Mutex<[Place: Hold]>([:])
    private let time: any Timekeeper

    init(time: any Timekeeper) {
        self.time = time
    }

    /// Does the work unless the site is left alone just now, and learns from how it ends.
    func respecting(
        _ tenant: TenantID, _ connection: ConfigurationID, _ work: () async throws -> Void
    ) async throws {
        let place = Place(tenant: tenant, connection: connection)
        try admit(place, at: time.now)
        do {
            try await work()
            change(place) { $0.succeed() }
        } catch {
            let now = time.now
            change(place) { $0.note(error, at: now) }
            throw error
        }
    }

    private func admit(_ place: Place, at now: Date) throws {
        let pause: Double? = holds.withLock { holds in
            guard var hold = holds[place] else { return nil }
            let left = hold.until.timeIntervalSince(now)
            if left > 0 { return left }
            guard hold.failures > 0 else { return nil }
            if hold.isProbed { return 1 }
            hold.isProbed = true
            holds[place] = hold
            return nil
        }
        if let pause { throw LeftAlone(pause: .seconds(pause)) }
    }

    private func change(_ place: Place, _ change: (inout Hold) -> Void) {
        let now = time.now
        holds.withLock { holds in
            var hold = holds[place] ?? Hold()
            change(&hold)
            holds[place] = hold.failures == 0 && hold.until <= now ? nil : hold
        }
    }
}

extension Holds.Hold {
    /// The site is there.
    fileprivate mutating func succeed() {
        failures = 0
        chosen = .distantPast
        isProbed = false
    }

    fileprivate mutating func note(_ error: any Error, at now: Date) {
        isProbed = false
        if let error = error as? WaitsItsTurn, error.isNewlyPlanned { return succeed() }
        guard let error = error as? WebClientError else { return }
        switch (error.code, error.retry) {
        case (.rateLimited, _) where error.limit == .issueWrites: succeed()
        case (.rateLimited, .after(let pause)): asked = max(asked, now.addingTimeInterval(pause.seconds))
        case (.server, .after(let pause)), (.unavailable, .after(let pause)):
            failures += 1
            asked = max(asked, now.addingTimeInterval(pause.seconds))
        case (.unreachable, _), (.timeout, _), (.rateLimited, _):
            failures += 1
            choose(Double(1 << min(failures, 6)), from: now)
        case (.server, _), (.unavailable, _):
            // A fault may be of this one request; several in a row are the site's.
            failures += 1
            if failures >= 3 { choose(Double(1 << min(failures - 2, 6)), from: now) }
        case (.unauthorized, _): choose(Trouble.untilReauthorized.seconds, from: now)
        // An answer of any other kind shows that the site is there.
        default: succeed()
        }
    }

    private mutating func choose(_ seconds: Double, from now: Date) {
        chosen = max(chosen, now.addingTimeInterval(min(seconds, 60)))
    }
}
