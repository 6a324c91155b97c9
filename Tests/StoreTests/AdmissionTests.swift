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

    @Test("lets its copy go after a week")
    func tidied() async throws {
        let place = try Installation()
        let (store, _) = try await place.begin()
        let copy = place.folder.path("data/martlet.sqlite.before-upgrade")
        try place.folder.write("old", to: "data/martlet.sqlite.before-upgrade")
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
