// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Store
import Testing
import Vault

@Suite("The commands about a person")
struct PersonCommandTests {
    @Test(
        "take a whole address only, since a domain or a word is of many",
        arguments: ["example.org", "anna", "@example.org", "anna@", "anna@example.org, bert@example.org", "<a@b.org>"])
    func wholeAddress(_ words: String) async throws {
        let place = try await Place()
        let folder = place.folder.path("export")
        for result in [
            try await place.run("person find", words), try await place.run("person export", words, folder),
            try await place.run("person erase", words, "--sure", words),
        ] {
            #expect(
                result.output.hasPrefix(
                    "Error: \"\(words)\" is no mail address: write all of it, as in anna@example.org.\n"))
            #expect(result.status == 64)
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("take an account of Jira too, after --account")
    func account() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant list").status == 0)
        let id = "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077"
        let done = try await place.withRows { rows in
            let done = try await rows.keep("Ask [~accountid:\(id)]\r\n")
            try await rows.write(.planned(done, Data("{}".utf8)))
            try await rows.finish(done, sender: "anna@example.org", subject: "Hello")
            return done
        }
        #expect(try await place.run("person find --account", id).output == "\(done)  letter  as it came\n")
        let folder = place.folder.path("export")
        #expect(
            try await place.run("person export --account", id, folder).output
                == "Exported: 1 letter or event, files 4.\n")
        let once = try await place.run("person erase --account", id, "--sure", "anna")
        #expect(
            once.output.hasPrefix(
                "Error: Write the account twice: martlet person erase --account ID --sure ID.\n"))
        #expect(
            try await place.run("person erase --account", id, "--sure", id).output == """
                erased   \(done)  letter  as it came
                Erased: 1. Still waiting, to be discarded first: 0.

                """)
        for words in ["", "a b", "a\tb"] {
            let refused = try await place.run("person find --account", words)
            #expect(
                refused.output.hasPrefix(
                    "Error: \"\(words)\" is no account of Jira: write its id, as in \(id), or a user's key or name.\n"))
            #expect(refused.status == 64)
        }
    }

    @Test("export all parts of what they find, and say how many files that are; then erase it")
    func export() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant list").status == 0)
        let bought = Date()
        let end = bought.addingTimeInterval(365 * 86_400).formatted(.iso8601)
        let held = ["test cases: 1, kept until an admin removes them", "purchases: 1, kept until \(end) at the latest"]
        let (done, waits) = try await place.withRows { rows in
            let done = try await rows.keep("From: anna@example.org\r\n\r\nHello\r\n")
            try await rows.write(.planned(done, Data("{}".utf8)))
            try await rows.finish(done, sender: "anna@example.org", subject: "Hello")
            // Named by its envelope alone.
            try await rows.hold(.purchase, "1", Data("{\"by\":\"anna@example.org\"}".utf8), at: bought)
            try await rows.hold(.case, "1", Data("From: anna@example.org\r\n\r\n".utf8), at: bought)
            return (done, try await rows.keep("From: somebody@example.org\r\n\r\nHello\r\n", from: "anna@example.org"))
        }
        let folder = place.folder.path("export")
        let result = try await place.run("person export", "anna@example.org", folder)
        #expect(result.output == "Exported: 2 letters and events, files 8.\n")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(
            files
                == [
                    "\(done).eml", "\(done).plan.json", "\(done).received.json", "\(done).report.json", "\(waits).eml",
                    "\(waits).received.json", "case-1.eml", "purchase-2.json",
                ].sorted())
        let envelope = try String(contentsOfFile: "\(folder)/\(waits).received.json", encoding: .utf8)
        #expect(envelope.contains("anna@example.org"))
        let found = try await place.run("person find", "anna@example.org")
        #expect(
            found.output
                == "\(waits)  letter  record\n\(done)  letter  as it came, record\n\(held.joined(separator: "\n"))\n")
        let wrong = try await place.run("person erase", "anna@example.org", "--sure", "anna@example.com")
        #expect(
            wrong.output.hasPrefix("Error: Write the address twice: martlet person erase ADDRESS --sure ADDRESS.\n"))
        let erased = try await place.run("person erase", "anna@example.org", "--sure", "anna@example.org")
        #expect(
            erased.output == """
                erased   \(done)  letter  as it came, record
                waiting  \(waits)  letter  record
                erased   \(held[0])
                erased   \(held[1])
                Erased: 1. Still waiting, to be discarded first: 1.

                """)
    }
}

@Suite("What strangers wrote")
struct PrintedWordsTests {
    @Test("tells a terminal nothing, and begins no line or field of a list")
    func controls() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant list").status == 0)
        let id = try await place.withRows { rows in
            let id = try await rows.keep("Hello")
            try await rows.write(.planned(id, Data("{}".utf8)))
            try await rows.finish(
                id, sender: "eve@example.org", subject: "One\u{1B}[2J\u{1B}]0;Two\u{7}\nThree\tFour\u{9B}31m\u{7F}")
            return id
        }
        let listed = try await place.run("audit list")
        #expect(listed.output == "\(id)  created  eve@example.org  One [2J ]0;Two  Three Four31m\n")
        #expect(try await place.run("audit list", "--words", "FOUR three").output == listed.output)
        #expect(try await place.run("audit list", "--words", "four five").output == "")
        #expect(
            try await place.run("audit list", "--words", "a !").output.hasPrefix(
                "Error: \"a !\" has no word of two letters or more.\n"))
        let shown = try await place.run("audit show", id.rawValue)
        #expect(shown.output.contains("Found [31mred\n"))
        #expect(!shown.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || (127..<160).contains($0.value) })
        let exported = try await place.run("audit export").output
        #expect(!exported.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || (127..<160).contains($0.value) })
        let record = try JSONDecoder().decode(AuditRecord.self, from: Data(exported.utf8))
        #expect(record.subject == "One\u{1B}[2J\u{1B}]0;Two\u{7}\nThree\tFour\u{9B}31m\u{7F}")
    }
}

extension Place {
    /// Works on the rows of the first tenant, beside the program.
    func withRows<Value>(_ body: (TenantStore) async throws -> Value) async throws -> Value {
        let keys = try KeyRing.open(
            folder: folder.path("data/keys"), master: .load(file: folder.path("data/master.key")))
        let store = try await InstallationStore.open(folder: folder.path("data/store"), keys: keys, as: .beside) {
            Date()
        }
        let value = try await body(try await store.tenant(TenantID("default")!))
        try await store.close()
        return value
    }
}

extension TenantStore {
    fileprivate func keep(_ text: String, from sender: String = "nobody@example.org") async throws -> JobID {
        let body = try newBody(.letter, receivedAt: Date())
        try body.append(Array(text.utf8))
        let origin = "{\"envelope\":{\"returnPath\":\"\(sender)\"}}"
        let receipt = try await receive(Arrival(source: "desk", body: body, payload: Data(origin.utf8)))
        guard case .kept(let id) = receipt else { throw Unexpected() }
        return id
    }

    fileprivate func finish(_ job: JobID, sender: String, subject: String) async throws {
        var record = AuditRecord(
            job: job, line: .letter, receivedAt: Date(), finishedAt: Date(), decider: ConfigurationID("support")!,
            disposition: .created)
        record.sender = sender
        record.subject = subject
        let finding = #"[{"stage":"screen","id":"screen.x","text":"Found \u001b[31mred"}]"#
        record.findings = try JSONDecoder().decode([Finding].self, from: Data(finding.utf8))
        try await write(
            .finished(
                AuditEntry(
                    job: job, line: .letter, kind: "mail", disposition: record.disposition.rawValue,
                    finishedAt: record.finishedAt, record: try JSONEncoder().encode(record),
                    words: record.searchWords())))
    }
}

private struct Unexpected: Error {}
