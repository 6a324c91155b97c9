// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A tenant that has ended")
struct EndingTests {
    private let day: TimeInterval = 86_400

    private func done(_ tenant: TenantStore, _ text: String) async throws -> JobID {
        let id = try await tenant.keep(text)
        try await tenant.write(.planned(id, Data()), .finished(entry(id, words: [text.lowercased()])))
        return id
    }

    @Test(
        "is read until its grace is over, by nobody from that second on, and then destroyed by the sweep (P4)",
        arguments: DatabaseEngine.available)
    func purged(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let other = try #require(TenantID("other"))
        try await store.createTenant(other, name: "Other", at: noon)
        let (hers, his) = (try await done(tenant, "Hello"), try await done(try await store.tenant(other), "Hello"))
        let waits = try await tenant.keep("Waits")
        #expect(try await tenant.endsAt() == nil)
        let end = try await store.endTenant(acme, afterDays: 20)
        #expect(end == noon.addingTimeInterval(20 * day))
        #expect(try await tenant.endsAt() == end)
        #expect(try await store.tenants().map(\.endsAt) == [end, nil])
        place.now = end.addingTimeInterval(-1)
        #expect(try await store.sweep().tenants == 0)
        #expect(try await store.tenant(acme).wholeBody(of: hers) == Array("Hello".utf8))
        let before = try await place.cut()
        place.now = end
        #expect(await failure { _ = try await store.tenant(acme) } == .unknownTenant)
        #expect(try await store.tenants().map(\.id) == [other])
        #expect(try await store.overdue(by: end).rows == 1)
        #expect(try await store.sweep().tenants == 1)
        #expect(try await store.overdue(by: end).rows == 0)
        #expect(try await store.sweptAt() == end)
        let left = try await store.database.read { connection in
            try [
                "tenants WHERE id", "jobs WHERE tenant", "audit WHERE tenant", "words WHERE tenant",
                "trail WHERE owner",
            ]
            .map { try connection.row("SELECT count(*) FROM \($0) = 'acme'")?.integer(0) }
        }
        #expect(left == [0, 0, 0, 0, 0])
        #expect(try await store.tenant(other).wholeBody(of: his) == Array("Hello".utf8))
        let deed = try #require(try await store.trail.entries(limit: 1).first)
        #expect(deed.deed == Deed(by: "martlet", what: "purge-tenant", about: "acme") && deed.doneAt == end)
        // In no older copy of the data either, with the keys of today.
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open()
        #expect(try await old.tenants().map(\.id) == [other])
        #expect(try await old.database.read { try $0.job(waits, of: acme) } == nil)
    }

    @Test("is served again until its grace is over, and then never (P4)", arguments: DatabaseEngine.available)
    func takenBack(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("Waits")
        _ = try await store.endTenant(acme, afterDays: 30)
        place.now = noon.addingTimeInterval(30 * day - 1)
        try await store.keepTenant(acme)
        place.now = noon.addingTimeInterval(31 * day)
        #expect(try await store.sweep().tenants == 0)
        #expect(try await store.tenant(acme).wholeBody(of: waits) == Array("Waits".utf8))
        let end = try await store.endTenant(acme, afterDays: 1)
        place.now = end
        #expect(await failure { try await store.keepTenant(acme) } == .unknownTenant)
        #expect(await failure { _ = try await store.endTenant(acme, afterDays: 1) } == .unknownTenant)
        #expect(await failure { _ = try await store.endTenant(TenantID("nobody")!, afterDays: 1) } == .unknownTenant)
        #expect(try await store.sweep().tenants == 1)
    }

    @Test("has no work taken up, on either line, until it is served again (P4)", arguments: DatabaseEngine.available)
    func rests(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let other = try #require(TenantID("other"))
        try await store.createTenant(other, name: "Other", at: noon)
        let waits = [try await tenant.keep("Waits"), try await tenant.keep("{}", .event)]
        let his = try await store.tenant(other).keep("His")
        let interrupted = try await tenant.keep("Ended a process")
        try await store.committer.write {
            try $0.run("UPDATE jobs SET interruptions = 1 WHERE id = ?1", [.text(interrupted.rawValue)])
        }
        _ = try await store.endTenant(acme, afterDays: 30)
        #expect(try await store.claim(.letter, limit: 10, at: noon).map(\.id) == [his])
        #expect(try await store.claim(.event, limit: 10, at: noon).isEmpty)
        #expect(try await store.nextDue(.event) == nil)
        #expect(try await store.interrupted(.letter, at: noon).isEmpty)
        try await store.keepTenant(acme)
        #expect(try await store.interrupted(.letter, at: noon).map(\.job.id) == [interrupted])
        let taken = try await store.claim(.letter, limit: 10, at: noon) + store.claim(.event, limit: 10, at: noon)
        #expect(Set(taken.map(\.id)).isSuperset(of: waits))
    }

    @Test("has a grace within the operator's bound, in words (P4)", arguments: DatabaseEngine.available)
    func bounds(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        _ = try await place.begin().store.close()
        var limits = KeepingLimits()
        #expect(limits.graceDays == 30)
        limits.graceDays = 10
        let store = try await place.open(limits: limits)
        for days in [0, 11, -1, .max] {
            let error = await #expect(throws: StoreError.self) { _ = try await store.endTenant(acme, afterDays: days) }
            #expect(error?.description == "A tenant that ends can be kept for 1 to 10 days here, not for \(days).")
        }
        #expect(try await store.endTenant(acme, afterDays: 10) == noon.addingTimeInterval(10 * day))
        #expect(try await store.endTenant(acme, afterDays: 1) == noon.addingTimeInterval(day))
    }

    @Test("takes its end along when it moves, and into a backup (P4)", arguments: DatabaseEngine.available)
    func moved(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        let end = try await store.endTenant(acme, afterDays: 5)
        let file = place.folder.path("acme.martlet")
        let cost = PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1)
        _ = try await store.exportTenant(acme, to: file, under: try TravelKey(of: Secret("a pass phrase"), cost: cost))
        let there = try await place.emptyTwin(engine)
        let new = try await there.open()
        _ = try await new.importTenant(
            try await TenantExport.open(file, passPhrase: Secret("a pass phrase")), resumesWork: false)
        #expect(try await new.tenants().map(\.endsAt) == [end])
        place.now = end
        #expect(try await new.sweep().tenants == 1)
    }
}
