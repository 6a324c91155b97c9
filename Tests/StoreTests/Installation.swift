// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Store
import Synchronization
import Testing
import Vault
import WebClient

let noon = Date(timeIntervalSince1970: 1_795_348_800)
let acme = TenantID("acme")!
let desk = ConfigurationID("desk")!

/// What keeps the rows, and what the bodies.
enum DatabaseEngine: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case postgreSQL = "PostgreSQL"
    case postgreSQLAndS3 = "PostgreSQL + S3"

    /// Those that this machine has.
    static let available = allCases.filter { engine in
        (engine == .sqlite || PostgreSQL.isAvailable) && (!engine.hasBucket || Bucket.isAvailable)
    }

    /// Those with bodies in files.
    static let withFiles = available.filter { !$0.hasBucket }

    /// Whether bodies are objects, one each.
    var hasBucket: Bool { self == .postgreSQLAndS3 }

    var testDescription: String { rawValue }
}

/// The servers of all tests of this process.
enum Server {
    private static let running = Mutex<PostgreSQL?>(nil)
    private static let starting = Task {
        let server = try await PostgreSQL.start()
        running.withLock { $0 = server }
        atexit { Server.running.withLock { $0 = nil } }
    }

    private static let runningBucket = Mutex<Bucket?>(nil)
    private static let startingBucket = Task {
        let server = try await Bucket.start()
        runningBucket.withLock { $0 = server }
        atexit { Server.runningBucket.withLock { $0 = nil } }
    }

    static func bucket() async throws -> Bucket {
        try await startingBucket.value
        return runningBucket.withLock { $0! }
    }

    static func shared() async throws -> PostgreSQL {
        try await starting.value
        return running.withLock { $0! }
    }
}

extension Bucket {
    /// As whom it is spoken to by default.
    var credentials: AWSCredentials { AWSCredentials(accessKey: accessKey, secretKey: Secret(Self.secretKey)) }

    /// Tries at once again, and thrice at most; a megabyte goes with one request.
    func bucket(
        prefix: String = "", as credentials: AWSCredentials? = nil,
        limits: AWSLimits = .init(silence: .seconds(20), tries: 3, pause: .zero, part: 1 << 20)
    ) throws -> S3Bucket {
        guard let address = S3Address(bucket: Self.name, region: Self.region, endpoint: endpoint, prefix: prefix) else {
            throw Unexpected()
        }
        return S3Bucket(address, as: credentials ?? self.credentials, limits: limits) {
            Date()
        } sleep: { _ in
        }
    }
}

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
    /// Nil for the database in the folder.
    let database: String?
    /// Nil for files in the folder.
    let prefix: String?
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

    /// Copies stay as long as the place that they were made of.
    private final class Copies: Sendable {
        let folders = Mutex<[TemporaryFolder]>([])
    }

    init(_ engine: DatabaseEngine) async throws {
        switch engine {
        case .sqlite: try self.init()
        case .postgreSQL: try self.init(database: try await Server.shared().makeDatabase())
        case .postgreSQLAndS3:
            try self.init(database: try await Server.shared().makeDatabase(), prefix: UUID().uuidString)
        }
    }

    init(database: String? = nil, prefix: String? = nil) throws {
        folder = try TemporaryFolder()
        self.database = database
        self.prefix = prefix
        master = .random()
        clock = Clock()
        copies = Copies()
    }

    private init(copying other: Installation) async throws {
        folder = try TemporaryFolder()
        database = try await Self.copy(other.database)
        prefix = try await Self.copyObjects(of: other.prefix)
        master = other.master
        clock = other.clock
        copies = other.copies
        copies.folders.withLock { [folder] in $0.append(folder) }
        for part in ["data", "keys"] {
            try FileManager.default.copyItem(atPath: other.folder.path(part), toPath: folder.path(part))
        }
    }

    /// A place with nothing in it, for the same master key and clock.
    func emptyTwin(_ engine: DatabaseEngine) async throws -> Installation {
        let database = engine == .sqlite ? nil : try await Server.shared().makeDatabase()
        return try Installation(emptyTwinOf: self, database, prefix: engine.hasBucket ? UUID().uuidString : nil)
    }

    private init(emptyTwinOf other: Installation, _ database: String?, prefix: String?) throws {
        folder = try TemporaryFolder()
        self.database = database
        self.prefix = prefix
        master = other.master
        clock = other.clock
        copies = other.copies
        copies.folders.withLock { [folder] in $0.append(folder) }
    }

    private static func copy(_ database: String?) async throws -> String? {
        guard let database else { return nil }
        return try await Server.shared().copy(database)
    }

    private static func copyObjects(of prefix: String?) async throws -> String? {
        guard let prefix else { return nil }
        let (old, new) = (try await bucket(prefix), UUID().uuidString)
        let copy = try await bucket(new)
        for object in try await old.list("") {
            try await copy.put(try await old.get(object.name) ?? [], as: object.name)
        }
        try await old.close()
        try await copy.close()
        return new
    }

    private static func bucket(_ prefix: String) async throws -> S3Bucket {
        try await Server.bucket().bucket(prefix: prefix)
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
        return try await InstallationStore.open(
            folder: folder.path("data"), database: try database.map { try PostgreSQLAddress(url: $0) },
            bodies: home ?? usual, keys: keys, as: role, limits: limits
        ) { [clock] in
            clock.time.withLock { $0 }
        }
    }

    var home: BodyHome {
        get async throws {
            guard let prefix else { return .dataFolder }
            return .bucket(try await Self.bucket(prefix))
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
        var out = Data()
        if let database { out = try await Server.shared().files(of: database) }
        if prefix != nil { out += try await Server.bucket().contents() }
        let all = FileManager.default.enumerator(atPath: folder.path)
        while let file = all?.nextObject() as? String {
            if let bytes = FileManager.default.contents(atPath: folder.path(file)) { out.append(bytes) }
            out.append(Data(file.utf8))
        }
        return out
    }

    /// Takes away a file of the folder or an object of the bucket, as nobody should.
    func lose(_ file: String) async throws {
        guard let prefix else { return try FileManager.default.removeItem(atPath: folder.path(file)) }
        let bucket = try await Self.bucket(prefix)
        _ = try await bucket.delete([file])
        try await bucket.close()
    }

    /// Files of the folder, and objects of the bucket.
    func files(ending: String) async throws -> [String] {
        var all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        if let prefix {
            let bucket = try await Self.bucket(prefix)
            all += try await bucket.list("").map(\.name)
            try await bucket.close()
        }
        return all.filter { $0.hasSuffix(ending) }
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

func entry(
    _ job: JobID, _ disposition: String = "created", line: Line = .letter, at time: Date = noon, record: String = "{}"
) -> AuditEntry {
    AuditEntry(
        job: job, line: line, kind: "mail", disposition: disposition, finishedAt: time, record: Data(record.utf8))
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
