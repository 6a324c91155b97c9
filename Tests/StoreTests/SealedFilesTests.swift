// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("The files of the data folder")
struct SealedFilesTests {

    /// Puts a mark into everything that can be kept.
    private func fill(_ store: InstallationStore, _ tenant: TenantStore) async throws {
        let mark = "MARK-plain-text"
        try await tenant.put(.profile, desk, Data("{\"name\":\"\(mark)\"}".utf8), at: noon)
        try await tenant.put(Secret(mark), named: "password", of: .profile, desk)
        for size in [1, 20_000] {
            let body = try tenant.newBody(.letter, receivedAt: noon)
            try body.append(Array(String(repeating: "\(mark) ", count: size).utf8))
            _ = try await tenant.receive(
                Arrival(
                    source: "desk", body: body, payload: Data("{\"from\":\"\(mark)\"}".utf8), identity: "\(mark)\(size)"
                ))
            try await tenant.write(.identified(body.id, as: "<\(mark)-\(size)@x>", sender: "\(mark)@example.org"))
            try await tenant.retry(body.id, at: noon, said: mark)
            try await tenant.write(.planned(body.id, Data("{\"summary\":\"\(mark)\"}".utf8)))
            try await tenant.write(.begun(action(body.id, 0), at: noon))
            try await tenant.write(.ended(action(body.id, 0), at: noon, result: Data(mark.utf8)))
            if size == 1 {
                try await tenant.write(.finished(entry(body.id, record: "{\"subject\":\"\(mark)\"}")))
            }
        }
        _ = try await tenant.receive(Array(mark.utf8), .event, payload: Data(mark.utf8))
        try await tenant.write(.threaded(messageIDs: [mark], issue: mark, of: desk, at: noon))
        try await tenant.setPosition(Data(mark.utf8), of: "desk", at: noon)
        try await tenant.setHealth(
            SourceHealth(source: "desk", isOnline: true, changedAt: noon, checkedAt: noon, said: mark))
        try await fillBeside(store, tenant, mark)
        try await store.createTenant(try #require(TenantID("second")), name: mark, at: noon)
        for table in BackupTable.all {
            let row = try await store.database.read { try $0.row("SELECT 1 FROM \(table.name) LIMIT 1") }
            #expect(row != nil, "Nothing was put into \(table.name): a new table is to be filled here.")
        }
    }

    /// What is neither work nor set-up: holdings, a flag, who wrote a comment, terms, accounts and deeds.
    private func fillBeside(_ store: InstallationStore, _ tenant: TenantStore, _ mark: String) async throws {
        for kind in HoldingKind.allCases {
            try await tenant.hold(kind, "one", about: mark, Data("\(mark) \(kind)".utf8), at: noon)
        }
        let letter = try await tenant.keep("\(mark) to be flagged")
        try await tenant.write(.finished(entry(letter, record: mark, words: SearchWords.of([mark]) + [mark])))
        try await tenant.flag(letter, at: noon)
        try await tenant.write(.commented(comment: mark, of: desk, by: "\(mark)@example.org", at: noon))
        try await tenant.setTerms(Terms(mailDays: 20, eventDays: 5))
        try await tenant.trail.add(Deed(by: mark, what: "apply", about: mark), at: noon)
        try await store.trail.add(Deed(by: mark, what: "rotate", about: mark), at: noon)
        let cost = PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1)
        try await store.put(
            Account(name: mark, role: .tenantAdmin(acme), password: try PasswordHash(of: Secret(mark), cost: cost)))
        try await store.begin(
            Session(account: mark, expiresAt: noon + 3_600, payload: Data(mark.utf8)), token: Secret(mark))
    }

    @Test(
        "P1, P15, P28, P91 show nothing of what is kept: not the database, its log, the bodies or the key store",
        arguments: DatabaseEngine.available)
    func rawDump(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await fill(store, tenant)
        #expect(try await place.files(ending: "-wal").count == (engine == .sqlite ? 1 : 0))
        #expect(try await place.files(ending: ".body").count == (engine.hasBucket ? 4 : 1))
        #expect(try await place.files(ending: ".segment").count == (engine.hasBucket ? 0 : 2))
        var dump = try await place.everything()
        for mark in ["MARK-plain", "mark-plain", "Acme", "\"summary\"", "\"subject\""] {
            #expect(dump.range(of: Data(mark.utf8)) == nil, "\(mark)")
        }
        try await store.close()
        dump = try await place.everything()
        #expect(dump.range(of: Data("MARK-plain".utf8)) == nil)
        if engine == .sqlite { #expect(dump.range(of: Data("SQLite format 3".utf8)) != nil) }
        #expect(dump.range(of: Data("acme".utf8)) != nil)
    }

    @Test("can be read by their owner only", arguments: DatabaseEngine.withFiles)
    func modes(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.receive(plain(300_000))
        for folder in ["data", "data/bodies", "keys"] {
            let found = try FileManager.default.attributesOfItem(atPath: place.folder.path(folder))
            #expect(found[.posixPermissions] as? Int == 0o700)
        }
        for file in try await place.files(ending: ".body") + ["keys/keys"] {
            let found = try FileManager.default.attributesOfItem(atPath: place.folder.path(file))
            #expect(found[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(
        "give no row in another's place: swapped payloads, plans, keys and bodies do not open",
        arguments: DatabaseEngine.available)
    func swapped(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        let one = try await tenant.keep("first")
        let other = try await tenant.keep("other")
        for id in [one, other] { try await tenant.write(.planned(id, Data("\(id)".utf8))) }
        for column in ["payload", "plan", "pending_key", engine.hasBucket ? "body_file" : "body_offset"] {
            let swap = """
                UPDATE jobs SET \(column) = (SELECT \(column) FROM jobs AS o WHERE o.id <> jobs.id) WHERE id = ?1
                """
            let copy = try await place.cut()
            let opened = try await copy.open()
            let swapped = try await opened.tenant(acme)
            try await opened.committer.write { try $0.run(swap, [.text(one.rawValue)]) }
            let code = await failure {
                _ = try await swapped.payload(of: one)
                _ = try await swapped.plan(of: one)
                _ = try await swapped.wholeBody(of: one)
            }
            #expect(code == .unreadable, "\(column)")
            #expect(try await swapped.wholeBody(of: other) == Array("other".utf8))
            try await opened.close()
        }
        try await tenant.put(.profile, desk, Data("p".utf8), at: noon)
        try await tenant.put(.source, desk, Data("s".utf8), at: noon)
        try await store.committer.write { connection in
            try connection.run(
                """
                UPDATE configuration SET payload = (SELECT payload FROM configuration WHERE kind = 'source') \
                WHERE kind = 'profile'
                """)
        }
        #expect(await failure { _ = try await tenant.configuration(.profile, desk) } == .unreadable)
        #expect(try await tenant.configuration(.source, desk)?.payload == Data("s".utf8))
    }

    @Test("that were changed or cut do not open", arguments: DatabaseEngine.withFiles, [3_000, 300_000])
    func tampered(on engine: DatabaseEngine, size: Int) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        guard case .kept(let id) = try await tenant.receive(plain(size)) else { throw Unexpected() }
        let name = try #require(try await place.files(ending: size > 262_144 ? ".body" : ".segment").first)
        let path = place.folder.path(name)
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 100)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data([byte ^ 1]))
        #expect(await failure { _ = try await tenant.wholeBody(of: id) } == .unreadable)
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data([byte]))
        #expect(try await tenant.wholeBody(of: id) == plain(size))
        try file.truncate(atOffset: UInt64(size / 2))
        #expect(await failure { _ = try await tenant.body(of: id) } == .damaged)
    }

    @Test("refuse another installation's key store in words", arguments: DatabaseEngine.available)
    func otherKeys(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        try await store.close()
        try FileManager.default.removeItem(atPath: place.folder.path("keys"))
        let error = await #expect(throws: StoreError.self) { try await place.open() }
        #expect(error?.code == .keysDoNotFit)
        #expect(error?.description == "The key store is not the one of this data folder.")
    }
}
