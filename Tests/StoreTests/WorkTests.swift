// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("The work on a letter")
struct WorkTests {

    @Test(
        "gets another plan while nothing of the first is done, and none afterwards", arguments: DatabaseEngine.available
    )
    func anotherPlan(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.write(.planned(id, Data("plan".utf8)), .begun(action(id, 0), at: noon))
        try await tenant.write(.planned(id, Data("other".utf8)), .begun(action(id, 0), at: noon))
        #expect(try await tenant.plan(of: id) == Data("other".utf8))
        #expect(try await tenant.job(id)?.state == .executing)
        try await tenant.write(.ended(action(id, 0), at: noon, result: Data("SUP-1".utf8)))
        #expect(await failure { try await tenant.write(.planned(id, Data("third".utf8))) } == .wrongState)
        #expect(try await tenant.plan(of: id) == Data("other".utf8))
    }

    @Test("can be put off beyond all time", arguments: DatabaseEngine.available)
    func putOffForEver(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.retry(id, at: noon.addingTimeInterval(1e300), said: "Later.")
        #expect(try await store.claim(.letter, limit: 1, at: noon).isEmpty)
        #expect(try await store.claim(.letter, limit: 1, at: Date(timeIntervalSince1970: .infinity)).map(\.id) == [id])
    }

    @Test("goes from receipt by plan and actions to its record", arguments: DatabaseEngine.available)
    func wholeLife(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        #expect(try await store.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        #expect(try await tenant.plan(of: id) == nil)
        try await tenant.write(.planned(id, Data("plan".utf8)))
        #expect(try await tenant.job(id)?.state == .planned)
        #expect(try await tenant.plan(of: id) == Data("plan".utf8))
        try await tenant.write(.begun(action(id, 0), at: noon))
        #expect(try await tenant.job(id)?.state == .executing)
        #expect(
            try await tenant.marks(of: id) == [
                Mark(action: action(id, 0), begunAt: noon, triedAt: noon, endedAt: nil, result: nil)
            ])
        let later = noon.addingTimeInterval(5)
        try await tenant.write(.begun(action(id, 0), at: later))
        #expect(
            try await tenant.marks(of: id) == [
                Mark(action: action(id, 0), begunAt: noon, triedAt: later, endedAt: nil, result: nil)
            ])
        try await tenant.write(.ended(action(id, 0), at: later, result: Data("SUP-1".utf8)))
        try await tenant.write(.begun(action(id, 1), at: later))
        let marks = try await tenant.marks(of: id)
        #expect(marks.map(\.result) == [Data("SUP-1".utf8), nil])
        #expect(marks.map(\.endedAt) == [later, nil])
        try await tenant.write(.finished(entry(id, record: "report")))
        let job = try #require(try await tenant.job(id))
        #expect(job.state == .done)
        #expect(job.dueAt == nil)
        #expect(try await tenant.audit(of: id)?.record == Data("report".utf8))
        #expect(try await store.claim(.letter, limit: 10, at: .distantFuture).isEmpty)
        #expect(try await tenant.wholeBody(of: id) == Array("Hello".utf8))
    }

    @Test("that is claimed is not claimed again until it is given back", arguments: DatabaseEngine.available)
    func claims(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let ids = [try await tenant.keep("1"), try await tenant.keep("2", at: noon.addingTimeInterval(1))]
        let now = noon.addingTimeInterval(1)
        #expect(try await store.claim(.letter, limit: 1, at: now).map(\.id) == [ids[0]])
        #expect(try await store.claim(.letter, limit: 5, at: now).map(\.id) == [ids[1]])
        #expect(try await store.claim(.letter, limit: 5, at: now).isEmpty)
        #expect(try await store.nextDue(.letter) == nil)
        await store.release(ids[0], line: .letter)
        #expect(try await store.nextDue(.letter) == noon)
        #expect(try await store.claim(.letter, limit: 5, at: now).map(\.id) == [ids[0]])
    }

    @Test("is left to lie where its tenant has had its turn", arguments: DatabaseEngine.available)
    func spares(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("1")
        #expect(try await store.claim(.letter, limit: 5, at: noon, but: [tenant.id]).isEmpty)
        #expect(try await store.claim(.letter, limit: 5, at: noon, but: [TenantID("nobody")!]).map(\.id) == [id])
    }

    @Test("is never claimed by two, however many ask", arguments: DatabaseEngine.available)
    func claimRace(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        for number in 0..<40 { _ = try await tenant.keep("\(number)") }
        let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
            for _ in 0..<20 { group.addTask { try await store.claim(.letter, limit: 3, at: noon).map(\.id) } }
            return try await group.reduce(into: [JobID]()) { $0 += $1 }
        }
        #expect(claimed.count == 40)
        #expect(Set(claimed).count == 40)
    }

    @Test("that is put off is due at its time, says why, and counts the attempt", arguments: DatabaseEngine.available)
    func retry(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        _ = try await store.claim(.letter, limit: 1, at: noon)
        let later = noon.addingTimeInterval(60)
        try await tenant.retry(id, at: later, said: "Jira is down.")
        #expect(try await store.claim(.letter, limit: 1, at: noon.addingTimeInterval(59)).isEmpty)
        #expect(try await store.nextDue(.letter) == later)
        let again = try await store.claim(.letter, limit: 1, at: later)
        #expect(again.map(\.attempts) == [1])
        #expect(again.map(\.state) == [.received])
        #expect(try await tenant.said(of: id) == "Jira is down.")
        try await tenant.write(.planned(id, Data()))
        try await tenant.write(.begun(action(id, 0), at: later))
        try await tenant.retry(id, at: later, said: "Again.")
        #expect(try await tenant.job(id)?.state == .executing)
    }

    @Test("that is parked waits for a person, who takes it up or discards it", arguments: DatabaseEngine.available)
    func park(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.park(id, said: "It cannot be read.")
        #expect(try await store.claim(.letter, limit: 1, at: .distantFuture).isEmpty)
        #expect(try await tenant.jobs(matching: JobFilter(line: .letter, states: [.parked])).map(\.id) == [id])
        try await tenant.retry(id, at: noon, said: "Taken up.")
        #expect(try await store.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        try await tenant.park(id, said: "Still.")
        try await tenant.discard(id)
        #expect(try await tenant.job(id) == nil)
        #expect(await failure { _ = try await tenant.body(of: id) } == .notFound)
    }

    @Test("that is over can be done once more, from the start", arguments: DatabaseEngine.available)
    func rerun(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        try await tenant.write(.planned(id, Data()))
        try await tenant.write(.begun(action(id, 0), at: noon))
        #expect(await failure { try await tenant.rerun(id, at: noon) } == .wrongState)
        try await tenant.write(.finished(entry(id, "failed"), as: .failed))
        try await tenant.rerun(id, at: noon)
        #expect(try await store.claim(.letter, limit: 1, at: noon).map(\.state) == [.received])
        #expect(try await tenant.marks(of: id).isEmpty)
        #expect(try await tenant.plan(of: id) == nil)
        try await tenant.write(.finished(entry(id, "created")))
        #expect(try await tenant.audit(matching: AuditFilter()).map(\.disposition) == ["created"])
    }

    @Test("refuses steps that its state does not allow, and says the state", arguments: DatabaseEngine.available)
    func wrongStates(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        #expect(await failure { try await tenant.write(.begun(action(id, 0), at: noon)) } == .wrongState)
        #expect(
            await failure { try await tenant.write(.ended(action(id, 0), at: noon, result: Data())) } == .wrongState)
        try await tenant.write(.finished(entry(id)))
        let error = await #expect(throws: StoreError.self) {
            try await tenant.write(.finished(entry(id)))
        }
        #expect(error?.description == "This is not possible while the job is done.")
        #expect(await failure { try await tenant.discard(id) } == .wrongState)
        let nobody = try #require(JobID(newJobID(at: noon)))
        #expect(await failure { try await tenant.park(nobody, said: "") } == .notFound)
    }

    @Test("loses the key of pending work when it ends, and keeps the other", arguments: DatabaseEngine.available)
    func pendingKey(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        #expect(try await store.database.read { try $0.sealed(id, of: acme)?.pendingKey } != nil)
        try await tenant.write(.finished(entry(id)))
        #expect(try await store.database.read { try $0.sealed(id, of: acme)?.pendingKey } == nil)
        #expect(try await tenant.wholeBody(of: id) == Array("Hello".utf8))
    }

    @Test("that is unfinished stays readable without the day's audit key", arguments: DatabaseEngine.available)
    func withoutAuditKey(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let pending = try await tenant.keep("waits")
        let done = try await tenant.keep("done")
        try await tenant.write(.finished(entry(done)))
        try await store.close()
        let path = place.folder.path("keys/keys")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let kept = lines.filter { !$0.contains("/audit/") }
        #expect(kept.count == lines.count - 1)
        try Data((kept.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let again = try await place.open().tenant(acme)
        #expect(try await again.wholeBody(of: pending) == Array("waits".utf8))
        #expect(await failure { _ = try await again.body(of: done) } == .unreadable)
        #expect(await failure { _ = try await again.audit(of: done) } == .unreadable)
    }

    @Test("leaves steps that are written together all together, or none of them", arguments: DatabaseEngine.available)
    func stepsTogether(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await tenant.keep("Hello")
        let steps: [Step] = [
            .planned(id, Data("plan".utf8)), .begun(action(id, 0), at: noon),
            .ended(action(id, 1), at: noon, result: Data()),
        ]
        #expect(await failure { try await tenant.write(steps) } == .wrongState)
        #expect(try await tenant.job(id)?.state == .received)
        #expect(try await tenant.marks(of: id).isEmpty)
        try await tenant.write(Array(steps.prefix(2)) + [.ended(action(id, 0), at: noon, result: Data("r".utf8))])
        #expect(try await tenant.marks(of: id).map(\.result) == [Data("r".utf8)])
        #expect(try await tenant.job(id)?.state == .executing)
    }

    @Test("that rests is not what the process ended at", arguments: DatabaseEngine.available)
    func rests(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let ids = [try await tenant.keep("1"), try await tenant.keep("2")]
        _ = try await store.claim(.letter, limit: 2, at: noon)
        store.rest(ids[0])
        #expect(try await store.claim(.letter, limit: 2, at: noon).isEmpty)
        let next = try await place.cut().open()
        #expect(try await next.interrupted(.letter, at: noon).map(\.job.id) == [ids[1]])
    }

    @Test(
        "is known by its letter in the next process, where this one ended within it",
        arguments: DatabaseEngine.available)
    func interrupted(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let later = noon.addingTimeInterval(2)
        let done = try await tenant.keep("1")
        let atWork = try await tenant.keep("2", at: noon.addingTimeInterval(1))
        let waits = try await tenant.keep("3", at: noon.addingTimeInterval(2))
        #expect(try await store.claim(.letter, limit: 2, at: later).map(\.id) == [done, atWork])
        try await tenant.write(.finished(entry(done)))
        #expect(try await store.interrupted(.letter, at: later).isEmpty)
        var now = place
        for times in 1...2 {
            now = try await now.cut()
            let next = try await now.open()
            #expect(try await next.interrupted(.letter, at: noon.addingTimeInterval(-1)).isEmpty)
            let found = try await next.interrupted(.letter, at: later)
            #expect(found.map(\.job.id) == [atWork])
            #expect(found.map(\.times) == [times])
            #expect(try await next.claim(found[0].job)?.id == atWork)
            #expect(try await next.claim(found[0].job) == nil)
        }
        let last = try await now.cut().open()
        let again = try await last.tenant(tenant.id)
        try await again.takeUp(atWork, at: noon, said: "An admin asked.")
        #expect(try await last.interrupted(.letter, at: later).isEmpty)
        #expect(try await last.claim(.letter, limit: 5, at: later).map(\.id) == [atWork, waits])
        #expect(await failure { try await again.takeUp(waits, at: noon, said: "") } == .wrongState)
    }

    @Test("is known by its letter also where a start between failed before it was counted")
    func failedStart() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        let atWork = try await tenant.keep("1")
        #expect(try await store.claim(.letter, limit: 1, at: noon).map(\.id) == [atWork])
        let after = try await place.cut()
        let (database, aside) = (after.folder.path("data/martlet.sqlite"), after.folder.path("aside"))
        try FileManager.default.moveItem(atPath: database, toPath: aside)
        try FileManager.default.createDirectory(atPath: database, withIntermediateDirectories: false)
        await #expect(throws: StoreError.self) { try await after.open() }
        try FileManager.default.removeItem(atPath: database)
        try FileManager.default.moveItem(atPath: aside, toPath: database)
        let next = try await after.open()
        #expect(try await next.interrupted(.letter, at: noon).map(\.times) == [1])
        // What was counted once is not counted again.
        #expect(try await after.cut().open().interrupted(.letter, at: noon).map(\.times) == [1])
    }
}
