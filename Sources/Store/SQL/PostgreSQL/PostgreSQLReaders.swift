// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// The connections that read, each on a queue of its own. Who finds none free waits, first come first served.
final class PostgreSQLReaders: Sendable {
    private final class Reader: Sendable {
        let queue: DispatchQueue
        let connection: Mutex<PostgreSQLConnection>

        init(_ address: PostgreSQLAddress, _ number: Int) {
            queue = DispatchQueue(label: "martlet.store.read.\(number)")
            connection = Mutex(PostgreSQLConnection(address))
        }
    }

    private struct Desk: Sendable {
        var free: [Reader]
        var waiting: [CheckedContinuation<Reader, Never>] = []
    }

    private let all: [Reader]
    private let desk: Mutex<Desk>

    static let count = 6

    init(_ address: PostgreSQLAddress) {
        all = (1...Self.count).map { Reader(address, $0) }
        desk = Mutex(Desk(free: all))
    }

    /// Each statement sees what was committed before it.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        let reader = await take()
        defer { giveBack(reader) }
        return try await withCheckedThrowingContinuation { continuation in
            reader.queue.async {
                continuation.resume(
                    with: Result {
                        try reader.connection.withLock { try Self.read(by: $0, body) }
                    })
            }
        }
    }

    /// Once more where the connection broke, maybe long ago: reading twice does no harm.
    private static func read<T>(
        by connection: PostgreSQLConnection, _ body: @Sendable (any SQLConnection) throws -> T
    ) throws -> T {
        try connection.open()
        do {
            return try body(connection)
        } catch  where connection.isBroken {
            try connection.open()
            return try body(connection)
        }
    }

    var load: ReaderLoad {
        desk.withLock { desk in
            ReaderLoad(busy: all.count - desk.free.count, free: desk.free.count, waiting: desk.waiting.count)
        }
    }

    func close() {
        for reader in all { reader.connection.withLock { $0.close() } }
    }

    private func take() async -> Reader {
        await withCheckedContinuation { continuation in
            let reader: Reader? = desk.withLock { desk in
                // The one that was used last, whose connection is open.
                if let reader = desk.free.popLast() { return reader }
                desk.waiting.append(continuation)
                return nil
            }
            if let reader { continuation.resume(returning: reader) }
        }
    }

    private func giveBack(_ reader: Reader) {
        let next: CheckedContinuation<Reader, Never>? = desk.withLock { desk in
            if !desk.waiting.isEmpty { return desk.waiting.removeFirst() }
            desk.free.append(reader)
            return nil
        }
        next?.resume(returning: reader)
    }
}
