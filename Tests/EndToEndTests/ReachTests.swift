// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import TestStores
import Testing

@Suite("A serving process")
struct ReachTests {
    @Test(
        "P26, P93 connects to the mail server and the Jira that are set up, to its database and bucket, and to nothing else",
        .enabled(if: Program.exists("strace"), "needs Debian's strace"), arguments: DatabaseEngine.ends)
    func connections(on engine: DatabaseEngine) async throws {
        let outside = try await Outside(engine)
        let place = try await Place(keepingIn: outside)
        let (jira, mail) = (try await freePort(), try await freePort())
        let sandbox = try await ServerProcess.start(
            [Product.path, "sandbox", "--port", "\(jira)", "--smtp-port", "\(mail)"], in: try TemporaryFolder(),
            listeningOn: jira)
        defer { sandbox.stop() }
        try place.folder.write(
            try String(contentsOfFile: place.settings, encoding: .utf8)
                .replacing("console: {port", with: "console: {coalescingSeconds: 0, port"), to: "martlet.yaml")
        let setup = try place.folder.write(
            """
            version: 1
            connections: [{id: jira, site: "http://127.0.0.1:\(jira)", account: mail-handler@example.com, allowsPrivateAddress: true}]
            outbounds: [{id: out, host: 127.0.0.1, port: \(mail), security: plain}]
            profiles: [{id: support, catch: [support@example.com], project: HELP, verification: {trustFrom: true}}]
            notifications: [{id: news, outbound: out, from: support@example.com}]
            secrets: [{connection: jira, name: token, value: sandbox-token}, {connection: jira, name: webhook, value: hook}]

            """, to: "setup.yaml")
        #expect(try await place.run("apply", setup).status == 0)
        #expect(try await place.run("tenant webhook").status == 0)
        let trace = place.folder.path("connects")
        let server = try await ServerProcess.start(
            [
                "strace", "-D", "-f", "-qq", "-e", "trace=connect,sendto", "-o", trace, Product.path, "serve",
                "--config",
                place.settings,
            ],
            in: place.folder, listeningOn: place.consolePort, saying: Place.lastWord, within: .seconds(60))
        defer { server.stop() }
        let letter = try place.folder.write(
            "From: ada@example.com\r\nTo: support@example.com\r\nSubject: Stripes\r\n\r\nHello\r\n", to: "letter.eml")
        _ = try await Program.run([
            "curl", "-s", "smtp://127.0.0.1:\(place.smtpPort)", "--mail-from", "ada@example.com", "--mail-rcpt",
            "support@example.com", "-T", letter,
        ])
        var told = ""
        // Each time a program is started, which is pause enough.
        for _ in 0..<2_000 where !told.contains("Stripes") {
            told = try await Program.run(["curl", "-s", "http://127.0.0.1:\(jira)/sandbox/mail"]).output
        }
        #expect(told.contains("Stripes"))

        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        let places = Set(
            lines.compactMap { line in
                line.firstMatch(of: #/sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"/#).map { "\($0.2) \($0.1)" }
            })
        var allowed = ["127.0.0.1 \(jira)", "127.0.0.1 \(mail)"]
        if outside.database != nil { allowed.append("127.0.0.1 \(try await Server.shared().port)") }
        if outside.prefix != nil { allowed.append("127.0.0.1 \(try await Server.bucket().port)") }
        #expect(places == Set(allowed))
    }
}
