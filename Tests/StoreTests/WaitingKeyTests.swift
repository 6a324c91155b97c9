// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("The keys of waiting work")
struct WaitingKeyTests {
    private let day: TimeInterval = 86_400

    /// Data as it was at `copy`, with the key store of today, by a clock that was put back.
    private func old(_ copy: Installation, of place: Installation, at time: Date = noon) async throws -> TenantStore {
        try FileManager.default.removeItem(atPath: copy.folder.path("keys"))
        try FileManager.default.copyItem(atPath: place.folder.path("keys"), toPath: copy.folder.path("keys"))
        place.now = time
        return try await copy.open().tenant(acme)
    }

    @Test(
        "open no event any more before it is over, not in a copy that was made while it waited (P41)",
        arguments: DatabaseEngine.available)
    func event(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let event = try await tenant.keep("{}", .event)
        let before = try await place.cut()
        try await tenant.write(.planned(event, Data()), .finished(entry(event, line: .event)))
        place.now = noon.addingTimeInterval(7 * day)
        _ = try await store.sweep()
        let old = try await old(before, of: place)
        #expect(try await old.job(event)?.state == .received)
        #expect(await failure { _ = try await old.wholeBody(of: event) } == .unreadable)
        #expect(await failure { _ = try await old.payload(of: event) } == .unreadable)
    }

    @Test(
        "open no letter any more when it is over, not in a copy that was made while it waited (P10)",
        arguments: DatabaseEngine.available)
    func letter(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let letter = try await tenant.keep("Hello")
        let before = try await place.cut()
        try await tenant.write(.planned(letter, Data()), .finished(entry(letter)))
        place.now = noon.addingTimeInterval(31 * day)
        _ = try await store.sweep()
        let old = try await old(before, of: place)
        #expect(await failure { _ = try await old.wholeBody(of: letter) } == .unreadable)
    }

    @Test(
        "are renewed in time, also where nothing was swept for weeks, and for a restored copy too",
        arguments: DatabaseEngine.available)
    func waits(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let waits = try await tenant.keep("Waits")
        let before = try await place.cut()
        for days in [3, 5, 8, 11, 60, 61, 100] as [TimeInterval] {
            place.now = noon.addingTimeInterval(days * day)
            #expect(try await store.sweep().unreadable == 0)
            #expect(try await tenant.wholeBody(of: waits) == Array("Waits".utf8), "after \(days) days")
        }
        let week = try await Installation(engine)
        let (other, letters) = try await week.begin()
        let late = try await letters.keep("Late")
        let copy = try await week.cut()
        week.now = noon.addingTimeInterval(10 * day)
        _ = try await other.sweep()
        let restored = try await old(copy, of: week, at: week.now)
        #expect(try await restored.wholeBody(of: late) == Array("Late".utf8))
        // From here on it waits under a key of its own again, for as long as it takes.
        #expect(try await restored.store.sweep().unreadable == 0)
        week.now = noon.addingTimeInterval(60 * day)
        #expect(try await restored.store.sweep().unreadable == 0)
        #expect(try await restored.wholeBody(of: late) == Array("Late".utf8))
        // What was over before it was restored stays so.
        let gone = try await old(before, of: place, at: noon.addingTimeInterval(100 * day))
        #expect(await failure { _ = try await gone.wholeBody(of: waits) } == .unreadable)
    }

    @Test(
        "are of the day on which a letter is begun anew, so that no sweep takes them",
        arguments: DatabaseEngine.available)
    func rerun(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.write(.planned(id, Data()), .finished(entry(id)))
        place.now = noon.addingTimeInterval(20 * day)
        try await tenant.rerun(id, at: place.now)
        // As if it came between the two halves of a sweep, of which the first renews.
        let now = place.now
        _ = try store.keys.sweep { Keeping.isOver($0, at: now, TermHistory(changes: [])) }
        let sealed = try #require(try await store.database.read { try $0.sealed(id, of: acme) })
        #expect(tenant.keys.isSealed(try #require(sealed.pendingKey), before: now) == false)
        #expect(try await tenant.wholeBody(of: id) == Array("Hello".utf8))
    }
}
