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
    private let pool: Mutex<PointsPool>

    init(_ pool: PointsPool = PointsPool()) {
        self.pool = Mutex(pool)
    }

    /// Returns when a call may go.
    func pass(_ site: SiteAddress) async throws {
        let wait = pool.withLock { $0.pass(site, at: Date().timeIntervalSince1970) }
        if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
    }

    func spend(on answer: Any, for site: SiteAddress) {
        let points = points(of: answer)
        if points > 0 { pool.withLock { $0.spend(points, for: site) } }
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
