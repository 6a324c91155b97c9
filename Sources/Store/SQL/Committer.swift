// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Group commit: all writes that wait share one flush of the segments and one commit.
///
/// While a commit runs the next writes gather, so that a busy store commits large groups and an idle one waits for nobody.
final class Committer: Sendable {
    /// A write, its body if it has one, and whom to tell.
    private struct Waiting: Sendable {
        var body: SealedBody?
        var run: @Sendable (any SQLConnection, BodyPlace?) throws -> Void
        var tell: @Sendable (StoreError?) -> Void
    }

    private struct Queue: Sendable {
        var waiting: [Waiting] = []
        /// Reaching this number ends a pause.
        var wanted: Int?
        var isRunning = false
        var isClosed = false
    }

    private let database: any SQLDatabase
    private let bodies: any BodyStore
    private let queue = DispatchQueue(label: "martlet.store.commit", qos: .userInitiated)
    private let writes = Mutex(Queue())
    private let gathered = DispatchSemaphore(value: 0)

    static let groupLimit = 1024
    static let pauseLimit = Duration.milliseconds(2)

    init(database: any SQLDatabase, bodies: any BodyStore) {
        self.database = database
        self.bodies = bodies
    }

    /// Returns when what `run` did is durable, and the body before it.
    func write<T: Sendable>(
        with body: SealedBody? = nil, _ run: @escaping @Sendable (any SQLConnection, BodyPlace?) throws -> T
    ) async throws -> T {
        let result = Mutex<T?>(nil)
        return try await withCheckedThrowingContinuation { continuation in
            submit(
                Waiting(body: body) { connection, place in
                    let value = try run(connection, place)
                    result.withLock { $0 = value }
                } tell: { failure in
                    if let failure { return continuation.resume(throwing: failure) }
                    continuation.resume(returning: result.withLock { $0! })
                })
        }
    }

    @discardableResult
    func write<T: Sendable>(_ run: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await write(with: nil) { connection, _ in try run(connection) }
    }

    /// Refuses what comes from now on, and returns when what came before is done.
    func close() async {
        writes.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume() }
        }
    }

    /// Refuses what would be refused once it is written.
    func checkIsOpen() throws(StoreError) {
        if writes.withLock({ $0.isClosed }) { throw Self.closed }
    }

    private static let closed = StoreError(.closed, "The store is closed.")

    private func submit(_ write: Waiting) {
        enum Effect { case refused, starts, endsPause, none }
        let effect: Effect = writes.withLock { writes in
            if writes.isClosed { return .refused }
            writes.waiting.append(write)
            if !writes.isRunning {
                writes.isRunning = true
                return .starts
            }
            guard let wanted = writes.wanted, writes.waiting.count >= wanted else { return .none }
            writes.wanted = nil
            return .endsPause
        }
        switch effect {
        case .refused: write.tell(Self.closed)
        case .starts: queue.async { self.drain() }
        case .endsPause: gathered.signal()
        case .none: break
        }
    }

    private func drain() {
        while let group = nextGroup() {
            let start = ContinuousClock.now
            commit(group)
            if group.count > 1 { pause(for: group.count, atMost: (ContinuousClock.now - start) / 4) }
        }
    }

    /// Those who were answered mostly come back at once with their next write: waits a little for them, so that they share
    /// the next commit with those who wait already, and do not miss it by a hair.
    private func pause(for count: Int, atMost time: Duration) {
        let isPausing = writes.withLock { writes in
            if writes.waiting.count < count { writes.wanted = writes.waiting.count + count }
            return writes.wanted != nil
        }
        guard isPausing else { return }
        let limit = min(time, Self.pauseLimit) / .microseconds(1)
        if gathered.wait(timeout: .now() + .microseconds(Int(limit))) == .timedOut {
            let wasEnded = writes.withLock { writes in
                defer { writes.wanted = nil }
                return writes.wanted == nil
            }
            // The signal came just after the time was over.
            if wasEnded { gathered.wait() }
        }
    }

    private func nextGroup() -> [Waiting]? {
        writes.withLock { writes in
            if writes.waiting.isEmpty {
                writes.isRunning = false
                return nil
            }
            let group = Array(writes.waiting.prefix(Self.groupLimit))
            writes.waiting.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ group: [Waiting]) {
        let places = bodies.keep(group.map(\.body))
        let failures = database.commit(
            zip(group, places).map { write, place in
                { connection in try write.run(connection, try place?.get()) }
            })
        for (write, failure) in zip(group, failures) {
            write.tell(failure)
        }
    }
}
