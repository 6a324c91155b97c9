// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing

@testable import Store

@Suite("The record")
struct RecordTests {

    @Test("lists the newest first, page by page, by line, outcome and sender", arguments: DatabaseEngine.available)
    func lists(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        var ids: [JobID] = []
        for number in 0..<10 {
            let line: Line = number == 9 ? .event : .letter
            let id = try await tenant.keep("\(number)", line)
            let sender = number % 2 == 0 ? "anna@example.org" : "bert@example.org"
            if line == .letter { try await tenant.write(.identified(id, as: "<\(number)@x>", sender: sender)) }
            let time = noon.addingTimeInterval(Double(number / 3))
            let disposition = number == 4 ? "dropped" : "created"
            try await tenant.write(.finished(entry(id, disposition, line: line, at: time)))
            ids.append(id)
        }
        let all = try await tenant.audit(matching: AuditFilter())
        #expect(all.map(\.position.finishedAt) == all.map(\.position.finishedAt).sorted(by: >))
        #expect(Set(all.map(\.job)) == Set(ids))
        var paged: [JobID] = []
        var before: AuditPosition?
        while true {
            let page = try await tenant.audit(matching: AuditFilter(before: before, limit: 3))
            if page.isEmpty { break }
            paged += page.map(\.job)
            before = page.last?.position
        }
        #expect(paged == all.map(\.job))
        #expect(try await tenant.audit(matching: AuditFilter(line: .event)).map(\.job) == [ids[9]])
        #expect(try await tenant.audit(matching: AuditFilter(disposition: "dropped")).map(\.job) == [ids[4]])
        let annas = try await tenant.audit(matching: AuditFilter(sender: "Anna@example.org"))
        #expect(Set(annas.map(\.job)) == Set([0, 2, 4, 6, 8].map { ids[$0] }))
        #expect(try await tenant.audit(matching: AuditFilter(sender: "eve@example.org")).isEmpty)
    }

    @Test("is not seen by another tenant, and nor is the work", arguments: DatabaseEngine.available)
    func tenantsApart(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.write(.finished(entry(id)))
        let waits = try await tenant.keep("Hello")
        let otherID = try #require(TenantID("other"))
        try await store.createTenant(otherID, name: "Other", at: noon)
        let other = try await store.tenant(otherID)
        #expect(try await other.audit(of: id) == nil)
        #expect(try await other.audit(matching: AuditFilter()).isEmpty)
        #expect(try await other.job(waits) == nil)
        #expect(try await other.jobs(matching: JobFilter(line: .letter)).isEmpty)
        #expect(await failure { _ = try await other.body(of: id) } == .notFound)
        #expect(await failure { try await other.discard(waits) } == .notFound)
        #expect(await failure { try await other.write(.finished(entry(waits))) } == .notFound)
        #expect(try await tenant.job(waits)?.state == .received)
        #expect(try await store.tenants().map(\.name) == ["Acme", "Other"])
        #expect(await failure { _ = try await store.tenant(try #require(TenantID("nobody"))) } == .unknownTenant)
        #expect(await failure { try await store.createTenant(acme, name: "Twice", at: noon) } == .alreadyThere)
    }

    @Test(
        "finds the issue of a thread by any of its Message-IDs, the first that is known",
        arguments: DatabaseEngine.available)
    func messageIDs(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.write(.threaded(messageIDs: ["<a@x>", "<b@x>"], issue: "10001", of: desk, at: noon))
        try await tenant.write(.threaded(messageIDs: ["<c@x>"], issue: "10002", of: desk, at: noon))
        #expect(try await tenant.issue(forAnyOf: ["<z@x>", "<c@x>", "<a@x>"], of: desk) == "10002")
        #expect(try await tenant.issue(forAnyOf: ["<b@x>"], of: desk) == "10001")
        #expect(try await tenant.issue(forAnyOf: ["<B@x>"], of: desk) == nil)
        #expect(try await tenant.issue(forAnyOf: [], of: desk) == nil)
        try await tenant.write(.threaded(messageIDs: ["<b@x>"], issue: "10003", of: desk, at: noon))
        #expect(try await tenant.issue(forAnyOf: ["<b@x>"], of: desk) == "10003")
    }

    @Test("remembers how far a mailbox is read, and what its server said", arguments: DatabaseEngine.available)
    func mailboxes(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        #expect(try await tenant.position(of: "desk") == nil)
        try await tenant.setPosition(Data("1:7".utf8), of: "desk", at: noon)
        try await tenant.setPosition(Data("1:9".utf8), of: "desk", at: noon)
        let health = SourceHealth(
            source: "desk", isOnline: false, changedAt: noon, checkedAt: noon, said: "[AUTHENTICATIONFAILED] no")
        try await tenant.setHealth(health)
        try await store.close()
        let again = try await place.open().tenant(acme)
        #expect(try await again.position(of: "desk") == Data("1:9".utf8))
        #expect(try await again.health() == [health])
        try await again.removeHealth(of: "desk")
        #expect(try await again.health().isEmpty)
    }

    @Test("counts by line and state, and tells its size", arguments: DatabaseEngine.available)
    func figures(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await tenant.keep("1")
        _ = try await tenant.keep("2")
        let parked = try await tenant.keep("3", .event)
        try await tenant.park(parked, said: "")
        #expect(
            try await store.counts() == [
                JobCount(line: .event, state: .parked, count: 1), JobCount(line: .letter, state: .received, count: 2),
            ])
        #expect(try await tenant.counts() == store.counts())
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        #expect(try await store.tenant(TenantID("other")!).counts().isEmpty)
        let size = try await store.size()
        #expect(size.database > 4_096)
        #expect(size.bodies > 3)
    }
}
