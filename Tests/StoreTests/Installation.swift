// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Store
import Synchronization
@_exported import TestStores
import Testing
import Vault
import WebClient

let noon = Date(timeIntervalSince1970: 1_795_348_800)
let acme = TenantID("acme")!
let desk = ConfigurationID("desk")!

extension PostgreSQL {
    /// A session's locks go with it, a moment after it said farewell.
    func waitForLocks(toGoFrom database: String) async throws {
        let count = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        for _ in 0..<200 {
            if try await run(count, in: database).output == "0\n" { return }
        }
        throw Unexpected()
    }
}

/// A data folder and a key store of a test's own, opened as often as the test likes.
struct Installation: Sendable {
    let folder: TemporaryFolder
    let outside: Outside
    let master: MasterKey
    private let clock: Clock
    private let copies: Copies

    private final class Clock: Sendable {
        let time = Mutex(noon)
    }

    /// The time by which access ends, for all stores of this place and its copies.
    var now: Date {
        get { clock.time.withLock { $0 } }
        nonmutating set { clock.time.withLock { $0 = newValue } }
    }

    /// Copies stay as long as the place that they were made of. Stores that a test left open, as a crash does, are closed after
    /// it, since each has connections and files.
    private final class Copies: Sendable {
        let folders = Mutex<[TemporaryFolder]>([])
        private let opened = Mutex<[Opened]>([])

        private struct Opened: Sendable {
            weak var store: InstallationStore?
        }

        func add(_ store: InstallationStore) {
            opened.withLock { $0.append(Opened(store: store)) }
        }

        deinit {
            let stores = opened.withLock { $0.compactMap(\.store) }
            Task { for store in stores { try? await store.close() } }
        }
    }

    /// Nil for the one in the folder.
    var database: String? { outside.database }
    /// Nil for files in the folder.
    var prefix: String? { outside.prefix }

    init(_ engine: DatabaseEngine) async throws {
        try self.init(try await Outside(engine))
    }

    init(database: String? = nil, prefix: String? = nil) throws {
        try self.init(Outside(database: database, prefix: prefix))
    }

    private init(_ outside: Outside) throws {
        folder = try TemporaryFolder()
        self.outside = outside
        master = .random()
        clock = Clock()
        copies = Copies()
    }

    private init(copying other: Installation) async throws {
        folder = try TemporaryFolder()
        outside = try await other.outside.copy()
        master = other.master
        clock = other.clock
        copies = other.copies
        copies.folders.withLock { [folder] in $0.append(folder) }
        for part in ["data", "keys"] {
            try FileManager.default.copyItem(atPath: other.folder.path(part), toPath: folder.path(part))
        }
        try bearIdentity()
    }

    /// A place with nothing in it, for the same master key and clock.
    func emptyTwin(_ engine: DatabaseEngine) async throws -> Installation {
        try Installation(emptyTwinOf: self, try await Outside(engine))
    }

    private init(emptyTwinOf other: Installation, _ outside: Outside) throws {
        folder = try TemporaryFolder()
        self.outside = outside
        master = other.master
        clock = other.clock
        copies = other.copies
        copies.folders.withLock { [folder] in $0.append(folder) }
    }

    /// Files and rows as they are at this moment: what a power cut would leave.
    func cut() async throws -> Installation {
        try await Installation(copying: self)
    }

    /// The key store of today instead of its own: what somebody has who kept an old copy of the data.
    func takeKeys(of other: Installation) throws {
        try FileManager.default.removeItem(atPath: folder.path("keys"))
        try FileManager.default.copyItem(atPath: other.folder.path("keys"), toPath: folder.path("keys"))
    }

    /// - Parameter home: Nil for that of this place.
    func open(
        as role: InstallationStore.Role = .serving, limits: KeepingLimits = KeepingLimits(),
        bodies home: BodyHome? = nil
    ) async throws -> InstallationStore {
        let keys = try KeyRing.open(folder: folder.path("keys"), master: master)
        let usual = try await self.home
        let store = try await InstallationStore.open(
            folder: folder.path("data"), database: try outside.address,
            bodies: home ?? usual, keys: keys, as: role, limits: limits
        ) { [clock] in
            clock.time.withLock { $0 }
        }
        copies.add(store)
        return store
    }

    var home: BodyHome {
        get async throws {
            guard let bucket = try await outside.bucket else { return .dataFolder }
            return .bucket(bucket)
        }
    }

    /// A store with one tenant.
    func begin() async throws -> (store: InstallationStore, tenant: TenantStore) {
        let store = try await open()
        try await store.createTenant(acme, name: "Acme", at: noon)
        return (store, try await store.tenant(acme))
    }

    /// All bytes of all files, key store and log included, and those of the database server.
    func everything() async throws -> Data {
        var out = try await outside.everything()
        let all = FileManager.default.enumerator(atPath: folder.path)
        while let file = all?.nextObject() as? String {
            if let bytes = FileManager.default.contents(atPath: folder.path(file)) { out.append(bytes) }
            out.append(Data(file.utf8))
        }
        return out
    }

    /// Takes away a file of the folder or an object of the bucket, as nobody should.
    func lose(_ file: String) async throws {
        guard let bucket = try await outside.bucket else {
            return try FileManager.default.removeItem(atPath: folder.path(file))
        }
        _ = try await bucket.delete([file])
        try await bucket.close()
    }

    /// Files of the folder, and objects of the bucket.
    func files(ending: String) async throws -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return (all + (try await outside.objects())).filter { $0.hasSuffix(ending) }
    }
}

extension TenantStore {
    /// Keeps a letter and gives its id.
    @discardableResult
    func receive(
        _ bytes: [UInt8], _ line: Line = .letter, at time: Date = noon, identity: String? = nil,
        payload: Data = Data("{}".utf8)
    ) async throws -> Receipt {
        let body = try newBody(line, receivedAt: time)
        try body.append(bytes)
        return try await receive(Arrival(source: "desk", body: body, payload: payload, identity: identity))
    }

    func keep(_ text: String, _ line: Line = .letter, at time: Date = noon) async throws -> JobID {
        guard case .kept(let id) = try await receive(Array(text.utf8), line, at: time) else {
            throw Unexpected()
        }
        return id
    }

    func wholeBody(of job: JobID) async throws -> [UInt8] {
        var out: [UInt8] = []
        for try await piece in try await body(of: job) { out += piece }
        return out
    }
}

struct Unexpected: Error {}

/// - Parameter record: Nil for one that has these words.
func entry(
    _ job: JobID, _ disposition: String = "created", line: Line = .letter, at time: Date = noon,
    record: String? = nil, words: [String] = []
) -> AuditEntry {
    AuditEntry(
        job: job, line: line, kind: "mail", disposition: disposition, finishedAt: time,
        record: record.map { Data($0.utf8) } ?? anyRecord(job, line, at: time, words: words), words: words)
}

private func anyRecord(_ job: JobID, _ line: Line, at time: Date, words: [String]) -> Data {
    var record = AuditRecord(
        job: job, line: line, receivedAt: time, finishedAt: time, decider: nil, disposition: .created)
    record.subject = words.joined(separator: " ")
    return (try? JSONEncoder().encode(record)) ?? Data()
}

func action(_ job: JobID, _ ordinal: Int) -> ActionID {
    ActionID(job: job, decider: desk, ordinal: ordinal)
}

func plain(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
}

/// The code of the StoreError that `body` must throw.
func failure(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? StoreError)?.code
    }
}
