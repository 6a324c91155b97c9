// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The time by which calls are paced.
public struct CallClock: Sendable {
    /// For what begins anew with the hour.
    let date: @Sendable () -> Date
    /// Seconds that nobody sets back.
    let elapsed: @Sendable () -> Double
    let sleep: @Sendable (Duration) async throws -> Void

    public init(
        date: @escaping @Sendable () -> Date, elapsed: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.date = date
        self.elapsed = elapsed
        self.sleep = sleep
    }

    public static let system: CallClock = {
        let start = ContinuousClock.now
        return CallClock(
            date: { Date() }, elapsed: { (ContinuousClock.now - start) / .seconds(1) },
            sleep: { try await Task.sleep(for: $0) })
    }()
}

/// A time in which nothing is sent, since a server has asked for that.
struct Silence {
    private var until = -Double.infinity
    private var reason: LimitReason?

    mutating func keep(_ pause: Duration, because reason: LimitReason?, at now: Double) {
        let end = now + pause / .seconds(1)
        if end > until { (until, self.reason) = (end, reason) }
    }

    /// How long a call has to wait; throws what the server would say again where that is long.
    func wait(at now: Double) throws -> Double {
        let rest = max(0, until - now)
        if rest > Self.short { throw WebClientError(silentFor: .seconds(rest), because: reason) }
        return rest
    }

    /// Seconds: as long as a burst is held against anybody.
    private static let short = 2.0
}

extension WebClientError {
    fileprivate init(silentFor pause: Duration, because reason: LimitReason?) {
        self.init(
            .rateLimited, .after(pause), said: "Jira asks to slow down (429).", detail: "nothing was sent",
            limit: reason)
    }
}
