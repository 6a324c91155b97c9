// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing
import Vault

@Suite("The command line")
struct CommandTests {
    @Test("tells its version")
    func version() async throws {
        #expect(try await Product.run("version").output.wholeMatch(of: /martlet \d+\.\d+\.\d+\n/) != nil)
    }

    @Test("decides about each case of the repository as its report says")
    func cases() async throws {
        let folder = "\(Product.root)/Fixtures/cases"
        let cases = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
        let result = try await Program.run([Product.path, "case", "run"] + cases)
        #expect(result.output == cases.map { "same  \($0)\n" }.joined())
        #expect(result.status == 0)
    }

    @Test("finds what differs in a case, and takes the envelope from beside it")
    func changedCase() async throws {
        let folder = try TemporaryFolder()
        let copy = folder.path("case")
        try FileManager.default.copyItem(
            atPath: "\(Product.root)/Fixtures/cases/reply-comments-on-its-issue", toPath: copy)
        #expect(try await Product.run("case", "run", copy).status == 0)
        try folder.write("{\"returnPath\": \"\", \"recipients\": []}", to: "case/envelope.json")
        let result = try await Product.run("case", "run", copy)
        #expect(result.output.hasPrefix("DIFFERENT  \(copy)\n"))
        #expect(result.status == 1)
    }

    @Test("replays a case, also under a changed profile")
    func replayCase() async throws {
        let folder = "\(Product.root)/Fixtures/cases/reply-comments-on-its-issue"
        let same = try await Product.run("replay", folder)
        #expect(same.output.hasPrefix("Would be: commented\n"))
        #expect(same.output.hasSuffix("The decision is the same as then.\n"))
        let place = try await Place()
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://acme.atlassian.net", account: martlet@acme.example}]
            profiles: [{id: support, catch: [nobody@acme.example], project: HELP}]

            """, to: "setup.yaml")
        let changed = try await Product.run("replay", folder, "--with", setup)
        #expect(changed.output.hasPrefix("Would be: dropped\n"))
        #expect(changed.output.hasSuffix("Then it was: commented.\n"))
        let neither = try await Product.run("replay", "no-such-thing")
        #expect(neither.output.contains("\"no-such-thing\" is neither an id of a letter nor a folder."))
        #expect(neither.status == 64)
    }

    @Test("tells what was done at the machine, and when somebody wrote in the trail of it")
    func trail() async throws {
        let place = try await Place()
        let setup = try place.folder.write("version: 1\n", to: "setup.yaml")
        #expect(try await place.run("tenant add", "acme").status == 0)
        for _ in 1...3 { #expect(try await place.run("apply", setup).status == 0) }
        let deeds = try await place.run("audit trail").output.split(separator: "\n")
        #expect(deeds.count == 3)
        #expect(deeds[0].wholeMatch(of: #/3  [0-9T:Z-]+  \w+( for \w+)? at the machine  apply  /#) != nil)
        #expect(try await place.run("audit trail", "--operators").output.hasSuffix("  add-tenant  acme\n"))

        let whole = try await place.run("audit verify")
        #expect(whole.status == 0)
        let lines = whole.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[1] == "acme: The trail is empty.")
        let last = try #require(
            lines[2].wholeMatch(
                of: /default: The trail is whole: 3 entries\. Write down the last one: (3:[0-9a-f]{32})/))
        let known = "default=\(last.1)"
        let unknown = try await place.run("audit verify", "--known", "nobody=12:0f")
        #expect(unknown.output.hasSuffix("nobody: There is no such trail, but entry 12 of it is known.\n"))
        #expect(unknown.status == 1)
        #expect(try await place.run("audit verify", "--known", known).status == 0)

        let database = place.folder.path("data/store/martlet.sqlite")
        let cut =
            "import sqlite3; d = sqlite3.connect('\(database)'); "
            + "d.execute(\"DELETE FROM trail WHERE owner = 'default' AND number = 3\"); d.commit()"
        #expect(try await Program.run(["python3", "-c", cut]).status == 0)
        #expect(try await place.run("audit verify").status == 0)
        let found = try await place.run("audit verify", "--known", known)
        #expect(found.output.hasSuffix("default: The trail ends at entry 2, but entry 3 was there.\n"))
        #expect(found.status == 1)
        #expect(try await place.run("audit verify", "--known", "nonsense").status == 64)
    }

    @Test("applies a set-up, gives it back without secrets, and applies that again")
    func applyAndExport() async throws {
        let place = try await Place()
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://acme.atlassian.net", account: martlet@acme.example}]
            profiles: [{id: support, catch: [support@acme.example], project: HELP}]
            secrets: [{connection: jira, name: token, value: top-secret-token}]

            """, to: "setup.yaml")
        let applied = try await place.run("apply", setup)
        #expect(
            applied.output.hasPrefix("Applied: connections 1, sources 0, outbounds 0, profiles 1, notifications 0.\n"))
        #expect(applied.status == 0)
        let exported = try await place.run("export")
        #expect(exported.output.contains("support@acme.example"))
        #expect(!exported.output.contains("top-secret-token"))
        let again = try place.folder.write(exported.output, to: "again.yaml")
        #expect(try await place.run("apply", again).status == 0)
        #expect(try await place.run("export").output == exported.output)
    }

    @Test("refuses a secret that is said to be in two places, or in none", arguments: ["environment: A, value: b", ""])
    func secretPlaces(_ places: String) async throws {
        let place = try await Place()
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://acme.atlassian.net", account: martlet@acme.example}]
            secrets:
              - {connection: jira, name: token, \(places)}

            """, to: "setup.yaml")
        let applied = try await place.run("apply", setup)
        #expect(
            applied.output
                == "martlet: \(setup):4: A secret is in one place: one of \"environment\", \"file\", \"value\".\n")
        #expect(applied.status == 78)
    }

    @Test("gives nobody's account away, also where its tenant is not there yet, nor for the admin of a new tenant")
    func takenNames() async throws {
        let place = try await Place()
        #expect(try await place.run("account add", "admin-acme", "--operator").status == 0)
        let refused = try await place.run("tenant add", "acme")
        #expect(refused.output == "martlet: There is an account \"admin-acme\" already.\n")
        #expect(refused.status == 65)
        #expect(try await place.run("tenant list").output == "default  Default\n")
        #expect(try await place.run("tenant add", "late").status == 0)
        // One whose keys have not come has rows, and is not seen.
        let keys = try KeyRing.open(
            folder: place.folder.path("data/keys"), master: .load(file: place.folder.path("data/master.key")))
        try keys.destroy(.tenant("late"))
        #expect(try await place.run("account list").output == "admin-acme  operator\n")
        let late = try await place.run("account add", "admin-late", "--operator")
        #expect(late.output == "martlet: There is an account \"admin-late\" already.\n")
        #expect(late.status == 65)
    }

    @Test("adds an account, gives it a new password, and removes it, all of which the trail tells")
    func accounts() async throws {
        let place = try await Place()
        let added = try await place.run("account add", "anna", "--tenant", "default")
        #expect(added.output.wholeMatch(of: /Added. Password \S{20,} \(shown only now\)\n/) != nil)
        #expect(try await place.run("account add", "olga", "--operator").status == 0)
        #expect(try await place.run("account list").output == "anna  admin of default\nolga  operator\n")
        let twice = try await place.run("account add", "anna", "--operator")
        #expect(twice.output == "martlet: There is an account \"anna\" already.\n")
        #expect(twice.status == 65)
        let both = try await place.run("account add", "eve", "--operator", "--tenant", "default")
        #expect(
            both.output.hasPrefix("Error: An account is of a tenant or of an operator: --tenant NAME or --operator.\n"))
        #expect(try await place.run("account add", "eve").status == 64)
        let odd = try await place.run("account add", "e\u{1B}ve", "--operator")
        #expect(odd.output.hasPrefix("Error: A name has 1 to 64 letters, digits, dots, hyphens, underscores and @.\n"))
        let nobody = try await place.run("account add", "eve", "--tenant", "nobody")
        #expect(nobody.output == "martlet: There is no tenant \"nobody\".\n")
        let renewed = try await place.run("account password", "anna")
        #expect(renewed.output.wholeMatch(of: /Password \S{20,} \(shown only now\)\n/) != nil)
        #expect(renewed.output.split(separator: " ")[1] != added.output.split(separator: " ")[2])
        #expect(try await place.run("account remove", "anna").output == "The account \"anna\" is gone.\n")
        #expect(try await place.run("account list").output == "olga  operator\n")
        for command in ["account remove", "account password"] {
            let absent = try await place.run(command, "anna")
            #expect(absent.output == "martlet: There is no account \"anna\".\n")
            #expect(absent.status == 65)
        }
        let deeds = try await place.run("audit trail", "--operators").output.split(separator: "\n")
        let told = deeds.map { $0.split(separator: "  ").suffix(2).joined(separator: " ") }
        #expect(told == ["remove-account anna", "renew-password anna", "add-account olga", "add-account anna"])
        #expect(try await place.run("audit trail").output.split(separator: "\n").count == 3)
    }

    @Test("says after a tenant was removed what still opens older data of it")
    func removeTenant() async throws {
        let place = try await Place()
        #expect(try await place.run("tenant add", "acme").status == 0)
        let gone = try await place.run("tenant remove", "acme", "--sure", "acme")
        #expect(gone.output == "acme is gone. Make a new backup: the keys of the last one still open older data.\n")
        #expect(try await place.run("tenant list").output == "default  Default\n")
    }

    @Test("puts into the trail that it is about to register or remove a webhook, also where that fails")
    func webhookTrail() async throws {
        let place = try await Place()
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "http://127.0.0.1:1", account: m@acme.example, allowsPrivateAddress: true}]
            secrets: [{connection: jira, name: token, value: t}]

            """, to: "setup.yaml")
        #expect(try await place.run("apply", setup).status == 0)
        #expect(try await place.run("tenant webhook").status != 0)
        #expect(try await place.run("tenant webhook", "--remove").status != 0)
        let deeds = try await place.run("audit trail").output.split(separator: "\n")
        let told = deeds.map { $0.split(separator: "  ").suffix(2).joined(separator: " ") }
        #expect(told.prefix(2) == ["remove-webhook jira", "register-webhook jira"])
    }

    @Test("refuses an expression of a profile that is none, and says where it stands")
    func badExpression() async throws {
        let place = try await Place()
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://acme.atlassian.net", account: martlet@acme.example}]
            profiles:
              - id: support
                catch: [support@acme.example]
                project: HELP
                trimming:
                  delimiters:
                    - "--- Ticket"
                    - "(Ticket"

            """, to: "setup.yaml")
        let applied = try await place.run("apply", setup)
        #expect(applied.output.contains("\(setup):10: A bracket is not closed (at character 1).\n"))
        #expect(applied.status != 0)
    }

    @Test("tells of a file that cannot be opened, reads the others, and ends with 1")
    func unreadableFile() async throws {
        let folder = try TemporaryFolder()
        let good = try folder.write("Subject: Good\n\nText\n", to: "good.eml")
        let result = try await Product.run("parse", "--json", folder.path("absent.eml"), good)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first == "{\"file\":\"\(folder.path("absent.eml"))\",\"error\":\"cannot be read\"}")
        #expect(lines.last?.contains("\"subject\":\"Good\"") == true)
        #expect(result.status == 1)
    }

    @Test("reads the letters of an mbox file one by one")
    func mbox() async throws {
        let folder = try TemporaryFolder()
        let line = "From jane@example.com Tue Feb  3 09:15:00 2026\n"
        let box = try folder.write("\(line)Subject: One\n\nText\n\n\(line)Subject: Two\n\n>From me\n", to: "box")
        let result = try await Product.run("parse", "--mbox", "--json", box)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("{\"file\":\"\(box)#1\"") == true)
        #expect(lines.first?.contains("\"subject\":\"One\"") == true)
        #expect(lines.last?.contains("\"text\":\"From me\\n\"") == true)
        #expect(result.status == 0)
    }

    @Test("shows an invitation, what became of a mail, and what the servers on its way say")
    func reports() async throws {
        let folder = try TemporaryFolder()
        let calendar =
            "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20260203T091500Z\nLOCATION:Room 7\nEND:VEVENT\n"
        let seal = "ARC-Seal: i=1; cv=none; d=mx.example.net; s=k1\n"
        let raw = "Subject: Tea\n\(seal)Content-Type: text/calendar\n\n\(calendar)"
        let invitation = try folder.write(raw, to: "invitation.eml")
        let shown = try await Product.run("parse", invitation).output
        #expect(shown.contains("Invitation: request, Tea, 2026-02-03 09:15 UTC, Room 7\n"))
        let head = "Content-Type: message/disposition-notification\n\n"
        let notice = try folder.write(
            "\(head)Disposition: manual-action/MDN-sent-manually; displayed\n", to: "read.eml")
        let lines = try await Product.run("parse", "--json", invitation, notice).output.split(separator: "\n")
        #expect(
            lines.first?.contains(#""invitation":{"method":"request","summary":"Tea","location":"Room 7","#) == true)
        #expect(lines.first?.contains(#""start":"2026-02-03 09:15 UTC","end":null"#) == true)
        #expect(
            lines.first?.contains(#""arc":[{"instance":1,"chain":"none","domain":"mx.example.net","selector":"k1""#)
                == true)
        #expect(
            lines.last?.contains(#""invitation":null,"disposition_notification":{"disposition":"displayed""#) == true)
        #expect(lines.last?.contains(#""arc":[]"#) == true)
    }

    @Test("says how it is used when it is used wrongly, and ends with 64", arguments: ["frobnicate", "parse"])
    func usage(_ command: String) async throws {
        let result = try await Product.run(command)
        #expect(result.output.contains("Usage: martlet"))
        #expect(result.status == 64)
    }
}
