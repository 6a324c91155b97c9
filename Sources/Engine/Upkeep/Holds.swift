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
        var until: Date
        /// In a row.
        var failures = 0
        var isProbed = false
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
            holds.withLock { $0[place] = nil }
        } catch {
            note(error, place, at: time.now)
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

    private func note(_ error: any Error, _ place: Place, at now: Date) {
        holds.withLock { holds in
            var hold = holds[place] ?? Hold(until: .distantPast)
            hold.isProbed = false
            let pause = (error as? WebClientError).flatMap { hold.pause(after: $0) }
            if let pause { hold.until = max(hold.until, now.addingTimeInterval(pause)) }
            // An answer of any other kind shows that the site is there.
            let isAnswered = error is WebClientError && pause == nil
            holds[place] = isAnswered ? nil : hold
        }
    }
}

extension Holds.Hold {
    /// How long to leave the site alone; nil where it may go on.
    fileprivate mutating func pause(after error: WebClientError) -> Double? {
        switch (error.code, error.retry) {
        case (.rateLimited, _) where error.limit == .issueWrites: return nil
        case (.rateLimited, .after(let pause)): return pause.seconds
        case (.server, .after(let pause)):
            failures += 1
            return pause.seconds
        case (.unreachable, _), (.timeout, _), (.rateLimited, _):
            failures += 1
            return min(Double(1 << min(failures, 6)), 60)
        case (.server, _):
            // A fault may be of this one request; several in a row are the site's.
            failures += 1
            return failures < 3 ? 0 : min(Double(1 << min(failures - 2, 6)), 60)
        case (.unauthorized, _): return Trouble.untilReauthorized.seconds
        default: return nil
        }
    }
}
