// SPDX-License-Identifier: Apache-2.0

import MIME
import TestKit
import Testing

@Suite("The nature of a message")
struct MessageNatureTests {
    private static let table: [(head: String, body: String, kind: Nature.Kind, evidence: String?)] = [
        ("Subject: Tea at five", "Shall we?", .person, nil),
        ("Subject: Re: Automatic reply: Tea", "You are away?", .person, nil),
        ("Subject: Fwd: Undelivered Mail Returned to Sender", "See below. It could not be delivered to:", .person, nil),
        ("Subject: Undeliverable parcel", "The parcel was not delivered.", .person, nil),
        ("Subject: Vacation: 3 to 14 May", "I want to take some days off.", .person, nil),
        ("From: kate@example.org\nSubject: Delivery report", "The van came at nine.", .person, nil),
        // A person in a thread, or who asks about such notes.
        ("Subject: Out of office next week\nIn-Reply-To: <1@example.org>", "I am away.", .person, nil),
        ("Subject: Out of office: 3 to 14 May\nReferences: <1@example.org>", "I am away.", .person, nil),
        ("Subject: Automatic reply: how do I set it up?", "It does not work.", .person, nil),
        ("Subject: Autoreplyfunktion kaputt\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        ("Subject: 回复: 自动回复：茶\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        ("Subject: R: Fuori ufficio: tè\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        ("Subject: [tea] RES: Automatic reply: Tea\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        ("Subject: EXTERN: WG: Automatic reply: Tea\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        ("Subject: Re[2]: Automatic reply: Tea\nIn-Reply-To: <1@example.org>", "x", .person, nil),
        // A program that tells of absences, or of mail, in its own name
        (
            "From: no-reply@hr.example\nAuto-Submitted: auto-generated\nSubject: Out of office: request approved", "x",
            .automatic, "Auto-Submitted: auto-generated"
        ),
        (
            "Auto-Submitted: auto-generated\nReturn-Path: <>\nSubject: [#8112] Undeliverable mail",
            "Ada says: it is unable to deliver.", .automatic, "Auto-Submitted: auto-generated"
        ),
        (
            "Auto-Submitted: auto-generated\nSubject: Undeliverable mail", "Message could not be delivered.",
            .automatic,
            "Auto-Submitted: auto-generated"
        ),
        (
            "From: no-reply@parcels.example\nReturn-Path: <>\nSubject: Delivery failed",
            "We were unable to deliver your parcel.", .automatic, "From: no-reply@parcels.example"
        ),
        (
            "From: info@parcels.example\nReturn-Path: <>\nSubject: Your parcel",
            "We were unable to deliver it.", .automatic, "Return-Path: <>"
        ),
        ("List-Unsubscribe: <https://x.example>\nSubject: Automatic reply: why you want one", "x", .list, nil),
        ("Delivered-To: autoresponder@example.org\nSubject: Tea", "x", .person, nil),
        ("X-Mailer: Vacation Rentals 3\nSubject: Tea", "x", .person, nil),
        (
            "From: Postmaster <postmaster@example.org>\nSubject: Re: My mail\nIn-Reply-To: <1@example.org>",
            "It has been rejected because the box was full.", .automatic, "From: postmaster@example.org"
        ),
        // Automatic replies
        ("Auto-Submitted: auto-replied\nSubject: Away until May 5", "x", .autoReply, "Auto-Submitted: auto-replied"),
        (
            "Subject: Auto reply: Tea\nIn-Reply-To: <1@example.org>", "I'm asleep.", .autoReply,
            "Subject: Auto reply: Tea"
        ),
        (
            "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Tea?=\nReferences: <1@example.org>", "x", .autoReply,
            "Subject: Réponse automatique : Tea"
        ),
        ("Subject: 自動返信：お茶\nReferences: <1@example.org>", "x", .autoReply, "Subject: 自動返信：お茶"),
        (
            "Subject: [EXTERNAL] Out of office: Tea\nPrecedence: junk", "x", .autoReply,
            "Subject: [EXTERNAL] Out of office: Tea"
        ),
        (
            "Subject: Out of office reply: Tea\nReturn-Path: <>", "x", .autoReply, "Subject: Out of office reply: Tea"
        ),
        ("Subject: Tea\nX-Apple-Action: VACATION", "x", .autoReply, "X-Apple-Action: VACATION"),
        ("Subject: Tea\nX-Precedence: auto_reply", "x", .autoReply, "X-Precedence: auto_reply"),
        (
            "From: postmaster@example.org\nReturn-Path: <>\nSubject: Automatic reply: Tea", "x", .autoReply,
            "Subject: Automatic reply: Tea"
        ),
        ("List-Id: <tea.example.org>\nSubject: Automatic reply: Tea", "x", .list, "List-Id: <tea.example.org>"),
        // What a program sends of its own accord
        (
            "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nSubject: [TEA-1] New", "x", .automatic,
            "X-Auto-Response-Suppress: All"
        ),
        ("From: no-reply@shop.example\nSubject: Your order", "x", .automatic, "From: no-reply@shop.example"),
        // Bounces without form
        ("From: postmaster@example.org\nSubject: Undeliverable: Tea", "x", .bounce, "Subject: Undeliverable: Tea"),
        (
            "From: post_master@example.org\nSubject: Re: Tea", "550 - Requested action not taken: no such user",
            .bounce,
            "Text: requested action not taken"
        ),
        ("From: mailer-daemon\nReturn-Path: <>\nSubject: Error", "x", .bounce, "From: mailer-daemon"),
        (
            "X-Failed-Recipients: a@b.example\nSubject: Mail delivery failed", "x", .bounce,
            "X-Failed-Recipients: a@b.example"
        ),
        ("Content-Type: multipart/report; boundary=b", "--b\n\nx\n--b--", .bounce, "Content-Type: multipart/report"),
        ("Content-Type: multipart/report; report-type=tlsrpt; boundary=b", "--b\n\nx\n--b--", .person, nil),
        // Notices that a mail was read
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "--b\n\nx\n--b--",
            .autoReply,
            "Content-Type: disposition-notification"
        ),
        // Complaints
        (
            "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "--b\n\nx\n--b--",
            .feedbackReport,
            "report-type: feedback-report"
        ),
        (
            "From: no-reply@sns.amazonaws.com\nSubject: Notice", #"{"notificationType":"Complaint","complaint":{}}"#,
            .feedbackReport, "notificationType: Complaint"
        ),
        ("Subject: What is this?", #"{"notificationType":"Complaint","complaint":{}}"#, .person, nil),
        // Own mail, spam, lists
        ("X-Martlet: v1 tenant=t; id=1; mac=00", "x", .ownMail, "X-Martlet: v1 tenant=t; id=1; mac=00"),
        ("X-Spam-Flag: YES\nList-Id: <x.example>", "x", .spamFlagged, "X-Spam-Flag: YES"),
        ("X-Spam-Status: No, score=1", "x", .person, nil),
        ("X-MS-Exchange-Organization-SCL: 6", "x", .spamFlagged, "X-MS-Exchange-Organization-SCL: 6"),
        ("X-MS-Exchange-Organization-SCL: 1", "x", .person, nil),
        ("Precedence: bulk\nSubject: News", "x", .list, "Precedence: bulk"),
        ("Precedence: list\nSubject: News", "x", .list, "Precedence: list"),
        ("Mailing-List: list tea@groups.example", "x", .list, "Mailing-List: list tea@groups.example"),
    ]

    @Test("is read from its signs, and each is named", arguments: table.indices)
    func kinds(_ row: Int) {
        let (head, body, kind, evidence) = Self.table[row]
        let nature = parse(Array("\(head)\n\n\(body)\n".utf8)).nature()
        #expect(nature.kind == kind, "\(head): \(nature.evidence)")
        if let evidence {
            #expect(nature.evidence.contains(evidence), "\(nature.evidence)")
        } else if kind == .person {
            #expect(nature.evidence.allSatisfy { $0.hasPrefix("Text:") || $0.hasPrefix("Subject:") })
        }
    }

    @Test("is not that of a mail inside")
    func inside() {
        let raw = """
            Subject: What is this?
            Content-Type: multipart/mixed; boundary=b

            --b

            I got this, see below.
            --b
            Content-Type: message/rfc822

            Auto-Submitted: auto-replied
            Content-Type: multipart/report; report-type=delivery-status; boundary=c

            --c
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; a@b.example
            --c--
            --b--
            """
        #expect(parse(Array(raw.utf8)).nature().kind == .person)
    }

    @Test(
        "is not that of a report's part that somebody forwarded",
        arguments: ["delivery-status", "disposition-notification", "feedback-report"])
    func forwardedPart(_ name: String) {
        func raw(_ head: String, _ frame: String) -> [UInt8] {
            Array(
                """
                From: Ada <ada@example.org>
                \(head)Content-Type: \(frame); boundary=b

                --b

                I got this, see below.
                --b
                Content-Type: message/\(name)

                Final-Recipient: rfc822; a@b.example
                Feedback-Type: abuse
                Disposition: manual-action/MDN-sent-manually; displayed
                --b--
                """.utf8)
        }
        let forwarded = parse(raw("Subject: What is this?\n", "multipart/mixed"))
        #expect(forwarded.nature().kind == .person)
        #expect(forwarded.feedbackReport == nil)
        let machine = parse(raw("Return-Path: <>\n", "multipart/mixed")).nature().kind
        #expect([.bounce, .autoReply, .feedbackReport].contains(machine))
        #expect(parse(raw("", "multipart/report")).nature().kind == machine)
        // A list or a gateway puts a frame of its own around a report.
        let report = raw("", "multipart/report").split(separator: 10, maxSplits: 1)[1]
        let framed =
            Array("Content-Type: multipart/mixed; boundary=c\n\n--c\n".utf8) + report
            + Array("\n--c\n\nFrom outside\n--c--\n".utf8)
        #expect(parse(framed).nature().kind == machine)
    }

    @Test("knows the null return path that only the transport saw")
    func returnPath() {
        let message = parse(Array("Subject: Mail delivery failed\n\nx\n".utf8))
        #expect(message.nature(hasNullReturnPath: true).kind == .bounce)
        #expect(message.nature(hasNullReturnPath: true).evidence == ["Subject: Mail delivery failed", "MAIL FROM: <>"])
        #expect(message.nature().kind == .person)
    }

    @Test("has raw values that stay")
    func rawValues() {
        #expect(
            Nature.Kind.allCases.map(\.rawValue) == [
                "person", "list", "automatic", "spam-flagged", "own-mail", "auto-reply", "bounce", "feedback-report",
            ])
    }
}

@Suite("A report about a mail")
struct ReportPartTests {
    private func message(_ type: String, _ fields: String) -> Message {
        parse(
            Array("Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: \(type)\n\n\(fields)\n--b--\n".utf8)
        )
    }

    @Test("of feedback has its type, its source and who was meant")
    func feedback() throws {
        let report = try #require(
            message(
                "message/feedback-report",
                "Feedback-Type: Abuse\nUser-Agent: x\nVersion: 1\nOriginal-Mail-From: <ada@example.org>\n"
                    + "Source-IP: 192.0.2.1\nReported-Domain: example.org\nOriginal-Rcpt-To:\n <grace@example.com>\n"
            ).feedbackReport)
        #expect(report.type == "abuse")
        #expect(report.recipient == "grace@example.com")
        #expect(report.fields.count == 7)
        #expect(report.fields[4] == Field(name: "Source-IP", value: "192.0.2.1"))
        #expect(message("message/feedback-report", "Version: 1").feedbackReport?.type == "other")
        #expect(message("text/plain", "Feedback-Type: abuse").feedbackReport == nil)
    }

    @Test("of Microsoft is the mail itself, with the one who complained in a field")
    func forwarded() {
        let raw = "Content-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: grace@example.com\nSubject: News\n\nx\n"
        #expect(parse(Array(raw.utf8)).feedbackReport?.recipient == "grace@example.com")
        let attached = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\(raw)--b--\n"
        let person = parse(Array("From: ada@example.org\nSubject: Did you send this?\n\(attached)".utf8))
        #expect(person.nature().kind == .person)
        let notice = "From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1\n"
        #expect(parse(Array((notice + attached).utf8)).nature().kind == .feedbackReport)
    }

    @Test("may be in words, with the mail complained of behind them")
    func worded() {
        let words = "This is an email abuse report for an email message received from IP 192.0.2.1.\n"
        let inner = "--b\nContent-Type: message/rfc822\n\nSubject: News\n\nx\n--b--\n"
        let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\(words)\n\(inner)"
        #expect(parse(Array(raw.utf8)).nature().kind == .feedbackReport)
        #expect(parse(Array("Subject: x\n\n\(words)".utf8)).nature().kind == .person)
        let told = raw.replacing(words, with: "We got an email abuse report for an email message of yours.\n")
        #expect(parse(Array(told.utf8)).nature().kind == .person)
    }

    @Test("of a reader says what became of the mail")
    func disposition() throws {
        let read = try #require(
            message(
                "message/disposition-notification",
                "Original-Recipient: rfc822;team@example.com\nFinal-Recipient: rfc822; grace@example.com\n"
                    + "Original-Message-ID: <1@example.org>\n"
                    + "Disposition: automatic-action/MDN-sent-automatically; deleted/error, superseded\n"
            ).dispositionNotification)
        #expect(read.disposition == "deleted")
        #expect(read.modifiers == ["error", "superseded"])
        #expect(read.isAutomatic)
        #expect(read.finalRecipient == "grace@example.com")
        #expect(read.originalRecipient == "team@example.com")
        #expect(read.originalMessageID?.rawValue == "1@example.org")
        #expect(DispositionNotification(parsing: "").disposition == "")
        #expect(
            !DispositionNotification(parsing: "Disposition: manual-action/MDN-sent-manually; displayed").isAutomatic)
        #expect(message("text/plain", "x").dispositionNotification == nil)
        let notice = "Content-Type: message/disposition-notification\n\nDisposition: x; displayed\n"
        #expect(parse(Array("Content-Type: message/rfc822\n\n\(notice)".utf8)).dispositionNotification == nil)
        #expect(parse(Array(notice.utf8)).dispositionNotification?.disposition == "displayed")
    }

    @Test(
        "never traps, whatever is cut, flipped, spliced or repeated",
        arguments: Fixtures.names(in: "messages/bounce", ending: "eml"))
    func mutations(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        var random = SplitMix(state: UInt64(raw.count) &* 31)
        for _ in 0..<100 {
            let message = parse(random.mutated(raw))
            #expect(message.bounce.recipients.count >= 1)
            _ = (message.nature(), message.feedbackReport, message.dispositionNotification)
        }
    }
}

@Suite("A person who writes of mail that was not delivered")
struct PersonsOfBouncesTests {
    static let letters = [
        ("Delivery problem with order 4711", "UPS was unable to deliver the parcel to us."),
        ("Paket nicht zugestellt", "Das Paket konnte nicht zugestellt werden."),
        ("[EXTERNAL] FW: Undeliverable: invoice", "What does this mean?\n\nYour message could not be delivered."),
    ]

    @Test("is a person", arguments: letters)
    func person(_ subject: String, _ body: String) {
        let raw = "From: Ada <ada@example.com>\nTo: support@example.com\nSubject: \(subject)\n\n\(body)\n"
        #expect(parse(Array(raw.utf8)).nature().kind == .person)
    }
}
