// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import TestStores
import Testing

@testable import Store

/// The whole product, set up and served so that all that people, mail and servers say in it bears a mark.
struct MarkedHouse {
    /// In letters, in what people write and in what they type wrongly.
    static let mark = "zqmarkqz"
    /// In passwords and tokens.
    static let secret = "zqsecretqz"
    /// In the words of Jira's refusal; it is a project of the set-up.
    static let remote = "ZQREMOTEQZ"
    /// A user of Jira, and so somebody who is told by mail.
    static let sender = "ada@example.com"
    /// A mailbox of the set-up.
    static let mailbox = "zqboxqz"

    let place: Place
    let outside: Outside
    private let jira: Int
    private let mail: Int
    private let sandbox: ServerProcess
    private let dovecot: Dovecot

    init(_ engine: DatabaseEngine) async throws {
        outside = try await Outside(engine)
        place = try await Place("logs: {level: trace, standardError: true}", keepingIn: outside)
        (jira, mail) = (try await freePort(), try await freePort())
        sandbox = try await ServerProcess.start(
            [Product.path, "sandbox", "--port", "\(jira)", "--smtp-port", "\(mail)", "--token", Self.secret],
            in: try TemporaryFolder(), listeningOn: jira)
        dovecot = try await Dovecot.start()
        try dovecot.deliver(Array(letter("support@example.com", by: "imap").utf8), to: Self.mailbox)
        try place.folder.write("", to: "tmp/empty")
        try place.folder.write("\(Self.secret)-relay\n", to: "relay", mode: 0o600)
        try place.folder.write(
            try String(contentsOfFile: place.settings, encoding: .utf8)
                .replacing("console: {port", with: "console: {coalescingSeconds: 0, port")
                .replacing("smtp: {", with: "smtp: {signIn: {user: relay, file: \(place.folder.path("relay"))}, "),
            to: "martlet.yaml")
        let applied = try await place.run("apply", try place.folder.write(setup, to: "setup.yaml"))
        #expect(applied.output.hasPrefix("Applied: "), "\(applied.output)")
        #expect(try await place.run("tenant webhook").status == 0)
    }

    /// Two connections of which one has the wrong secret of its app, profiles for both and for a project that is not there,
    /// a mailbox, and news.
    private var setup: String {
        """
        version: 1
        connections:
          - {id: jira, site: "http://127.0.0.1:\(jira)", account: mail-handler@example.com, allowsPrivateAddress: true}
          - id: app
            site: "http://127.0.0.1:\(jira)"
            allowsPrivateAddress: true
            oauth: {client: an-app, grant: client-credentials, issuer: "http://127.0.0.1:\(jira)", gateway: "http://127.0.0.1:\(jira)"}
        outbounds: [{id: out, host: 127.0.0.1, port: \(mail), security: plain}]
        profiles:
          - {id: support, catch: [support@example.com], project: HELP, verification: {trustFrom: true}}
          - {id: other, catch: [other@example.com], project: \(Self.remote)}
          - {id: third, catch: [third@example.com], project: HELP, connection: app}
        sources:
          - {id: box, profile: support, host: 127.0.0.1, port: \(dovecot.imapPort), security: plain, user: \(Self.mailbox), start: everything}
        notifications: [{id: news, outbound: out, from: support@example.com}]
        secrets:
          - {connection: jira, name: token, value: \(Self.secret)}
          - {connection: jira, name: webhook, value: \(Self.secret)-hook}
          - {connection: app, name: client-secret, value: \(Self.secret)-app}
          - {source: box, value: \(Dovecot.password)}

        """
    }

    private func letter(_ to: String, by way: String = "smtp") -> String {
        let mark = Self.mark
        let base64 = Data("\(mark) in a file".utf8).base64EncodedString()
        return """
            From: \(mark) Sender <\(Self.sender)>
            To: \(mark) <\(to)>
            Cc: \(mark)-cc@example.com
            Reply-To: \(mark)-reply@example.com
            Subject: \(mark) subject
            Message-ID: <\(mark)-\(way)-\(to)>
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

    /// - Parameter words: The last that it prints before it serves.
    func serve(saying words: String) async throws -> ServerProcess {
        try await place.serve(saying: words, environment: ["TMPDIR": place.folder.path("tmp")])
    }

    // MARK: What happens

    private func curl(_ arguments: String...) async throws -> String {
        try await Program.run(["curl", "-s", "--max-time", "20"] + arguments).output
    }

    private func askJira(_ path: String) async throws -> String {
        try await curl("http://127.0.0.1:\(jira)/sandbox/\(path)")
    }

    /// Asks again until it is so; each time a program is started, which is pause enough.
    private func until(_ what: String, _ ask: () async throws -> String, isSo: (String) -> Bool) async throws {
        var last = ""
        for _ in 0..<500 {
            last = try await ask()
            if isSo(last) { return }
        }
        Issue.record("\(what) never came: \(last)")
    }

    /// Letters by SMTP and IMAP that become issues, one that Jira refuses, one for whose connection there is no token, and
    /// news of the issues.
    func live() async throws {
        _ = try await send(to: "support@example.com")
        try await until("two issues") {
            try await place.run("audit list").output
        } isSo: {
            $0.matches(of: #/\bcreated\b/#).count == 2
        }
        // Jira does not have the project of this profile.
        let refused = try await send(to: "other@example.com")
        try await until("the refusal") {
            try await place.run("audit show", refused).output
        } isSo: {
            $0.contains(Self.remote)
        }
        _ = try await send(to: "third@example.com")
        try await until("the app") {
            try await askJira("log")
        } isSo: {
            $0.contains("/oauth/token")
        }
        _ = try await curl(
            "-u", "mail-handler@example.com:\(Self.secret)", "-H", "Content-Type: application/json", "-d",
            "{\"as\": \"Bo Lindqvist\", \"issue\": \"HELP-1\", \"body\": \"\(Self.mark) answer\"}",
            "http://127.0.0.1:\(jira)/sandbox/comments")
        // News of both issues, and of the comment.
        try await until("the news") {
            try await askJira("mail")
        } isSo: {
            $0.split(separator: "\(Self.mark) subject").count > 3
        }
    }

    /// Gives the id under which the letter is kept.
    private func send(to recipient: String) async throws -> String {
        let file = try place.folder.write(letter(recipient), to: "letter.eml")
        let dialogue = try await curl(
            "-v", "smtp://127.0.0.1:\(place.smtpPort)/\(Self.mark).example.com", "--mail-from",
            "\(Self.mark)-from@example.com", "--mail-rcpt", recipient, "-T", file)
        return String(try #require(dialogue.firstMatch(of: #/Kept as (\w+)/#)).1)
    }

    /// Wrong passwords and addresses that nobody takes mail for.
    func guess() async throws {
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

    /// Ends the server by a signal while it waits for Jira's answer about a letter, and gives what it printed in its life.
    func crash(_ server: ServerProcess, by signal: Int32, with way: String) async throws -> String {
        let issues = try await issueCount()
        _ = try await curl(
            "-H", "Content-Type: application/json", "-d",
            "{\"fault\": \"delay\", \"method\": \"POST\", \"path\": \"/rest/api/3/issue\", \"delayMilliseconds\": 60000}",
            "http://127.0.0.1:\(jira)/sandbox/faults")
        try dovecot.deliver(Array(letter("support@example.com", by: way).utf8), to: Self.mailbox)
        try await until("a letter at work") {
            try await issueCount()
        } isSo: {
            $0 != issues
        }
        #expect(server.crash(by: signal) == signal)
        return server.output
    }

    private func issueCount() async throws -> String {
        try await askJira("counts").firstMatch(of: #/"issueCount": ?(\d+)/#).map { String($0.1) } ?? ""
    }

    /// A backup while it serves, in a folder that raw files are looked for in.
    func backUp() async throws {
        let made = try await place.run(
            "backup", place.folder.path("backup/data"), "--keys", place.folder.path("backup/keys"))
        #expect(made.status == 0, "\(made.output)")
    }

    /// What a later Martlet does first; this one does not start afterwards.
    func upgrade() throws {
        let next = Migration.all + [Migration(name: "9999 more", sql: "CREATE TABLE more (id INTEGER) STRICT;")]
        let folder = place.folder.path("data/store")
        if let address = try outside.address {
            try PostgreSQLDatabase(address, as: .beside, folder: folder, steps: next).close()
        } else {
            try SQLiteDatabase(path: "\(folder)/martlet.sqlite", steps: next).close()
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).contains { $0.hasSuffix(".before-upgrade") })
    }

    // MARK: What is seen of it

    func metrics() async throws -> String {
        try await curl("http://127.0.0.1:\(place.consolePort)/metrics")
    }

    /// What an operator sees, who signs in with the password that the server printed.
    func operatorPages(_ printed: String) async throws -> String {
        let match = printed.firstMatch(of: #/First account "operator", password (\S+)/#)
        let password = String(try #require(match).1)
        let console = "http://127.0.0.1:\(place.consolePort)"
        let jar = place.folder.path("cookies")
        _ = try await curl("-c", jar, "-d", "name=operator&password=\(password)", "\(console)/sign-in")
        var pages = ""
        for path in ["installation", "installation/trail"] { pages += try await curl("-b", jar, "\(console)/\(path)") }
        return pages
    }

    /// All bytes of the data, of its backup, of temporary files, and of the servers that keep some.
    func raw() async throws -> Data {
        var out = try await outside.everything()
        for part in ["data", "backup", "tmp"] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: place.folder.path(part)) {
                out.append(Data(name.utf8))
                if let bytes = FileManager.default.contents(atPath: place.folder.path("\(part)/\(name)")) {
                    out.append(bytes)
                }
            }
        }
        return out
    }

    func stop() {
        sandbox.stop()
        dovecot.stop()
    }
}
