// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Synchronization

/// The points that one app has in an hour for all sites together, counted by ourselves, so that calls slow down before Jira
/// refuses any. Times are seconds since 1970: hours are those of UTC.
///
/// Nobody waits until three quarters are spent. Then whoever has had more than an equal share of those shares what is left
/// evenly over the rest of the hour; the others go on.
struct PointsPool {
    /// How many there are.
    private let most: Int
    private var hour = 0
    private var spent: [SiteAddress: Int] = [:]
    private var slots: [SiteAddress: Double] = [:]

    /// What Jira Cloud documents for an app that it has given no quota of its own.
    static let documented = 65_000

    private static let freeShare = 0.75
    /// Between calls of one site. Where even this is too much Jira says how long to stay away.
    private static let greatestSpacing = 2.0

    init(most: Int = documented) {
        self.most = most
    }

    /// Takes the point that every call costs, and says how long to wait before it.
    mutating func pass(_ site: SiteAddress, at now: Double) -> Double {
        let current = Int(now / 3600)
        if current != hour { (hour, spent, slots) = (current, [:], [:]) }
        spent[site, default: 0] += 1
        let total = spent.values.reduce(0, +)
        let free = Double(most) * Self.freeShare
        guard Double(total) > free, Double(spent[site] ?? 0) > free / Double(spent.count) else { return 0 }
        let left = Double(max(most - total, 1)) / Double(spent.count)
        let rest = 3600 - now.truncatingRemainder(dividingBy: 3600)
        let slot = max(slots[site] ?? 0, now)
        slots[site] = slot + min(rest / left, Self.greatestSpacing)
        return slot - now
    }

    /// Takes what an answer cost beside its call.
    mutating func spend(_ points: Int, for site: SiteAddress) {
        spent[site, default: 0] += points
    }
}

/// The points of one app, shared by all that call for it.
final class AppPoints: Sendable {
    private struct State {
        var pool: PointsPool
        /// Of all sites, and of each.
        var silence = Silence()
        var silences: [SiteAddress: Silence] = [:]

        func wait(_ site: SiteAddress, at now: Double) throws -> Double {
            max(try silence.wait(at: now), try silences[site]?.wait(at: now) ?? 0)
        }
    }

    private let state: Mutex<State>
    private let clock: CallClock

    init(_ pool: PointsPool = PointsPool(), by clock: CallClock = .system) {
        state = Mutex(State(pool: pool))
        self.clock = clock
    }

    /// Returns when a call may go; throws while Jira has asked for a long silence.
    func pass(_ site: SiteAddress) async throws {
        let wait = try state.withLock { state in
            let silence = try state.wait(site, at: clock.elapsed())
            return max(silence, state.pool.pass(site, at: clock.date().timeIntervalSince1970))
        }
        guard wait > 0 else { return }
        try await clock.sleep(.seconds(wait))
        _ = try state.withLock { try $0.wait(site, at: clock.elapsed()) }
    }

    func spend(on answer: Any, for site: SiteAddress) {
        let points = points(of: answer)
        if points > 0 { state.withLock { $0.pool.spend(points, for: site) } }
    }

    /// Sends nothing for so long: to one site, or to all where the app's quota over all of them is used up.
    func keepSilence(_ pause: Duration, because reason: LimitReason, to site: SiteAddress) {
        state.withLock { state in
            let now = clock.elapsed()
            switch reason {
            case .globalQuota: state.silence.keep(pause, because: reason, at: now)
            case .tenantQuota, .burst, .issueWrites:
                state.silences[site, default: Silence()].keep(pause, because: reason, at: now)
            }
        }
    }
}

/// What Jira Cloud counts for what an answer shows: one for a thing, two for a person.
func points(of answer: Any) -> Int {
    switch answer {
    case let list as any Counted: list.points
    case is Account: 2
    default: 1
    }
}

private protocol Counted {
    var points: Int { get }
}

extension Page: Counted {
    fileprivate var points: Int { items.count * (Item.self == Account.self ? 2 : 1) }
}

extension SearchResult: Counted {
    fileprivate var points: Int { issues.count }
}

extension Watchers: Counted {
    fileprivate var points: Int { 2 * accounts.count }
}

extension Array: Counted {
    fileprivate var points: Int { count * (Element.self == Account.self ? 2 : 1) }
}
