// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing
import Vault

@testable import Store

@Suite("What is held beside letters and events")
struct HoldingTests {
    private let day: TimeInterval = 86_400
    private let mark = Data("zqmarkqz".utf8)

    private func done(_ tenant: TenantStore, _ bytes: [UInt8]) async throws -> JobID {
        guard case .kept(let id) = try await tenant.receive(bytes, at: tenant.store.now()) else { throw Unexpected() }
        try await tenant.write(.finished(entry(id, at: tenant.store.now(), record: "report")))
        return id
    }

    @Test(
        "P27, P28, P29 is a test case of a letter, sealed, that outlives the letter as long as the tenant is there",
        arguments: DatabaseEngine.available)
    func cases(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let letter = try await done(tenant, Array("zqmarkqz letter".utf8))
        try await tenant.makeCase("stripes", of: letter, at: noon)
        #expect(try await place.everything().range(of: mark) == nil)
        place.now = noon.addingTimeInterval(3_000 * day)
        _ = try await store.sweep()
        #expect(try await tenant.job(letter) == nil)
        #expect(await failure { try await tenant.makeCase("late", of: letter, at: noon) } == .notFound)
        // P30: out of the house as it is.
        #expect(try await tenant.holding(.case, "stripes") == Data("zqmarkqz letter".utf8))
        #expect(try await tenant.holdings(.case).map(\.id) == ["stripes"])
        #expect(try await tenant.holdings(.case).map(\.keptUntil) == [nil])
        try await store.removeTenant(acme)
        try await store.createTenant(acme, name: "New", at: noon)
        #expect(try await store.tenant(acme).holdings(.case).isEmpty)
    }

    @Test("P30 is a test case that can be exported whole", arguments: DatabaseEngine.available)
    func exported(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let letter = try await done(tenant, plain(700_000))
        try await tenant.makeCase("large", of: letter, at: noon)
        #expect(try await tenant.holding(.case, "large") == Data(plain(700_000)))
    }

    @Test(
        "P51 is a copy of an event for previews, made by an admin, until an admin takes it away",
        arguments: DatabaseEngine.available)
    func previews(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await tenant.keep("{}", .event)
        #expect(try await tenant.holdings(.preview).isEmpty)
        try await tenant.hold(.preview, "comment", Data("{\"zqmarkqz\": 1}".utf8), at: noon)
        #expect(try await place.everything().range(of: mark) == nil)
        place.now = noon.addingTimeInterval(400 * day)
        _ = try await store.sweep()
        let held = try #require(try await tenant.holdings(.preview).first)
        #expect(held.madeAt == noon)
        #expect(try await tenant.holding(.preview, "comment") == Data("{\"zqmarkqz\": 1}".utf8))
        #expect(try await tenant.letGo(.preview, "comment"))
        #expect(try await !tenant.letGo(.preview, "comment"))
        #expect(try await tenant.holding(.preview, "comment") == nil)
    }

    @Test(
        "P46, P47 is a sent mail for 30 days from sending, to the second, or for the tenant's own term",
        arguments: DatabaseEngine.available)
    func sent(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.hold(.sent, "one", mark, at: noon)
        #expect(try await place.everything().range(of: mark) == nil)
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(30 * day - 1)
        #expect(try await tenant.holding(.sent, "one") == mark)
        place.now = noon.addingTimeInterval(30 * day)
        #expect(try await tenant.holding(.sent, "one") == nil)
        #expect(try await tenant.holdings(.sent).isEmpty)
        place.now = noon.addingTimeInterval(31 * day)
        let swept = try await store.sweep()
        #expect(swept.holdings == 1)
        #expect(swept.keys == 1)
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(acme)
        #expect(await failure { _ = try await old.holding(.sent, "one") } == .unreadable)
    }

    @Test("P47, P92 is a sent mail for less when the term becomes shorter", arguments: DatabaseEngine.available)
    func sentShorter(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.hold(.sent, "one", mark, at: noon)
        try await tenant.setTerms(Terms(mailDays: 3, eventDays: 3))
        place.now = noon.addingTimeInterval(3 * day - 1)
        #expect(try await tenant.holding(.sent, "one") == mark)
        place.now = noon.addingTimeInterval(3 * day)
        #expect(try await tenant.holding(.sent, "one") == nil)
    }

    @Test("P50 is no sent mail where auditing is off", arguments: DatabaseEngine.available)
    func notAudited(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.stopAuditing()
        try await tenant.hold(.sent, "one", mark, at: noon)
        #expect(try await tenant.holdings(.sent).isEmpty)
        try await tenant.hold(.preview, "one", mark, at: noon)
        #expect(try await tenant.holdings(.preview).count == 1)
    }

    @Test(
        "P74 is who bought something for a year, for the tenant's admins alone", arguments: DatabaseEngine.available)
    func purchases(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.hold(.purchase, "pack-1", Data("Zq Markqz <zqmarkqz@example.org>".utf8), at: noon)
        #expect(try await place.everything().range(of: mark) == nil)
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(365 * day - 1)
        _ = try await store.sweep()
        #expect(try await tenant.holding(.purchase, "pack-1") != nil)
        place.now = noon.addingTimeInterval(365 * day)
        #expect(try await tenant.holding(.purchase, "pack-1") == nil)
        place.now = noon.addingTimeInterval(366 * day)
        #expect(try await store.sweep() == Swept(keys: 1, holdings: 1))
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(acme)
        #expect(await failure { _ = try await old.holding(.purchase, "pack-1") } == .unreadable)
    }

    @Test(
        "P88, P89 is a file of an issue, here and not in Jira, until the issue's transition takes all of them away",
        arguments: DatabaseEngine.available)
    func external(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        for (id, issue) in [("a", "10001"), ("b", "10001"), ("c", "10002")] {
            try await tenant.hold(.external, id, about: issue, mark + Data(id.utf8), at: place.now)
            place.now += 1
        }
        #expect(try await place.everything().range(of: mark) == nil)
        #expect(try await tenant.holdings(.external, about: "10001").map(\.id) == ["a", "b"])
        let before = try await place.cut()
        #expect(try await tenant.letGo(.external, about: "10001") == 2)
        #expect(try await tenant.letGo(.external, about: "10001") == 0)
        place.now = noon.addingTimeInterval(500 * day)
        #expect(try await store.sweep() == Swept(keys: 2))
        #expect(try await tenant.holding(.external, "a") == nil)
        #expect(try await tenant.holding(.external, "c") == mark + Data("c".utf8))
        try before.takeKeys(of: place)
        let old = try await before.open().tenant(acme)
        #expect(await failure { _ = try await old.holding(.external, "a") } == .unreadable)
        #expect(try await old.holding(.external, "c") != nil)
    }

    @Test(
        "P90 is a file for three months after its issue was resolved, and for longer if that is opened again",
        arguments: DatabaseEngine.available)
    func resolved(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.hold(.external, "a", about: "10001", mark, at: noon)
        try await tenant.hold(.external, "b", about: "10002", mark, at: noon)
        try await tenant.resolved(issue: "10001", at: noon)
        let end = noon.addingTimeInterval(92 * day)
        place.now = end.addingTimeInterval(-1)
        _ = try await store.sweep()
        #expect(try await tenant.holding(.external, "a") == mark)
        try await tenant.reopened(issue: "10001")
        place.now = end.addingTimeInterval(400 * day)
        _ = try await store.sweep()
        #expect(try await tenant.holding(.external, "a") == mark)
        try await tenant.resolved(issue: "10001", at: place.now)
        place.now += 92 * day - 1
        #expect(try await tenant.holding(.external, "a") == mark)
        place.now += 1
        #expect(try await tenant.holding(.external, "a") == nil)
        // The other has the key of the same second.
        #expect(try await store.sweep() == Swept(holdings: 1))
        #expect(try await tenant.letGo(.external, about: "10002") == 1)
        #expect(try await store.sweep() == Swept(keys: 1))
    }

    @Test("opens in no other place: not under another id, kind or tenant")
    func bound() async throws {
        let place = try await Installation(.sqlite)
        let (store, tenant) = try await place.begin()
        try await tenant.hold(.preview, "one", mark, at: noon)
        for change in ["id = 'two'", "kind = 'case', id = 'one'"] {
            try await store.committer.write { _ = try $0.run("UPDATE holdings SET \(change)", []) }
            let (kind, id) = change.hasPrefix("id") ? (HoldingKind.preview, "two") : (.case, "one")
            #expect(await failure { _ = try await tenant.holding(kind, id) } == .unreadable)
        }
    }
}

@Suite("A letter that is flagged for support")
struct SupportTests {
    private let day: TimeInterval = 86_400

    private func done(_ tenant: TenantStore) async throws -> JobID {
        guard case .kept(let id) = try await tenant.receive(Array("letter".utf8), payload: Data("origin".utf8)) else {
            throw Unexpected()
        }
        try await tenant.write(.finished(entry(id, record: "report")))
        return id
    }

    @Test(
        "P78, P79, P80 is seen by support where it lies, with its origin, record and bytes; any other is not there",
        arguments: DatabaseEngine.available)
    func seen(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let (letter, other) = (try await done(tenant), try await done(tenant))
        func look(_ id: JobID) async -> StoreError.Code? {
            await failure { _ = try await store.flaggedLetter(id, of: acme, for: "sue") }
        }
        #expect(await look(letter) == .notFound)
        try await tenant.flag(letter, at: noon)
        let seen = try await store.flaggedLetter(letter, of: acme, for: "sue")
        #expect(Mirror(reflecting: seen).children.map(\.label) == ["origin", "record", "body"])
        #expect(seen.origin == Data("origin".utf8))
        #expect(seen.record == Data("report".utf8))
        #expect(try await seen.body.read(0..<100) == Array("letter".utf8))
        #expect(await look(other) == .notFound)
        // Each look is in the trail of the tenant, and nothing was copied.
        #expect(
            try await tenant.trail.entries(limit: 9).map(\.deed)
                == [Deed(by: "sue", what: "support-reads", about: letter.rawValue)])
        for kind in HoldingKind.allCases { #expect(try await tenant.holdings(kind).isEmpty) }
    }

    @Test(
        "P81 is seen until the flag goes or the letter does, which no flag prolongs",
        arguments: DatabaseEngine.available)
    func ends(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let letter = try await done(tenant)
        try await tenant.flag(letter, at: noon)
        #expect(try await tenant.isFlagged(letter))
        #expect(try await tenant.unflag(letter))
        #expect(try await !tenant.unflag(letter))
        #expect(await failure { _ = try await store.flaggedLetter(letter, of: acme, for: "sue") } == .notFound)
        try await tenant.flag(letter, at: noon)
        place.now = noon.addingTimeInterval(30 * day)
        #expect(await failure { _ = try await store.flaggedLetter(letter, of: acme, for: "sue") } == .notFound)
        place.now = noon.addingTimeInterval(31 * day)
        _ = try await store.sweep()
        #expect(try await !tenant.isFlagged(letter))
    }

    @Test("P77 is one of the tenant whose admin flags it, and came in as mail", arguments: DatabaseEngine.available)
    func whose(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let other = try await store.tenant(TenantID("other")!)
        let letter = try await done(tenant)
        let event = try await tenant.keep("{}", .event)
        #expect(await failure { try await other.flag(letter, at: noon) } == .notFound)
        #expect(await failure { try await tenant.flag(event, at: noon) } == .notFound)
        try await tenant.flag(letter, at: noon)
        #expect(await failure { _ = try await store.flaggedLetter(letter, of: other.id, for: "sue") } == .notFound)
    }

    @Test(
        "P98 is all that leaves a tenant: cases, previews and what else is held have no way out but the tenant's own",
        arguments: DatabaseEngine.available)
    func privateByDefault(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let other = try await store.tenant(TenantID("other")!)
        let mine = Data("zqmineqz".utf8)
        for kind in HoldingKind.allCases {
            try await tenant.hold(kind, "one", mine, at: noon)
            #expect(try await other.holding(kind, "one") == nil)
            #expect(try await other.holdings(kind).isEmpty)
            #expect(try await !other.letGo(kind, "one"))
            #expect(try await tenant.holding(kind, "one") == mine)
        }
        // Not even support, for which an admin flags letters alone.
        let letter = try await done(tenant)
        try await tenant.makeCase("case", of: letter, at: noon)
        #expect(await failure { _ = try await store.flaggedLetter(letter, of: acme, for: "sue") } == .notFound)
        #expect(try await place.everything().range(of: mine) == nil)
    }
}
