// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

/// Drives the whole product with marks, and looks for them wherever they must not be.
@Suite("What mail, people and servers said")
struct MarkTests {
    /// In the letter, in what people write and in what they type wrongly.
    private static let mark = "zqmarkqz"
    /// In passwords and tokens.
    private static let secret = "zqsecretqz"
    /// In the words of Jira's refusal; it is a project of the set-up.
    private static let remote = "ZQREMOTEQZ"

    /// A user of Jira, and so somebody who is told by mail.
    private static let sender = "ada@example.com"

    private func curl(_ arguments: String...) async throws -> String {
        try await Program.run(["curl", "-s", "--max-time", "20"] + arguments).output
    }

    /// Asks again until the answer has these words; each time a program is started, which is pause enough.
    private func until(_ words: String, _ ask: () async throws -> String) async throws -> String {
        var last = ""
        for _ in 0..<2_000 {
            last = try await ask()
            if last.contains(words) { return last }
        }
        Issue.record("\(words) never came: \(last)")
        return last
    }

    private func letter(_ to: String) -> String {
        let mark = Self.mark
        let base64 = Data("\(mark) in a file".utf8).base64EncodedString()
        return """
            From: \(mark) Sender <\(Self.sender)>
            To: \(mark) <\(to)>
            Cc: \(mark)-cc@example.com
            Reply-To: \(mark)-reply@example.com
            Subject: \(mark) subject
            Message-ID: <\(mark)-\(to)>
            X-\(mark): \(mark)
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="\(mark)"

            --\(mark)
            Content-Type: text/plain; charset=utf-8

            \(mark) in the text
            --\(mark)
            Content-Type: text/html; charset=utf-8

            <p title="\(mark)">\(mark) in HTML</p>
            --\(mark)
            Content-Type: text/plain; name="\(mark).txt"
            Content-Disposition: attachment; filename="\(mark).txt"
            Content-Transfer-Encoding: base64

            \(base64)
            --\(mark)--

            """.replacing("\n", with: "\r\n")
    }

    private func setup(_ place: Place, jira: Int, mail: Int) throws -> String {
        try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "http://127.0.0.1:\(jira)", account: mail-handler@example.com, allowsPrivateAddress: true}]
            outbounds: [{id: out, host: 127.0.0.1, port: \(mail), security: plain}]
            profiles:
              - {id: support, catch: [support@example.com], project: HELP, verification: {trustFrom: true}}
              - {id: other, catch: [other@example.com], project: \(Self.remote)}
            notifications: [{id: news, outbound: out, from: support@example.com}]
            secrets:
              - {connection: jira, name: token, value: \(Self.secret)}
              - {connection: jira, name: webhook, value: \(Self.secret)-hook}

            """, to: "setup.yaml")
    }

    @Test(
        "P2, P6, P69, P84, P85, P86, P91 are in no log, metric, export, operator's page, raw file or temporary file",
        .timeLimit(.minutes(3)))
    func marks() async throws {
        let place = try await Place(
            """
            logs: {level: trace, standardError: true}
            """)
        let (jira, mail) = (try await freePort(), try await freePort())
        let sandbox = try await ServerProcess.start(
            [
                Product.path, "sandbox", "--port", "\(jira)", "--smtp-port", "\(mail)", "--token", Self.secret,
            ], in: try TemporaryFolder(), listeningOn: jira)
        defer { sandbox.stop() }
        try place.folder.write("", to: "tmp/empty")
        try place.folder.write(
            try String(contentsOfFile: place.settings, encoding: .utf8)
                .replacing("console: {port", with: "console: {coalescingSeconds: 0, port")
                .replacing("smtp: {", with: "smtp: {signIn: {user: relay, file: \(place.folder.path("relay"))}, "),
            to: "martlet.yaml")
        try place.folder.write("\(Self.secret)-relay\n", to: "relay", mode: 0o600)
        let applied = try await place.run("apply", try setup(place, jira: jira, mail: mail))
        #expect(applied.output.hasPrefix("Applied: "), "\(applied.output)")
        #expect(try await place.run("tenant webhook").status == 0)
        let server = try await ServerProcess.start(
            [Product.path, "serve", "--config", place.settings], in: place.folder, listeningOn: place.consolePort,
            environment: ["TMPDIR": place.folder.path("tmp")], saying: Place.lastWord)
        defer { server.stop() }

        _ = try await send(place, to: "support@example.com")
        _ = try await until("created") { try await place.run("audit list").output }
        // Jira does not have the project of the other profile.
        let refused = try await send(place, to: "other@example.com")
        _ = try await until(Self.remote) { try await place.run("audit show", refused).output }
        try await commentInJira(jira)
        // News of the issue, and of the comment.
        _ = try await until("two") {
            let mails = try await curl("http://127.0.0.1:\(jira)/sandbox/mail")
            return mails.split(separator: "\(Self.mark) subject").count > 2 ? "two" : mails
        }
        try await guess(place)

        let metrics = try await curl("http://127.0.0.1:\(place.consolePort)/metrics")
        #expect(metrics.contains("martlet_jobs{line=\"letter\",state=\"parked\"} 1"))
        let pages = try await operatorPages(place, server.output)
        #expect(pages.contains("Figures"))
        let export = try await place.run("export").output + place.run("export", "--json").output
        let log = try await place.run("logs", "--limit", "100000").output
        #expect(log.contains(" letter done "))
        let raw = try files(place.folder.path("data")) + files(place.folder.path("tmp"))
        #expect(raw.count > 100_000)
        let printed = server.output
        #expect(printed.contains(" letter done "))
        for word in [Self.mark, Self.secret, Self.remote, Self.sender] {
            for (where_, text) in [("output", printed), ("log", log), ("metrics", metrics), ("operator", pages)] {
                #expect(!text.localizedCaseInsensitiveContains(word), "\(word) is in the \(where_)")
            }
            for form in [word, word.lowercased(), word.uppercased()] {
                #expect(raw.range(of: Data(form.utf8)) == nil, "\(form) is in a raw file")
            }
        }
        for word in [Self.mark, Self.secret, Self.sender] {
            #expect(!export.localizedCaseInsensitiveContains(word), "\(word) is in the export")
        }
        #expect(raw.range(of: Data("in a file".utf8).base64EncodedData()) == nil)

        let purged = try await place.run("logs purge")
        #expect(purged.output == "Gone: 1 file of the log.\n")
        #expect(try await place.run("logs").output.isEmpty)
        #expect(try await place.run("audit trail", "--operators").output.contains("  purge-logs  \n"))
    }

    /// Gives the id under which the letter is kept.
    private func send(_ place: Place, to recipient: String) async throws -> String {
        let file = try place.folder.write(letter(recipient), to: "letter.eml")
        let dialogue = try await curl(
            "-v", "smtp://127.0.0.1:\(place.smtpPort)/\(Self.mark).example.com", "--mail-from",
            "\(Self.mark)-from@example.com", "--mail-rcpt", recipient, "-T", file)
        return String(try #require(dialogue.firstMatch(of: #/Kept as (\w+)/#)).1)
    }

    private func commentInJira(_ jira: Int) async throws {
        _ = try await curl(
            "-u", "mail-handler@example.com:\(Self.secret)", "-H", "Content-Type: application/json", "-d",
            "{\"as\": \"Bo Lindqvist\", \"issue\": \"HELP-1\", \"body\": \"\(Self.mark) answer\"}",
            "http://127.0.0.1:\(jira)/sandbox/comments")
    }

    /// Wrong passwords and addresses that nobody takes mail for.
    private func guess(_ place: Place) async throws {
        let file = place.folder.path("letter.eml")
        let smtp = "smtp://127.0.0.1:\(place.smtpPort)"
        _ = try await curl(smtp, "--mail-from", "a@example.com", "--mail-rcpt", "\(Self.mark)@example.net", "-T", file)
        _ = try await curl(
            smtp, "--mail-from", "a@example.com", "--mail-rcpt", "support@example.com", "-T", file, "--user",
            "relay:\(Self.mark)-wrong")
        let console = "http://127.0.0.1:\(place.consolePort)"
        _ = try await curl("-d", "name=\(Self.mark)&password=\(Self.mark)", "\(console)/sign-in")
        _ = try await curl("-d", "{\"\(Self.mark)\": 1}", "\(console)/hooks/jira/\(Self.mark)")
        _ = try await curl("\(console)/\(Self.mark)?\(Self.mark)=\(Self.mark)")
    }

    private func operatorPages(_ place: Place, _ output: String) async throws -> String {
        let match = output.firstMatch(of: #/First account "operator", password (\S+)/#)
        let password = String(try #require(match).1)
        let console = "http://127.0.0.1:\(place.consolePort)"
        let jar = place.folder.path("cookies")
        _ = try await curl("-c", jar, "-d", "name=operator&password=\(password)", "\(console)/sign-in")
        var pages = ""
        for path in ["installation", "installation/trail"] { pages += try await curl("-b", jar, "\(console)/\(path)") }
        return pages
    }

    private func files(_ folder: String) throws -> Data {
        var out = Data()
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            out.append(Data(name.utf8))
            if let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") { out.append(bytes) }
        }
        return out
    }

    @Test("P91 are in no dump of memory: none is made")
    func noCoreDump() async throws {
        let place = try await Place()
        let server = try await place.serve()
        defer { server.stop() }
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            let words = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)
            return words?.contains(place.settings) == true
        }
        #expect(processes.count == 1)
        for process in processes {
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            #expect(limits.contains(#/Max core file size +0 +0 /#))
            let filter = try String(contentsOfFile: "/proc/\(process)/coredump_filter", encoding: .utf8)
            #expect(filter == "00000000\n")
        }
    }
}
