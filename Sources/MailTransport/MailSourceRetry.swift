// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// When a source that is offline is tried again.
///
/// At first quickly, then at least every 30 minutes for seven days, then once a day. Where trying cannot help and may lock an
/// account (a wrong password), every 30 minutes from the start.
public struct RetrySchedule: Sendable, Equatable {
    public enum Pace: Sendable {
        case quick
        case slow
    }

    private static let longest = Duration.seconds(30 * 60)
    private static let patience: TimeInterval = 7 * 86400

    /// When the first of the failures in a row was.
    public private(set) var since: Date?
    public private(set) var failures = 0

    public init() {}

    public mutating func succeeded() {
        self = RetrySchedule()
    }

    /// How long to wait after a failure. `jitter` from 0 up to 1 takes away as much as a quarter, so that many sources do not
    /// come back at the same moment.
    public mutating func failed(at now: Date, pace: Pace, jitter: Double) -> Duration {
        let since = since ?? now
        self.since = since
        failures += 1
        let longest = now.timeIntervalSince(since) < Self.patience ? Self.longest : .seconds(86400)
        let delay =
            switch pace {
            case _ where longest > Self.longest: longest
            case .slow: Self.longest
            case .quick: min(.seconds(5) * (1 << min(failures - 1, 10)), longest)
            }
        return delay * (1 - 0.25 * min(max(jitter, 0), 1))
    }
}
