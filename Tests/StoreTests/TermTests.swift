// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing
import Vault

@testable import Store

@Suite("The terms of a tenant")
struct TermTests {
    private let day: TimeInterval = 86_400

    private func done(_ tenant: TenantStore, _ text: String, _ line: Line = .letter) async throws -> JobID {
        let now = tenant.store.now()
        let id = try await tenant.keep(text, line, at: now)
        try await tenant.write(.finished(entry(id, line: line, at: now, record: "report")))
        return id
    }

    private func limits(_ terms: Terms) -> KeepingLimits {
        var limits = KeepingLimits()
        limits.terms = terms
        return limits
    }

    private func isReadable(_ tenant: TenantStore, _ id: JobID) async -> Bool {
        await failure { _ = try await tenant.wholeBody(of: id) } == nil
    }

    @Test("P10, P41 are 30 and 7 days where nobody chose", arguments: DatabaseEngine.available)
    func usual(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        #expect(try await tenant.terms().now == Terms(mailDays: 30, eventDays: 7))
        #expect(try await tenant.terms().later == nil)
    }

    @Test(
        "P10, P41, P92 that become shorter end access at once, to the second, and destroy the keys in time",
        arguments: DatabaseEngine.available)
    func shorter(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await store.createTenant(TenantID("other")!, name: "Other", at: noon)
        let other = try await store.tenant(TenantID("other")!)
        let (letter, event) = (try await done(tenant, "letter"), try await done(tenant, "{}", .event))
        let (kept, waits) = (try await done(other, "kept"), try await tenant.keep("waits"))
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(3 * day)
        try await tenant.setTerms(Terms(mailDays: 10, eventDays: 4))
        #expect(try await tenant.terms().now == Terms(mailDays: 10, eventDays: 4))
        #expect(try await tenant.terms().later == nil)
        place.now = noon.addingTimeInterval(4 * day)
        #expect(await !isReadable(tenant, event))
        place.now = noon.addingTimeInterval(10 * day - 1)
        #expect(await isReadable(tenant, letter))
        #expect(try await tenant.audit(of: letter) != nil)
        #expect(try await tenant.audit(of: event) != nil)
        place.now = noon.addingTimeInterval(10 * day)
        #expect(await !isReadable(tenant, letter))
        #expect(try await tenant.audit(matching: AuditFilter()).isEmpty)
        #expect(await isReadable(tenant, waits))
        #expect(await isReadable(other, kept))

        place.now = noon.addingTimeInterval(11 * day)
        _ = try await store.sweep()
        #expect(try await tenant.job(letter) == nil)
        #expect(await isReadable(tenant, waits))
        #expect(await isReadable(other, kept))
        // An old copy of the data, with the key store of today, whatever the clock says.
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(tenant.id)
        for id in [letter, event] { #expect(await !isReadable(old, id)) }
    }

    @Test("P10, P92 that become longer count for what comes from the next day on", arguments: DatabaseEngine.available)
    func longer(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.setTerms(Terms(mailDays: 10, eventDays: 4))
        let early = try await done(tenant, "early")
        try await tenant.setTerms(Terms(mailDays: 20, eventDays: 3))
        // Midnight after noon.
        let change = TermChange(since: noon.addingTimeInterval(day / 2), terms: Terms(mailDays: 20, eventDays: 3))
        #expect(try await tenant.terms().now == Terms(mailDays: 10, eventDays: 3))
        #expect(try await tenant.terms().later == change)
        place.now = noon.addingTimeInterval(day)
        let late = try await done(tenant, "late")
        place.now = noon.addingTimeInterval(10 * day)
        #expect(await !isReadable(tenant, early))
        place.now = noon.addingTimeInterval(11 * day)
        _ = try await store.sweep()
        #expect(try store.keys.sweep { $0.retention == .audit && $0.start < noon } == 0)
        place.now = noon.addingTimeInterval(21 * day - 1)
        _ = try await store.sweep()
        #expect(await isReadable(tenant, late))
        place.now = noon.addingTimeInterval(22 * day)
        #expect(await !isReadable(tenant, late))
        #expect(try await store.sweep().jobs == 1)
        #expect(try store.keys.sweep { $0.retention == .audit } == 0)
    }

    @Test(
        "P10, P92 that become longer prolong no key of work that waited when they did",
        arguments: DatabaseEngine.available)
    func longerWhileWaiting(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.setTerms(Terms(mailDays: 2, eventDays: 2))
        let (letter, event) = (try await tenant.keep("letter"), try await tenant.keep("{}", .event))
        let waits = (try await tenant.keep("waits"), try await tenant.keep("{}", .event))
        let before = try await place.cut()
        try await tenant.write(.finished(entry(letter)), .finished(entry(event, line: .event)))
        try await tenant.setTerms(Terms(mailDays: 30, eventDays: 7))
        // What goes on waiting keeps a key, with a sweep in each hour.
        for hour in 1...(10 * 24) {
            place.now = noon.addingTimeInterval(Double(hour) * 3600)
            #expect(try await store.sweep().unreadable == 0)
            // By then the letter's record is over too.
            guard hour == 72 else { continue }
            try before.takeKeys(of: place)
            place.now = noon
            let old = try await before.open().tenant(tenant.id)
            for id in [letter, event] { #expect(await !isReadable(old, id)) }
        }
        #expect(await isReadable(tenant, waits.0))
        #expect(await isReadable(tenant, waits.1))
    }

    @Test(
        "P10, P92 that became shorter while a letter waited count for its record, and the list of records opens",
        arguments: DatabaseEngine.available)
    func shorterWhileWaiting(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("waits")
        place.now = noon.addingTimeInterval(5 * day)
        try await tenant.setTerms(Terms(mailDays: 2, eventDays: 2))
        place.now = noon.addingTimeInterval(20 * day)
        let new = try await done(tenant, "new")
        try await tenant.write(.finished(entry(waits, at: place.now)))
        _ = try await store.sweep()
        #expect(try await tenant.audit(of: waits) == nil)
        #expect(try await tenant.audit(matching: AuditFilter()).map(\.job) == [new])
    }

    @Test("are refused in words where the operator does not allow them")
    func bounds() async throws {
        let place = try await Installation(.sqlite)
        let (_, tenant) = try await place.begin()
        for (terms, words) in [
            (Terms(mailDays: 31, eventDays: 7), "Mail can be kept for 2 to 30 days here, not for 31."),
            (Terms(mailDays: 1, eventDays: 7), "Mail can be kept for 2 to 30 days here, not for 1."),
            (Terms(mailDays: 30, eventDays: 8), "Events can be kept for 2 to 7 days here, not for 8."),
        ] {
            let error = await #expect(throws: StoreError.self) { try await tenant.setTerms(terms) }
            #expect(error?.code == .refusedTerms)
            #expect(error?.said == words)
        }
        #expect(try await tenant.terms().now == .usual)
    }

    @Test("become shorter when the operator allows less, and can be longer where more is allowed")
    func operators() async throws {
        let place = try await Installation(.sqlite)
        var (store, tenant) = try await place.begin()
        let letter = try await done(tenant, "letter")
        try await store.close()
        store = try await place.open(limits: limits(Terms(mailDays: 5, eventDays: 3)))
        tenant = try await store.tenant(acme)
        #expect(try await tenant.terms().now == Terms(mailDays: 5, eventDays: 3))
        place.now = noon.addingTimeInterval(5 * day)
        #expect(await !isReadable(tenant, letter))
        try await store.createTenant(TenantID("new")!, name: "New", at: noon)
        #expect(try await store.tenant(TenantID("new")!).terms().now == Terms(mailDays: 5, eventDays: 3))
        try await store.close()
        store = try await place.open(limits: limits(Terms(mailDays: 365, eventDays: 7)))
        tenant = try await store.tenant(acme)
        #expect(try await tenant.terms().now == Terms(mailDays: 5, eventDays: 3))
        try await tenant.setTerms(Terms(mailDays: 365, eventDays: 7))
        place.now = noon.addingTimeInterval(6 * day)
        let long = try await done(tenant, "long")
        place.now = noon.addingTimeInterval(300 * day)
        #expect(try await store.sweep().jobs == 1)
        #expect(await isReadable(tenant, long))
        place.now = noon.addingTimeInterval(371 * day)
        #expect(await !isReadable(tenant, long))
    }

    @Test(
        "P41 reach events that were told of late: an old copy of the data has no key for them after their seven days",
        arguments: DatabaseEngine.available)
    func eventsThatWaited(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let event = try await tenant.keep("{}", .event)
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(day)
        try await tenant.write(.finished(entry(event, line: .event, at: place.now)))
        place.now = noon.addingTimeInterval(7 * day - 1)
        _ = try await store.sweep()
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(tenant.id)
        #expect(await !isReadable(old, event))
    }

    @Test("let waiting work of a backup that is older than the key store be gone on with")
    func olderBackup() async throws {
        let place = try await Installation(.sqlite)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("waits", .event)
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(6.9 * day)
        _ = try await store.sweep()
        try before.takeKeys(of: place)
        let old = try await before.open().tenant(tenant.id)
        #expect(try await old.wholeBody(of: waits) == Array("waits".utf8))
    }
}
