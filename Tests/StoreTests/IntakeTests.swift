// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Testing

@Suite("What is received")
struct IntakeTests {

    @Test(
        "P9 is kept complete, whatever its size, and read back as a whole and by ranges",
        arguments: DatabaseEngine.available, [0, 1, 4_096, 262_144, 262_145, 400_000, 1_500_000])
    func complete(on engine: DatabaseEngine, size: Int) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let bytes = plain(size)
        let body = try tenant.newBody(.letter, receivedAt: noon)
        var rest = bytes[...]
        while !rest.isEmpty {
            try body.append(Array(rest.prefix(7_001)))
            rest = rest.dropFirst(7_001)
        }
        let receipt = try await tenant.receive(Arrival(source: "desk", body: body, payload: Data("{}".utf8)))
        #expect(receipt == .kept(body.id))
        #expect(try await tenant.wholeBody(of: body.id) == bytes)
        let reader = try await tenant.body(of: body.id)
        #expect(reader.size == size)
        let middle = size / 3..<size / 2
        #expect(try await reader.read(middle) == Array(bytes[middle]))
        #expect(try await tenant.job(body.id)?.size == size)
        #expect(try await place.files(ending: ".body").count == (size > 262_144 || engine.hasBucket ? 1 : 0))
        try await store.close()
    }

    @Test("is a job that is due, with what came beside the bytes", arguments: DatabaseEngine.available)
    func isDue(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let body = try tenant.newBody(.event, receivedAt: noon)
        try body.append(Array("{}".utf8))
        _ = try await tenant.receive(Arrival(source: "hook", body: body, payload: Data("envelope".utf8)))
        let job = try #require(try await store.claim(.event, limit: 10, at: noon).first)
        #expect(job.id == body.id)
        #expect(job.tenant == acme)
        #expect(job.state == .received)
        #expect(job.source == "hook")
        #expect(job.receivedAt == noon)
        #expect(job.dueAt == noon)
        #expect(try await tenant.payload(of: job.id) == Data("envelope".utf8))
        #expect(try await store.claim(.letter, limit: 10, at: noon).isEmpty)
    }

    @Test("is parked from the start where it says why, and due to nobody", arguments: DatabaseEngine.available)
    func isParked(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let body = try tenant.newBody(.letter, receivedAt: noon)
        try body.append(Array("Subject: A film".utf8))
        _ = try await tenant.receive(
            Arrival(source: "box", body: body, payload: Data("{}".utf8), parkedSaying: "It is too large."))
        let job = try #require(try await tenant.job(body.id))
        #expect(job.state == .parked)
        #expect(job.dueAt == nil)
        #expect(try await tenant.said(of: job.id) == "It is too large.")
        #expect(try await store.claim(.letter, limit: 10, at: .distantFuture).isEmpty)
        #expect(try await tenant.wholeBody(of: job.id) == Array("Subject: A film".utf8))
    }

    @Test(
        "of an identity that was kept before is answered with the earlier one, and kept once",
        arguments: DatabaseEngine.available)
    func seenBefore(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let first = try await tenant.receive(plain(400_000), identity: "<a@x>")
        guard case .kept(let id) = first else { throw Unexpected() }
        #expect(try await tenant.receive(plain(400_000), identity: "<a@x>") == .seenBefore(id))
        #expect(try await tenant.receive(plain(40), .event, identity: "<a@x>") != .seenBefore(id))
        #expect(try await tenant.receive(plain(40), identity: "<b@x>") != .seenBefore(id))
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 3 : 1))
        #expect(try await store.counts().map(\.count).reduce(0, +) == 3)
    }

    @Test("many times at once with one identity is kept once", arguments: DatabaseEngine.available)
    func race(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
            for _ in 0..<30 { group.addTask { try await tenant.receive(plain(100), identity: "<same@x>") } }
            return try await group.reduce(into: [Receipt]()) { $0.append($1) }
        }
        let kept = receipts.filter { if case .kept = $0 { true } else { false } }
        #expect(kept.count == 1)
    }

    @Test("can be identified after it was parsed", arguments: DatabaseEngine.available)
    func identify(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let one = try await tenant.keep("one")
        let other = try await tenant.keep("other")
        #expect(try await tenant.twin(of: one, identity: "<a@x>") == nil)
        try await tenant.write(.identified(one, as: "<a@x>", sender: "Anna@Example.org"))
        try await tenant.write(.identified(one, as: "<a@x>", sender: "anna@example.org"))
        #expect(try await tenant.twin(of: one, identity: "<a@x>") == nil)
        #expect(try await tenant.twin(of: other, identity: "<a@x>") == one)
        #expect(await failure { try await tenant.write(.identified(other, as: "<a@x>", sender: nil)) } == .twin)
        #expect(try await tenant.letterCount(from: "ANNA@example.org", since: noon, besides: other) == 1)
        #expect(try await tenant.letterCount(from: "anna@example.org", since: noon, besides: one) == 0)
        let later = noon.addingTimeInterval(1)
        #expect(try await tenant.letterCount(from: "anna@example.org", since: later, besides: other) == 0)
        #expect(try await tenant.letterCount(from: "bert@example.org", since: noon, besides: other) == 0)
    }

    @Test("leaves nothing behind when it is abandoned, or its writer is let go", arguments: DatabaseEngine.available)
    func abandoned(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let body = try tenant.newBody(.letter, receivedAt: noon)
        try body.append(plain(600_000))
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 0 : 1))
        body.abandon()
        #expect(try await place.files(ending: ".body").isEmpty)
        do {
            let letGo = try tenant.newBody(.letter, receivedAt: noon)
            try letGo.append(plain(600_000))
        }
        #expect(try await place.files(ending: ".body").isEmpty)
        #expect(try await store.counts().isEmpty)
    }

    @Test("wakes who listens, after the commit and for its own line only", arguments: DatabaseEngine.available)
    func changes(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        // Who begins to hear looks for everything once.
        while store.hearing == .notYet, !Task.isCancelled { await Task.yield() }
        var letters = store.changes(of: .letter).makeAsyncIterator()
        var events = store.changes(of: .event).makeAsyncIterator()
        _ = try await tenant.keep("a")
        _ = try await tenant.keep("b")
        #expect(await letters.next() != nil)
        #expect(try await store.claim(.letter, limit: 10, at: noon).count == 2)
        try await store.close()
        #expect(await letters.next() == nil)
        #expect(await events.next() == nil)
    }

    @Test("is refused in words after the store was closed", arguments: DatabaseEngine.available)
    func closed(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await store.close()
        #expect(await failure { try await tenant.receive(plain(10)) } == .closed)
    }
}
