// SPDX-License-Identifier: Apache-2.0

/// An operation was cancelled since its time was over.
struct TimeIsUp: Error {}

/// Runs an operation and cancels it when it takes longer.
func within<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next(), let value else { throw TimeIsUp() }
        return value
    }
}
