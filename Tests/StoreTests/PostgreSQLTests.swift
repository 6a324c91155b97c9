// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A database on a server", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct PostgreSQLTests {
    @Test("that goes away amid the work loses nothing that was acknowledged, and is gone on with when it is back")
    func restart() async throws {
        let server = try await PostgreSQL.start()
        let place = try Installation(database: try await server.makeDatabase())
        let (store, tenant) = try await place.begin()
        let before = try await tenant.keep("before")
        server.stop()
        let error = await #expect(throws: StoreError.self) { try await tenant.keep("during") }
        #expect(error?.code == .ioFailed)
        #expect(error?.description == "The database cannot be reached.")
        #expect(error?.retry == .soon)
        #expect(await failure { _ = try await tenant.job(before) } == .ioFailed)
        try await server.resume()
        let after = try await tenant.keep("after")
        #expect(try await store.claim(.letter, limit: 9, at: noon).map(\.id) == [before, after].sorted())
        #expect(try await tenant.wholeBody(of: before) == Array("before".utf8))
        try await store.close()
    }

    @Test("is served by one process, and by the next as soon as that one's connection is gone")
    func oneServes() async throws {
        let address = try await Server.shared().makeDatabase()
        let place = try Installation(database: address)
        let (_, tenant) = try await place.begin()
        // Another data folder, as on another machine.
        let other = try Installation(database: address)
        let error = await #expect(throws: StoreError.self) { try await other.open() }
        #expect(error?.code == .inUse)
        #expect(error?.description.hasPrefix("Another Martlet is serving this database. Several can, ") == true)
        let name = String(address.split(separator: "/").last ?? "")
        let end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        try await Server.shared().run(end, in: name)
        let lock = try PostgreSQLDatabase(
            PostgreSQLAddress(url: address), as: .serving, folder: place.folder.path)
        // The one that lost its place writes no more.
        #expect(await failure { _ = try await tenant.keep("late") } == .inUse)
        lock.close()
        try await Server.shared().waitForLocks(toGoFrom: name)
        #expect(try await tenant.keep("again").rawValue.count == 26)
    }

    @Test("is not taken for that of a data folder that has letters of another one")
    func otherDatabase() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        let large = try await tenant.receive(plain(400_000))
        try await store.close()
        let keys = try KeyRing.open(folder: place.folder.path("keys"), master: place.master)
        let address = try PostgreSQLAddress(url: try await Server.shared().makeDatabase())
        let error = await #expect(throws: StoreError.self) {
            try await InstallationStore.open(folder: place.folder.path("data"), database: address, keys: keys) { noon }
        }
        #expect(error?.code == .unfitDatabase)
        #expect(
            error?.description
                == "This data folder has letters of another database: look at \"database\" in the settings.")
        guard case .kept(let id) = large else { throw Unexpected() }
        #expect(try await place.open().tenant(acme).wholeBody(of: id) == plain(400_000))
    }

    @Test("of a newer Martlet is refused in words")
    func newer() async throws {
        let place = try await Installation(.postgreSQL)
        let (store, _) = try await place.begin()
        try await store.committer.write { try $0.run("INSERT INTO migrations VALUES ('9999 the future')") }
        try await store.close()
        let error = await #expect(throws: StoreError.self) { try await place.open() }
        #expect(error?.code == .newerSchema)
        #expect(
            error?.description
                == "This database was last used by a newer Martlet. Start that version, or restore a backup made before it."
        )
    }

    @Test("commits durably, whatever it does for others")
    func isDurable() async throws {
        let address = try await Server.shared().makeDatabase()
        let name = String(address.split(separator: "/").last ?? "")
        try await Server.shared().run("ALTER DATABASE \(name) SET synchronous_commit = off", in: name)
        let place = try Installation(database: address)
        let (store, _) = try await place.begin()
        let level = try await store.committer.write { try $0.row("SHOW synchronous_commit")?.text(0) }
        #expect(level == "on")
    }

    @Test("finds a letter by its id, also while it has not counted yet what its tables hold")
    func oneJob() async throws {
        let place = try await Installation(.postgreSQL)
        let (store, tenant) = try await place.begin()
        let id = try await tenant.keep("a letter")
        _ = try await store.claim(.letter, limit: 1, at: noon)
        try await tenant.write(.identified(id, as: nil, sender: "ada@example.com"), .planned(id, Data()))
        try await tenant.write(.begun(action(id, 0), at: noon))
        _ = try await tenant.marks(of: id)
        try await tenant.write(.ended(action(id, 0), at: noon, result: Data()), .finished(entry(id)))
        _ = try await tenant.job(id)
        var plans = try await store.committer.write { try $0.plansForOneJob() }
        plans += try await store.database.read { try $0.plansForOneJob() }
        #expect(plans.count >= 6)
        for plan in plans { #expect(plan.contains("Index Scan using jobs_pkey on jobs"), "\(plan)") }
    }

    @Test("keeps every value that can be kept, to the byte and to the bit")
    func values() async throws {
        let place = try await Installation(.postgreSQL)
        let (store, _) = try await place.begin()
        let all = Data((0...255).map { UInt8($0) })
        let row = try await store.database.read { connection in
            try connection.row(
                "SELECT CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), CAST(?3 AS TEXT), CAST(?4 AS BYTEA), CAST(?5 AS BYTEA), ?6::INT",
                [.integer(Int64.min), .integer(Int64.max), .text("ü\u{1F426}'\"\\"), .blob(all), .null, .integer(-7)])
        }
        #expect(try row?.integer(0) == Int.min)
        #expect(try row?.integer(1) == Int.max)
        #expect(try row?.text(2) == "ü\u{1F426}'\"\\")
        #expect(try row?.blob(3) == all)
        #expect(try row?.blobIfAny(4) == nil)
        #expect(try row?.integer(5) == -7)
    }
}

extension SQLConnection {
    /// How each statement about one job that this session has prepared is done, whatever the values.
    fileprivate func plansForOneJob() throws -> [String] {
        try run("SET plan_cache_mode = force_generic_plan")
        let known = try rows(
            """
            SELECT CAST(name AS TEXT), CAST(coalesce(array_length(parameter_types, 1), 0) AS BIGINT) \
            FROM pg_prepared_statements WHERE statement LIKE '%tenant || '''' = $2%' ORDER BY name
            """)
        return try known.map { statement in
            let values = Array(repeating: "NULL", count: try statement.integer(1)).joined(separator: ", ")
            let steps = try rows("EXPLAIN EXECUTE \(statement.text(0))(\(values))")
            return try steps.map { try $0.text(0) }.joined(separator: "\n")
        }
    }
}

@Suite("The address of a database")
struct PostgreSQLAddressTests {
    @Test(
        "is refused in words where it would send mail in the clear, tell a password, or is none",
        arguments: [
            ("db.example.com/martlet", "A database's address begins with \"postgresql://\"."),
            ("postgresql://martlet:secret@[::1/martlet", "The database's address cannot be read."),
            (
                "postgresql://martlet:secret@127.0.0.1/martlet",
                "The database's password does not belong into its address, but beside it."
            ),
            (
                "postgresql://martlet@db.example.com/martlet?sslmode=disable",
                "\"sslmode=disable\" may send mail in the clear: it is for a database on this machine only."
            ),
            (
                "postgresql://martlet@127.0.0.1,db.example.com/martlet?sslmode=prefer",
                "\"sslmode=prefer\" may send mail in the clear: it is for a database on this machine only."
            ),
        ])
    func refused(url: String, words: String) {
        let error = #expect(throws: StoreError.self) { try PostgreSQLAddress(url: url) }
        #expect(error?.code == .unfitDatabase)
        #expect(error?.description == words)
        #expect(error?.debugDescription.contains("secret") == false)
    }

    @Test("of another machine asks for TLS with a checked certificate, if it says nothing else")
    func protected() throws {
        func parameters(_ url: String) throws -> [String: String] {
            try PostgreSQLAddress(url: url, password: Secret("p")).withParameters { keys, values in
                let pairs = zip(keys.dropLast(), values.dropLast()).map { (String(cString: $0!), String(cString: $1!)) }
                return Dictionary(uniqueKeysWithValues: pairs)
            }
        }
        let far = try parameters("postgresql://martlet@db.example.com/martlet")
        #expect(far["sslmode"] == "verify-full")
        #expect(far["sslrootcert"] == "/etc/ssl/certs/ca-certificates.crt")
        #expect(far["password"] == "p")
        #expect(try parameters("postgresql://m@db.example.com/m?sslrootcert=/own.pem")["sslrootcert"] == nil)
        #expect(try parameters("postgresql://m@db.example.com/m?sslmode=require")["sslmode"] == nil)
        for near in ["postgresql:///m", "postgresql://m@localhost/m", "postgresql://m@%2Frun%2Fpostgresql/m"] {
            #expect(try parameters(near)["sslmode"] == nil)
        }
    }

    @Test("that names no host is of this machine only, wherever the environment leads")
    func elsewhere() throws {
        func words(_ url: String, _ host: String, isEncrypted: Bool) throws -> String? {
            try PostgreSQLAddress(url: url).complaint(about: host, isEncrypted: isEncrypted)?.said
        }
        let clear = "The database would be spoken to in the clear, over the network."
        let unchecked =
            "The database is on another machine, which its address does not name: nobody would check its certificate."
        for hostless in ["postgresql:///m", "postgresql:///m?sslmode=prefer", "postgresql://m@localhost/m"] {
            for near in ["", "127.0.0.1", "::1"] { #expect(try words(hostless, near, isEncrypted: false) == nil) }
            #expect(try words(hostless, "192.0.2.7", isEncrypted: true) == unchecked)
            #expect(try words(hostless, "192.0.2.7", isEncrypted: false) == clear)
        }
        for named in ["postgresql://m@db.example.com/m", "postgresql://m@db.example.com/m?sslmode=require"] {
            #expect(try words(named, "192.0.2.7", isEncrypted: true) == nil)
            #expect(try words(named, "192.0.2.7", isEncrypted: false) == clear)
        }
    }
}
