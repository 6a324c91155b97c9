// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

/// The time as a watch over a mailbox needs it.
public protocol Timekeeper: Sendable {
    var now: Date { get }

    /// Throws `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's own time.
public struct SystemTime: Timekeeper {
    public init() {}

    public var now: Date { Date() }

    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}

/// Calls from outside to the task that watches a mailbox: one rings, the other waits. Calls that nobody waits for are kept.
final class SourceCalls: Sendable {
    enum Call: Int, Comparable {
        case settle
        case poll

        static func < (one: Call, other: Call) -> Bool { one.rawValue < other.rawValue }
    }

    private struct State {
        var pending: Call?
        var waiting: (least: Call, continuation: CheckedContinuation<Void, Never>)?

        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            defer { waiting = nil }
            return waiting?.continuation
        }
    }

    private let state = Mutex(State())

    func ring(_ call: Call) {
        resume { state in
            state.pending = max(call, state.pending ?? call)
            guard let least = state.waiting?.least, call >= least else { return nil }
            return state.takeWaiting()
        }
    }

    /// Takes the call that has come in meanwhile.
    func take() -> Call? {
        state.withLock { state in
            defer { state.pending = nil }
            return state.pending
        }
    }

    /// Returns when such a call, or a stronger one, is there. It stays there until it is taken.
    func wait(for least: Call) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if let pending = state.pending, pending >= least { return true }
                    if Task.isCancelled { return true }
                    precondition(state.waiting == nil, "one waits at a time")
                    state.waiting = (least, continuation)
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            resume { state in state.takeWaiting() }
        }
        try Task.checkCancellation()
    }

    private func resume(_ choose: (inout State) -> CheckedContinuation<Void, Never>?) {
        let continuation = state.withLock { state in choose(&state) }
        continuation?.resume()
    }
}
