// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization

/// An operation was cancelled since its time was over.
struct TimeIsUp: Error {}

/// Runs an operation and cancels it when it takes longer.
func within<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withoutSilence(of: limit) { _ in try await operation() }
}

/// Runs an operation and cancels it when nothing was heard of it for so long.
func withoutSilence<Value: Sendable>(
    of limit: Duration, _ operation: @escaping @Sendable (Progress) async throws -> Value
) async throws -> Value {
    let progress = Progress(limit: TimeAmount(limit))
    let task = Task { try await operation(progress) }
    progress.watch { task.cancel() }
    defer { progress.end() }
    do {
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    } catch  where !Task.isCancelled && progress.isOver {
        throw TimeIsUp()
    }
}

/// How far the time of an operation reaches: each sign of life begins it anew.
///
/// The timer is one of the event loops: a sleeping task beside each call takes longer than all else that is done for a call.
final class Progress: Sendable {
    private struct State {
        var deadline: NIODeadline
        var timer: Scheduled<Void>?
        var isOver = false
        var hasEnded = false
    }

    private let limit: TimeAmount
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let state: Mutex<State>

    fileprivate init(limit: TimeAmount) {
        self.limit = limit
        state = Mutex(State(deadline: .now() + limit))
    }

    /// A sign of life.
    ///
    /// - Parameter more: What the next one may take longer than others.
    func note(more: Duration = .zero) {
        state.withLock { $0.deadline = .now() + limit + TimeAmount(more) }
    }

    /// Whether the operation was stopped.
    var isOver: Bool { state.withLock(\.isOver) }

    fileprivate func watch(_ stop: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if state.hasEnded { return }
            state.timer = loop.scheduleTask(deadline: state.deadline) {
                if self.look() { stop() } else { self.watch(stop) }
            }
        }
    }

    private func look() -> Bool {
        state.withLock { state in
            state.isOver = state.deadline <= .now()
            return state.isOver
        }
    }

    fileprivate func end() {
        state.withLock { state in
            state.hasEnded = true
            state.timer?.cancel()
            state.timer = nil
        }
    }
}
