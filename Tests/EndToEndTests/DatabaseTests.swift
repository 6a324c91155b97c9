// SPDX-License-Identifier: Apache-2.0

import LocalServers
import Testing

@Suite("The server with a PostgreSQL", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct DatabaseTests {
    @Test("keeps its rows there, and says so in words when that is not reached")
    func life() async throws {
        let database = try await PostgreSQL.start()
        let address = try await database.makeDatabase()
        let place = try await Place("database: {url: \"\(address)\"}")
        let server = try await place.serve()
        let second = try await place.run("serve")
        #expect(second.output.hasPrefix("martlet: Another Martlet is serving the data folder "))
        #expect(second.status == 74)
        #expect(try await place.run("tenant add", "acme").status == 0)
        #expect(server.stop() == 0)
        let name = String(address.split(separator: "/").last ?? "")
        let counts = "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM accounts)"
        #expect(try await database.run(counts, in: name).output == "2|3\n")
        let again = try await place.serve(saying: "Console on ")
        #expect(!again.output.contains("First account"))
        #expect(again.stop() == 0)
        database.stop()
        let refused = try await place.run("tenant list")
        #expect(refused.output.hasPrefix("martlet: The database cannot be reached. (connection to server at "))
        #expect(refused.status == 74)
    }

    @Test("has its clock held against the database's by the doctor, where other machines may serve it too")
    func clock() async throws {
        let database = try await PostgreSQL.start()
        let bodies = try TemporaryFolder()
        let place = try await Place(
            """
            database: {url: "\(try await database.makeDatabase())"}
            bodies: {folder: "\(bodies.path("bodies"))", shared: true}
            keeping: {freeMegabytes: 0}
            """)
        #expect(try await place.run("tenant list").status == 0)
        let lines = try await place.run("doctor").output.split(separator: "\n")
        #expect(lines.contains("well     The clock agrees with that of the database."))
    }

    @Test("checks the server's certificate, whatever the environment says", .enabled(if: Program.exists("openssl")))
    func environment() async throws {
        let database = try await PostgreSQL.start()
        let place = try await Place(
            "database: {url: \"postgresql://postgres@\(PostgreSQL.elsewhere):\(database.port)/m\"}")
        let weakened = [
            "PGSSLMODE": "disable", "PGSSLROOTCERT": "/nowhere", "PGREQUIRESSL": "0", "PGGSSENCMODE": "disable",
        ]
        let result = try await Program.run(
            [Product.path, "tenant", "list", "--config", place.settings], environment: weakened)
        #expect(
            result.output.hasPrefix(
                "martlet: The database does not offer TLS, and over the network it is not spoken to without. (connection "
            ))
        #expect(result.status == 74)
    }

    @Test("refuses an address that would send mail in the clear, and names the settings")
    func refusedAddress() async throws {
        let place = try await Place("database: {url: \"postgresql://m@db.example.com/m?sslmode=disable\"}")
        let result = try await place.run("serve")
        #expect(
            result.output == "martlet: \(place.settings): \"sslmode=disable\" may send mail in the clear: "
                + "it is for a database on this machine only.\n")
        #expect(result.status == 78)
    }
}
