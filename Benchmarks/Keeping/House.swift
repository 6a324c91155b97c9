// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Synchronization
import Vault

/// A store with one tenant and a clock of its own.
struct House: Sendable {
    let store: InstallationStore
    let tenant: TenantStore
    private let clock: Clock

    private final class Clock: Sendable {
        let time = Mutex(Date(timeIntervalSince1970: 1_795_348_800))
    }

    init(folder: String, database: PostgreSQLAddress? = nil) async throws {
        let clock = Clock()
        self.clock = clock
        store = try await InstallationStore.open(
            folder: folder + "/store", database: database,
            keys: try KeyRing.open(folder: folder + "/keys", master: .random())
        ) { clock.time.withLock { $0 } }
        guard let id = TenantID("bench") else { preconditionFailure("a name that is none") }
        try await store.createTenant(id, name: "Bench", at: clock.time.withLock { $0 })
        tenant = try await store.tenant(id)
    }

    private var now: Date { clock.time.withLock { $0 } }

    /// Durable sealed rows a second, each a commit for who writes it.
    func rows(writers: Int, seconds: Double) async throws -> Double {
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var count = 0
                    while (ContinuousClock.now - start).inSeconds < seconds {
                        let sender = String(repeating: "x", count: 250) + "@example.com"
                        try await tenant.write(
                            .commented(
                                comment: "\(writers)-\(writer)-\(count)", of: Profile.defaultConnection, by: sender,
                                at: now))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (ContinuousClock.now - start).inSeconds
    }

    /// Search for a sender among few and among all records, and the sweep of all when their time is over.
    func measureRecords(_ count: Int, into figures: inout [String: Double]) async throws {
        let few = min(10_000, count / 10)
        try await fill(0..<few)
        figures["search_few"] = try await search()
        figures["few"] = Double(few)
        let filling = ContinuousClock.now
        try await fill(few..<count)
        figures["fill_rate"] = Double(count - few) / (ContinuousClock.now - filling).inSeconds
        figures["search_all"] = try await search()
        figures["all"] = Double(count)
        clock.time.withLock { $0 += 32 * 86_400 }
        (figures["swept"], figures["sweep_seconds"]) = try await sweep()
    }

    /// The sweep of letters with bodies, of which one of a hundred has a file of its own.
    func measureBodies(_ count: Int, into figures: inout [String: Double]) async throws {
        try await fill(0..<count) { $0 % 100 == 0 ? 300_000 : 4_000 }
        clock.time.withLock { $0 += 32 * 86_400 }
        (figures["swept_bodies"], figures["body_sweep_seconds"]) = try await sweep()
        figures["bodies"] = Double(count)
    }

    /// How many records, and in how many seconds.
    private func sweep() async throws -> (records: Double, seconds: Double) {
        let start = ContinuousClock.now
        let swept = try await store.sweep()
        return (Double(swept.records), (ContinuousClock.now - start).inSeconds)
    }

    /// Letters that are done, each with a record of 300 bytes; one of a thousand is of the sender that is looked for.
    private func fill(_ numbers: Range<Int>, size: @Sendable @escaping (Int) -> Int = { _ in 1 }) async throws {
        let next = Counter(numbers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<256 {
                group.addTask {
                    while let number = next.take() { try await keep(number, of: size(number)) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func keep(_ number: Int, of size: Int = 1) async throws {
        // As in life: each comes a little later than the one before, and so do the ids.
        let now = now.addingTimeInterval(Double(number) * 0.02)
        let body = try tenant.newBody(.letter, receivedAt: now)
        try body.append([UInt8](repeating: 0x78, count: size))
        _ = try await tenant.receive(Arrival(source: "bench", body: body, payload: Data("{}".utf8), identity: nil))
        let sender = number % 1_000 == 0 ? "wanted@example.com" : "someone-\(number % 5_003)@example.com"
        let record = Data(repeating: 0x78, count: 300)
        try await tenant.write(
            .identified(body.id, as: nil, sender: sender),
            .finished(
                AuditEntry(
                    job: body.id, line: .letter, kind: "letter", disposition: "created", finishedAt: now, record: record
                )))
    }

    /// Milliseconds of the median search.
    private func search() async throws -> Double {
        var times: [Double] = []
        for _ in 0..<101 {
            let start = ContinuousClock.now
            let found = try await tenant.audit(matching: AuditFilter(sender: "wanted@example.com", limit: 10))
            times.append((ContinuousClock.now - start).inSeconds * 1_000)
            precondition(!found.isEmpty, "the sender is not found")
        }
        return times.sorted()[times.count / 2]
    }
}

/// Gives each number once.
private final class Counter: Sendable {
    private let left: Mutex<Range<Int>>

    init(_ numbers: Range<Int>) {
        left = Mutex(numbers)
    }

    func take() -> Int? {
        left.withLock { left in left.isEmpty ? nil : left.removeFirstNumber() }
    }
}

extension Range<Int> {
    fileprivate mutating func removeFirstNumber() -> Int {
        defer { self = (lowerBound + 1)..<upperBound }
        return lowerBound
    }
}
