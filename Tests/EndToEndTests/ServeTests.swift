// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The server")
struct ServeTests {
    @Test("starts with no set-up at all, says where it is, and ends without a complaint when it is asked to")
    func plainLife() async throws {
        let place = try await Place()
        let server = try await place.serve()
        let health = try await Program.run(["curl", "-sf", "http://127.0.0.1:\(place.consolePort)/health"])
        #expect(health.status == 0)
        #expect(server.stop() == 0)
        let lines = server.output.split(separator: "\n")
        #expect(lines.contains("Console on http://127.0.0.1:\(place.consolePort)"))
        #expect(lines.contains("Mail by SMTP on 127.0.0.1, port \(place.smtpPort)"))
        #expect(lines.filter { $0.hasPrefix("First account \"") && $0.hasSuffix(" (shown only now)") }.count == 2)
        #expect(!server.output.contains("error"))
    }

    @Test("writes the first passwords to a file for its owner alone where that is asked for, and prints none")
    func accountsFile() async throws {
        let place = try await Place()
        let file = place.folder.path("accounts")
        let server = try await ServerProcess.start(
            [Product.path, "serve", "--config", place.settings, "--accounts-to", file], in: place.folder,
            listeningOn: place.consolePort, saying: "The passwords of the first accounts are in \(file)")
        server.stop()
        #expect(!server.output.contains("password "))
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("First account \"") }.count == 2)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    }

    @Test("names the door whose port another program has, and starts nothing")
    func takenPort() async throws {
        let place = try await Place()
        let first = try await place.serve()
        defer { first.stop() }
        let other = try await Place()
        func tryToServe(smtp: Int, console: Int) async throws -> Program.Result {
            try other.folder.write(
                "{data: \(other.folder.path("data")), smtp: {port: \(smtp)}, console: {port: \(console)}}",
                to: "martlet.yaml")
            return try await other.run("serve")
        }
        let mail = try await tryToServe(smtp: place.smtpPort, console: other.consolePort)
        #expect(
            mail.output == "martlet: Mail cannot be received on 127.0.0.1, port \(place.smtpPort): "
                + "another program has this port.\n")
        #expect(mail.status == 69)
        let console = try await tryToServe(smtp: other.smtpPort, console: place.consolePort)
        #expect(
            console.output == "martlet: The console cannot listen on 127.0.0.1, port \(place.consolePort): "
                + "another program has this port.\n")
        #expect(console.status == 69)
        // The passwords that are shown once were not used up.
        try other.folder.write(
            "{data: \(other.folder.path("data")), smtp: {port: 0}, console: {port: \(other.consolePort)}}",
            to: "martlet.yaml")
        let server = try await other.serve()
        server.stop()
        #expect(server.output.split(separator: "\n").filter { $0.hasPrefix("First account") }.count == 2)
    }

    @Test("refuses a data folder that another server has")
    func takenFolder() async throws {
        let place = try await Place()
        let first = try await place.serve()
        defer { first.stop() }
        let second = try await place.run("serve")
        #expect(
            second.output == "martlet: Another Martlet is serving the data folder \(place.folder.path("data"))/store.\n"
        )
        #expect(second.status == 74)
    }

    @Test("leaves a data folder of another user alone", .enabled(if: geteuid() == 0, "needs the rights of root"))
    func otherUser() async throws {
        let place = try await Place()
        let data = place.folder.path("data")
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: false, attributes: [.ownerAccountName: "mail"])
        let result = try await place.run("tenant list")
        #expect(
            result.output == "martlet: \(data): The data folder belongs to the user mail: "
                + "run this as that user, by sudo -u mail.\n")
        #expect(result.status == 78)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).isEmpty)
    }

    @Test(
        "does not start with wrong settings, and says where they are wrong",
        arguments: [
            ("smtp:\n  prot: 25\n", "2: Unknown key \"prot\"; did you mean \"port\"?"),
            ("smtp: {port: 25x}\n", "1: \"port\" has the wrong kind of value."),
            ("smtp: {requiresTLS: true}\n", " \"requiresTLS\" needs \"tls\" beside it."),
            (
                "smtp: {signIn: {user: relay, environment: A, file: B}}\n",
                "1: A secret is in one place: one of \"environment\", \"file\"."
            ),
            (
                "database:\n  url: postgresql:///m\n  password: {environment: A, file: B}\n",
                "3: A secret is in one place: one of \"environment\", \"file\"."
            ),
            (
                "masterKey: {environment: A, file: B}\n",
                "1: A master key is in one place: one of \"command\", \"environment\", \"file\"."
            ),
            (
                "masterKey:\n  former: {}\n",
                "2: The former master key is in one place: one of \"command\", \"environment\", \"file\"."
            ),
            (
                "masterKey:\n  command: [fetch-key, martlet]\n",
                "2: \"command\" is a program's whole path, and its arguments: there is no shell."
            ),
            (
                "masterKey:\n  former:\n    command: []\n",
                "3: \"command\" is a program's whole path, and its arguments: there is no shell."
            ),
            ("masterKey: {command: /bin/true}\n", "1: \"command\" has the wrong kind of value."),
            ("masterKey: {former: {former: {file: A}}}\n", "1: Unknown key \"former\"."),
            ("smtp: {port: 70000}\n", " 70000 is not a port: ports go from 0 to 65535."),
            (
                "console: {host: 0.0.0.0}\n",
                " The console on 0.0.0.0 needs \"tls\", or \"publicURL\" of a proxy that does TLS: "
                    + "plain HTTP is for loopback only."
            ),
        ])
    func wrongSettings(_ text: String, _ words: String) async throws {
        let place = try await Place()
        try place.folder.write(text, to: "martlet.yaml")
        let result = try await place.run("serve")
        #expect(result.output == "martlet: \(place.settings):\(words)\n")
        #expect(result.status == 78)
    }

    @Test(
        "lets another mail server sign in with the password of a file, and takes nothing from others if that is asked for"
    )
    func signIn() async throws {
        let place = try await Place()
        try place.folder.write("correct horse\n", to: "relay.password", mode: 0o600)
        try place.folder.write(
            """
            data: \(place.folder.path("data"))
            smtp: {port: \(place.smtpPort), signIn: {user: relay, file: \(place.folder.path("relay.password")), required: true}}
            console: {port: \(place.consolePort)}

            """, to: "martlet.yaml")
        let server = try await place.serve()
        defer { server.stop() }
        func dialogue(_ password: String) async throws -> String {
            try await Program.run([
                "curl", "-sv", "smtp://127.0.0.1:\(place.smtpPort)", "--mail-from", "a@example.com", "--mail-rcpt",
                "b@example.com", "--user", "relay:\(password)", "-T", place.settings,
            ]).output
        }
        #expect(try await dialogue("correct horse").contains("235 "))
        #expect(try await dialogue("correct horse").contains("550 "))
        #expect(try await dialogue("wrong horse").contains("535 "))
    }
}
