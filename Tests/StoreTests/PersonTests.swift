// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A person")
struct PersonTests {
    private let anna = PersonName.address("anna@example.org")

    private func done(_ tenant: TenantStore, _ text: String, record: String = "{}") async throws -> JobID {
        let id = try await tenant.keep(text)
        try await tenant.write(.planned(id, Data("{}".utf8)), .finished(entry(id, record: record)))
        return id
    }

    @Test("is found in letters and records, and nobody with a longer address", arguments: DatabaseEngine.available)
    func found(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let inBody = try await done(tenant, "From: Anna <ANNA@example.org>\n\nHello")
        let inRecord = try await done(tenant, "Hello", record: "{\"to\":[\"anna@example.org\"]}")
        _ = try await done(tenant, "From: joanna@example.org\nTo: anna@example.org.uk, anna@example.organic")
        let waits = try await tenant.keep("To: anna@example.org.")
        let traces = try await tenant.traces(of: anna)
        #expect(traces.unseen == 0)
        #expect(
            Set(traces.found) == [
                Trace(job: inBody, line: .letter, isInBody: true, isInRecord: false, isUnfinished: false),
                Trace(job: inRecord, line: .letter, isInBody: false, isInRecord: true, isUnfinished: false),
                Trace(job: waits, line: .letter, isInBody: true, isInRecord: false, isUnfinished: true),
            ])
    }

    @Test(
        "is erased with letter, record and key, and others and waiting work stay", arguments: DatabaseEngine.available)
    func erased(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let hers = try await done(tenant, "From: anna@example.org", record: "{\"sender\":\"anna@example.org\"}")
        try await tenant.write(.commented(comment: "7", of: desk, by: "anna@example.org", at: noon))
        try await tenant.write(.commented(comment: "8", of: desk, by: "bert@example.org", at: noon))
        let his = try await done(tenant, "From: bert@example.org")
        let waits = try await tenant.keep("From: anna@example.org")
        let result = try await tenant.erase(.address("Anna@Example.org"))
        #expect(result.erased.map(\.job) == [hers])
        #expect(result.waiting.map(\.job) == [waits])
        #expect(await failure { _ = try await tenant.wholeBody(of: hers) } == .unreadable)
        #expect(try await tenant.audit(of: hers) == nil)
        #expect(result.comments == 1)
        #expect(try await tenant.sender(ofComment: "7", of: desk) == nil)
        #expect(try await tenant.sender(ofComment: "8", of: desk) == "bert@example.org")
        #expect(try await tenant.wholeBody(of: his) == Array("From: bert@example.org".utf8))
        #expect(try await tenant.wholeBody(of: waits) == Array("From: anna@example.org".utf8))
        #expect(try await tenant.traces(of: anna).found.map(\.job) == [waits])
    }

    @Test(
        "is found and erased in the record of an event that is over itself", arguments: DatabaseEngine.available,
        [true, false])
    func recordAlone(on engine: DatabaseEngine, isSwept: Bool) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let day: TimeInterval = 86_400
        func told(_ whom: String) async throws -> JobID {
            let id = try await tenant.keep("{}", .event)
            try await tenant.write(.planned(id, Data("{}".utf8)))
            try await tenant.write(.finished(entry(id, line: .event, record: "{\"to\":[\"\(whom)\"]}")))
            return id
        }
        let hers = try await told("anna@example.org")
        let his = try await told("bert@example.org")
        place.now = noon.addingTimeInterval(10 * day)
        if isSwept { _ = try await store.sweep() }
        let trace = Trace(job: hers, line: .event, isInBody: false, isInRecord: true, isUnfinished: false)
        #expect(try await tenant.traces(of: anna) == Traces(found: [trace], unseen: 0))
        #expect(try await tenant.part(.record, of: hers) == Data("{\"to\":[\"anna@example.org\"]}".utf8))
        #expect(try await tenant.part(.body, of: hers) == nil)
        #expect(try await tenant.erase(anna) == Erased(erased: [trace]))
        #expect(try await tenant.audit(matching: AuditFilter()).map(\.job) == [his])
        #expect(try await tenant.traces(of: anna) == Traces())
    }

    @Test("is found in all letters but those that are damaged, which are counted", arguments: DatabaseEngine.available)
    func damaged(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        guard case .kept(let lost) = try await tenant.receive(plain(400_000)) else { throw Unexpected() }
        for file in try await place.files(ending: ".body") { try await place.lose(file) }
        let changed = try await done(tenant, "Hello")
        let named = try await done(tenant, "Hello", record: "anna@example.org")
        let hers = try await done(tenant, "From: anna@example.org")
        for id in [changed, named] {
            try await store.committer.write { connection in
                try connection.run(
                    "UPDATE jobs SET payload = ?2 WHERE id = ?1", [.text(id.rawValue), .blob(Data([1] + plain(40)))])
            }
        }
        let traces = try await tenant.traces(of: anna)
        #expect(Set(traces.found.map(\.job)) == [hers, named])
        #expect(traces.unseen == 2)
        #expect(await failure { _ = try await tenant.part(.body, of: lost) } == .damaged)
        let erased = try await tenant.erase(anna)
        #expect(Set(erased.erased.map(\.job)) == [hers, named])
        #expect(erased.unseen == 2)
        #expect(try await tenant.part(.payload, of: JobID(newJobID(at: noon))!) == nil)
    }

    @Test(
        "is found and erased in all that is held, and damage of one of them is counted",
        arguments: DatabaseEngine.available)
    func held(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        for kind in HoldingKind.allCases {
            try await tenant.hold(kind, "hers", Data("to: <anna@example.org>".utf8), at: noon)
            try await tenant.hold(kind, "his", Data("to: bert@example.org".utf8), at: noon)
        }
        try await tenant.hold(.preview, "lost", Data("anna@example.org".utf8), at: noon)
        try await store.committer.write {
            try $0.run(
                "UPDATE holdings SET payload = ?1 WHERE id = 'lost'", [.blob(Data([1, 4, 0, 0, 0, 0] + plain(40)))])
        }
        try await tenant.write(.commented(comment: "7", of: desk, by: "anna@example.org", at: noon))
        let traces = try await tenant.traces(of: anna)
        #expect(traces.holdings.map(\.kind) == HoldingKind.allCases)
        #expect(Set(traces.holdings.map(\.id)) == ["hers"])
        #expect(traces.holdings.first { $0.kind == .sent }?.keptUntil == noon.addingTimeInterval(30 * 86_400))
        #expect(traces.comments == 1)
        #expect(traces.unseen == 1)
        #expect(try await tenant.erase(anna) == Erased(unseen: 1, holdings: traces.holdings, comments: 1))
        for kind in HoldingKind.allCases {
            #expect(Set(try await tenant.holdings(kind).map(\.id)).subtracting(["lost"]) == ["his"], "\(kind)")
        }
        #expect(try await tenant.traces(of: anna) == Traces(unseen: 1))
    }

    @Test("is not erased from a letter that is at work again, which loses nothing", arguments: DatabaseEngine.available)
    func begunAnew(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await done(tenant, "From: anna@example.org")
        try await tenant.rerun(id, at: noon)
        try await tenant.write(.planned(id, Data("plan".utf8)), .begun(action(id, 0), at: noon))
        #expect(try await store.committer.write { try !$0.forget(id, acme) })
        #expect(try await tenant.payload(of: id) == Data("{}".utf8))
        #expect(try await tenant.plan(of: id) == Data("plan".utf8))
        #expect(try await tenant.marks(of: id).count == 1)
        #expect(try await tenant.audit(of: id) != nil)
        #expect(try await tenant.erase(anna).waiting.map(\.job) == [id])
        // Nor is one begun anew that was erased.
        try await tenant.write(.finished(entry(id)))
        #expect(try await store.committer.write { try $0.forget(id, acme) })
        let late: StoreError.Code? = await failure {
            try await store.committer.write { try $0.rerun(id, acme, at: noon, pendingKey: Data([1])) }
        }
        #expect(late == .wrongState)
    }

    @Test("is seen wherever the pieces of a letter are cut")
    func pieces() {
        let text = Array("x <anna@example.org>, joanna@example.org".utf8)
        for cut in 0...text.count {
            var search = PersonSearch(anna, in: .mail)
            search.consume(text[..<cut])
            search.consume(text[cut...])
            search.finish()
            #expect(search.isFound, "\(cut)")
            var other = PersonSearch(.address("nna@example.org"), in: .mail)
            other.consume(text[..<cut])
            other.consume(text[cut...])
            other.finish()
            #expect(!other.isFound, "\(cut)")
        }
        #expect(PersonSearch.finds(anna, in: .mail, Array("anna@example.org".utf8)))
        #expect(!PersonSearch.finds(anna, in: .mail, Array("anna@example.or".utf8)))
        #expect(!PersonSearch.finds(.address(""), in: .mail, Array("anna".utf8)))
    }

    @Test(
        "is seen behind an escape, whose last letter is not of the address",
        arguments: [
            #"{"body":"Contact:\r\njane@example.com"}"#, #"{"body":"Contact:\tjane@example.com\n"}"#,
            #"{"a":"\bjane@example.com"}"#, #"{"a":"\fjane@example.com"}"#, #"{"a":"\\\njane@example.com"}"#,
            #"{"a":"\u003cjane@example.com\u003e"}"#, #"{"a":"\u000Ajane@example.com"}"#,
            "=3Cjane@example.com=3E", "=20jane@example.com=20", "=0D=0Ajane@example.com", "=3cJane@Example.com",
        ])
    func escapes(_ text: String) {
        #expect(PersonSearch.finds(.address("jane@example.com"), in: .mail, text.utf8))
        var search = PersonSearch(.address("jane@example.com"), in: .json)
        for byte in text.utf8 { search.consume([byte]) }
        search.finish()
        #expect(search.isFound)
    }

    @Test(
        "is not seen where an escape is a letter of a longer address, or none",
        arguments: [
            #"{"a":"C:\\njane@example.com"}"#, #"{"a":"\u00e9jane@example.com"}"#, #"{"a":"\u0062jane@example.com"}"#,
            #"{"a":"\\u003cjane@example.com"}"#, "=C3=A9jane@example.com", "=5Fjane@example.com", "x3cjane@example.com",
            "njane@example.com", "u003cjane@example.com",
        ])
    func longerAddress(_ text: String) {
        #expect(!PersonSearch.finds(.address("jane@example.com"), in: .mail, text.utf8))
    }
}
