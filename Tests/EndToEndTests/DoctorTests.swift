// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Store
import Testing

@Suite("The doctor")
struct DoctorTests {
    @Test("finds nothing wrong in a house that was just made")
    func well() async throws {
        let place = try await Place("keeping: {freeMegabytes: 0}")
        #expect(try await place.run("tenant list").status == 0)
        let found = try await place.run("doctor")
        let lines = found.output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { !$0.contains("The disk has") } == [
                "well     The data folder is its user's alone.",
                "well     The master key opens the key store, and the key store fits the data.",
                "well     The database is whole.",
                "well     The clock is not behind what was received.",
                "well     What is kept no longer is destroyed, with its keys.",
                "well     The trails are whole.",
                "well     default: no work waits for a day.",
            ])
        #expect(found.output.contains(#/well     The disk has \d+ MB left; below 0 MB nothing is taken in\.\n/#))
        #expect(found.status == 0)
    }

    @Test("says what is wrong, and ends with a status that tells it")
    func wrong() async throws {
        let place = try await Place("keeping: {freeMegabytes: 900000000}")
        let early = try await place.run("doctor")
        #expect(early.output.hasSuffix("The master key is not here. It is in no backup: put it here first.\n"))
        #expect(early.status == 78)
        #expect(try await place.run("tenant list").status == 0)
        let data = place.folder.path("data")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: data)
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "http://127.0.0.1:\(try await freePort())", account: a@example.com, allowsPrivateAddress: true}]
            secrets: [{connection: jira, name: token, value: token}]

            """, to: "setup.yaml")
        #expect(try await place.run("apply", setup).status == 0)
        let found = try await place.run("doctor")
        #expect(found.output.contains("WRONG    Others may look into the data folder: run chmod 700 \(data).\n"))
        #expect(found.output.contains("MB left; below 900000000 MB nothing is taken in.\n"))
        #expect(found.output.contains("look at  default: jira: Jira cannot be reached.\n"))
        #expect(found.status == 1)
        #expect(try await !place.run("doctor", "--offline").output.contains("jira"))
    }

    @Test(
        "tells of a database that holds room of the disk and cannot give it back",
        .enabled(if: Program.exists("python3"), "needs python3"))
    func held() async throws {
        let place = try await Place("keeping: {freeMegabytes: 0}")
        let data = place.folder.path("data")
        for folder in [data, data + "/store"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        func change(_ sql: String) async throws {
            let script = "import sqlite3; sqlite3.connect('\(data)/store/martlet.sqlite').executescript('\(sql)')"
            #expect(try await Program.run(["python3", "-c", script]).status == 0)
        }
        // As an older Martlet made it.
        try await change("CREATE TABLE filler (bytes); DROP TABLE filler;")
        #expect(try await place.run("tenant list").status == 0)
        let words = "MB of the disk that it does not use"
        #expect(try await !place.run("doctor").output.contains(words))
        try await change(
            "CREATE TABLE filler (bytes); INSERT INTO filler VALUES (zeroblob(5000000)); DROP TABLE filler;")
        let found = try await place.run("doctor")
        #expect(
            found.output.contains(
                "look at  The database has 5 \(words) and, being made by an older Martlet, cannot give back. An upgrade that "
                    + "changes the schema mends that, or sqlite3, while Martlet is stopped: PRAGMA auto_vacuum = "
                    + "INCREMENTAL; VACUUM;\n"))
        #expect(found.status == 0)
    }

    @Test("names a tenant whose set-up cannot be read, with and without a look at Jira")
    func unreadable() async throws {
        let place = try await Place("keeping: {freeMegabytes: 0}")
        #expect(try await place.run("tenant list").status == 0)
        _ = try await place.withRows { rows in
            try await rows.put(.connection, ConfigurationID("jira")!, Data("{".utf8), at: Date())
        }
        for command in ["doctor", "doctor --offline"] {
            let found = try await place.run(command)
            #expect(found.output.contains("WRONG    default: its set-up cannot be read.\n"))
            #expect(found.status == 1)
        }
    }
}

@Suite("A disk that is almost full")
struct RoomTests {
    @Test("is told to who sends mail, politely, and the mail stays with them")
    func almostFull() async throws {
        let place = try await Place("keeping: {freeMegabytes: 900000000}")
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://jira.example.com", account: a@example.com}]
            profiles: [{id: support, catch: [support@example.com], project: HELP}]

            """, to: "setup.yaml")
        #expect(try await place.run("apply", setup).status == 0)
        let server = try await place.serve()
        defer { server.stop() }
        let dialogue = try await Program.run([
            "curl", "-sv", "smtp://127.0.0.1:\(place.smtpPort)", "--mail-from", "a@example.com", "--mail-rcpt",
            "support@example.com", "-T", setup,
        ]).output
        #expect(dialogue.contains("< 452 4.3.1 "), "\(dialogue)")
        let log = try await place.run("logs").output
        #expect(log.contains(" warning nothing is taken in error=store/disk-full tenant=default\n"))
        #expect(try await place.run("audit list").output.isEmpty)
    }
}
