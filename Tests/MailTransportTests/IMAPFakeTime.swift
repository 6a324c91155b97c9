// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

@testable import MailTransport

/// Time that stands still until the test moves it.
final class FakeTime: Timekeeper {
    private struct Sleeper {
        let duration: Duration
        let until: Date
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Date
        var number = 0
        var sleepers: [Int: Sleeper] = [:]
        var awaited: (duration: Duration, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state: Mutex<State>

    init(_ start: String = "2026-11-22T07:00:00Z") {
        state = Mutex(State(now: (try? Date(start, strategy: .iso8601)) ?? .distantPast))
    }

    var now: Date { state.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isCancelled, awaiting) = state.withLock { state in
                    if Task.isCancelled { return (true, nil as CheckedContinuation<Void, Never>?) }
                    state.sleepers[id] = Sleeper(
                        duration: duration, until: state.now + duration.seconds, continuation: continuation)
                    guard state.awaited?.duration == duration else { return (false, nil) }
                    defer { state.awaited = nil }
                    return (false, state.awaited?.continuation)
                }
                awaiting?.resume()
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns once somebody sleeps for just so long.
    func untilAsleep(for duration: Duration) async {
        await withCheckedContinuation { continuation in
            let isAsleep = state.withLock { state in
                if state.sleepers.values.contains(where: { $0.duration == duration }) { return true }
                state.awaited = (duration, continuation)
                return false
            }
            if isAsleep { continuation.resume() }
        }
    }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration.seconds
            let now = state.now
            let woken = state.sleepers.filter { $0.value.until <= now }
            for id in woken.keys { state.sleepers[id] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits for a sleeper and lets its time pass.
    func pass(_ duration: Duration) async {
        await untilAsleep(for: duration)
        advance(by: duration)
    }
}
