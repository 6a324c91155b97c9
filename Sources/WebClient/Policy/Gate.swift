// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets so many do something at a time. The others wait, and come in the order in which they asked.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var last = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    init(places: Int) {
        state = Mutex(State(free: places))
    }

    func pass<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let failure: (any Error)?? = state.withLock { state in
                    if Task.isCancelled { return .some(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .some(nil)
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                switch failure {
                case .some(let failure?): continuation.resume(throwing: failure)
                case .some(nil): continuation.resume()
                case nil: break
                }
            }
        } onCancel: {
            let given = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
            }
            given?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst().continuation }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
