// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A write that was torn by a loss of power")
struct TornWriteTests {
    private let frame = 24 + 4096

    private func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func jobs(at path: String) async throws -> [String] {
        let database = try SQLiteDatabase(path: path)
        let found = try await database.read { try $0.rows("SELECT id FROM jobs ORDER BY id").map { try $0.text(0) } }
        try database.close()
        return found
    }

    @Test(
        "at any byte of the last page of SQLite's log takes nothing with it that was there before, and is never half there"
    )
    func log() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        let before = try await tenant.keep("before")
        let path = place.folder.path("data/martlet.sqlite")
        let start = try size(path + "-wal")
        let after = try await tenant.keep("after")
        let (rows, log) = (
            try Data(contentsOf: URL(fileURLWithPath: path)), try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        )
        #expect(log.count > start + frame)
        // In memory, where nothing waits for a disk.
        let copy = "/dev/shm/martlet-\(UUID().uuidString).sqlite"
        defer { for file in ["", "-wal", "-shm"] { unlink(copy + file) } }
        func found(_ log: Data) async throws -> [String] {
            unlink(copy + "-shm")
            try rows.write(to: URL(fileURLWithPath: copy))
            try log.write(to: URL(fileURLWithPath: copy + "-wal"))
            return try await jobs(at: copy)
        }
        let (old, new) = ([before.rawValue], [before.rawValue, after.rawValue].sorted())
        for end in stride(from: start, to: log.count - frame, by: frame) {
            for cut in [end, end + 1, end + 24] { #expect(try await found(log.prefix(cut)) == old, "\(cut)") }
        }
        for cut in log.count - frame..<log.count {
            #expect(try await found(log.prefix(cut)) == old, "\(cut)")
        }
        #expect(try await found(log) == new)
        // Where the file had grown already, and the disk had not got the bytes.
        for cut in stride(from: log.count - frame, to: log.count, by: 40) {
            let torn = try await found(log.prefix(cut) + Data(count: log.count - cut))
            #expect(torn == old || torn == new, "\(cut)")
        }
        try await store.close()
    }

    @Test("leaves a data folder that opens, keeps what it had, and goes on", arguments: [0, 1, 24, 4_120, 4_121])
    func folder(at offset: Int) async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        let before = try await tenant.keep("before")
        let start = try size(place.folder.path("data/martlet.sqlite-wal"))
        let after = try await tenant.keep("after")
        let copy = try await place.cut()
        try await store.close()
        let log = try #require(FileHandle(forUpdatingAtPath: copy.folder.path("data/martlet.sqlite-wal")))
        try log.truncate(atOffset: UInt64(start + offset))
        let again = try await copy.open()
        #expect(try await again.database.flaws() == [])
        #expect(try await again.claim(.letter, limit: 9, at: noon).map(\.id) == [before])
        let there = try await again.tenant(acme)
        #expect(try await there.wholeBody(of: before) == Array("before".utf8))
        #expect(try await there.job(after) == nil)
        let later = try await there.keep("later")
        #expect(try await there.wholeBody(of: later) == Array("later".utf8))
        try await again.close()
    }

    @Test(
        "at any byte of a letter in a segment hurts none before it and none after", arguments: DatabaseEngine.withFiles)
    func segment(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let before = try await tenant.keep("before")
        let start = try #require(try await store.database.read { try $0.sealed(before, of: acme)?.place })
        // Its rows know nothing of the second letter.
        let copy = try await place.cut()
        let torn = try await tenant.keep("torn")
        let end = try #require(try await store.database.read { try $0.sealed(torn, of: acme)?.place })
        #expect(end.file == start.file)
        #expect(end.offset == start.offset + start.length)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: place.folder.path("data/bodies/\(end.file)")))
        try await store.close()
        var there: [JobID: String] = [before: "before"]
        let file = URL(fileURLWithPath: copy.folder.path("data/bodies/\(end.file)"))
        for cut in end.offset...end.offset + end.length {
            try bytes.prefix(cut).write(to: file)
            let again = try await copy.open()
            let tenant = try await again.tenant(acme)
            #expect(try await again.claim(.letter, limit: 1000, at: noon).count == there.count)
            there[try await tenant.keep("after \(cut)")] = "after \(cut)"
            for (id, text) in there where id == before || text == "after \(cut)" {
                #expect(try await tenant.wholeBody(of: id) == Array(text.utf8), "\(cut)")
            }
            try await again.close()
        }
        let last = try await copy.open()
        for (id, text) in there {
            #expect(try await last.tenant(acme).wholeBody(of: id) == Array(text.utf8))
        }
        try await last.close()
    }

    @Test("at any byte of the list of letters at work names whole letters only")
    func marks() throws {
        let folder = try TemporaryFolder()
        let ids = (0..<2).compactMap { _ in JobID(newJobID(at: noon)) }
        let marks = try WorkMarks(folder.path("at-work"))
        for id in ids { marks.add(id) }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("at-work")))
        #expect(bytes.count == 54)
        for cut in 0...bytes.count {
            try bytes.prefix(cut).write(to: URL(fileURLWithPath: folder.path("torn")))
            let left = try WorkMarks(folder.path("torn")).left
            #expect(left == Array(ids.prefix((cut + 1) / 27)), "\(cut)")
        }
    }
}

@Suite("A database that restarts under load", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct RestartTests {
    @Test("loses no letter that was acknowledged, and keeps none twice that was sent again")
    func amidTheWork() async throws {
        let server = try await PostgreSQL.start()
        let place = try Installation(database: try await server.makeDatabase())
        let (store, tenant) = try await place.begin()
        let (kept, keeps) = AsyncStream.makeStream(of: JobID.self)
        let senders = Task {
            try await withThrowingTaskGroup(of: [JobID].self) { group in
                for sender in 0..<8 {
                    group.addTask {
                        var ids: [JobID] = []
                        while ids.count < 40 {
                            let name = "\(sender) \(ids.count)"
                            do {
                                switch try await tenant.receive(Array(name.utf8), identity: name) {
                                case .kept(let id), .seenBefore(let id):
                                    ids.append(id)
                                    keeps.yield(id)
                                }
                            } catch let error as StoreError where error.retry == .soon {
                                // As mail servers do.
                                try Task.checkCancellation()
                            }
                        }
                        return ids
                    }
                }
                return try await group.reduce(into: [JobID]()) { $0 += $1 }
            }
        }
        // Two losses of power, each with letters before and after.
        var count = 0
        for await _ in kept {
            count += 1
            if count == 60 || count == 180 {
                server.stop()
                try await server.resume()
            }
            if count == 320 { keeps.finish() }
        }
        let ids = try await senders.value
        #expect(Set(ids).count == 320)
        #expect(try await store.claim(.letter, limit: 1000, at: noon).map(\.id).sorted() == ids.sorted())
        var texts: Set<String> = []
        for id in ids { texts.insert(String(decoding: try await tenant.wholeBody(of: id), as: UTF8.self)) }
        #expect(texts == Set((0..<8).flatMap { sender in (0..<40).map { "\(sender) \($0)" } }))
        try await store.close()
    }
}
