// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("Processes on one database, as they end,", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct ProcessEndTests {
    private let place: Installation

    init() async throws {
        place = try await Installation(.postgreSQL)
    }

    @Test("take over from one that is not heard of for 40 seconds; it commits nothing from then on")
    func dead() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        _ = try await one.claim(.letter, limit: 1, at: noon)
        #expect(try await one.takeLease("sweep"))
        try await other.beat(at: noon)
        try await one.beat(at: noon)
        for second in [10.0, 20, 30, 40, 50] { try await other.beat(at: noon.addingTimeInterval(second)) }
        #expect(try await other.claim(.letter, limit: 1, at: noon).isEmpty)
        #expect(try await !other.takeLease("sweep"))
        #expect(other.processCount == 2)
        #expect(try await other.beat(at: noon.addingTimeInterval(51)).dead == 1)
        #expect(other.processCount == 2)
        // It may be what the process ended at.
        #expect(try await other.claim(.letter, limit: 1, at: noon).isEmpty)
        #expect(try await other.nextDue(.letter) == nil)
        let found = try #require(try await other.interrupted(.letter, at: noon).first)
        #expect(found.times == 1)
        #expect(try await other.claim(found.job)?.id == id)
        #expect(try await other.takeLease("sweep"))
        let error = await #expect(throws: StoreError.self) {
            try await one.tenant(acme).write(.planned(id, Data()), .begun(action(id, 0), at: noon))
        }
        #expect(error?.code == .displaced)
        #expect(
            error?.description
                == "Other processes took this one for dead, since it was not heard of, and have its work.")
        #expect(await failure { try await one.beat(at: noon) } == .displaced)
        #expect(await failure { _ = try await one.tenant(acme).keep("late") } == .displaced)
        try await other.tenant(acme).write(.planned(id, Data()), .begun(action(id, 0), at: noon))
        try await other.tenant(acme).write(.ended(action(id, 0), at: noon, result: Data()), .finished(entry(id)))
        try await one.close()
        try await other.close()
    }

    @Test("are not taken for dead by one that could not look for long")
    func outage() async throws {
        let (one, other) = try await place.two()
        try await other.beat(at: noon)
        // The database was away, for all.
        try await other.beat(at: noon.addingTimeInterval(60))
        _ = try await one.tenant(acme).keep("Hello")
        for second in [80.0, 100] { try await other.beat(at: noon.addingTimeInterval(second)) }
        try await one.beat(at: noon)
        try await other.beat(at: noon.addingTimeInterval(101))
        _ = try await one.tenant(acme).keep("Hello")
        try await one.close()
        try await other.close()
    }

    @Test("give back with the next beat what they do not know that they have")
    func lostAnswers() async throws {
        let (one, other) = try await place.two()
        let own = try #require(one.processes).own
        #expect(try await one.takeLease("known"))
        try await one.committer.write { _ = try $0.takeLease("unknown", own) }
        #expect(try await !other.takeLease("unknown"))
        try await one.beat(at: noon)
        #expect(try await other.takeLease("unknown"))
        #expect(try await !other.takeLease("known"))
        // Worked on here by a claim that its row does not show.
        let id = try await one.tenant(acme).keep("Hello")
        let job = try #require(try await one.tenant(acme).job(id))
        #expect(one.claims.take([job], limit: 1).map(\.id) == [id])
        #expect(try await one.claim(.letter, limit: 1, at: noon).isEmpty)
        #expect(try await one.claim(job) == nil)
        #expect(try await other.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        await other.release(id, line: .letter)
        #expect(other.claims.count == 0)
        #expect(try await other.claim(job)?.id == id)
        try await one.close()
        try await other.close()
    }

    @Test("write nothing to the world from 15 seconds after they were last found among those that serve")
    func presence() async throws {
        let (one, other) = try await place.two()
        try one.requirePresence()
        let processes = try #require(one.processes)
        #expect(processes.mayWrite(at: .steady))
        #expect(!processes.mayWrite(at: .steady.addingTimeInterval(15)))
        try await other.committer.write { try $0.removeProcess(processes.own) }
        #expect(await failure { try await one.beat() } == .displaced)
        let unheard = Processes(folder: place.folder.path("one"))
        #expect(!unheard.mayWrite(at: .steady))
        unheard.confirm(at: noon)
        unheard.confirm(at: noon.addingTimeInterval(-5))
        #expect(unheard.mayWrite(at: noon.addingTimeInterval(14.9)))
        #expect(!unheard.mayWrite(at: noon.addingTimeInterval(15)))
        try await one.close()
        try await other.close()
    }

    @Test("wait for no one that ended in the same data folder: the next one there has its work at once")
    func restart() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        _ = try await other.claim(.letter, limit: 1, at: noon)
        try await place.kill(other, "other")
        #expect(try await one.claim(.letter, limit: 1, at: noon).isEmpty)
        let next = try await place.process("other")
        #expect(try await next.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        #expect(try await place.files(ending: try #require(other.processes).own).isEmpty)
        try await next.close()
        try await one.close()
    }

    @Test("take nothing from one whose data folder was copied while it serves: only its silence tells its end")
    func copiedFolder() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        #expect(try await other.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        #expect(try await other.takeLease("sweep"))
        try FileManager.default.copyItem(atPath: place.folder.path("other"), toPath: place.folder.path("copy"))
        try Data("\(id)\n".utf8).write(to: URL(fileURLWithPath: place.folder.path("copy/at-work")))
        let copy = try await place.process("copy")
        let rows = try await one.database.read { try $0.beats().map(\.id) }
        #expect(try rows.sorted() == [one, other, copy].map { try #require($0.processes).own }.sorted())
        #expect(try await place.files(ending: try #require(other.processes).own).count == 2)
        try await other.beat()
        try other.requirePresence()
        #expect(try await !copy.takeLease("sweep"))
        #expect(try await copy.claim(.letter, limit: 1, at: noon).isEmpty)
        #expect(try await copy.interrupted(.letter, at: noon).isEmpty)
        // The next one there follows that of the copy alone.
        try await place.kill(copy, "copy")
        let next = try await place.process("copy")
        try await other.beat()
        for store in [next, other, one] { try await store.close() }
    }

    @Test(
        "know their own data folder again under another name, but not after a start of the machine, nor without its word: unless it serves alone"
    )
    func sameFolder() throws {
        func former(_ folder: String, _ boot: String?, alone isAlone: Bool = false) -> String? {
            Processes(folder: folder, boot: boot).former(servingAlone: isAlone)
        }
        let folder = place.folder.path("data")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(former(folder, "one start", alone: true) == nil)
        let first = Processes(folder: folder, boot: "one start")
        try first.remember()
        #expect(former(folder, "one start") == first.own)
        for boot in ["another", nil] {
            #expect(former(folder, boot) == nil)
            #expect(former(folder, boot, alone: true) == first.own)
        }
        let moved = place.folder.path("moved")
        try FileManager.default.moveItem(atPath: folder, toPath: moved)
        #expect(former(moved, "one start") == first.own)
        try FileManager.default.copyItem(atPath: moved, toPath: folder)
        #expect(former(folder, "one start") == nil)
        #expect(former(folder, "one start", alone: true) == first.own)
        // As one without a word for its place left it, and a Martlet before that.
        try Processes(folder: moved, boot: nil).remember()
        #expect(former(moved, nil) == nil)
        try Data(first.own.utf8).write(to: URL(fileURLWithPath: moved + "/process"))
        #expect(former(moved, "one start") == nil)
        #expect(former(moved, "one start", alone: true) == first.own)
        #expect(Processes.boot?.count == 36)
    }

    @Test("leave no marks of those that died before one that serves alone")
    func aloneAfterDeaths() async throws {
        let dead = "01KAN000000000000000000000"
        let one = try await place.process("one")
        try await one.committer.write { try $0.addProcess(dead) }
        try await one.close()
        try Data().write(to: URL(fileURLWithPath: place.folder.path("keys/served-by-\(dead)")))
        let next = try await place.process("next", isShared: false)
        let own = try #require(next.processes).own
        #expect(try await place.files(ending: "").filter { $0.contains("served-by-") } == ["keys/served-by-\(own)"])
        try await next.close()
    }

    @Test("leave a letter at which one of them ended to who works on it alone, and know how often that was")
    func interrupted() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        let innocent = try await one.tenant(acme).keep("Its neighbour, which rested")
        #expect(try await other.claim(.letter, limit: 2, at: noon).map(\.id).sorted() == [id, innocent].sorted())
        var ended = other
        for times in 1...3 {
            try await place.kill(ended, "other", at: [id])
            let next = try await place.process("other")
            if times == 1 {
                #expect(try await one.nextDue(.letter) == noon)
                #expect(try await one.claim(.letter, limit: 2, at: noon).map(\.id) == [innocent])
            }
            #expect(try await one.claim(.letter, limit: 2, at: noon).isEmpty)
            #expect(try await one.nextDue(.letter) == nil)
            let found = try #require(try await one.interrupted(.letter, at: noon).first)
            #expect(found.times == times)
            #expect(try await next.claim(found.job)?.id == id)
            #expect(try await one.claim(found.job) == nil)
            ended = next
        }
        // What a person asks for is taken as any other.
        try await ended.tenant(acme).retry(id, at: noon, said: "Later.")
        try await one.tenant(acme).takeUp(id, at: noon, said: "Again.")
        #expect(try await one.claim(.letter, limit: 2, at: noon).map(\.id) == [id])
        try await ended.close()
        try await one.close()
    }

    @Test("count one end once, whether the next process in the same data folder sees it, or another before it")
    func interruptedOnce() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        _ = try await other.claim(.letter, limit: 1, at: noon)
        try await place.kill(other, "other", at: [id])
        for second in [0.0, 15, 30, 45] { try await one.beat(at: noon.addingTimeInterval(second)) }
        #expect(try await one.interrupted(.letter, at: noon).map(\.times) == [1])
        let next = try await place.process("other")
        #expect(try await next.interrupted(.letter, at: noon).map(\.times) == [1])
        // Nor is what another one has in hand since.
        let job = try #require(try await one.interrupted(.letter, at: noon).first?.job)
        #expect(try await one.claim(job)?.id == id)
        try await place.kill(next, "other", at: [id])
        let last = try await place.process("other")
        await one.release(id, line: .letter)
        #expect(try await last.interrupted(.letter, at: noon).map(\.times) == [1])
        try await last.close()
        try await one.close()
    }

    @Test("count nothing where one ends in order")
    func notInterrupted() async throws {
        let (one, other) = try await place.two()
        let id = try await one.tenant(acme).keep("Hello")
        _ = try await other.claim(.letter, limit: 1, at: noon)
        try await other.close()
        #expect(try await one.interrupted(.letter, at: noon).isEmpty)
        #expect(try await one.claim(.letter, limit: 1, at: noon).map(\.id) == [id])
        try await one.close()
    }
}
