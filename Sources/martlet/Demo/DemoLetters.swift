// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// A letter of the demo, and what must become of it.
struct DemoLetter: Sendable {
    var title: String
    var from: String
    var bytes: [UInt8]
    var expectation: Expectation

    struct Expectation: Sendable {
        var disposition: Disposition
        var refusal: Refusal?
        /// A finding that the report must have.
        var finding: String?
        /// Words that the issue or comment must show, and words that it must not.
        var shows: String?
        var hides: String?
        var attachment: [UInt8]?
    }
}

/// What the later letters need of what the earlier ones became.
struct DemoThreads: Sendable {
    var firstIssue: String
    var firstMessageID: String
    /// The raw notice that Martlet sent about the first issue.
    var notice: [UInt8]
    var noticeMessageID: String
}

enum DemoLetters {
    static let mailbox = "support@example.com"
    static let authservID = "mx.example.com"
    static let plainMessageID = "plain-1@example.com"

    /// Those that stand alone.
    static let first: [DemoLetter] = [
        DemoLetter(
            title: "plain text", from: "ada@example.com",
            bytes: letter(
                from: "Ada Ringer <ada@example.com>", subject: "The printer on floor 3 is out of toner",
                id: plainMessageID, isVerified: true,
                body: "Hello,\r\n\r\nthe printer on floor 3 prints only stripes.\r\n\r\n-- \r\nAda Ringer\r\n"),
            expectation: .init(disposition: .created, finding: "identify.account", shows: "prints only stripes"))
    ]

    /// Those that come after the first was told about.
    static func rest(_ threads: DemoThreads) -> [DemoLetter] {
        [htmlWithImage] + answers(threads) + [forward] + machines(threads) + charsets + [
            largeAttachment, brokenMIME, forged,
        ]
    }

    // MARK: People

    static let image = Array(
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")!)

    private static let htmlWithImage = DemoLetter(
        title: "HTML with an inline image", from: "bo@example.com",
        bytes: letter(
            from: "Bo Lindqvist <bo@example.com>", subject: "Screen shows a purple dot", id: "html-1@example.com",
            isVerified: true, type: "multipart/related; boundary=rel",
            body: """
                --rel\r
                Content-Type: text/html; charset=utf-8\r
                \r
                <p>It looks <b>like this</b>:</p><p><img src="cid:dot@example.com" alt="dot"></p>\r
                --rel\r
                Content-Type: image/png; name=dot.png\r
                Content-Transfer-Encoding: base64\r
                Content-ID: <dot@example.com>\r
                Content-Disposition: inline; filename=dot.png\r
                \r
                \(Data(image).base64EncodedString())\r
                --rel--\r

                """),
        expectation: .init(disposition: .created, shows: "like this", attachment: image))

    private static func answers(_ threads: DemoThreads) -> [DemoLetter] {
        [
            DemoLetter(
                title: "reply that names the issue", from: "ada@example.com",
                bytes: letter(
                    from: "Ada Ringer <ada@example.com>", subject: "Re: [\(threads.firstIssue)] printer",
                    id: "reply-1@example.com", isVerified: true,
                    body: """
                        It is the one by the window.\r
                        \r
                        On Mon, 4 May 2026 at 09:12, Support <support@example.com> wrote:\r
                        > Which printer do you mean?\r

                        """),
                expectation: .init(
                    disposition: .commented, finding: "associate.key-in-subject", shows: "by the window",
                    hides: "Which printer do you mean")),
            DemoLetter(
                title: "reply by References alone", from: "chidi@example.com",
                bytes: letter(
                    from: "Chidi Okafor <chidi@example.com>", subject: "Re: printer", id: "reply-2@example.com",
                    headers: "References: <\(threads.firstMessageID)>\r\n", body: "Same here on floor 2.\r\n"),
                expectation: .init(
                    disposition: .commented, finding: "associate.answers-letter", shows: "Same here on floor 2")),
            DemoLetter(
                title: "reply to our own notification", from: "ada@example.com",
                bytes: letter(
                    from: "Ada Ringer <ada@example.com>", subject: "Re: news", id: "reply-3@example.com",
                    isVerified: true, headers: "In-Reply-To: <\(threads.noticeMessageID)>\r\n",
                    body: "Thank you, that was quick.\r\n"),
                expectation: .init(disposition: .commented, shows: "that was quick")),
        ]
    }

    private static let forward = DemoLetter(
        title: "forwarded letter", from: "dana@example.com",
        bytes: letter(
            from: "Dana Weiss <dana@example.com>", subject: "Fwd: Invoice 4711 is wrong", id: "forward-1@example.com",
            isVerified: true,
            body: """
                Can you look into this?\r
                \r
                ---------- Forwarded message ---------\r
                From: Customer <customer@example.org>\r
                Date: Mon, 4 May 2026 at 08:00\r
                Subject: Invoice 4711 is wrong\r
                To: <dana@example.com>\r
                \r
                The invoice shows the wrong amount.\r

                """),
        expectation: .init(disposition: .created, shows: "shows the wrong amount"))

    private static let forged = DemoLetter(
        title: "forged Jira user", from: "bo@example.com",
        bytes: letter(
            from: "Bo Lindqvist <bo@example.com>", subject: "Please give me admin rights", id: "forged-1@example.net",
            headers: "Authentication-Results: \(authservID); dmarc=fail header.from=example.com\r\n",
            body: "It is urgent.\r\n"),
        expectation: .init(disposition: .created, finding: "identify.claim-unverified", shows: "It is urgent"))

    // MARK: Machines

    private static func machines(_ threads: DemoThreads) -> [DemoLetter] {
        [
            DemoLetter(
                title: "out of office", from: "emi@example.jp",
                bytes: letter(
                    from: "Emi Tanaka <emi@example.jp>", subject: "Automatic reply: printer", id: "ooo-1@example.jp",
                    headers: "Auto-Submitted: auto-replied\r\n", body: "I am away until Monday.\r\n"),
                expectation: .init(disposition: .dropped, refusal: .autoReply)),
            DemoLetter(
                title: "bounce", from: "", bytes: bounce, expectation: .init(disposition: .dropped, refusal: .bounce)),
            DemoLetter(
                title: "our own mail come back", from: "support@example.com", bytes: cameBack(threads.notice),
                expectation: .init(disposition: .dropped, refusal: .ownMail)),
            DemoLetter(
                title: "the first letter once more", from: "ada@example.com", bytes: first[0].bytes,
                expectation: .init(disposition: .dropped, refusal: .seenBefore)),
        ]
    }

    private static let bounce = letter(
        from: "Mail Delivery System <MAILER-DAEMON@mx.example.net>", subject: "Undelivered Mail Returned to Sender",
        id: "bounce-1@mx.example.net", type: "multipart/report; report-type=delivery-status; boundary=rep",
        body: """
            --rep\r
            Content-Type: text/plain\r
            \r
            I could not deliver your message.\r
            --rep\r
            Content-Type: message/delivery-status\r
            \r
            Reporting-MTA: dns; mx.example.net\r
            \r
            Final-Recipient: rfc822; gone@example.net\r
            Action: failed\r
            Status: 5.1.1\r
            --rep--\r

            """)

    /// A list sent our notice back to us: new envelope, old marker.
    private static func cameBack(_ notice: [UInt8]) -> [UInt8] {
        Array("Received: by list.example.net; Mon, 4 May 2026 10:00:00 +0000\r\nDelivered-To: \(mailbox)\r\n".utf8)
            + notice
    }

    // MARK: Trouble

    private static let charsets = [
        DemoLetter(
            title: "Japanese in ISO-2022-JP", from: "emi@example.jp",
            bytes: letter(
                from: "Emi Tanaka <emi@example.jp>", subject: "=?ISO-2022-JP?B?GyRCMHU6fhsoQg==?=",
                id: "jp-1@example.jp",
                type: "text/plain; charset=ISO-2022-JP")
                + [0x1B, 0x24, 0x42, 0x30, 0x75, 0x3A, 0x7E, 0x1B, 0x28, 0x42, 0x0D, 0x0A],
            expectation: .init(disposition: .created, shows: "印刷")),
        DemoLetter(
            title: "charset wrongly labelled", from: "fay@example.org",
            bytes: letter(
                from: "Fay Moreau <fay@example.org>", subject: "Imprimante", id: "wrong-1@example.org",
                type: "text/plain; charset=us-ascii") + Array("L'imprimante du 3e étage est cassée.\r\n".utf8),
            expectation: .init(disposition: .created, shows: "étage est cassée")),
    ]

    static let large: [UInt8] = {
        var state: UInt32 = 20_260_504
        return (0..<8_000_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }()

    private static let largeAttachment = DemoLetter(
        title: "attachment of 8 MB", from: "dana@example.com",
        bytes: letter(
            from: "Dana Weiss <dana@example.com>", subject: "Log file as asked for", id: "large-1@example.com",
            isVerified: true, type: "multipart/mixed; boundary=mix",
            body: "--mix\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--mix\r\n"
                + "Content-Type: application/octet-stream; name=server.log\r\nContent-Transfer-Encoding: base64\r\n"
                + "Content-Disposition: attachment; filename=server.log\r\n\r\n"
                + Data(large).base64EncodedString(options: [
                    .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
                ])
                + "\r\n--mix--\r\n"),
        expectation: .init(
            disposition: .created, finding: "screen.body-not-kept", shows: "Here it is", attachment: large))

    private static let brokenMIME = DemoLetter(
        title: "broken MIME", from: "old@example.org",
        bytes: letter(
            from: "Old Program <old@example.org>", subject: "Status of machine 7", id: "broken-1@example.org",
            type: "multipart/mixed; boundary=never",
            body: "--never\r\nContent-Type: text/plain; charset=x-unheard-of\r\n\r\nMachine 7 stands still.\r\n"),
        expectation: .init(disposition: .created, finding: "screen.defect", shows: "Machine 7 stands still"))

    private static func letter(
        from: String, subject: String, id: String, isVerified: Bool = false, type: String = "text/plain; charset=utf-8",
        headers: String = "", body: String = ""
    ) -> [UInt8] {
        let domain = from.split(separator: "@").last.map { $0.dropLast(from.hasSuffix(">") ? 1 : 0) } ?? ""
        let verified = isVerified ? "Authentication-Results: \(authservID); dmarc=pass header.from=\(domain)\r\n" : ""
        return Array(
            """
            \(verified)From: \(from)\r
            To: Support <\(mailbox)>\r
            Subject: \(subject)\r
            Date: Mon, 4 May 2026 09:00:00 +0000\r
            Message-ID: <\(id)>\r
            \(headers)MIME-Version: 1.0\r
            Content-Type: \(type)\r
            \r
            \(body)
            """.utf8)
    }
}
