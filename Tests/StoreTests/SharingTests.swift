// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("Several processes on one database", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct SharingTests {
    private let place: Installation

    init() async throws {
        place = try await Installation(.postgreSQL)
    }

    @Test("each take jobs that no other has, and read what the others received")
    func claims() async throws {
        let (one, other) = try await place.two()
        #expect(one.isShared)
        var ids: Set<JobID> = []
        for number in 0..<20 {
            ids.insert(try await one.tenant(acme).keep("\(number)"))
            ids.insert(try await other.tenant(acme).keep("\(number)"))
        }
        let taken = try await withThrowingTaskGroup(of: [JobID].self) { group in
            for number in 0..<20 {
                let store = number.isMultiple(of: 2) ? one : other
                group.addTask { try await store.claim(.letter, limit: 3, at: noon).map(\.id) }
            }
            return try await group.reduce(into: [JobID]()) { $0 += $1 }
        }
        #expect(taken.count == 40)
        #expect(Set(taken) == ids)
        for id in ids { #expect(try await other.tenant(acme).wholeBody(of: id).count <= 2) }
        #expect(try await one.nextDue(.letter) == nil)
        try await one.close()
        try await other.close()
    }

    @Test("see what another gives back, and leave alone what it works on")
    func release() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        let job = try #require(try await one.claim(.letter, limit: 1, at: noon).first)
        #expect(try await other.claim(job) == nil)
        #expect(try await other.nextDue(.letter) == nil)
        let error = await #expect(throws: StoreError.self) {
            try await other.tenant(acme).takeUp(id, at: noon, said: "Now.")
        }
        #expect(error?.description == "It is being worked on at this moment.")
        await one.release(id, line: .letter)
        #expect(try await other.nextDue(.letter) == noon)
        #expect(try await other.claim(job)?.id == id)
        try await other.tenant(acme).retry(id, at: noon, said: "Later.")
        #expect(try await one.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        try await one.close()
        // Who ends in order gives back all at once.
        #expect(try await other.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        try await other.close()
    }

    @Test("know when others wrote to the same place, so that all together keep Jira's pace")
    func pace() async throws {
        let (one, other) = try await place.two()
        let (mine, theirs) = (try await one.tenant(acme), try await other.tenant(acme))
        var ids: [JobID] = []
        for number in 0..<3 {
            ids.append(try await mine.keep("\(number)", at: noon.addingTimeInterval(Double(number))))
        }
        for (id, lane) in zip(ids, ["jira/1", "jira/2", "jira/1"]) {
            try await theirs.write(.planned(id, Data()), .inLane(id, lane))
        }
        func begin(_ id: JobID, _ seconds: Double) async throws {
            try await theirs.write(.begun(action(id, Int(seconds)), at: noon.addingTimeInterval(seconds)))
        }
        for seconds in [0.0, 30, 50] { try await begin(ids[0], seconds) }
        try await begin(ids[1], 40)
        let now = noon.addingTimeInterval(60)
        let found = try await mine.writeTimes(before: ids[2], in: "jira/1", at: now)
        #expect(found == [noon.addingTimeInterval(30), noon.addingTimeInterval(50)])
        #expect(try await mine.writeTimes(before: ids[0], in: "jira/1", at: now).isEmpty)
        try await one.close()
        try await other.close()
    }

    @Test("let go of the keys of a tenant that another removed")
    func removedTenant() async throws {
        let (one, other) = try await place.two()
        weak var keys: OwnerKeys?
        do { keys = try await one.tenant(acme).keys }
        #expect(keys != nil)
        try await other.removeTenant(acme)
        try await one.followDestroyedKeys()
        #expect(keys == nil)
        #expect(await failure { _ = try await one.tenant(acme) } == .unknownTenant)
        try await one.close()
        try await other.close()
    }

    @Test("say by how much their clocks differ from the database's, and begin with no more than 10 seconds")
    func clocks() async throws {
        let one = try await place.process("one")
        let clock = try await one.beat().clock
        #expect(clock != nil)
        #expect(clock?.warning == nil)
        let ahead = try await place.process("ahead") { Date().addingTimeInterval(5) }
        let words = try #require(try await ahead.beat().clock?.warning)
        #expect(words.hasPrefix("The clock of this machine is "))
        #expect(words.contains(" s ahead of that of the database."))
        let refusal = await #expect(throws: StoreError.self) {
            try await place.process("behind") { Date().addingTimeInterval(-3600) }
        }
        #expect(refusal?.code == .wrongClock)
        #expect(refusal?.said.contains(" s behind that of the database. Nobody serves beside others ") == true)
        #expect(try await place.files(ending: "").count { $0.contains("served-by-") } == 4)
        // Alone, no other clock counts.
        try await one.close()
        try await ahead.close()
        let single = try await place.process("one", isShared: false) { Date().addingTimeInterval(-3600) }
        #expect(try await single.beat().clock == nil)
        try await single.close()
    }

    @Test("each have some of what one may do; what one gives back another takes")
    func leases() async throws {
        let (one, other) = try await place.two()
        #expect(try await one.takeLease("a"))
        #expect(try await one.takeLease("a"))
        #expect(try await other.takeLease("b"))
        #expect(try await !other.takeLease("a"))
        try await other.endLease("a")
        #expect(try await !other.takeLease("a"))
        try await one.endLease("a")
        #expect(try await other.takeLease("a"))
        try await other.close()
        #expect(try await one.takeLease("a"))
        #expect(try await one.takeLease("b"))
        try await one.close()
    }

    @Test("are refused in words where letters are in a folder that is not declared as shared, or not the same")
    func refused() async throws {
        let one = try await place.process("one")
        func refusal(_ body: () async throws -> InstallationStore) async -> StoreError? {
            await #expect(throws: StoreError.self) { _ = try await body() }
        }
        let alone = await refusal { try await place.process("other", bodies: "mine", isShared: false) }
        #expect(alone?.code == .inUse)
        #expect(
            alone?.description
                == "Another Martlet is serving this database. Several can, if all keep letters in the same place: see "
                + "\"bodies\" in the settings, in a bucket or in a folder that is \"shared\".")
        let letters = await refusal { try await place.process("other", bodies: "mine") }
        #expect(letters?.code == .unfitDatabase)
        #expect(
            letters?.description
                == "Another Martlet serves this database with other letters: \"bodies\" of the settings must lead all to the "
                + "same folder.")
        // A copy of the key store opens what is there, but not what comes.
        try FileManager.default.copyItem(atPath: place.folder.path("keys"), toPath: place.folder.path("copy"))
        for name in try FileManager.default.contentsOfDirectory(atPath: place.folder.path("copy"))
        where name.hasPrefix("served-by") {
            try FileManager.default.removeItem(atPath: place.folder.path("copy/\(name)"))
        }
        let keys = await refusal { try await place.process("other", keys: "copy") }
        #expect(
            keys?.description
                == "Another Martlet serves this database with another key store: \"keys\" of the settings must lead all to "
                + "the same folder.")
        let other = try await place.process("other")
        try await one.close()
        try await other.close()
        let single = try await place.process("one", isShared: false)
        let shared = await refusal { try await place.process("other") }
        #expect(shared?.code == .inUse)
        #expect(
            shared?.description
                == "Another Martlet is serving this database alone, with letters in a folder of its own.")
        try await single.close()
    }

    @Test("keep the order of letters to one place: one waits for earlier ones that others have, plan or have put off")
    func order() async throws {
        let (one, other) = try await place.two()
        let (mine, theirs) = (try await one.tenant(acme), try await other.tenant(acme))
        func later(_ seconds: Double) -> Date { noon.addingTimeInterval(seconds) }
        let first = try await theirs.keep("first", at: noon)
        let second = try await mine.keep("second", at: later(1))
        // Nobody has looked at the first yet.
        #expect(try await mine.lettersBefore(second, in: "jira/1", at: later(1)) == 1)
        #expect(try await other.claim(.letter, limit: 1, at: noon).map(\.id) == [first])
        #expect(try await mine.lettersBefore(second, in: "jira/1", at: later(1)) == 1)
        // Unless its source is for another Jira.
        #expect(try await mine.lettersBefore(second, in: "jira/1", besides: ["other", "desk"], at: later(1)) == 0)
        #expect(try await mine.lettersBefore(second, in: "jira/1", besides: ["other"], at: later(1)) == 1)
        // It turns out to go elsewhere.
        try await theirs.write(.planned(first, Data()), .inLane(first, "jira/2"))
        #expect(try await mine.lettersBefore(second, in: "jira/1", at: later(1)) == 0)
        #expect(try await mine.lettersBefore(second, in: "jira/2", at: later(1)) == 1)
        #expect(try await theirs.lettersBefore(first, in: "jira/2", at: later(1)) == 0)
        // Put off, it keeps its place, but not for ever.
        try await theirs.retry(first, at: later(30), said: "Jira is down.")
        #expect(try await mine.lettersBefore(second, in: "jira/2", at: later(1)) == 1)
        try await theirs.retry(first, at: later(300), said: "Jira is down.")
        #expect(try await mine.lettersBefore(second, in: "jira/2", at: later(1)) == 0)
        try await theirs.park(first, said: "A person has to look.")
        #expect(try await mine.lettersBefore(second, in: "jira/2", at: later(1)) == 0)
        try await one.close()
        try await other.close()
    }

    @Test("know twins of each other, and keep one of two that came at once to two")
    func twins() async throws {
        let (one, other) = try await place.two()
        for number in 0..<20 {
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for store in [one, other] {
                    group.addTask { try await store.tenant(acme).receive([1], .event, identity: "e\(number)") }
                }
                return try await group.reduce(into: [Receipt]()) { $0.append($1) }
            }
            #expect(receipts.count { if case .kept = $0 { true } else { false } } == 1)
            let ids = [try await one.tenant(acme).keep("a"), try await other.tenant(acme).keep("a")]
            let codes = await withTaskGroup(of: StoreError.Code?.self) { group in
                for (store, id) in zip([one, other], ids) {
                    group.addTask {
                        await failure {
                            try await store.tenant(acme).write(.identified(id, as: "<\(number)@x>", sender: nil))
                        }
                    }
                }
                return await group.reduce(into: [StoreError.Code?]()) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.contains(.twin))
        }
        try await one.close()
        try await other.close()
    }

    @Test("change what is kept of a mailbox without losing what another adds")
    func positions() async throws {
        let (one, other) = try await place.two()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let store = number.isMultiple(of: 2) ? one : other
                group.addTask {
                    try await store.tenant(acme).changePosition(of: "desk", at: noon) {
                        ($0 ?? Data()) + [UInt8(number)]
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await one.tenant(acme).position(of: "desk")?.sorted() == Array(0..<40))
        try await one.close()
        try await other.close()
    }

    @Test("serve a tenant that another removed and made again under its name")
    func sameName() async throws {
        let (one, other) = try await place.two()
        _ = try await one.tenant(acme).keep("of the first")
        _ = try await other.tenant(acme).keep("of the first")
        try await other.removeTenant(acme)
        #expect(await failure { _ = try await one.tenant(acme) } == .unknownTenant)
        try await other.createTenant(acme, name: "Acme", at: noon)
        let id = try await one.tenant(acme).keep("of the second")
        #expect(try await other.tenant(acme).wholeBody(of: id) == Array("of the second".utf8))
        try await other.removeTenant(acme)
        try await other.createTenant(acme, name: "Acme", at: noon)
        let next = try await other.tenant(acme).keep("of the third")
        #expect(try await one.tenant(acme).wholeBody(of: next) == Array("of the third".utf8))
        try await one.close()
        try await other.close()
    }

    @Test("see a tenant's end, and the change of its rows, at once")
    func caches() async throws {
        let (one, other) = try await place.two()
        let tenant = try await one.tenant(acme)
        try await tenant.put(.profile, desk, Data("p".utf8), at: noon)
        #expect(try await other.tenant(acme).configuration(.profile, desk)?.payload == Data("p".utf8))
        try await tenant.put(Secret("new"), named: "token", of: .profile, desk)
        #expect(try await other.tenant(acme).secret(named: "token", of: .profile, desk) == Secret("new"))
        try await other.removeTenant(acme)
        #expect(try await one.tenants().isEmpty)
        #expect(await failure { _ = try await tenant.keep("late") } != nil)
        try await one.close()
        try await other.close()
    }
}
