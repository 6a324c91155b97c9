// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// When writes may go, so that no window of time holds more of them than a site takes.
///
/// Windows are taken a little longer than they are, since requests do not all travel equally fast.
public struct WritePace: Sendable, Hashable {
    struct Window: Hashable {
        let count: Int
        let seconds: Double
    }

    private let windows: [Window]
    private var granted: [Date] = []

    /// What Jira Cloud takes for one issue: 20 writes in 2 seconds, 100 in 30.
    public static let ofIssue = WritePace(windows: [Window(count: 20, seconds: 2), Window(count: 100, seconds: 30)])

    /// The same after these writes, in their order.
    public static func ofIssue(after times: [Date]) -> WritePace {
        var pace = ofIssue
        pace.granted = times.suffix(pace.windows.map(\.count).max() ?? 0)
        return pace
    }

    init(windows: [Window]) {
        self.windows = windows
    }

    /// The most that may go at once.
    public var greatestGroup: Int { windows.map(\.count).min() ?? 1 }

    /// When so many writes may begin that follow one another. What was granted before goes first.
    ///
    /// More than the greatest group go as several groups, of which this is the first one's time.
    public mutating func grant(_ count: Int, at now: Date) -> Date {
        let start = grantGroup(min(max(count, 1), greatestGroup), at: now)
        var left = count - greatestGroup
        while left > 0 {
            _ = grantGroup(min(left, greatestGroup), at: now)
            left -= greatestGroup
        }
        return start
    }

    private mutating func grantGroup(_ count: Int, at now: Date) -> Date {
        var start = max(now, granted.last ?? now)
        for window in windows where granted.count > window.count - count {
            let first = granted[granted.count - (window.count - count) - 1]
            start = max(start, first.addingTimeInterval(window.seconds * 1.05 + 0.05))
        }
        granted += Array(repeating: start, count: count)
        granted.removeFirst(max(0, granted.count - (windows.map(\.count).max() ?? 0)))
        return start
    }

    /// Whether nothing that was granted matters any more.
    public func isRested(at now: Date) -> Bool {
        let longest = windows.map(\.seconds).max() ?? 0
        return granted.last.map { now.timeIntervalSince($0) > longest * 1.05 + 0.05 } ?? true
    }
}
