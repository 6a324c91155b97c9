// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The command keys")
struct KeysCommandTests {
    private let files: TemporaryFolder
    private var old: String { files.path("old.key") }
    private var new: String { files.path("new.key") }

    init() throws {
        files = try TemporaryFolder()
    }

    /// Other master keys than before; all else stays.
    private func set(_ masterKey: String, in place: Place) throws {
        let lines = try String(contentsOfFile: place.settings, encoding: .utf8).split(separator: "\n")
        let others = lines.filter { !$0.hasPrefix("masterKey:") }
        try place.folder.write((others + ["masterKey: \(masterKey)", ""]).joined(separator: "\n"), to: "martlet.yaml")
    }

    @Test("takes a master key that a program prints, and says what became of one that does not")
    func program() async throws {
        let key = String(repeating: "5a", count: 32)
        let place = try await Place("masterKey: {command: [/bin/echo, \(key)]}")
        let checked = try await place.run("keys check")
        #expect(checked.output == "The keys open the data of 1 tenant.\n")
        #expect(checked.status == 0)
        try set("{command: [/bin/echo, \(String(repeating: "b5", count: 32))]}", in: place)
        #expect(try await place.run("keys check").output == "martlet: The master key does not open this key store.\n")
        try set("{command: [/bin/sh, -c, \"echo \(key); echo \(key) >&2; exit 3\"]}", in: place)
        let failed = try await place.run("keys check")
        #expect(
            failed.output == "martlet: The program /bin/sh, which fetches the master key, failed with status 3.\n")
        #expect(failed.status == 74)
    }

    @Test("makes a new master key for its owner only, and writes over no file")
    func make() async throws {
        let made = try await Product.run("keys", "make", new)
        #expect(
            made.output == "A new master key is in \(new). Keep a copy of it where no backup of the data is.\n")
        #expect(try FileManager.default.attributesOfItem(atPath: new)[.posixPermissions] as? Int == 0o600)
        let key = try String(contentsOfFile: new, encoding: .utf8)
        #expect(key.utf8.count == 65)
        let again = try await Product.run("keys", "make", new)
        #expect(again.output == "martlet: \(new): There is a file already: it is left as it is.\n")
        #expect(again.status == 78)
        #expect(try String(contentsOfFile: new, encoding: .utf8) == key)
    }

    @Test("rotates the master key beside a process that serves: letters go on, and the former key alone opens nothing")
    func rotate() async throws {
        let place = try await Place("masterKey: {file: \(old)}")
        let jira = try await freePort()
        let sandbox = try await ServerProcess.start(
            [Product.path, "sandbox", "--port", "\(jira)", "--smtp-port", "\(try await freePort())"],
            in: try TemporaryFolder(), listeningOn: jira)
        defer { sandbox.stop() }
        #expect(try await place.run("tenant list").status == 0)
        try await place.applySandbox(on: jira)
        let refused = try await place.run("keys rotate")
        #expect(
            refused.output == "martlet: \(place.settings): \"masterKey\" has no \"former\" key beside the new one: "
                + "see martlet help keys rotate.\n")
        #expect(refused.status == 78)

        let server = try await place.serve()
        try await place.sendLetter("Before")
        try await place.waitForRecord(of: "Before")
        #expect(try await Product.run("keys", "make", new).status == 0)
        try set("{file: \(new), former: {file: \(old)}}", in: place)
        #expect(
            try await place.run("keys check").output == "The keys open the data of 1 tenant.\n"
                + "The key store is still under the former master key: run martlet keys rotate.\n")
        #expect(
            try await place.run("doctor --offline").output.contains(
                "look at  The key store is still under the former master key: run martlet keys rotate.\n"))
        let rotated = try await place.run("keys rotate")
        #expect(
            rotated.output.contains(
                #/^The key store, with \d keys, is under the current master key now, and the former one opens nothing in it\.\n/#
            ))
        #expect(
            rotated.output.hasSuffix(
                "Copies of it that were made before open by the former one: make a backup now, then take \"former\" out of "
                    + "the settings.\n"))
        #expect(rotated.status == 0)
        #expect(
            try await place.run("keys rotate").output
                == "The key store is under the current master key already: nothing was to do.\n")
        #expect(
            try await place.run("keys check").output.hasSuffix(
                "\nThe key store is under the current master key: \"former\" can go from the settings.\n"))
        try await place.sendLetter("After")
        try await place.waitForRecord(of: "After")
        #expect(server.stop() == 0)
        let trail = try await place.run("audit trail", "--operators").output
        #expect(trail.split(separator: "\n").count { $0.contains("  rotate-master-key  ") } == 1)

        try set("{file: \(new)}", in: place)
        let again = try await place.serve(saying: "Console on ")
        #expect(try await place.run("audit list").output.split(separator: "\n").count == 2)
        #expect(again.stop() == 0)
        try set("{file: \(old)}", in: place)
        let outdated = try await place.run("serve")
        #expect(outdated.output == "martlet: The master key does not open this key store.\n")
        #expect(outdated.status == 74)
    }
}

extension Place {
    /// One profile, for the stand-in Jira at this port.
    func applySandbox(on jira: Int) async throws {
        let setup = try folder.write(
            """
            version: 1
            connections: [{id: jira, site: "http://127.0.0.1:\(jira)", account: mail-handler@example.com, allowsPrivateAddress: true}]
            profiles: [{id: support, catch: [support@example.com], project: HELP, verification: {trustFrom: true}}]
            secrets: [{connection: jira, name: token, value: sandbox-token}]

            """, to: "setup.yaml")
        let applied = try await run("apply", setup)
        guard applied.status == 0 else { throw NotApplied(output: applied.output) }
    }

    func sendLetter(_ subject: String) async throws {
        let letter = try folder.write(
            "From: ada@example.com\r\nTo: support@example.com\r\nSubject: \(subject)\r\n\r\nHello\r\n",
            to: "\(subject).eml")
        let sent = try await Program.run([
            "curl", "-s", "smtp://127.0.0.1:\(smtpPort)", "--mail-from", "ada@example.com", "--mail-rcpt",
            "support@example.com", "-T", letter,
        ])
        #expect(sent.status == 0, "\(sent.output)")
    }

    /// Returns when a letter became an issue, once.
    func waitForRecord(of subject: String) async throws {
        var lines: [Substring] = []
        // Each time a program is started, which is pause enough.
        for _ in 0..<300 where lines.isEmpty {
            lines = try await run("audit list").output.split(separator: "\n").filter { $0.hasSuffix("  \(subject)") }
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("  created HELP-") == true, "\(lines)")
    }
}
