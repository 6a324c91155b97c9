// SPDX-License-Identifier: Apache-2.0

import MIME
import Planning
import Testing

@Suite("The nature of a letter")
struct NatureTests {
    private static let table: [(headers: String, subject: String, kind: Nature.Kind)] = [
        ("", "A question", .person),
        ("Auto-Submitted: no", "A question", .person),
        // A person who speaks of an absence, or of bounces.
        ("", "Out of office badges do not open the door", .person),
        ("", "Automatic reply does not work on my phone", .person),
        ("", "Undeliverable parcel", .person),
        ("List-Id: <floor2.lists.example.org>\nPrecedence: bulk", "On leave forms for the new year", .list),
        ("Precedence: list", "Out of office days of the team", .list),
        // Programs that answer.
        ("Auto-Submitted: auto-replied", "Re: A question", .autoReply),
        ("Auto-Submitted: auto-replied; owner-email=\"a@b.c\"", "Re: A question", .autoReply),
        ("X-Autoreply: yes", "Re: A question", .autoReply),
        ("X-Autorespond: A question", "Re: A question", .autoReply),
        ("Precedence: auto_reply", "Re: A question", .autoReply),
        ("Precedence: bulk", "Out of office", .autoReply),
        ("X-Auto-Response-Suppress: All", "Automatische Antwort: A question", .autoReply),
        ("Auto-Submitted: auto-generated", "Out of office", .autoReply),
        ("Return-Path: <>", "Abwesenheitsnotiz", .autoReply),
        // Reports.
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "Status", .bounce),
        ("Return-Path: <>\nFrom: MAILER-DAEMON@example.net", "Hello", .bounce),
        ("Return-Path: <>", "Undelivered Mail Returned to Sender", .bounce),
        ("From: postmaster@example.net", "failure notice", .bounce),
        // Lists and bulk.
        ("List-Id: <floor2.lists.example.org>", "A question", .list),
        ("List-Unsubscribe: <https://example.org/u>", "News", .list),
        ("Precedence: bulk", "News", .list),
        // Programs that write of their own accord.
        ("Auto-Submitted: auto-generated", "Backup finished", .automatic),
        ("From: no-reply@example.org", "Backup finished", .automatic),
        ("From: postmaster@example.org", "A question", .automatic),
        ("Return-Path: <>", "A question", .automatic),
    ]

    @Test("is read from its headers", arguments: table.indices)
    func kind(_ row: Int) {
        let (headers, subject, kind) = Self.table[row]
        let nature = Letter.of(headers, subject: subject).nature
        #expect(nature.kind == kind, "\(headers) / \(subject)")
        #expect(nature.evidence.isEmpty == (kind == .person))
    }

    @Test("knows the null return path of the transport, which no header repeats")
    func envelope() {
        let raw = "From: ada@example.org\nSubject: Out of office\n\nI am away.\n"
        #expect(Letter.reading(raw, envelope: Envelope(returnPath: "")).nature.kind == .autoReply)
        #expect(Letter.reading(raw, envelope: Envelope(returnPath: "ada@example.org")).nature.kind == .person)
        #expect(Letter.reading(raw, envelope: Envelope(returnPath: "")).nature.evidence.contains("MAIL FROM: <>"))
        #expect(Letter.reading(raw).nature.kind == .person)
    }
}

@Suite("A letter")
struct LetterTests {
    @Test("is by From, else by Reply-To, else by Sender")
    func sender() {
        #expect(Letter.reading("From: a@x.org\nReply-To: b@x.org\n\n").sender?.address == "a@x.org")
        #expect(Letter.reading("From: nobody\nReply-To: b@x.org\nSender: c@x.org\n\n").sender?.address == "b@x.org")
        #expect(Letter.reading("Sender: c@x.org\n\n").sender?.address == "c@x.org")
        #expect(Letter.reading("From: \nReply-To: <>\n\n").sender == nil)
        #expect(Letter.reading("").sender == nil)
    }

    @Test("is sent to whom the transport said first, then to whom the headers name, each once")
    func recipients() {
        let letter = Letter.reading(
            "From: a@x.org\nTo: Support <SUPPORT@example.com>, bob@example.com\nDelivered-To: box@example.com\n"
                + "Cc: cleo@example.com\nX-Original-To: bob@example.com\n\n",
            envelope: Envelope(recipients: ["support@example.com", "hidden@example.com"]))
        #expect(
            letter.recipients == [
                Recipient(header: "RCPT TO", address: "support@example.com"),
                Recipient(header: "RCPT TO", address: "hidden@example.com"),
                Recipient(header: "Delivered-To", address: "box@example.com"),
                Recipient(header: "X-Original-To", address: "bob@example.com"),
                Recipient(header: "Cc", address: "cleo@example.com"),
            ])
    }

    @Test("answers what In-Reply-To names, then References from the newest to the oldest, each once")
    func answers() {
        let letter = Letter.of("In-Reply-To: <c@x>\nReferences: <a@x> <b@x> <c@x>")
        #expect(letter.answers == ["c@x", "b@x", "a@x"])
    }

    @Test(
        "answers nothing when its headers name nothing",
        arguments: [
            "", "In-Reply-To:", "In-Reply-To: <>\nReferences:  ", "References: <> < >",
            "In-Reply-To: Your letter of May",
        ])
    func noAnswers(_ headers: String) {
        #expect(Letter.of(headers).answers == [])
    }

    @Test("answers at most a hundred letters")
    func manyAnswers() {
        let ids = (1...500).map { "<\($0)@x>" }.joined(separator: "\n ")
        let letter = Letter.of("References: \(ids)")
        #expect(letter.answers.count == 100)
        #expect(letter.answers.first == "500@x")
    }

    @Test("lists at most twenty defects, each with its part")
    func defects() throws {
        let part = "--e\nContent-Type: text/plain; charset=nope\n\nx\n"
        let letter = Letter.of(
            "Content-Type: multipart/mixed; boundary=e", body: String(repeating: part, count: 30))
        #expect(letter.defects.count == 20)
        let first = try #require(letter.defects.first)
        #expect(first.contains(" in part 1"))
    }
}
