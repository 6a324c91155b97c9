// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A restore that was interrupted")
struct RestoreTests {
    private let elsewhere: TemporaryFolder
    private var backup: String { elsewhere.path("backup") }

    init() throws {
        elsewhere = try TemporaryFolder()
    }

    /// A backup of two letters, and an empty place for it with its keys.
    private func prepared(_ engine: DatabaseEngine) async throws -> (place: Installation, ids: [JobID]) {
        let old = try await Installation(engine)
        let (store, tenant) = try await old.begin()
        var ids = [try await tenant.keep("Small")]
        guard case .kept(let large) = try await tenant.receive(plain(400_000)) else { throw Unexpected() }
        ids.append(large)
        _ = try await store.backUp(to: backup)
        try KeyRing.open(folder: old.folder.path("keys"), master: old.master).copy(to: elsewhere.path("keys"))
        try await store.close()
        let place = try await old.emptyTwin(engine)
        try KeyRing.restore(elsewhere.path("keys"), to: place.folder.path("keys"))
        return (place, ids)
    }

    @discardableResult
    private func restore(_ place: Installation, database: String? = nil, resumesWork: Bool = true) async throws
        -> BackedUp
    {
        let database = database ?? place.database
        return try await InstallationStore.restore(
            backup, to: place.folder.path("data"), database: try database.map { try PostgreSQLAddress(url: $0) },
            keys: try KeyRing.open(folder: place.folder.path("keys"), master: place.master), resumesWork: resumesWork)
    }

    private func check(_ place: Installation, _ ids: [JobID]) async throws {
        let store = try await place.open()
        let tenant = try await store.tenant(acme)
        #expect(try await tenant.wholeBody(of: ids[0]) == Array("Small".utf8))
        #expect(try await tenant.wholeBody(of: ids[1]) == plain(400_000))
        #expect(try await store.claim(.letter, limit: 9, at: noon).map(\.id) == ids)
        try await store.close()
    }

    /// Puts what a restore made back to where it is before its end.
    private func takeBack(_ place: Installation) throws {
        try FileManager.default.moveItem(
            atPath: place.folder.path("data"), toPath: place.folder.path("data.restoring"))
    }

    /// The bodies that are there, each with what tells whether it was written again.
    private func written(_ folder: String) throws -> [String: UInt64] {
        var found: [String: UInt64] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where BodiesCopy.isBody(name) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            found[name] = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
        }
        return found
    }

    @Test("before its rows were there keeps whole files, and brings the others", arguments: DatabaseEngine.available)
    func beforeRows(on engine: DatabaseEngine) async throws {
        let (place, ids) = try await prepared(engine)
        let first = try await restore(place)
        try takeBack(place)
        let folder = place.folder.path("data.restoring")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("martlet.sqlite") {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        let before = try written(folder)
        #expect(before.count == 2)
        let (damaged, whole) = (before.keys.sorted()[0], before.keys.sorted()[1])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(damaged)"))
        try (bytes.dropLast() + [bytes.last! ^ 1]).write(to: URL(fileURLWithPath: "\(folder)/\(damaged)"))
        try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/\(whole).new"))
        // Of a server whose transaction was lost nothing is left.
        let database = engine == .sqlite ? nil : try await Server.shared().makeDatabase()
        let again = try await restore(place, database: database)
        #expect(again == first)
        let after = try written(place.folder.path("data"))
        #expect(after.keys.sorted() == before.keys.sorted())
        #expect(after[whole] == before[whole])
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.folder.path("data"))/\(damaged)")) == bytes)
        #expect(!FileManager.default.fileExists(atPath: place.folder.path("data/\(whole).new")))
        if engine == .sqlite { try await check(place, ids) }
    }

    @Test("after its rows were there, or all but the keys, goes on from there", arguments: DatabaseEngine.available)
    func afterRows(on engine: DatabaseEngine) async throws {
        let (place, ids) = try await prepared(engine)
        let first = try await restore(place)
        try takeBack(place)
        #expect(try await restore(place) == first)
        #expect(try await restore(place) == first)
        try await check(place, ids)
    }

    @Test("is over once the restored house was opened: nothing goes into that", arguments: DatabaseEngine.available)
    func opened(on engine: DatabaseEngine) async throws {
        let (place, ids) = try await prepared(engine)
        try await restore(place)
        try await check(place, ids)
        let error = await #expect(throws: StoreError.self) { try await restore(place) }
        #expect(error?.description == "The data folder \(place.folder.path("data")) is not empty.")
        try takeBack(place)
        if engine == .sqlite { return }
        let other = await #expect(throws: StoreError.self) { try await restore(place) }
        #expect(other?.description == "The database is not empty.")
    }

    @Test("of another backup, or with other wishes, is begun anew")
    func another() async throws {
        let (place, ids) = try await prepared(.sqlite)
        try await restore(place, resumesWork: false)
        try takeBack(place)
        let stray = place.folder.path("data.restoring/bodies/letters/2026-11-22/9.segment")
        try Data([1]).write(to: URL(fileURLWithPath: stray))
        try await restore(place)
        #expect(try written(place.folder.path("data")).count == 2)
        try await check(place, ids)
    }
}
