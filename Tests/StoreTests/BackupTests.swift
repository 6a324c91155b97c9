// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A backup")
struct BackupTests {
    private let elsewhere: TemporaryFolder
    private var backup: String { elsewhere.path("backup") }

    init() throws {
        elsewhere = try TemporaryFolder()
    }

    /// A new place for what the backup of `place` holds, with the key store as it is now.
    private func restored(
        _ place: Installation, on engine: DatabaseEngine, resumesWork: Bool = true
    ) async throws -> Installation {
        let copy = elsewhere.path("keys")
        try KeyRing.open(folder: place.folder.path("keys"), master: place.master).copy(to: copy)
        let new = try await place.emptyTwin(engine)
        try KeyRing.restore(copy, to: new.folder.path("keys"))
        _ = try await InstallationStore.restore(
            backup, to: new.folder.path("data"), database: try new.database.map { try PostgreSQLAddress(url: $0) },
            keys: try KeyRing.open(folder: new.folder.path("keys"), master: new.master), resumesWork: resumesWork)
        return new
    }

    private func filled(_ place: Installation) async throws -> (store: InstallationStore, done: JobID, waits: JobID) {
        let (store, tenant) = try await place.begin()
        try await tenant.put(.profile, desk, Data("profile".utf8), at: noon)
        try await tenant.put(Secret("secret"), named: "token", of: .profile, desk)
        let done = try await tenant.keep("Done")
        try await tenant.write(.identified(done, as: "<a@x>", sender: "anna@example.org"))
        try await tenant.write(.planned(done, Data("plan".utf8)), .begun(action(done, 0), at: noon))
        try await tenant.write(.ended(action(done, 0), at: noon, result: Data("SUP-1".utf8)), .finished(entry(done)))
        let large = try await tenant.receive(plain(400_000))
        guard case .kept(let waits) = large else { throw Unexpected() }
        try await tenant.write(.threaded(messageIDs: ["<a@x>"], issue: "10001", of: desk, at: noon))
        try await tenant.setPosition(Data("1:7".utf8), of: "desk", at: noon)
        try await tenant.trail.add(Deed(by: "anna", what: "apply", about: ""), at: noon)
        try await store.put(
            Account(
                name: "anna", role: .tenantAdmin(acme),
                password: try PasswordHash(
                    of: Secret("open sesame"), cost: PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1))))
        return (store, done, waits)
    }

    private func check(_ place: Installation, _ done: JobID, _ waits: JobID) async throws {
        let store = try await place.open()
        let tenant = try await store.tenant(acme)
        #expect(try await store.tenants().map(\.name) == ["Acme"])
        #expect(try await store.account(named: "anna")?.role == .tenantAdmin(acme))
        #expect(try await tenant.configuration(.profile, desk)?.payload == Data("profile".utf8))
        #expect(try await tenant.secret(named: "token", of: .profile, desk) == Secret("secret"))
        #expect(try await tenant.wholeBody(of: done) == Array("Done".utf8))
        #expect(try await tenant.wholeBody(of: waits) == plain(400_000))
        #expect(try await tenant.plan(of: done) == Data("plan".utf8))
        #expect(try await tenant.marks(of: done).map(\.result) == [Data("SUP-1".utf8)])
        #expect(try await tenant.audit(of: done)?.disposition == "created")
        #expect(try await tenant.issue(forAnyOf: ["<a@x>"], of: desk) == "10001")
        #expect(try await tenant.position(of: "desk") == Data("1:7".utf8))
        guard case .whole = try await tenant.trail.check() else { throw Unexpected() }
        #expect(try await store.claim(.letter, limit: 9, at: noon).map(\.id) == [waits])
        // And it goes on from there.
        let later = try await tenant.keep("Later")
        #expect(try await tenant.wholeBody(of: later) == Array("Later".utf8))
        try await store.close()
    }

    @Test("made while it serves brings all back", arguments: DatabaseEngine.available)
    func roundTrip(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, done, waits) = try await filled(place)
        let first = try await store.backUp(to: backup)
        #expect(first.rows == 13)
        #expect(first.copiedFiles == 2)
        try await check(try await restored(place, on: engine), done, waits)
        try await store.close()
    }

    @Test("of one engine can be restored into the other", .enabled(if: PostgreSQL.isAvailable, "needs postgresql"))
    func otherEngine() async throws {
        let place = try await Installation(.sqlite)
        let (store, done, waits) = try await filled(place)
        _ = try await store.backUp(to: backup)
        try await check(try await restored(place, on: .postgreSQL), done, waits)
        try await store.close()
    }

    private var copies: [String] {
        (FileManager.default.enumerator(atPath: backup)?.compactMap { $0 as? String } ?? []).filter {
            $0.hasSuffix(".body") || $0.hasSuffix(".segment")
        }
    }

    @Test(
        "copies only what is new, goes on where it was interrupted, and lets go of what is gone",
        arguments: DatabaseEngine.available)
    func again(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _, waits) = try await filled(place)
        #expect(try await store.backUp(to: backup).copiedFiles == 2)
        try await settle(place)
        // What was written in the moment of the backup before is copied once more, and then no more; an object never is.
        #expect(try await store.backUp(to: backup).copiedFiles == (engine.hasBucket ? 0 : 2))
        #expect(try await store.backUp(to: backup).copiedFiles == 0)
        // As one that was cut amid a file left it.
        let cut = "\(backup)/bodies/\(try #require(copies.first).split(separator: "/", maxSplits: 1)[1])"
        try FileManager.default.moveItem(atPath: cut, toPath: cut + ".new")
        try #require(FileHandle(forUpdatingAtPath: cut + ".new")).truncate(atOffset: 7)
        try Data("part".utf8).write(to: URL(fileURLWithPath: "\(backup)/rows.new"))
        #expect(try await store.backUp(to: backup).copiedFiles == 1)
        #expect(copies.count == 2)
        let left = FileManager.default.enumerator(atPath: backup)?.compactMap { $0 as? String } ?? []
        #expect(!left.contains { $0.hasSuffix(".new") })
        let tenant = try await store.tenant(acme)
        // Goes into the room at the end of a segment that is there, which does not grow; or is an object more.
        let more = try await tenant.keep("More")
        #expect(try await store.backUp(to: backup).copiedFiles == 1)
        let copy = try await restored(place, on: engine).open()
        #expect(try await copy.tenant(acme).wholeBody(of: more) == Array("More".utf8))
        #expect(try await copy.tenant(acme).wholeBody(of: waits) == plain(400_000))
        try await copy.close()
        try await tenant.write(.finished(entry(waits)))
        try await tenant.write(.finished(entry(more)))
        place.now = noon.addingTimeInterval(31 * 86_400)
        #expect(try await store.sweep().files == (engine.hasBucket ? 3 : 2))
        _ = try await store.backUp(to: backup)
        #expect(copies == [])
        try await store.close()
    }

    @Test(
        "that is old opens, with the keys of today, nothing whose time is over, and all else (P10, P92)",
        arguments: DatabaseEngine.available)
    func nothingExpired(on engine: DatabaseEngine) async throws {
        let day: TimeInterval = 86_400
        let place = try await Installation(engine)
        let (store, done, waits) = try await filled(place)
        let tenant = try await store.tenant(acme)
        // As it goes on while it serves.
        for days in [10.0, 20] {
            place.now = noon.addingTimeInterval(days * day)
            _ = try await store.sweep()
        }
        let young = try await tenant.keep("Young", at: place.now)
        try await tenant.write(
            .planned(young, Data("young plan".utf8)), .finished(entry(young, at: place.now, record: "{}")))
        _ = try await store.backUp(to: backup)
        let pages = try await place.cut()
        place.now = noon.addingTimeInterval(31 * day)
        _ = try await store.sweep()
        // Somebody has the backup, or the disks, of before, the master key and the key store of today.
        try pages.takeKeys(of: place)
        for old in [try await restored(place, on: engine), pages] {
            let opened = try await old.open()
            let rows = try await opened.tenant(acme)
            #expect(try await rows.wholeBody(of: young) == Array("Young".utf8))
            #expect(try await rows.plan(of: young) == Data("young plan".utf8))
            #expect(try await rows.audit(of: young)?.record == Data("{}".utf8))
            // What still waits is never cut.
            #expect(try await rows.wholeBody(of: waits) == plain(400_000))
            #expect(try await rows.configuration(.profile, desk)?.payload == Data("profile".utf8))
            #expect(try await rows.secret(named: "token", of: .profile, desk) == Secret("secret"))
            // No clock brings back what is over.
            place.now = noon
            #expect(try await rows.job(done) != nil)
            try await expectNothing(of: done, in: rows)
            place.now = noon.addingTimeInterval(31 * day)
            try await opened.close()
        }
        try await store.close()
    }

    private func expectNothing(of job: JobID, in tenant: TenantStore) async throws {
        #expect(await failure { _ = try await tenant.wholeBody(of: job) } == .unreadable)
        #expect(await failure { _ = try await tenant.payload(of: job) } == .unreadable)
        #expect(await failure { _ = try await tenant.plan(of: job) } == .unreadable)
        #expect(await failure { _ = try await tenant.marks(of: job) } == .unreadable)
        #expect(await failure { _ = try await tenant.audit(of: job) } == .unreadable)
    }

    @Test(
        "is refused in words where it is damaged, newer, none, or the place is not empty, and leaves nothing there",
        arguments: DatabaseEngine.available)
    func refused(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _, _) = try await filled(place)
        _ = try await store.backUp(to: backup)
        try await store.close()
        let keys = try KeyRing.open(folder: place.folder.path("keys"), master: place.master)
        let rows = "\(backup)/rows"
        let whole = try Data(contentsOf: URL(fileURLWithPath: rows))
        // One database for all: what was refused is not there in part.
        let outside = try await Outside(engine)
        func restore(to folder: String) async throws -> String? {
            do {
                _ = try await InstallationStore.restore(
                    backup, to: folder, database: try outside.address, keys: keys, resumesWork: true)
                return nil
            } catch {
                return "\(error)"
            }
        }
        func attempt(_ bytes: Data?) async throws -> String? {
            try? FileManager.default.removeItem(atPath: rows)
            if let bytes { try bytes.write(to: URL(fileURLWithPath: rows)) }
            let folder = try TemporaryFolder()
            return try await restore(to: folder.path("data"))
        }
        let damaged = "The rows of the backup are damaged or were cut."
        for end in [0, 5, 40, whole.count / 2, whole.count - 1] {
            #expect(try await attempt(whole.prefix(end)) == damaged, "\(end)")
        }
        #expect(try await attempt(nil) == "There is no backup in this folder.")
        let head = "martlet rows 1\nfuture id payload\n\n"
        #expect(
            try await attempt(Data(head.utf8))
                == "This backup was last used by a newer Martlet. Start that version, or restore a backup made before it."
        )
        try whole.write(to: URL(fileURLWithPath: rows))
        let started = try TemporaryFolder()
        #expect(try await restore(to: started.path("data")) == nil)
        // From its first start on the database is nothing that a restore is gone on with in.
        try await InstallationStore.open(
            folder: started.path("data"), database: try outside.address, keys: keys
        ) { noon }.close()
        #expect(try await attempt(whole) == (engine == .sqlite ? nil : "The database is not empty."))
        let folder = place.folder.path("data")
        #expect(try await restore(to: folder) == "The data folder \(folder) is not empty.")
    }

    @Test(
        "parks what was under way when it was made, unless that is to be resumed", arguments: DatabaseEngine.available)
    func underWay(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _, waits) = try await filled(place)
        _ = try await store.backUp(to: backup)
        let copy = try await restored(place, on: engine, resumesWork: false).open()
        #expect(try await copy.claim(.letter, limit: 9, at: .distantFuture).isEmpty)
        let tenant = try await copy.tenant(acme)
        #expect(try await tenant.job(waits)?.state == .parked)
        try await tenant.takeUp(waits, at: noon, said: "An admin asked.")
        #expect(try await copy.claim(.letter, limit: 9, at: noon).map(\.id) == [waits])
        try await copy.close()
        try await store.close()
    }

    @Test("is not overwritten by another installation, nor opened by its keys")
    func another() async throws {
        let place = try await Installation(.sqlite)
        let (store, _, _) = try await filled(place)
        _ = try await store.backUp(to: backup)
        let stranger = try await Installation(.sqlite)
        let (other, _) = try await stranger.begin()
        let error = await #expect(throws: StoreError.self) { try await other.backUp(to: backup) }
        #expect(error?.description == "The folder \(backup) holds the backup of another installation.")
        let folder = try TemporaryFolder()
        let keys = try KeyRing.open(folder: stranger.folder.path("keys"), master: stranger.master)
        let refused = await #expect(throws: StoreError.self) {
            try await InstallationStore.restore(backup, to: folder.path("data"), keys: keys, resumesWork: true)
        }
        #expect(refused?.description == "The keys are not those of this backup.")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try await store.close()
    }

    /// Makes all bodies in files look as if they were written a while ago.
    private func settle(_ place: Installation) async throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: place.folder.path)
        for name in files where name.hasSuffix(".segment") || name.hasSuffix(".body") {
            try FileManager.default.setAttributes(
                [.modificationDate: place.now.addingTimeInterval(-60)], ofItemAtPath: place.folder.path(name))
        }
    }

    @Test("has every table and column of the schema, but sessions")
    func complete() async throws {
        let place = try await Installation(.sqlite)
        let (store, _) = try await place.begin()
        let columns = try await store.database.read { connection in
            try connection.rows(
                """
                SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c \
                WHERE m.type = 'table' AND m.name NOT IN ('sessions', 'grdb_migrations', 'processes', 'leases') \
                AND c.name NOT IN ('process', 'lane', 'body_state', 'restore')
                """
            ).map { "\(try $0.text(0)).\(try $0.text(1))" }
        }
        let known = BackupTable.all.flatMap { table in table.columns.map { "\(table.name).\($0)" } }
        #expect(columns.sorted() == known.sorted())
    }
}
