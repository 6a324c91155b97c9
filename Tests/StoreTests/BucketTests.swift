// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store
@testable import WebClient

@Suite("Bodies in a bucket", .enabled(if: PostgreSQL.isAvailable && Bucket.isAvailable, "needs postgresql and moto"))
struct BucketTests {
    private func rules(_ bucket: S3Bucket) async throws -> [Substring] {
        try await bucket.send("GET", nil, query: [("lifecycle", "")]).elements("Rule").filter {
            $0.contains(bucket.address.prefix)
        }
    }

    private func finish(_ tenant: TenantStore, _ bytes: [UInt8], _ line: Line = .letter) async throws -> JobID {
        guard case .kept(let id) = try await tenant.receive(bytes, line) else { throw Unexpected() }
        try await tenant.write(.planned(id, Data("plan".utf8)), .finished(entry(id, line: line)))
        return id
    }

    @Test(
        "bear a mark once they are done, so that the bucket's own rule ends them; what waits bears none (P10, P41, P92)"
    )
    func marks() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let (store, tenant) = try await place.begin()
        #expect(await store.setExpiryRules() == nil)
        let prefix = try #require(place.prefix)
        let bucket = try await Server.bucket().bucket(prefix: prefix)
        let there = try await rules(bucket)
        #expect(there.count == 3)
        for (folder, days) in [("letters", 31), ("events", 8)] {
            let rule = try #require(there.first { $0.contains("<Prefix>\(prefix)/\(folder)/</Prefix>") })
            #expect(rule.contains("<Days>\(days)</Days>"))
            #expect(rule.contains("<Key>martlet</Key>") && rule.contains("<Value>done</Value>"))
            #expect(rule.contains("<Status>Enabled</Status>"))
        }

        let waits = try await tenant.keep("Waits")
        let done = try await finish(tenant, plain(400_000))
        func isMarked(_ id: JobID) async throws -> Bool {
            let name = "letters/2026-11-22/\(id).body"
            return try await bucket.send("GET", name, query: [("tagging", "")]).elements("Tag").count == 1
        }
        #expect(try await !isMarked(done))
        _ = try await store.sweep()
        #expect(try await isMarked(done))
        #expect(try await !isMarked(waits))
        let count = try await Server.bucket().requests().count
        _ = try await store.sweep()
        #expect(try await Server.bucket().requests()[count...].allSatisfy { !$0.hasPrefix("PUT") })
        // What is worked on once more is not cut either.
        try await tenant.rerun(done, at: noon)
        #expect(try await !isMarked(done))
        try await bucket.close()
        try await store.close()
    }

    @Test("are deleted by the bucket's own rule after the longest term that the operator allows (P10, P92)")
    func longTerms() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let bucket = try await Server.bucket().bucket(prefix: try #require(place.prefix))
        for (days, wanted) in [(30, 31), (365, 366), (10, 11)] {
            var limits = KeepingLimits()
            limits.terms.mailDays = days
            let store = try await place.open(limits: limits)
            #expect(await store.setExpiryRules() == nil)
            let letters = try await rules(bucket).filter { $0.contains("/letters/</Prefix>") }
            #expect(letters.count == 1)
            #expect(letters.allSatisfy { $0.contains("<Days>\(wanted)</Days>") })
            try await store.close()
        }
        try await bucket.close()
    }

    @Test("are kept, read and swept while requests fail in every way and answers are lost")
    func faults() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let (store, tenant) = try await place.begin()
        let server = try await Server.bucket()
        for fault in ["500", "503", "drop", "lost"] {
            try await server.fail(.init(fault, "PUT"))
            let small = try await tenant.keep("Hello \(fault)")
            try await server.fail(.init(fault, "GET"), .init("cut", "GET"))
            #expect(try await tenant.wholeBody(of: small) == Array("Hello \(fault)".utf8))
            #expect(try await server.faultsLeft() == 0)
            // Of three parts.
            try await server.fail(
                .init(fault, "POST", query: "uploads"), .init(fault, "PUT", query: "partNumber=2"),
                .init(fault, "POST", query: "uploadId"))
            guard case .kept(let large) = try await tenant.receive(plain(2_500_000)) else { throw Unexpected() }
            #expect(try await server.faultsLeft() == 0)
            try await server.fail(.init(fault, "GET", times: 2))
            #expect(try await tenant.wholeBody(of: large) == plain(2_500_000))
            #expect(try await server.faultsLeft() == 0)
        }
        try await server.fail()
        try await store.close()
    }

    @Test("are kept and read where the bucket says nothing, or takes a long time")
    func silence() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let server = try await Server.bucket()
        let bucket = try server.bucket(
            prefix: try #require(place.prefix),
            limits: .init(silence: .seconds(1), tries: 3, pause: .zero, part: 1 << 20))
        let store = try await place.open(bodies: .bucket(bucket))
        try await store.createTenant(acme, name: "Acme", at: noon)
        let tenant = try await store.tenant(acme)
        try await server.fail(.init("hang", "PUT"), .init("hang", "GET"))
        let small = try await tenant.keep("Small")
        #expect(try await tenant.wholeBody(of: small) == Array("Small".utf8))
        #expect(try await server.faultsLeft() == 0)
        try await server.fail(
            .init("hang", "POST", query: "uploads"), .init("slow", "PUT", query: "partNumber=1"),
            .init("hang", "PUT", query: "partNumber=2"), .init("hang", "POST", query: "uploadId"))
        guard case .kept(let large) = try await tenant.receive(plain(2_500_000)) else { throw Unexpected() }
        #expect(try await server.faultsLeft() == 0)
        #expect(try await tenant.wholeBody(of: large) == plain(2_500_000))
        // Who never hears anything acknowledges nothing.
        try await server.fail(.init("hang", "PUT", times: 3))
        let error = await #expect(throws: StoreError.self) { try await tenant.keep("Never") }
        #expect(error?.description == "The bucket did not answer in time.")
        #expect(error?.retry == .soon)
        #expect(try await store.counts().map(\.count) == [2])
        try await server.fail()
        try await store.close()
    }

    @Test("that cannot be kept are not acknowledged, leave nothing, and say why; reading is tried again later")
    func unavailable() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let (store, tenant) = try await place.begin()
        let before = try await tenant.keep("Before")
        let server = try await Server.bucket()
        try await server.fail(.init("503", times: 1_000))
        for size in [5, 300_000, 2_500_000] {
            let error = await #expect(throws: StoreError.self) { try await tenant.receive(plain(size)) }
            #expect(error?.code == .ioFailed)
            #expect(error?.description == "The bucket cannot do its work at present.")
            #expect(error?.retry == .soon)
        }
        #expect(await failure { _ = try await tenant.wholeBody(of: before) } == .ioFailed)
        #expect(try await store.counts().map(\.count) == [1])
        try await server.fail()
        #expect(try await tenant.wholeBody(of: before) == Array("Before".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path("data/under-way")).isEmpty)
        try await store.close()
    }

    @Test("whose every answer was lost are named by no row, and go with their day")
    func lost() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let (store, tenant) = try await place.begin()
        let server = try await Server.bucket()
        for size in [5, 300_000] {
            try await server.fail(.init("lost", "PUT", times: 3))
            #expect(await failure { try await tenant.receive(plain(size)) } == .ioFailed)
            #expect(try await server.faultsLeft() == 0)
        }
        #expect(try await place.files(ending: ".body").count == 2)
        place.now = noon.addingTimeInterval(30 * 86_400)
        #expect(try await store.sweep().files == 0)
        place.now = noon.addingTimeInterval(31 * 86_400)
        #expect(try await store.sweep().files == 2)
        #expect(try await place.files(ending: ".body").isEmpty)
        try await store.close()
    }

    @Test("that were taken away or changed are found out")
    func tampered() async throws {
        let place = try await Installation(.postgreSQLAndS3)
        let (store, tenant) = try await place.begin()
        let bucket = try await Server.bucket().bucket(prefix: try #require(place.prefix))
        for size in [3_000, 1_500_000] {
            guard case .kept(let id) = try await tenant.receive(plain(size)) else { throw Unexpected() }
            let name = "letters/2026-11-22/\(id).body"
            var bytes = try #require(try await bucket.get(name))
            bytes[100] ^= 1
            try await bucket.put(bytes, as: name)
            #expect(await failure { _ = try await tenant.wholeBody(of: id) } == .unreadable)
            try await bucket.put(Array(bytes.dropLast()), as: name)
            #expect(await failure { _ = try await tenant.wholeBody(of: id) } == .damaged)
            #expect(try await bucket.delete([name]) == 1)
            let error = await #expect(throws: StoreError.self) { try await tenant.wholeBody(of: id) }
            #expect(error?.code == .damaged)
            #expect(error?.description == "The file of this letter or event is gone.")
        }
        try await bucket.close()
        try await store.close()
    }

    @Test("take over those that an earlier setting kept in the data folder, and are missed where the setting is")
    func takeIn() async throws {
        let place = try Installation(database: try await Server.shared().makeDatabase())
        let (store, tenant) = try await place.begin()
        let small = try await tenant.keep("Small")
        guard case .kept(let large) = try await tenant.receive(plain(2_500_000)) else { throw Unexpected() }
        try await store.close()
        func open(_ home: BodyHome) async throws -> InstallationStore {
            try await InstallationStore.open(
                folder: place.folder.path("data"), database: try PostgreSQLAddress(url: try #require(place.database)),
                bodies: home, keys: try KeyRing.open(folder: place.folder.path("keys"), master: place.master)
            ) { noon }
        }
        let prefix = UUID().uuidString
        let moved = try await open(.bucket(try await Server.bucket().bucket(prefix: prefix)))
        #expect(try await place.files(ending: ".body").isEmpty)
        #expect(try await place.files(ending: ".segment").isEmpty)
        #expect(try await moved.tenant(acme).wholeBody(of: small) == Array("Small".utf8))
        #expect(try await moved.tenant(acme).wholeBody(of: large) == plain(2_500_000))
        // A segment is never marked for the bucket's own rule: others of it may wait.
        for id in [small, large] {
            try await moved.tenant(acme).write(.planned(id, Data("plan".utf8)), .finished(entry(id)))
        }
        #expect(await moved.setExpiryRules() == nil)
        let count = try await Server.bucket().requests().count
        _ = try await moved.sweep()
        let marked = try await Server.bucket().requests()[count...].filter { $0.hasPrefix("PUT") }
        #expect(marked == ["PUT /martlet-test/\(prefix)/letters/2026-11-22/\(large).body tagging= 200"])
        try await moved.close()
        let homes: [BodyHome] = [.dataFolder, .folder(place.folder.path("other"), isShared: false)]
        for home in homes + [.bucket(try await Server.bucket().bucket(prefix: UUID().uuidString))] {
            let error = await #expect(throws: StoreError.self) { try await open(home) }
            #expect(error?.code == .unfitDatabase)
            #expect(
                error?.description
                    == "The letters that the database names are not here: look at \"bodies\" and \"data\" in the settings."
            )
        }
    }

    @Test("of another installation are not touched: its bucket is refused in words")
    func otherInstallation() async throws {
        let one = try await Installation(.postgreSQLAndS3)
        let (store, _) = try await one.begin()
        let other = try Installation(database: try await Server.shared().makeDatabase(), prefix: one.prefix)
        let error = await #expect(throws: StoreError.self) { try await other.open() }
        #expect(error?.code == .keysDoNotFit)
        #expect(
            error?.description
                == "The bucket holds the letters of another installation: it needs a \"prefix\" of its own.")
        try await store.close()
    }
}
