// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store
@testable import WebClient

@Suite(
    "Bodies that a bucket ends by itself",
    .enabled(if: PostgreSQL.isAvailable && Bucket.isAvailable, "needs postgresql and moto"))
struct BucketExpiryTests {
    /// A place with a letter that is done, and its bucket.
    private struct Place {
        let installation: Installation
        let store: InstallationStore
        let tenant: TenantStore
        let bucket: S3Bucket
        let done: JobID

        init() async throws {
            installation = try await Installation(.postgreSQLAndS3)
            (store, tenant) = try await installation.begin()
            bucket = try await Server.bucket().bucket(prefix: installation.prefix ?? "")
            done = try await tenant.keep("Done")
            try await tenant.write(.planned(done, Data("plan".utf8)), .finished(entry(done)))
        }

        func isMarked(_ id: JobID) async throws -> Bool {
            let name = "letters/2026-11-22/\(id).body"
            return try await bucket.send("GET", name, query: [("tagging", "")]).elements("Tag").count == 1
        }

        func days() async throws -> [String?] {
            try await bucket.send("GET", nil, query: [("lifecycle", "")]).elements("Rule").filter {
                $0.contains("<Prefix>\(bucket.address.prefix)letters/</Prefix>")
            }.map { AWSAnswer.text(of: "Days", in: $0) }
        }

        func state() async throws -> Int? {
            try await store.database.read { [done] in
                try $0.row("SELECT body_state FROM jobs WHERE id = ?1", [.text(done.rawValue)])?.integer(0)
            }
        }

        func close() async throws {
            try await Server.bucket().fail()
            try await bucket.close()
            try await store.close()
        }
    }

    private func limits(_ days: Int) -> KeepingLimits {
        var limits = KeepingLimits()
        limits.terms.mailDays = days
        return limits
    }

    @Test("wait for the longest terms of any tenant, whoever allowed them, before anything more is marked (P10)")
    func longerTerms() async throws {
        let place = try await Place()
        #expect(await place.store.setExpiryRules() == nil)
        #expect(try await place.days() == ["31"])
        // By another process, whose settings allow more.
        let beside = try await place.installation.open(as: .beside, limits: limits(365))
        try await beside.tenant(acme).setTerms(Terms(mailDays: 365, eventDays: 7))
        try await beside.close()
        try await Server.bucket().fail(.init("403", "PUT", query: "lifecycle", times: 1_000))
        _ = try await place.store.sweep()
        #expect(try await place.days() == ["31"])
        #expect(try await !place.isMarked(place.done))
        try await Server.bucket().fail()
        _ = try await place.store.sweep()
        #expect(try await place.days() == ["366"])
        #expect(try await place.isMarked(place.done))
        try await place.close()
    }

    @Test("are not marked where the bucket's rules do not stand; the operator is told in words")
    func noRules() async throws {
        let place = try await Place()
        let server = try await Server.bucket()
        try await server.fail(.init("403", "PUT", query: "lifecycle", times: 1_000))
        #expect(
            await place.store.setExpiryRules()
                == "The bucket's lifecycle rules cannot be set. The bucket does not allow this. "
                + "What is kept no longer is deleted by Martlet alone, while it runs.")
        _ = try await place.store.sweep()
        #expect(try await !place.isMarked(place.done))
        #expect(try await place.state() == 0)
        try await place.close()
    }

    @Test("are not marked where the bucket keeps no tags: the sweep goes on, and work can be done once more")
    func noTags() async throws {
        let place = try await Place()
        let server = try await Server.bucket()
        try await server.fail(
            .init("501", "PUT", query: "tagging", times: 1_000), .init("501", "DELETE", query: "tagging", times: 1_000))
        #expect(
            await place.store.setExpiryRules()
                == "The bucket does not keep the tags that its lifecycle rules go by. "
                + "What is kept no longer is deleted by Martlet alone, while it runs.")
        _ = try await place.store.sweep()
        try await place.tenant.rerun(place.done, at: noon)
        try await place.close()
    }

    @Test("bear no mark once their work waits again, even if that failed while they were being marked")
    func waitingAgain() async throws {
        let place = try await Place()
        let server = try await Server.bucket()
        #expect(await place.store.setExpiryRules() == nil)
        // Marked, and nobody learned of it.
        try await server.fail(.init("lost", "PUT", query: "tagging", times: 3))
        #expect(await failure { _ = try await place.store.sweep() } == .ioFailed)
        #expect(try await place.isMarked(place.done))
        #expect(try await place.state() == 1)
        try await server.fail(.init("503", "DELETE", query: "tagging", times: 3))
        #expect(await failure { try await place.tenant.rerun(place.done, at: noon) } == .ioFailed)
        #expect(try await place.tenant.job(place.done)?.state == .done)
        // A sweep that marks it between the two steps of its beginning anew.
        try await server.fail(.init("503", "DELETE", query: "tagging", times: 3))
        try await place.store.committer.write { [done = place.done] in
            try $0.rerun(done, acme, at: noon, pendingKey: Data([1]))
        }
        #expect(await failure { _ = try await place.store.sweep() } == .ioFailed)
        #expect(try await place.isMarked(place.done))
        _ = try await place.store.sweep()
        #expect(try await !place.isMarked(place.done))
        #expect(try await place.state() == 0)
        try await place.close()
    }

    @Test("bear no mark after a restore into the same bucket, where their work waits again", arguments: [true, false])
    func restored(keepsTags: Bool) async throws {
        let place = try await Place()
        let server = try await Server.bucket()
        #expect(await place.store.setExpiryRules() == nil)
        let waits = try await place.tenant.keep("Waits")
        let elsewhere = try TemporaryFolder()
        _ = try await place.store.backUp(to: elsewhere.path("backup"))
        try await place.tenant.write(.planned(waits, Data("plan".utf8)), .finished(entry(waits)))
        _ = try await place.store.sweep()
        #expect(try await place.isMarked(waits))
        try await place.store.close()
        // The data is lost, and the database; keys and bucket are there.
        let data = elsewhere.path("data")
        let address = try PostgreSQLAddress(url: try await Server.shared().makeDatabase())
        let keys = try KeyRing.open(
            folder: place.installation.folder.path("keys"), master: place.installation.master)
        _ = try await InstallationStore.restore(
            elsewhere.path("backup"), to: data, database: address, keys: keys, resumesWork: true)
        if !keepsTags {
            try await server.fail(
                .init("501", "PUT", query: "tagging", times: 1_000),
                .init("501", "DELETE", query: "tagging", times: 1_000))
        }
        let store = try await InstallationStore.open(
            folder: data, database: address, bodies: try await place.installation.home, keys: keys
        ) { noon }
        try await server.fail()
        if keepsTags { #expect(try await !place.isMarked(waits)) }
        #expect(try await store.tenant(acme).wholeBody(of: waits) == Array("Waits".utf8))
        _ = try await store.sweep()
        #expect(try await place.isMarked(place.done))
        try await store.close()
        try await place.bucket.close()
    }

    @Test("are marked again after a process that has them in its folder too took the mark off")
    func takenInAgain() async throws {
        let place = try await Place()
        #expect(await place.store.setExpiryRules() == nil)
        _ = try await place.store.sweep()
        #expect(try await place.isMarked(place.done))
        #expect(try await place.state() == 2)
        let name = "letters/2026-11-22/\(place.done).body"
        let bytes = try #require(try await place.bucket.get(name))
        let other = place.installation.folder.path("other")
        func takeIn() async throws {
            let file = URL(fileURLWithPath: "\(other)/bodies/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
            let store = try await InstallationStore.open(
                folder: other, database: try PostgreSQLAddress(url: try #require(place.installation.database)),
                bodies: try await place.installation.home,
                keys: try KeyRing.open(
                    folder: place.installation.folder.path("keys"), master: place.installation.master)
            ) { noon }
            #expect(!FileManager.default.fileExists(atPath: file.path))
            try await store.close()
        }
        try await takeIn()
        #expect(try await !place.isMarked(place.done))
        #expect(try await place.state() == 1)
        _ = try await place.store.sweep()
        #expect(try await place.isMarked(place.done))
        #expect(try await place.state() == 2)
        // Amid the marking by another process: that one is told that its mark does not stand.
        try await place.store.committer.write { [done = place.done] in
            try $0.run("UPDATE jobs SET body_state = 1 WHERE id = ?1", [.text(done.rawValue)])
        }
        try await takeIn()
        #expect(try await place.state() == 0)
        let ended = try await place.store.committer.write { [done = place.done] in try $0.endMarking(of: [done]) }
        #expect(ended.isEmpty)
        _ = try await place.store.sweep()
        #expect(try await place.isMarked(place.done))
        #expect(try await place.state() == 2)
        try await place.close()
    }

    @Test("and that are all gone after a long stop are missed by nobody; what waits is")
    func longStop() async throws {
        let place = try await Place()
        try await place.store.close()
        _ = try await place.bucket.delete(["letters/2026-11-22/\(place.done).body"])
        #expect(await failure { _ = try await place.installation.open() } == .unfitDatabase)
        place.installation.now = noon.addingTimeInterval(32 * 86_400)
        let store = try await place.installation.open()
        let waits = try await store.tenant(acme).keep("Waits", at: place.installation.now)
        try await store.close()
        _ = try await place.bucket.delete(try await place.bucket.list("letters/").map(\.name))
        place.installation.now = noon.addingTimeInterval(80 * 86_400)
        #expect(await failure { _ = try await place.installation.open() } == .unfitDatabase)
        #expect(waits != place.done)
        try await place.bucket.close()
    }

    @Test("are named as bodies are, or are no bodies: nothing else is written into a backup, or counts")
    func otherNames() async throws {
        let installation = try await Installation(.postgreSQLAndS3)
        let bucket = try await Server.bucket().bucket(prefix: installation.prefix ?? "")
        // The console's folder, and what somebody else put there.
        for name in ["letters/", "letters/../../x.body", "letters/.hidden/1.body", "letters/2026-11-22/1.body/2.body"] {
            try await bucket.put([1], as: name)
        }
        let (store, tenant) = try await installation.begin()
        let id = try await tenant.keep("Kept")
        let backup = installation.folder.path("a/b/backup")
        #expect(try await store.backUp(to: backup).copiedFiles == 1)
        let copied = try FileManager.default.subpathsOfDirectory(atPath: installation.folder.path("a"))
        #expect(
            copied.filter { $0.hasSuffix(".body") || $0.hasSuffix(".new") }
                == ["b/backup/bodies/letters/2026-11-22/\(id).body"])
        try await bucket.close()
        try await store.close()
    }

    @Test("are deleted once when their keys go before their time; a bucket that deletes nothing is no secret")
    func dropped() async throws {
        let place = try await Place()
        let server = try await Server.bucket()
        try await place.tenant.stopAuditing()
        let second = try await place.tenant.keep("Not kept")
        try await place.tenant.write(.planned(second, Data("plan".utf8)), .finished(entry(second)))
        try await server.fail(.init("refuse", "POST", query: "delete"))
        let error = await #expect(throws: StoreError.self) { _ = try await place.store.sweep() }
        #expect(error?.description == "The bucket does not delete this.")
        #expect(try await place.isMarked(place.done))
        #expect(try await place.store.sweep().files == 1)
        let count = try await server.requests().count
        #expect(try await place.store.sweep().isNothing)
        #expect(try await server.requests()[count...].allSatisfy { !$0.hasPrefix("POST") })
        try await place.close()
    }
}

@Suite("Bodies in a folder of the settings")
struct BodyFolderTests {
    @Test("that is the one of the data folder, however it is written, stay where they are")
    func sameFolder() async throws {
        let place = try await Installation(.sqlite)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Kept")
        try await store.close()
        let (own, link) = (place.folder.path("data/bodies"), place.folder.path("link"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: own)
        for path in [own, link, own + "/../bodies/"] {
            let store = try await place.open(bodies: .folder(path, isShared: false))
            #expect(try await store.tenant(acme).wholeBody(of: id) == Array("Kept".utf8))
            try await store.close()
        }
    }

    @Test("are not moved into a folder within, or around, the one where they are: that is refused in words")
    func nested() async throws {
        let place = try await Installation(.sqlite)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("Kept")
        try await store.close()
        let own = place.folder.path("data/bodies")
        for path in [own + "/inner", place.folder.path("data")] {
            let error = await #expect(throws: StoreError.self) {
                try await place.open(bodies: .folder(path, isShared: false))
            }
            #expect(
                error?.description
                    == "\"bodies\" of the settings leads to \(path), and letters were kept in \(own) so far: neither may lie "
                    + "in the other.")
        }
        let again = try await place.open()
        #expect(try await again.tenant(acme).wholeBody(of: id) == Array("Kept".utf8))
        try await again.close()
    }
}
