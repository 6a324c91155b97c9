// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing

@testable import Store

@Suite("A person")
struct PersonTests {
    private let anna = "anna@example.org"

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
        let found = try await tenant.traces(of: anna)
        #expect(
            Set(found) == [
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
        try await tenant.write(.commented(comment: "7", by: anna, at: noon))
        try await tenant.write(.commented(comment: "8", by: "bert@example.org", at: noon))
        let his = try await done(tenant, "From: bert@example.org")
        let waits = try await tenant.keep("From: anna@example.org")
        let result = try await tenant.erase("Anna@Example.org")
        #expect(result.erased.map(\.job) == [hers])
        #expect(result.waiting.map(\.job) == [waits])
        #expect(await failure { _ = try await tenant.wholeBody(of: hers) } == .unreadable)
        #expect(try await tenant.audit(of: hers) == nil)
        #expect(try await tenant.sender(ofComment: "7") == nil)
        #expect(try await tenant.sender(ofComment: "8") == "bert@example.org")
        #expect(try await tenant.wholeBody(of: his) == Array("From: bert@example.org".utf8))
        #expect(try await tenant.wholeBody(of: waits) == Array("From: anna@example.org".utf8))
        #expect(try await tenant.traces(of: anna).map(\.job) == [waits])
    }

    @Test("is seen wherever the pieces of a letter are cut")
    func pieces() {
        let text = Array("x <anna@example.org>, joanna@example.org".utf8)
        for cut in 0...text.count {
            var search = AddressSearch(anna)
            search.consume(text[..<cut])
            search.consume(text[cut...])
            search.finish()
            #expect(search.isFound, "\(cut)")
            var other = AddressSearch("nna@example.org")
            other.consume(text[..<cut])
            other.consume(text[cut...])
            other.finish()
            #expect(!other.isFound, "\(cut)")
        }
        #expect(AddressSearch.finds(anna, in: Array("anna@example.org".utf8)))
        #expect(!AddressSearch.finds(anna, in: Array("anna@example.or".utf8)))
        #expect(!AddressSearch.finds("", in: Array("anna".utf8)))
    }
}
