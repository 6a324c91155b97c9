// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Testing

@Suite("The demo")
struct DemoTests {
    /// What becomes of the letters, in their order.
    private static let outcomes = [
        "plain text: Became issue HELP-1.",
        "HTML with an inline image: Became issue HELP-2.",
        "reply that names the issue: Became a comment on HELP-1.",
        "reply by References alone: Became a comment on HELP-1.",
        "reply to our own notification: Became a comment on HELP-1.",
        "forwarded letter: Became issue HELP-3.",
        "out of office: Dropped: an automatic reply.",
        "bounce: Dropped: a delivery report.",
        "our own mail come back: Dropped: our own mail came back.",
        "the first letter once more: Dropped: the same letter was kept before.",
        "Japanese in ISO-2022-JP: Became issue HELP-4.",
        "charset wrongly labelled: Became issue HELP-5.",
        "attachment of 8 MB: Became issue HELP-6.",
        "broken MIME: Became issue HELP-7.",
        "forged Jira user: Became issue HELP-8.",
        "Each letter became what it must.",
    ]

    private func outcomes(_ result: Program.Result) -> [String] {
        result.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map(String.init)
    }

    @Test("carries its letters in by SMTP, says what became of each, and ends")
    func smtp() async throws {
        let result = try await Product.run("demo", "--once")
        #expect(outcomes(result) == Self.outcomes)
        #expect(result.status == 0)
    }

    @Test(
        "carries the same letters in through a mailbox, with the same outcomes",
        .enabled(if: Dovecot.isAvailable, "needs Debian's dovecot-imapd"))
    func imap() async throws {
        let result = try await Product.run("demo", "--once", "--imap")
        #expect(outcomes(result) == Self.outcomes)
        #expect(result.status == 0)
    }

    @Test(
        "leaves no folder and no server behind when it is stopped amid its letters",
        .enabled(if: Dovecot.isAvailable, "needs Debian's dovecot-imapd"))
    func stoppedEarly() async throws {
        // A short path of its own: the sockets of Dovecot lie in it.
        let temporary = "\(NSTemporaryDirectory())demo-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: temporary) }
        let port = try await freePort()
        let demo = try await ServerProcess.start(
            [Product.path, "demo", "--imap", "--port", "\(port)"], in: try TemporaryFolder(), listeningOn: port,
            environment: ["TMPDIR": temporary], saying: "plain text: Became issue HELP-1.")
        #expect(try !FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        #expect(commandLines().contains { $0.contains(temporary) })
        #expect(demo.stop() == 1)
        #expect(!demo.output.contains("Each letter became what it must."))
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        #expect(!commandLines().contains { $0.contains(temporary) })
    }

    /// The command lines of all processes of this machine.
    private func commandLines() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
    }
}
