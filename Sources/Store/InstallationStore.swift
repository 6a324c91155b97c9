// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Synchronization
public import Vault
import WebClient

/// The data folder of an installation.
public final class InstallationStore: Sendable {
    /// What this process does with the folder.
    public enum Role: Sendable {
        /// Takes work. One process for each data folder; several for a database on a server.
        case serving
        /// Looks and configures, beside a process that serves.
        case beside
    }

    let database: any SQLDatabase
    let bodies: any BodyStore
    let committer: Committer
    let keys: KeyRing
    let systemKeys: OwnerKeys
    let claims: Claims
    let now: @Sendable () -> Date
    let systemTime: @Sendable () -> Date
    let limits: KeepingLimits
    let usage = Usage()
    let changes = Changes()
    let jobIDs = JobIDs()
    /// Nil where nobody else can serve.
    let processes: Processes?
    private let lock: DataFile?
    let marks: WorkMarks?
    let home: BodyHome
    let folder: String
    private let known = Mutex<[TenantID: KnownTenant]>([:])

    /// Opens the data folder, and makes it if it is not there. The key store must lie elsewhere.
    ///
    /// - Parameters:
    ///   - address: The server that keeps the rows; nil for an embedded database in the folder.
    ///   - home: Where the bytes of letters and events are kept.
    ///   - limits: What the operator allows.
    ///   - systemTime: The clock of this machine, which is held against that of the database where others share it.
    ///   - now: The clock by which access to what is kept ends.
    public static func open(
        folder: String, database address: PostgreSQLAddress? = nil, bodies home: BodyHome = .dataFolder, keys: KeyRing,
        as role: Role = .serving, limits: KeepingLimits = KeepingLimits(),
        systemTime: @escaping @Sendable () -> Date = { Date() }, now: @escaping @Sendable () -> Date
    ) async throws -> InstallationStore {
        do {
            let store = try await onFileQueue {
                try InstallationStore(
                    folder: folder, database: address, bodies: home, keys: keys, as: role, limits: limits,
                    systemTime: systemTime, now: now)
            }
            do {
                try await store.begin(as: role)
            } catch {
                // Who opens it again need not wait until nobody holds this store any more.
                store.lock?.letGo()
                throw error
            }
            return store
        } catch {
            throw StoreError.of(error)
        }
    }

    private func begin(as role: Role) async throws {
        do {
            try await check(as: role)
        } catch let error as StoreError where error.code == .alreadyThere && home.isShared {
            // Another process began at the same moment.
            try await check(as: role)
        }
        guard role == .serving else { return }
        do {
            try await join()
            try await endRestore()
            try await finishRemovals()
            try await removeTornBodies()
            try await holdTermsToBounds()
            database.listen { [weak changes] in changes?.announce($0) }
        } catch {
            // What stays all the same, others take away.
            try? await leave()
            throw error
        }
    }

    private init(
        folder: String, database address: PostgreSQLAddress?, bodies home: BodyHome, keys: KeyRing, as role: Role,
        limits: KeepingLimits, systemTime: @escaping @Sendable () -> Date, now: @escaping @Sendable () -> Date
    ) throws {
        self.now = now
        self.systemTime = systemTime
        self.limits = limits
        self.home = home
        self.folder = folder
        try DataFile.makeFolder(folder)
        lock = role == .serving ? try Self.takeLock(of: folder) : nil
        marks = role == .serving ? try WorkMarks(folder + "/at-work") : nil
        claims = Claims(marks: marks)
        processes = role == .serving && address != nil ? Processes(folder: folder) : nil
        database =
            if let address {
                try PostgreSQLDatabase(address, as: role, isShared: home.isShared, folder: folder)
            } else {
                try SQLiteDatabase(path: folder + "/martlet.sqlite")
            }
        bodies =
            switch home {
            case .dataFolder: try BodyFolder(path: folder + "/bodies")
            case .folder(let path, _): try BodyFolder(path: path)
            case .bucket(let bucket): try BodyBucket(bucket, scratch: folder + "/under-way")
            }
        committer = Committer(database: database, bodies: bodies)
        self.keys = keys
        try keys.create(.system)
        systemKeys = try keys.keys(of: .system)
    }

    private static func takeLock(of folder: String) throws(StoreError) -> DataFile {
        let file = try DataFile(folder + "/lock", O_RDWR | O_CREAT)
        guard try file.take() else {
            throw StoreError(.inUse, "Another Martlet is serving the data folder \(folder).")
        }
        return file
    }

    /// Waits for what is being written, then lets go of the folder.
    public func close() async throws {
        changes.finish()
        do {
            try await leave()
        } catch let error as StoreError where error.code != .closed {
            // Others find out by themselves that it is gone.
        }
        await committer.close()
        try await onFileQueue { [database] in try database.close() }
        if case .bucket(let bucket) = home { try await bucket.close() }
        lock?.letGo()
        // They hold this store.
        forgetTenants()
    }

    // MARK: Tenants

    public func createTenant(_ id: TenantID, name: String, at time: Date) async throws {
        // Its keys may be on their way.
        if try await database.read({ try $0.hasTenant(id) }) {
            throw StoreError(.alreadyThere, "There is a tenant \"\(id)\" here already.")
        }
        let owner = KeyOwner.tenant(id.rawValue)
        let payload: Data
        do {
            try keys.create(owner)
            payload = try keys.keys(of: owner).seal(
                Data(name.utf8), as: .configuration, at: time, for: .payload("tenants", id.rawValue))
        } catch {
            throw StoreError.of(error)
        }
        try await committer.write { [limits] connection in
            try connection.insertTenant(id, at: time, payload: payload)
            try connection.putTerms(
                Terms.usual.shortened(to: limits.terms), of: id, since: Date(timeIntervalSince1970: 0))
        }
    }

    /// Those that have ended are among them until their grace is over.
    public func tenants() async throws -> [Tenant] {
        let now = now()
        let rows = try await database.read { try $0.tenants() }.filter { $0.endsAt ?? .distantFuture > now }
        // One whose keys are gone already is being removed.
        return try rows.filter { try keys.has(.tenant($0.id.rawValue)) }.map { row in
            do {
                let name = try keys.keys(of: .tenant(row.id.rawValue)).open(
                    row.payload, for: .payload("tenants", row.id.rawValue))
                return Tenant(
                    id: row.id, name: String(decoding: name, as: UTF8.self), createdAt: row.createdAt,
                    isAudited: row.isAudited, endsAt: row.endsAt)
            } catch {
                throw StoreError.of(error)
            }
        }
    }

    /// Keeps again what comes from now on. No tenant can do this by itself (P17).
    public func resumeAuditing(of id: TenantID) async throws {
        guard try await committer.write({ try $0.setAudited(true, id) }) else { throw StoreError.noTenant(id) }
    }

    /// Destroys a tenant's keys, and then all that is kept of it (P4). Nothing of it opens from here on, in no copy of the
    /// data; but older data does, with a copy of the keys that was made before, as long as nobody writes over that.
    public func removeTenant(_ id: TenantID) async throws {
        guard try await database.read({ try $0.hasTenant(id) }) else { throw StoreError.noTenant(id) }
        do {
            try await onFileQueue { [keys] in try keys.destroy(.tenant(id.rawValue)) }
        } catch {
            throw StoreError.of(error)
        }
        try await removeRows(of: id)
    }

    func removeRows(of id: TenantID) async throws {
        forget(id)
        let files = try await database.read { try $0.ownBodyFiles(of: id) }
        try await inBatches { try $0.removeSomeRows(of: id, limit: $1) }
        try await committer.write { try $0.removeTenant(id) }
        // What is in segments has no key any more, and goes with them.
        _ = try await bodies.remove(files)
    }

    /// Of tenants whose keys were destroyed: the process ended amid it, or an old copy of the data was restored.
    func finishRemovals() async throws {
        for tenant in try await database.read({ try $0.tenants() }) {
            let owner = KeyOwner.tenant(tenant.id.rawValue)
            if try keys.has(owner) { continue }
            // Being imported; a day is more than that takes.
            if try keys.isExpecting(owner, since: now().addingTimeInterval(-86_400)) { continue }
            guard try keys.wasDestroyed(owner) else { throw StoreError.olderKeys(tenant.id) }
            try await removeRows(of: tenant.id)
        }
    }

    /// Lets go of what is known of tenants, with their keys: it is looked up anew as it is asked for.
    func forgetTenants() {
        known.withLock { $0 = [:] }
    }

    func forget(_ id: TenantID) {
        known.withLock { $0[id] = nil }
    }

    /// The only door to a tenant's rows. It is closed from the moment on at which the grace of one that has ended is over.
    public func tenant(_ id: TenantID) async throws -> TenantStore {
        let now = now()
        // Another process may have removed it, and made one of the same name: that has other keys.
        if let found = known.withLock({ $0[id] }), abs(now.timeIntervalSince(found.readAt)) < 1,
            (try? keys.keys(of: .tenant(id.rawValue))) === found.tenant.keys
        {
            return found.tenant
        }
        let (isThere, end) = try await database.read { (try $0.hasTenant(id), try $0.end(of: id)) }
        guard isThere, end ?? .distantFuture > now else { throw StoreError.noTenant(id) }
        do {
            let tenant = TenantStore(id: id, keys: try keys.keys(of: .tenant(id.rawValue)), store: self)
            known.withLock { $0[id] = KnownTenant(tenant: tenant, readAt: now) }
            return tenant
        } catch {
            throw StoreError.of(error)
        }
    }
}

/// What was looked up a moment ago.
private struct KnownTenant: Sendable {
    var tenant: TenantStore
    var readAt: Date
}

extension StoreError {
    static func olderKeys(_ id: TenantID) -> StoreError {
        StoreError(.keysDoNotFit, "The key store is older than the data: it has no key of the tenant \(id).")
    }

    static func noTenant(_ id: TenantID) -> StoreError {
        StoreError(.unknownTenant, "There is no tenant \"\(id)\".")
    }
}
