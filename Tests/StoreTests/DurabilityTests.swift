// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("After a crash")
struct CrashTests {

    @Test("at any step, the letter is there as it was acknowledged, and due", arguments: DatabaseEngine.available)
    func everyStep(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let body = try tenant.newBody(.letter, receivedAt: noon)
        try body.append(plain(300_000))
        let during = try await place.cut().open()
        #expect(try await during.claim(.letter, limit: 9, at: noon).isEmpty)
        _ = try await tenant.receive(Arrival(source: "desk", body: body, payload: Data("p".utf8)))
        let id = body.id
        func check(_ state: JobState, _ sentence: String) async throws -> TenantStore {
            let store = try await place.cut().open()
            let found = try await store.claim(.letter, limit: 9, at: noon)
            #expect(found.map(\.state) == [state], "\(sentence)")
            let again = try await store.tenant(acme)
            #expect(try await again.wholeBody(of: id) == plain(300_000), "\(sentence)")
            return again
        }
        _ = try await check(.received, "received")
        try await tenant.write(.planned(id, Data("plan".utf8)))
        #expect(try await check(.planned, "planned").plan(of: id) == Data("plan".utf8))
        try await tenant.write(.begun(action(id, 0), at: noon))
        let begun = try await check(.executing, "begun").marks(of: id)
        #expect(begun.map(\.endedAt) == [nil])
        try await tenant.write(.ended(action(id, 0), at: noon, result: Data("r".utf8)))
        #expect(try await check(.executing, "ended").marks(of: id).map(\.result) == [Data("r".utf8)])
        try await tenant.write(.finished(entry(id)))
        let done = try await place.cut().open()
        #expect(try await done.claim(.letter, limit: 9, at: .distantFuture).isEmpty)
        #expect(try await done.tenant(acme).audit(of: id)?.disposition == "created")
    }

    @Test(
        "the file of a large letter that was not acknowledged goes at the next start",
        arguments: DatabaseEngine.withFiles)
    func tornBody(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.receive(plain(300_000))
        let body = try tenant.newBody(.letter, receivedAt: noon)
        try body.append(plain(900_000))
        let copy = try await place.cut()
        #expect(try await copy.files(ending: ".body").count == 2)
        let store = try await copy.open()
        #expect(try await copy.files(ending: ".body").count == 1)
        try await store.close()
        body.abandon()
    }

    @Test("a torn tail of a segment hurts no letter before it and none after it", arguments: DatabaseEngine.withFiles)
    func tornTail(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let id = try await tenant.keep("before")
        let copy = try await place.cut()
        let path = copy.folder.path(try #require(try await copy.files(ending: ".segment").first))
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.truncate(atOffset: 62)
        try file.seekToEnd()
        try file.write(contentsOf: Data("torn".utf8))
        let again = try await copy.open().tenant(acme)
        let later = try await again.keep("after")
        #expect(try await again.wholeBody(of: id) == Array("before".utf8))
        #expect(try await again.wholeBody(of: later) == Array("after".utf8))
        #expect(try await copy.files(ending: ".segment").count == 2)
    }

    @Test("all letters that many senders had acknowledged are there", arguments: DatabaseEngine.available)
    func manySenders(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
            for number in 0..<60 { group.addTask { try await tenant.keep("letter \(number)") } }
            return try await group.reduce(into: [JobID]()) { $0.append($1) }
        }
        let store = try await place.cut().open()
        let again = try await store.tenant(acme)
        var texts: Set<String> = []
        for id in ids { texts.insert(String(decoding: try await again.wholeBody(of: id), as: UTF8.self)) }
        #expect(texts == Set((0..<60).map { "letter \($0)" }))
    }
}

@Suite("The group commit")
struct CommitterTests {

    @Test("undoes a write that fails, and it alone", arguments: DatabaseEngine.available)
    func apart(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        try await store.committer.write { connection in
                            let hash = Data([UInt8(number)])
                            try connection.putMessageID(hash, of: acme, issue: Data(), at: noon, Data())
                            let again = "INSERT INTO tenants (id, created_at, payload) VALUES (?1, 1, ?2)"
                            let values = [SQLValue.text("acme"), .blob(Data())]
                            if number % 4 == 0 { try connection.run(again, values) }
                            if number % 4 == 1 { throw Unexpected() }
                            if number % 4 == 2 { try connection.post(again, values) }
                        }
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        for number in 0..<60 {
            #expect(results[number] == (number % 4 == 3))
            let row = try await store.database.read { try $0.messageID(Data([UInt8(number)]), of: acme) }
            #expect((row != nil) == (number % 4 == 3))
        }
        #expect(try await tenant.keep("still works").rawValue.count == 26)
    }

    @Test(
        "gives each letter to one who claims it, also together with writes that fail",
        arguments: DatabaseEngine.available)
    func claims(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        for round in 0..<20 {
            let ids = [try await tenant.keep("first of \(round)"), try await tenant.keep("second of \(round)")]
            let second = try #require(try await tenant.job(ids[1]))
            let taken: [JobID] = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for number in 0..<12 {
                    group.addTask {
                        switch number {
                        case 3: return try await store.claim(.letter, limit: 1, at: noon).map(\.id)
                        case 6: return try await store.claim(second).map { [$0.id] } ?? []
                        case 9: return try await store.claim(.letter, limit: 9, at: noon).map(\.id)
                        default:
                            try? await store.committer.write { (_: any SQLConnection) -> Void in throw Unexpected() }
                            return []
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.sorted() == ids.sorted())
            #expect(store.claims.count == 2)
            try await tenant.write(.finished(entry(ids[0])), .finished(entry(ids[1])))
            #expect(store.claims.count == 0)
        }
    }

    @Test("flushes its log at each commit")
    func isDurable() async throws {
        let place = try Installation()
        let (store, _) = try await place.begin()
        let level = try await store.committer.write { connection in
            try connection.row("PRAGMA synchronous")?.integer(0)
        }
        #expect(level == 2)
        let mode = try await store.database.read { try $0.row("PRAGMA journal_mode")?.text(0) }
        #expect(mode == "wal")
        #expect(try await store.database.read { try $0.row("PRAGMA foreign_keys")?.integer(0) } == 1)
    }
}

@Suite("The data folder")
struct DataFolderTests {

    @Test("is served by one process, and can be looked at beside it", arguments: DatabaseEngine.available)
    func oneServes(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let error = await #expect(throws: StoreError.self) { try await place.open() }
        #expect(error?.code == .inUse)
        #expect(error?.description == "Another Martlet is serving the data folder \(place.folder.path("data")).")
        let id = try await tenant.keep("Hello")
        let beside = try await place.open(as: .beside)
        #expect(try await beside.tenant(acme).job(id)?.state == .received)
        try await beside.tenant(acme).put(.profile, desk, Data("p".utf8), at: noon)
        #expect(try await tenant.configuration(.profile, desk)?.payload == Data("p".utf8))
        try await beside.close()
        try await store.close()
    }

    @Test("of a newer Martlet is refused in words")
    func newer() async throws {
        let place = try Installation()
        let (store, _) = try await place.begin()
        try await store.committer.write { connection in
            try connection.run("INSERT INTO grdb_migrations VALUES ('9999 the future')")
        }
        let copy = try await place.cut()
        let error = await #expect(throws: StoreError.self) { try await copy.open() }
        #expect(error?.code == .newerSchema)
        #expect(
            error?.description
                == "This data folder was last used by a newer Martlet. Start that version, or restore a backup made before it."
        )
        #expect(error?.retry == .never)
    }

    @Test(
        "on a full disk refuses letters in words, keeps what it has, and goes on when there is room",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small disk"))
    func diskFull() async throws {
        let place = try Installation()
        let disk = try SmallDisk(at: place.folder.path("data"), size: "3m")
        defer { disk.unmount() }
        let (store, tenant) = try await place.begin()
        let first = try await tenant.keep("first")
        var refusal: StoreError?
        for _ in 0..<200 where refusal == nil {
            do {
                try await tenant.receive(plain(40_000))
            } catch {
                refusal = error as? StoreError
            }
        }
        #expect(refusal?.code == .diskFull)
        #expect(refusal?.description == "The disk of the data folder is full.")
        #expect(refusal?.retry == .after(.seconds(30)))
        #expect(await failure { try await tenant.receive(plain(2_900_000)) } == .diskFull)
        #expect(try await place.files(ending: ".body").isEmpty)
        #expect(try await tenant.wholeBody(of: first) == Array("first".utf8))
        try disk.resize("16m")
        let later = try await tenant.keep("later")
        #expect(try await tenant.wholeBody(of: later) == Array("later".utf8))
        try await store.close()
    }
}
