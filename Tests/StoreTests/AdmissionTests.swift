// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("Room for more")
struct AdmissionTests {
    private func limits(reserve: Int = 0, quota: Int? = nil) -> KeepingLimits {
        var limits = KeepingLimits()
        limits.reserve = reserve
        limits.tenantQuota = quota
        return limits
    }

    private func begin(_ place: Installation, _ limits: KeepingLimits) async throws -> TenantStore {
        let store = try await place.open(limits: limits)
        try await store.createTenant(acme, name: "Acme", at: noon)
        return try await store.tenant(acme)
    }

    @Test("is there on a disk that has it, is scarce below twice the reserve, and is not there below it")
    func disk() async throws {
        let places = try (0..<4).map { _ in try Installation() }
        defer { withExtendedLifetime(places) {} }
        let free = try await begin(places[0], limits()).store.freeBytes
        #expect(try await begin(places[1], limits(reserve: free / 4)).admit() == .freely)
        #expect(try await begin(places[2], limits(reserve: free / 4 * 3)).admit() == .slowly)
        let full = try await begin(places[3], limits(reserve: free * 2))
        let error = await #expect(throws: StoreError.self) { try await full.admit() }
        #expect(error?.code == .diskFull)
        #expect(error?.said == "The disk of the data folder is almost full.")
        #expect(error?.retry == .after(.seconds(30)))
    }

    @Test("ends for a tenant who has all that it may have, and for no other", arguments: DatabaseEngine.available)
    func quota(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let tenant = try await begin(place, limits(quota: 2_000_000))
        try await tenant.store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let other = try await tenant.store.tenant(TenantID("other")!)
        #expect(try await tenant.admit() == .freely)
        guard case .kept(let first) = try await tenant.receive(plain(1_500_000)) else { throw Unexpected() }
        #expect(try await tenant.admit() == .freely)
        try await tenant.receive(plain(500_000))
        let error = await #expect(throws: StoreError.self) { try await tenant.admit() }
        #expect(error?.code == .quotaReached)
        #expect(error?.said == "This tenant has all the room that it may have: 2 MB.")
        #expect(error?.retry == .after(.seconds(300)))
        #expect(try await other.admit() == .freely)
        try await tenant.park(first, said: "No.")
        try await tenant.discardParked(first)
        place.now = noon.addingTimeInterval(61)
        #expect(try await tenant.admit() == .freely)
    }

    @Test("goes on for a tenant of whom nothing is kept any more", arguments: DatabaseEngine.available)
    func forgotten(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let tenant = try await begin(place, limits(quota: 2_000_000))
        try await tenant.stopAuditing()
        guard case .kept(let letter) = try await tenant.receive(plain(2_000_000)) else { throw Unexpected() }
        #expect(await failure { _ = try await tenant.admit() } == .quotaReached)
        try await tenant.write(.finished(entry(letter)))
        place.now = noon.addingTimeInterval(61)
        #expect(try await tenant.admit() == .freely)
    }
}

@Suite("An upgrade")
struct UpgradeTests {
    @Test("changes the database after it was copied, and the copy goes after a week")
    func copied() async throws {
        let place = try Installation()
        try await place.begin().store.close()
        let path = place.folder.path("data/martlet.sqlite")
        #expect(try await place.files(ending: ".before-upgrade").isEmpty)

        let next = Migration.all + [Migration(name: "9999 more", sql: "CREATE TABLE more (id INTEGER) STRICT;")]
        try SQLiteDatabase(path: path, steps: next).close()
        #expect(try await place.files(ending: ".before-upgrade").count == 1)
        let mode = try FileManager.default.attributesOfItem(atPath: path + ".before-upgrade")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        // Once only.
        try FileManager.default.removeItem(atPath: path + ".before-upgrade")
        let upgraded = try SQLiteDatabase(path: path, steps: next)
        #expect(try await place.files(ending: ".before-upgrade").isEmpty)
        try upgraded.close()

        // What was copied is what was there, for the Martlet of before.
        #expect(await failure { _ = try await place.open() } == .newerSchema)
        let old = try Installation()
        try await old.begin().store.close()
        let oldPath = old.folder.path("data/martlet.sqlite")
        try SQLiteDatabase(path: oldPath, steps: next).close()
        for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: oldPath + ending) }
        try FileManager.default.moveItem(atPath: oldPath + ".before-upgrade", toPath: oldPath)
        #expect(try await old.open().tenants().map(\.id) == [acme])
    }

    @Test(
        "of PostgreSQL copies the rows first, as a backup has them",
        .enabled(if: PostgreSQL.isAvailable, "needs postgresql"))
    func copiedRows() async throws {
        let place = try await Installation(.postgreSQL)
        let (store, tenant) = try await place.begin()
        try await tenant.put(.profile, desk, Data("profile".utf8), at: noon)
        let letter = try await tenant.keep("Letter")
        try await store.close()
        // As an older schema was: a column is not there yet.
        let address = try PostgreSQLAddress(url: try #require(place.database))
        let name = try #require(place.database?.split(separator: "/").last.map(String.init))
        try await Server.shared().run("ALTER TABLE jobs DROP COLUMN alerted", in: name)
        let more = Migration(name: "9999 more", sql: "CREATE TABLE more (id INTEGER) STRICT;")
        func upgrade() throws {
            try PostgreSQLDatabase(
                address, as: .beside, folder: place.folder.path("data"), steps: Migration.all + [more]
            ).close()
        }
        let copy = place.folder.path("data/postgresql.before-upgrade")
        #expect(!FileManager.default.fileExists(atPath: copy))
        try upgrade()
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        // Once only.
        let backup = place.folder.path("backup")
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: copy, toPath: backup + "/rows")
        try upgrade()
        #expect(!FileManager.default.fileExists(atPath: copy))

        // The Martlet of before refuses the new schema, and is given what was there.
        #expect(await failure { _ = try await place.open() } == .newerSchema)
        try FileManager.default.copyItem(atPath: place.folder.path("data/bodies"), toPath: backup + "/bodies")
        let old = try await place.emptyTwin(.postgreSQL)
        try FileManager.default.copyItem(atPath: place.folder.path("keys"), toPath: old.folder.path("keys"))
        _ = try await InstallationStore.restore(
            backup, to: old.folder.path("data"), database: try PostgreSQLAddress(url: try #require(old.database)),
            keys: try KeyRing.open(folder: old.folder.path("keys"), master: old.master), resumesWork: true)
        let tenants = try await old.open().tenant(acme)
        #expect(try await tenants.configuration(.profile, desk)?.payload == Data("profile".utf8))
        #expect(try await tenants.wholeBody(of: letter) == Array("Letter".utf8))
    }

    @Test("of PostgreSQL is refused in words where the copy has no room")
    func noRoom() throws {
        let folder = try TemporaryFolder()
        let copy = CopyBeforeUpgrade(address: try PostgreSQLAddress(url: "postgresql:///x"), folder: folder.path)
        let error = #expect(throws: StoreError.self) { try copy.requireRoom(1 << 60) }
        #expect(
            error?.description
                == "An upgrade copies the rows of the database first, and the disk of the data folder has "
                + "no room for that: 1152921504607 MB are needed.")
        try copy.requireRoom(1)
    }

    @Test("lets its copy go after a week", arguments: DatabaseEngine.available)
    func tidied(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        let name = "data/\(engine == .sqlite ? "martlet.sqlite" : "postgresql").before-upgrade"
        let copy = place.folder.path(name)
        try place.folder.write("old", to: name)
        let made = noon.addingTimeInterval(-7 * 86_400)
        try FileManager.default.setAttributes([.modificationDate: made], ofItemAtPath: copy)
        _ = try await store.sweep()
        #expect(FileManager.default.fileExists(atPath: copy))
        place.now = noon.addingTimeInterval(2)
        _ = try await store.sweep()
        #expect(!FileManager.default.fileExists(atPath: copy))
    }
}

@Suite("A check of the store")
struct CheckTests {
    @Test("finds keys and rows whose time was over, and none once they were swept", arguments: DatabaseEngine.available)
    func overdue(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("letter")
        try await tenant.write(.finished(entry(id)))
        #expect(try await store.overdue(by: noon) == (0, 0))
        let later = noon.addingTimeInterval(31 * 86_400)
        #expect(try await store.overdue(by: later) == (2, 2))
        place.now = later
        _ = try await store.sweep()
        #expect(try await store.overdue(by: later) == (0, 0))
        #expect(try await store.newestTime() == nil)
        _ = try await tenant.keep("new", at: later)
        #expect(try await store.newestTime() == later)
        #expect(try await store.flaws() == (engine == .sqlite ? [] : nil))
    }

    @Test("finds a database that is damaged")
    func damaged() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        _ = try await tenant.keep("letter")
        // Two indexes on one page.
        try await store.committer.write { connection in
            try connection.run("PRAGMA writable_schema = ON", [])
            try connection.run(
                """
                UPDATE sqlite_schema SET rootpage = (SELECT max(rootpage) FROM sqlite_schema WHERE type = 'index') \
                WHERE rootpage = (SELECT min(rootpage) FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL)
                """, [])
        }
        try await store.close()
        let again = try await place.open()
        #expect(try await again.flaws()?.isEmpty == false)
    }
}
