// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing
import Vault

@testable import Store

@Suite("What was kept")
struct KeepingTests {
    private let day: TimeInterval = 86_400

    private func done(_ tenant: TenantStore, _ bytes: [UInt8], _ line: Line = .letter) async throws -> JobID {
        guard case .kept(let id) = try await tenant.receive(bytes, line, at: tenant.store.now()) else {
            throw Unexpected()
        }
        try await tenant.write(.planned(id, Data("plan".utf8)))
        try await tenant.write(.finished(entry(id, line: line, at: tenant.store.now(), record: "report")))
        return id
    }

    private func refused(_ read: () async throws -> Void) async -> Bool {
        await failure(read) == .unreadable
    }

    @Test(
        "of a letter is readable to the last second of its 30 days, and to nobody from then on (P10, P92)",
        arguments: DatabaseEngine.available)
    func letterToTheSecond(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await done(tenant, Array("Hello".utf8))
        place.now = noon.addingTimeInterval(30 * day - 1)
        #expect(try await tenant.wholeBody(of: id) == Array("Hello".utf8))
        #expect(try await tenant.plan(of: id) == Data("plan".utf8))
        #expect(try await tenant.audit(of: id)?.record == Data("report".utf8))
        #expect(try await tenant.jobs(matching: JobFilter(line: .letter)).count == 1)
        place.now = noon.addingTimeInterval(30 * day)
        #expect(await refused { _ = try await tenant.wholeBody(of: id) })
        #expect(await refused { _ = try await tenant.plan(of: id) })
        #expect(await refused { _ = try await tenant.payload(of: id) })
        #expect(await failure { try await tenant.rerun(id, at: place.now) } == .notFound)
        #expect(try await tenant.audit(of: id) == nil)
        #expect(try await tenant.audit(matching: AuditFilter()).isEmpty)
        #expect(try await tenant.jobs(matching: JobFilter(line: .letter)).isEmpty)
    }

    @Test(
        "of an event is readable for seven days by the system, and for an hour by people (P41, P42)",
        arguments: DatabaseEngine.available)
    func event(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await done(tenant, Array("{}".utf8), .event)
        let job = try #require(try await tenant.job(id))
        place.now = noon.addingTimeInterval(3599)
        #expect(tenant.isOpenToPeople(job))
        place.now = noon.addingTimeInterval(3600)
        #expect(!tenant.isOpenToPeople(job))
        place.now = noon.addingTimeInterval(7 * day - 1)
        #expect(try await tenant.wholeBody(of: id) == Array("{}".utf8))
        place.now = noon.addingTimeInterval(7 * day)
        #expect(await refused { _ = try await tenant.wholeBody(of: id) })
    }

    @Test(
        "is destroyed by a sweep, and opens in no older copy of the data with the key store of today (P10, P92)",
        arguments: DatabaseEngine.available)
    func destroyed(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let small = try await done(tenant, Array("Hello".utf8))
        let large = try await done(tenant, plain(400_000))
        let event = try await done(tenant, Array("{}".utf8), .event)
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(2 * day)
        let young = try await done(tenant, Array("Young".utf8))
        #expect(try await store.sweep().isNothing)

        place.now = noon.addingTimeInterval(31 * day)
        let swept = try await store.sweep()
        // Of mail, of the event, and of the work on both.
        #expect(swept == Swept(keys: 4, jobs: 3, records: 3, files: 3))
        for id in [small, large, event] {
            #expect(try await tenant.job(id) == nil)
            #expect(try await tenant.audit(of: id) == nil)
        }
        #expect(try await tenant.wholeBody(of: young) == Array("Young".utf8))
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 1 : 0))

        // An attacker with the old data, the master key and the key store as it is now, whatever the clock says.
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(tenant.id)
        for id in [small, large, event] {
            #expect(await refused { _ = try await old.wholeBody(of: id) })
            #expect(await refused { _ = try await old.plan(of: id) })
        }
        #expect(await refused { _ = try await old.audit(of: small) })
    }

    @Test(
        "is not cut while its work is not done, however long that takes; its key for waiting work is renewed",
        arguments: DatabaseEngine.available)
    func pending(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("Waits")
        let parked = try await tenant.keep("Parked")
        let finished = try await done(tenant, Array("Done".utf8))
        try await tenant.write(.planned(waits, Data("plan".utf8)))
        try await tenant.park(parked, said: "No project.")
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(40 * day)
        let swept = try await store.sweep()
        #expect(swept.keys == 2)
        #expect(swept.jobs == 1)
        #expect(try await tenant.wholeBody(of: waits) == Array("Waits".utf8))
        #expect(try await tenant.plan(of: waits) == Data("plan".utf8))
        #expect(try await tenant.said(of: parked) == "No project.")
        #expect(
            try await tenant.jobs(matching: JobFilter(line: .letter)).map(\.id).sorted() == [waits, parked].sorted())
        // The old copy, in which the finished letter still has its key for waiting work.
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(tenant.id)
        #expect(await refused { _ = try await old.wholeBody(of: finished) })
        // What is done at last is over at once.
        place.now = noon.addingTimeInterval(40 * day)
        try await tenant.write(.finished(entry(waits, at: place.now)))
        #expect(await refused { _ = try await tenant.wholeBody(of: waits) })
        #expect(try await tenant.audit(of: waits) == nil)
        #expect(try await store.sweep().jobs == 1)
    }

    @Test(
        "is nothing once auditing is opted out of, of letters and events alike, and only an operator can turn back (P16, P17, P50)",
        arguments: DatabaseEngine.available)
    func notAudited(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let before = try await done(tenant, Array("Before".utf8))
        let waits = try await tenant.keep("Waits")
        #expect(try await tenant.isAudited())
        try await tenant.stopAuditing()
        #expect(try await !tenant.isAudited())
        #expect(try await store.tenants().map(\.isAudited) == [false])
        let letter = try await done(tenant, plain(400_000))
        let event = try await done(tenant, Array("{}".utf8), .event)
        #expect(try await tenant.audit(matching: AuditFilter()).map(\.job) == [before])
        for id in [letter, event] {
            let error = await #expect(throws: StoreError.self) { try await tenant.wholeBody(of: id) }
            #expect(error?.code == .unreadable)
            #expect(error?.description == "It is not kept: auditing was switched off when its work was done.")
            #expect(await refused { _ = try await tenant.payload(of: id) })
            #expect(try await tenant.marks(of: id).isEmpty)
        }
        // What waits is never cut, and what was kept before stays to its end.
        #expect(try await tenant.wholeBody(of: waits) == Array("Waits".utf8))
        #expect(try await tenant.wholeBody(of: before) == Array("Before".utf8))
        #expect(try await store.sweep().files == (engine.hasBucket ? 2 : 1))
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 2 : 0))
        try await store.resumeAuditing(of: acme)
        let after = try await done(tenant, Array("After".utf8))
        #expect(try await tenant.wholeBody(of: after) == Array("After".utf8))
        #expect(await failure { try await store.resumeAuditing(of: TenantID("nobody")!) } == .unknownTenant)
    }

    @Test(
        "of a tenant is gone with its keys, and other tenants are untouched (P4)",
        arguments: DatabaseEngine.available)
    func removedTenant(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await done(tenant, Array("Hello".utf8))
        _ = try await done(tenant, plain(400_000))
        try await tenant.put(.profile, ConfigurationID("desk")!, Data("profile".utf8), at: noon)
        try await tenant.trail.add(Deed(by: "anna", what: "apply", about: ""), at: noon)
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let other = try await store.tenant(TenantID("other")!)
        let stays = try await done(other, Array("Stays".utf8))

        try await store.removeTenant(acme)
        #expect(try await store.tenants().map(\.name) == ["Other"])
        #expect(await failure { _ = try await store.tenant(acme) } == .unknownTenant)
        #expect(await failure { try await store.removeTenant(acme) } == .unknownTenant)
        #expect(await failure { _ = try await tenant.keep("late") } != nil)
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 1 : 0))
        #expect(try await other.wholeBody(of: stays) == Array("Stays".utf8))
        let left = try await store.database.read { connection in
            try BackupTable.all.filter { $0.columns.contains("tenant") && $0.name != "accounts" }.flatMap {
                try connection.rows("SELECT 1 FROM \($0.name) WHERE tenant = 'acme'")
            }.count
        }
        #expect(left == 0)
        #expect(try await store.sweep().unreadable == 0)
    }

    @Test(
        "of a removed tenant is in no older copy of the data, with the key store of today (P4)",
        arguments: DatabaseEngine.available)
    func copyOfRemovedTenant(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let small = try await done(tenant, Array("Hello".utf8))
        let large = try await done(tenant, plain(400_000))
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let before = try await place.cut()
        try await store.removeTenant(acme)
        try before.takeKeys(of: place)
        let old = try await before.open()
        #expect(try await old.tenants().map(\.name) == ["Other"])
        #expect(try await old.database.read { try $0.job(small, of: acme) } == nil)
        #expect(try await old.database.read { try $0.job(large, of: acme) } == nil)
        #expect(try await before.files(ending: ".body").isEmpty)
    }

    @Test(
        "of a tenant whose key was never destroyed is missed in words",
        arguments: DatabaseEngine.available)
    func missingKey(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        let before = try await place.cut()
        try await store.createTenant(TenantID("third")!, name: "Third", at: noon)
        let newer = try await place.cut()
        try newer.takeKeys(of: before)
        let error = await #expect(throws: StoreError.self) { try await newer.open() }
        #expect(error?.description == "The key store is older than the data: it has no key of the tenant third.")
    }

    @Test(
        "of a removed tenant is nothing to a new one of the same name (P4)", arguments: DatabaseEngine.available)
    func sameName(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await done(tenant, Array("Hello".utf8))
        try await tenant.trail.add(Deed(by: "anna", what: "apply", about: ""), at: noon)
        try await store.removeTenant(acme)
        try await store.createTenant(acme, name: "New", at: noon)
        let new = try await store.tenant(acme)
        #expect(try await new.audit(matching: AuditFilter()).isEmpty)
        #expect(try await new.trail.check() == .empty)
        let again = try await new.keep("Again")
        #expect(try await new.wholeBody(of: again) == Array("Again".utf8))
    }

    @Test("of a letter that was not kept still tells its twin", arguments: DatabaseEngine.available)
    func twinOfNothing(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.stopAuditing()
        guard case .kept(let id) = try await tenant.receive(Array("x".utf8), identity: "<a@x>") else {
            throw Unexpected()
        }
        try await tenant.write(.planned(id, Data()), .finished(entry(id)))
        #expect(try await tenant.receive(Array("x".utf8), identity: "<a@x>") == .seenBefore(id))
    }

    @Test(
        "of a letter of more than 10 MB is its record alone, once it is done (P11)", arguments: DatabaseEngine.available
    )
    func tooLarge(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        guard case .kept(let id) = try await tenant.receive([UInt8](repeating: 0x78, count: 10_000_001)) else {
            throw Unexpected()
        }
        #expect(try await tenant.wholeBody(of: id).count == 10_000_001)
        try await tenant.write(.finished(entry(id, record: "report")))
        await #expect {
            _ = try await tenant.body(of: id)
        } throws: {
            ($0 as? StoreError)?.said == "A letter of more than 10 MB is not kept once it is done: only its record is."
        }
        #expect(try await tenant.audit(of: id)?.record == Data("report".utf8))
        #expect(try await place.files(ending: ".body").count == 1)
        #expect(try await store.sweep() == Swept(keys: 0, jobs: 0, records: 0, files: 1))
        #expect(try await store.sweep().isNothing)
        #expect(try await place.files(ending: ".body").isEmpty)
        let limit = try await done(tenant, [UInt8](repeating: 0x78, count: 10_000_000))
        #expect(try await tenant.wholeBody(of: limit).count == 10_000_000)
    }

    @Test(
        "goes all the same when a letter that waits opens no more, which can still be set aside and discarded",
        arguments: DatabaseEngine.available)
    func unreadableWaiting(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("Waits")
        let finished = try await done(tenant, Array("Done".utf8))
        #expect(try store.keys.sweep { [.pending, .audit].contains($0.retention) } == 2)
        #expect(await refused { _ = try await tenant.payload(of: waits) })
        place.now = noon.addingTimeInterval(40 * day)
        let swept = try await store.sweep()
        #expect(swept.unreadable == 1)
        #expect(swept.jobs == 1)
        #expect(try await tenant.job(finished) == nil)
        #expect(await failure { try await tenant.discardParked(waits) } == .wrongState)
        try await tenant.park(waits, said: "It does not open.")
        #expect(try await tenant.job(waits)?.state == .parked)
        #expect(await refused { _ = try await tenant.payload(of: waits) })
        try await tenant.discardParked(waits)
        #expect(try await tenant.job(waits) == nil)
    }

    @Test("of who wrote a comment by mail is forgotten after 30 days", arguments: DatabaseEngine.available)
    func commentSenders(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.write(.commented(comment: "10001", of: desk, by: "anna@example.org", at: noon))
        place.now = noon.addingTimeInterval(30 * day - 1)
        _ = try await store.sweep()
        #expect(try await tenant.sender(ofComment: "10001", of: desk) == "anna@example.org")
        place.now = noon.addingTimeInterval(30 * day)
        _ = try await store.sweep()
        #expect(try await tenant.sender(ofComment: "10001", of: desk) == nil)
    }
}
