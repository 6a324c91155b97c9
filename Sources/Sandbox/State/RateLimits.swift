// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Jira Cloud's limits, and its search that lags behind, where they are switched on.
public struct RateLimitSettings: Sendable, Equatable {
    /// 20 writes in 2 seconds and 100 in 30 seconds to one issue.
    public var limitsIssueWrites: Bool
    /// Calls a second of each method and operation; nothing where there is no limit.
    public var burst: Int?
    /// Points an hour, from the full hour on: one a call, and one more for each thing that is read, two for each person.
    public var pointsPerHour: Int?
    /// Seconds after which a search finds what is new, and what was changed as it is now.
    public var searchLag: Double

    public init(
        limitsIssueWrites: Bool = false, burst: Int? = nil, pointsPerHour: Int? = nil, searchLag: Double = 0
    ) {
        self.searchLag = searchLag
        self.limitsIssueWrites = limitsIssueWrites
        self.burst = burst
        self.pointsPerHour = pointsPerHour
    }
}

/// What was called lately, and what is refused for it.
struct RateLimits: Sendable {
    struct Refused: Error {
        let reason: String
        let limit: Int
        let pause: Double
        /// What has a limit of its own: an issue, an operation; nothing where all calls share it.
        var scope: String?
    }

    var settings = RateLimitSettings()
    /// All refusals so far by their reasons, and how many came although they had been told to wait.
    private(set) var reasons: [String: Int] = [:]
    private(set) var unheeded = 0

    var refusals: Int { reasons.values.reduce(0, +) }

    private var writes: [Int: [Date]] = [:]
    private var calls: [String: [Date]] = [:]
    private var points: (hour: Int, spent: Int) = (0, 0)
    /// Since when somebody knows that a limit is met, and until when.
    private var closed: [String: Range<Date>] = [:]

    /// What was on its way when the refusal was told is not held against anybody.
    private static let secondsOnTheWay = 0.1
    private static let windows: [(count: Int, seconds: Double)] = [(20, 2), (100, 30)]

    /// Counts a call, or refuses it.
    ///
    /// - Parameters:
    ///   - operation: Method and template: each has a burst limit of its own.
    ///   - issue: Which one is written to, if one is.
    mutating func admit(_ operation: String, issue: Int?, at now: Date) throws {
        do {
            if let issue { try countWrite(to: issue, at: now) }
            try countCall(of: operation, at: now)
            try spendPoint(at: now)
        } catch let refused as Refused {
            reasons[refused.reason, default: 0] += 1
            let name = refused.scope.map { "\(refused.reason) \($0)" } ?? refused.reason
            let known = closed[name].flatMap { now < $0.upperBound ? $0.lowerBound : nil }
            if let known, known <= now { unheeded += 1 }
            let told = known ?? now.addingTimeInterval(Self.secondsOnTheWay)
            closed[name] = told..<max(told, now.addingTimeInterval(refused.pause.rounded(.up)))
            throw refused
        }
    }

    private mutating func countWrite(to issue: Int, at now: Date) throws {
        guard settings.limitsIssueWrites else { return }
        let recent = (writes[issue] ?? []).filter { now.timeIntervalSince($0) < 30 }
        for window in Self.windows {
            let within = recent.filter { now.timeIntervalSince($0) < window.seconds }
            guard within.count >= window.count else { continue }
            throw Refused(
                reason: "jira-per-issue-on-write", limit: window.count,
                pause: window.seconds - now.timeIntervalSince(within[within.count - window.count]), scope: "\(issue)")
        }
        writes[issue] = recent + [now]
    }

    private mutating func countCall(of operation: String, at now: Date) throws {
        guard let burst = settings.burst else { return }
        let recent = (calls[operation] ?? []).filter { now.timeIntervalSince($0) < 1 }
        guard recent.count < burst else {
            throw Refused(
                reason: "jira-burst-based", limit: burst, pause: 1 - now.timeIntervalSince(recent[0]), scope: operation)
        }
        calls[operation] = recent + [now]
    }

    private mutating func spendPoint(at now: Date) throws {
        guard let most = settings.pointsPerHour else { return }
        let hour = Int(now.timeIntervalSince1970 / 3600)
        if points.hour != hour { points = (hour, 0) }
        guard points.spent < most else {
            throw Refused(reason: "jira-quota-tenant-based", limit: most, pause: secondsToFullHour(now))
        }
        points.spent += 1
    }

    /// Counts what an answer showed beside the call itself.
    mutating func spend(objects: Int) {
        if settings.pointsPerHour != nil { points.spent += objects }
    }

    /// What the headers of an answer say: how many points there are, and how many are left.
    func standing(at now: Date) -> (limit: Int, remaining: Int, reset: Date)? {
        settings.pointsPerHour.map {
            ($0, max(0, $0 - points.spent), now.addingTimeInterval(secondsToFullHour(now)))
        }
    }
}

func secondsToFullHour(_ now: Date) -> Double {
    3600 - now.timeIntervalSince1970.truncatingRemainder(dividingBy: 3600)
}
