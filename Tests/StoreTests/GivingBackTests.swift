// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import LocalServers
import Planning
import Testing

@testable import Store

@Suite("The file of the database")
struct GivingBackTests {
    private let place: Installation

    init() throws {
        place = try Installation()
    }

    private var path: String { place.folder.path("data/martlet.sqlite") }

    private func pages(_ store: InstallationStore) async throws -> (all: Int, free: Int) {
        try await store.database.read { connection in
            (
                try #require(try connection.row("PRAGMA page_count")).integer(0),
                try #require(try connection.row("PRAGMA freelist_count")).integer(0)
            )
        }
    }

    private func size() throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }

    /// Letters whose rows are large, and all that is done with them.
    private func finish(_ count: Int, _ tenant: TenantStore) async throws {
        let payload = Data(plain(16_000))
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    let receipt = try await tenant.receive(Array("Letter \(number)".utf8), payload: payload)
                    guard case .kept(let id) = receipt else { throw Unexpected() }
                    try await tenant.write(.finished(entry(id)))
                }
            }
            try await group.waitForAll()
        }
    }

    /// As a Martlet made it that could give nothing back.
    private func makeOldFile() throws {
        try FileManager.default.createDirectory(atPath: place.folder.path("data"), withIntermediateDirectories: true)
        let old = try DatabaseQueue(path: path)
        try old.inDatabase { try $0.execute(sql: "CREATE TABLE x (y); DROP TABLE x") }
        try old.close()
    }

    @Test("shrinks when a sweep has removed much: of its pages not more than a quarter are free")
    func shrinks() async throws {
        let (store, tenant) = try await place.begin()
        let small = try await pages(store).all
        try await finish(600, tenant)
        let large = try await pages(store)
        #expect(large.all > small + 2_000)
        place.now = noon.addingTimeInterval(31 * 86_400)
        #expect(try await store.sweep().jobs == 600)
        let swept = try await pages(store)
        #expect(swept.all < large.all / 4)
        #expect(swept.free * 4 <= swept.all)
        #expect(try await store.flaws() == [])
        #expect(try await store.heldBytes() == 0)
        try await store.close()
        #expect(try size() == swept.all * 4_096)
    }

    @Test("gives back little by little, and nothing while few of its pages are free")
    func steps() async throws {
        let (store, _) = try await place.begin()
        let database = store.database
        try await store.committer.write { connection in
            try connection.run("CREATE TABLE filler (bytes BLOB)")
            for _ in 0..<1_000 { try connection.run("INSERT INTO filler VALUES (zeroblob(8000))") }
        }
        func step() async throws -> Bool { try await store.committer.write { try database.giveBackSome($0) } }
        #expect(try await !step())
        try await store.committer.write { try $0.run("DELETE FROM filler WHERE rowid > 800") }
        let few = try await pages(store)
        #expect(try await !step())
        #expect(try await pages(store) == few)
        try await store.committer.write { try $0.run("DELETE FROM filler") }
        let many = try await pages(store)
        #expect(try await step())
        let after = try await pages(store)
        #expect(many.free - after.free == 500)
        #expect(many.all - after.all >= 500)
        try await store.close()
    }

    @Test("of an older Martlet gives nothing back, which is said, until an upgrade has written it anew")
    func old() async throws {
        try makeOldFile()
        let (store, tenant) = try await place.begin()
        #expect(try await store.heldBytes() == 0)
        try await finish(100, tenant)
        place.now = noon.addingTimeInterval(31 * 86_400)
        _ = try await store.sweep()
        let held = try await store.heldBytes()
        #expect(held > 1_000_000)
        try await store.close()
        let before = try size()

        let next = Migration.all + [Migration(name: "9999 more", sql: "CREATE TABLE more (id INTEGER) STRICT;")]
        let upgraded = try SQLiteDatabase(path: path, steps: next)
        #expect(try await upgraded.heldBytes() == 0)
        #expect(try await upgraded.read { try $0.row("PRAGMA auto_vacuum")?.integer(0) } == 2)
        #expect(try await upgraded.flaws() == [])
        try upgraded.close()
        // Some pages are needed to know where each page is used.
        #expect(try size() <= before - held + 5 * 4_096)
    }
}
