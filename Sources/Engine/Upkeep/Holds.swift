// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Synchronization
import WebClient

/// Sites that answer nothing at present, or asked for a pause: what waits for them does not try one by one, whichever tenant
/// it is of. What a token or who gives it is the trouble of concerns its own connection alone.
///
/// After a failure the first letter tries alone, and the others wait for what becomes of it; each further failure doubles the
/// pause, up to a minute.
final class Holds: Sendable {
    /// Who wants to speak to a site.
    struct Caller: Hashable {
        var tenant: TenantID
        var connection: ConfigurationID
        /// Nothing where nobody knows it before a token is there.
        var way: SiteWay?
    }

    /// What is left alone.
    fileprivate enum Place: Hashable {
        case connection(TenantID, ConfigurationID)
        case site(SiteWay)
    }

    fileprivate struct Hold {
        /// As long as the site itself asked: nothing ends that before its time.
        var asked = Date.distantPast
        /// As long as we chose, after a failure.
        var chosen = Date.distantPast
        /// In a row.
        var failures = 0
        /// Until when it is known that somebody tries alone: work may take long for a reason of its own.
        var probedUntil = Date.distantPast

        var until: Date { max(asked, chosen) }
    }

    private let holds = Mutex<[Place: Hold]>([:])
    private let time: any Timekeeper

    /// Seconds in which who tries alone has seen what it wants to know.
    private static let probe = 60.0

    init(time: any Timekeeper) {
        self.time = time
    }

    /// Does the work unless the site is left alone just now, and learns from how it ends.
    func respecting(_ caller: Caller, _ work: () async throws -> Void) async throws {
        let places = caller.places
        try admit(places, at: time.now)
        do {
            try await work()
            change(places) { hold, _ in hold.succeed() }
        } catch {
            let (now, culprit) = (time.now, caller.culprit(of: error))
            change(places) { hold, place in
                if place == culprit { hold.note(error, at: now) } else { hold.goOn(error) }
            }
            throw error
        }
    }

    private func admit(_ places: [Place], at now: Date) throws {
        let pause: Double? = holds.withLock { holds in
            let left = places.compactMap { holds[$0]?.until.timeIntervalSince(now) }.max() ?? 0
            if left > 0 { return left }
            let failed = places.filter { (holds[$0]?.failures ?? 0) > 0 }
            if failed.contains(where: { (holds[$0]?.probedUntil ?? now) > now }) { return 1 }
            for place in failed { holds[place]?.probedUntil = now.addingTimeInterval(Self.probe) }
            return nil
        }
        if let pause { throw LeftAlone(pause: .seconds(pause)) }
    }

    private func change(_ places: [Place], _ change: (inout Hold, Place) -> Void) {
        let now = time.now
        holds.withLock { holds in
            for place in places {
                var hold = holds[place] ?? Hold()
                change(&hold, place)
                holds[place] = hold.failures == 0 && hold.until <= now ? nil : hold
            }
        }
    }
}

extension TenantSetup {
    func caller(_ connection: ConfigurationID) -> Holds.Caller {
        Holds.Caller(tenant: id, connection: connection, way: sites[connection]?.way)
    }
}

extension Holds.Caller {
    fileprivate var places: [Holds.Place] { [own] + (way.map { [.site($0)] } ?? []) }

    private var own: Holds.Place { .connection(tenant, connection) }

    /// What is to be left alone after a failure.
    fileprivate func culprit(of error: any Error) -> Holds.Place {
        guard let way, let error = error as? WebClientError, error.isOfWhole(way) else { return own }
        return .site(way)
    }
}

extension WebClientError {
    /// Whether others who speak to the site would meet the same: not where it is the token, an app that has used up its
    /// points, a user who has on Data Center, or perhaps what was asked.
    fileprivate func isOfWhole(_ site: SiteWay) -> Bool {
        if isOfToken { return false }
        switch code {
        case .rateLimited: return !site.limitsEachUser && limit != .globalQuota && limit != .tenantQuota
        case .unreachable, .timeout, .unavailable: return true
        case .server: if case .after = retry { return true } else { return false }
        default: return false
        }
    }

    /// Silence that is kept here, as a limit wants it, is no answer.
    fileprivate var isAnswer: Bool {
        !isOfToken && ![.unreachable, .timeout, .privateAddress, .rateLimited].contains(code)
    }
}

extension Holds.Hold {
    /// The site is there.
    fileprivate mutating func succeed() {
        failures = 0
        chosen = .distantPast
        probedUntil = .distantPast
    }

    /// It was something else that failed. That Jira answered shows that the site is there.
    fileprivate mutating func goOn(_ error: any Error) {
        probedUntil = .distantPast
        let isAnswered = (error as? WebClientError)?.isAnswer ?? (error as? WaitsItsTurn)?.isNewlyPlanned ?? false
        if isAnswered { succeed() }
    }

    fileprivate mutating func note(_ error: any Error, at now: Date) {
        probedUntil = .distantPast
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
