// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// An operation was cancelled since its time was over.
struct TimeIsUp: Error {}

/// Runs an operation and cancels it when it takes longer.
///
/// The timer is one of the event loops: a sleeping task beside each call takes longer than all else that is done for a call.
func within<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task(operation: operation)
    let deadline = NIODeadline.now() + TimeAmount(limit)
    let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(deadline: deadline) { task.cancel() }
    defer { timer.cancel() }
    do {
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    } catch  where !Task.isCancelled && NIODeadline.now() >= deadline {
        throw TimeIsUp()
    }
}
