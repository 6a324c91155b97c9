// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing
import Vault

@testable import Store

@Suite("The words of a record")
struct WordTests {
    private let day: TimeInterval = 86_400

    private func done(
        _ tenant: TenantStore, _ words: String, _ line: Line = .letter, at time: Date = noon
    ) async throws -> JobID {
        let id = try await tenant.keep(words, line, at: time)
        try await tenant.write(
            .planned(id, Data()), .finished(entry(id, line: line, at: time, words: SearchWords.of([words]))))
        return id
    }

    private func found(_ words: String, _ tenant: TenantStore) async throws -> [JobID] {
        try await tenant.audit(matching: AuditFilter(words: words)).map(\.job)
    }

    private func rows(_ store: InstallationStore) async throws -> Int {
        try await store.database.read { try $0.row("SELECT count(*) FROM words")?.integer(0) ?? 0 }
    }

    @Test("find it where all of them are its own, the newest first, page by page", arguments: DatabaseEngine.available)
    func finding(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        place.now = noon.addingTimeInterval(2 * day)
        let jam = try await done(tenant, "Printer jam on floor 2")
        let event = try await done(tenant, "SUP-7 Printer", .event, at: noon.addingTimeInterval(day))
        let other = try await done(tenant, "The PRINTÉR jams", at: noon.addingTimeInterval(2 * day))
        let third = try #require(TenantID("third"))
        try await store.createTenant(third, name: "Third", at: noon)
        let his = try await done(try await store.tenant(third), "Printer jam")
        #expect(try await found("printer", tenant) == [other, event, jam])
        #expect(try await found("ＪＡＭ  printer", tenant) == [jam])
        #expect(try await found("sup-7", tenant) == [event])
        #expect(try await found("printer sup-8", tenant) == [])
        #expect(try await found("print", tenant) == [])
        #expect(try await found("2 !", tenant) == [])
        #expect(try await found("printer jam", try await store.tenant(third)) == [his])
        var filter = AuditFilter(words: "printer", limit: 1)
        for expected in [other, event, jam] {
            let page = try await tenant.audit(matching: filter)
            #expect(page.map(\.job) == [expected])
            filter.before = page.last?.position
        }
        #expect(try await tenant.audit(matching: filter).isEmpty)
        #expect(try await tenant.audit(matching: AuditFilter(line: .event, words: "printer")).map(\.job) == [event])
        #expect(try await tenant.audit(matching: AuditFilter(disposition: "dropped", words: "printer")).isEmpty)
    }

    @Test(
        "are compared with the record, since a hash may be that of another word by chance",
        arguments: DatabaseEngine.available)
    func chanceHits(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        var others: [JobID] = []
        var right: [JobID] = []
        for number in 0..<6 {
            let time = noon.addingTimeInterval(TimeInterval(number))
            if number % 3 == 0 {
                right.append(try await done(tenant, "Printer jam \(number)", at: time))
            } else {
                others.append(try await done(tenant, "Holidays", number < 3 ? .letter : .event, at: time))
            }
        }
        // As if both words had one hash.
        let hash = try #require(try tenant.keys.hashes(of: ["printer"], inAll: .audit).first?.first)
        try await store.committer.write { [others] connection in
            for job in others {
                try connection.run(
                    "INSERT INTO words (tenant, hash, job) VALUES (?1, ?2, ?3)",
                    [.text(acme.rawValue), .blob(hash), .text(job.rawValue)])
            }
        }
        // What an event's issue is about is not in its record: there the hash decides.
        #expect(try await found("printer", tenant) == [others[3], others[2], right[1], right[0]])
        #expect(try await found("printer jam", tenant) == [right[1], right[0]])
        // The places of those that are left out are filled.
        let letters = AuditFilter(line: .letter, words: "printer", limit: 1)
        var second = letters
        let first = try await tenant.audit(matching: letters)
        #expect(first.map(\.job) == [right[1]])
        second.before = first.last?.position
        #expect(try await tenant.audit(matching: second).map(\.job) == [right[0]])
        second.limit = 5
        #expect(try await tenant.audit(matching: second).map(\.job) == [right[0]])
    }

    @Test("are those of the last time when the work is done once more", arguments: DatabaseEngine.available)
    func again(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await done(tenant, "Printer jam")
        try await tenant.rerun(id, at: noon)
        try await tenant.write(.finished(entry(id, words: ["printer", "toner"])))
        #expect(try await found("toner printer", tenant) == [id])
        #expect(try await found("jam", tenant) == [])
        #expect(try await rows(store) == 2)
    }

    @Test(
        "go with it: by its time, by erasure, with the tenant, and are not kept where auditing is off (P10, P16)",
        arguments: DatabaseEngine.available)
    func gone(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await done(tenant, "Printer anna@example.org")
        #expect(try await tenant.erase(.address("anna@example.org")).erased.count == 1)
        #expect(try await rows(store) == 0)
        _ = try await done(tenant, "Printer jam")
        place.now = noon.addingTimeInterval(30 * day)
        #expect(try await found("printer", tenant) == [])
        #expect(try await rows(store) == 2)
        _ = try await store.sweep()
        #expect(try await rows(store) == 0)
        let last = try await done(tenant, "Printer jam", at: place.now)
        #expect(try await found("printer", tenant) == [last])
        try await tenant.stopAuditing()
        _ = try await done(tenant, "Printer toner", at: place.now)
        #expect(try await rows(store) == 2)
        try await store.removeTenant(acme)
        #expect(try await rows(store) == 0)
    }

    @Test(
        "cannot be tried on an old copy of the data once its time is over, with the keys that are left (P10, P92)",
        arguments: DatabaseEngine.available)
    func overForGood(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        _ = try await done(tenant, "Printer jam")
        let hashes = try tenant.keys.hashes(of: ["printer"], inAll: .audit)
        #expect(hashes.map(\.count) == [1])
        #expect(try await place.everything().contains(hashes[0][0]))
        let before = try await place.cut()
        place.now = noon.addingTimeInterval(31 * day)
        let later = try await done(tenant, "Printer", at: place.now)
        _ = try await store.sweep()
        #expect(try await found("printer", tenant) == [later])
        #expect(try tenant.keys.hashes(of: ["printer"], inAll: .audit)[0].contains(hashes[0][0]) == false)
        try before.takeKeys(of: place)
        place.now = noon
        let old = try await before.open().tenant(acme)
        #expect(try await old.audit(matching: AuditFilter(words: "printer")).isEmpty)
    }
}

extension Data {
    fileprivate func contains(_ bytes: Data) -> Bool { range(of: bytes) != nil }
}
