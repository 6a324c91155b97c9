// SPDX-License-Identifier: Apache-2.0

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
}
