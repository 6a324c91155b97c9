// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("A composed message")
struct ComposeTests {
    private func draft(text: String = "Hello") -> Draft {
        Draft(
            from: Mailbox(name: "Service Desk", address: "desk@example.org"),
            to: [Mailbox(name: "Jane Doe", address: "jane@example.com")],
            subject: "Re: The printer is on fire", date: MailDate(secondsSince1970: 1_770_106_500, offsetMinutes: 60),
            messageID: MessageID("martlet.1.0@example.org")!, text: text)
    }

    private func bytes(_ draft: Draft) throws -> [UInt8] { try #require(composedBytes(draft)) }

    private func written(_ draft: Draft) throws -> String { String(decoding: try bytes(draft), as: UTF8.self) }

    @Test("is this, letter by letter")
    func golden() throws {
        var draft = draft(text: "Hello Jane,\n\nwe are on it.\n")
        draft.inReplyTo = [MessageID("one@example.com")!]
        draft.references = [MessageID("zero@example.com")!, MessageID("one@example.com")!]
        draft.autoSubmitted = "auto-replied"
        draft.precedence = "bulk"
        draft.extraFields = [Field(name: "X-Martlet", value: "v1 tenant=t; id=1; mac=00")]
        #expect(
            try written(draft)
                == """
                Date: Tue, 3 Feb 2026 09:15:00 +0100
                From: Service Desk <desk@example.org>
                To: Jane Doe <jane@example.com>
                Subject: Re: The printer is on fire
                Message-ID: <martlet.1.0@example.org>
                In-Reply-To: <one@example.com>
                References: <zero@example.com> <one@example.com>
                Auto-Submitted: auto-replied
                Precedence: bulk
                X-Martlet: v1 tenant=t; id=1; mac=00
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 7bit

                Hello Jane,

                we are on it.

                """.replacing("\n", with: "\r\n"))
    }

    @Test("reads back as the draft that it was made of", arguments: 0..<300)
    func roundTrip(_ seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let draft = random.draft()
        let raw = try bytes(draft)
        let message = parse(raw)
        #expect(message.defects.isEmpty)
        #expect(message.from == [draft.from])
        #expect(message.to == draft.to)
        #expect(message.cc == draft.cc)
        #expect(message.replyTo == draft.replyTo)
        #expect(message.subject == draft.subject)
        #expect(message.date == draft.date)
        #expect(message.messageID == draft.messageID)
        #expect(message.references == draft.references)
        #expect(message.text == draft.text)
        #expect(message.html == draft.html)
        let files = (draft.html == nil ? [] : draft.inlines) + draft.attachments
        #expect(message.attachments.map(\.name) == files.map(\.name))
        #expect(message.attachments.map(\.contentID) == files.map(\.contentID))
        var contents = PartContents(of: message, in: raw)
        #expect(message.attachments.map { Draft.File.Content.bytes(contents.bytes(of: $0)) } == files.map(\.content))
        for line in raw.split(separator: 10, omittingEmptySubsequences: false) { #expect(line.count <= 999) }
    }

    @Test("takes no header field from any input")
    func injection() throws {
        let evil = "x\r\nBcc: victim@example.com\r\n\r\nbody\u{0}\u{2028}\u{85}"
        var draft = draft()
        draft.from = Mailbox(name: evil, address: "a@example.org>\r\nBcc: victim@example.com")
        draft.to = [
            Mailbox(name: "\"\\", address: "b@example.org, victim@example.com"), Mailbox(name: evil, address: evil),
        ]
        draft.cc = [Mailbox(name: "", address: "\"x\" <victim@example.com>, \"@example.org")]
        draft.subject = evil
        draft.autoSubmitted = evil
        draft.precedence = evil
        draft.extraFields = [
            Field(name: "X-A\r\nBcc", value: evil), Field(name: "Bcc", value: "victim@example.com"),
            Field(name: "", value: "x"),
        ]
        draft.attachments = [
            Draft.File(name: evil, type: "text/plain\r\nBcc: x", contentID: evil, content: .bytes([1]))
        ]
        let message = parse(try bytes(draft))
        #expect(message.bcc.isEmpty)
        #expect(!message.parts.contains { $0.fields.has("Bcc") })
        #expect(message.fields.filter { $0.name == "Subject" }.count == 1)
        #expect(message.text == "Hello")
        #expect(!(message.to + message.cc).contains { $0.address == "victim@example.com" })
    }

    @Test("encodes only what needs it, and folds at 78")
    func encodes() throws {
        var draft = draft()
        draft.subject = "Äußerst wichtig: " + String(repeating: "Überprüfung ", count: 20).trimmingCharacters()
        draft.from.name = "Müller, Jörg"
        draft.to = [Mailbox(name: "Doe, Jane (IT)", address: "jane@example.com")]
        draft.attachments = [
            Draft.File(
                name: "Übersicht über alle möglichen Änderungen an den Verträgen des Jahres 2026.pdf",
                type: "application/pdf", content: .bytes([1, 2]))
        ]
        let text = try written(draft)
        #expect(text.contains("To: \"Doe, Jane (IT)\" <jane@example.com>\r\n"))
        for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 78) }
        #expect(text.utf8.allSatisfy { $0 < 128 })
        let message = parse(Array(text.utf8))
        #expect(message.subject == draft.subject)
        #expect(message.from == [draft.from])
        #expect(message.attachments.first?.name == draft.attachments[0].name)
    }

    @Test("has no line beyond 998 bytes, whatever names and ids it is made of")
    func shortLines() throws {
        var draft = draft()
        let name = "Doe, " + String(repeating: "a \"b\" ", count: 200) + "c"
        draft.from = Mailbox(name: name, address: "jane@example.com")
        let ids = ["1@example.org", String(repeating: "i", count: 1_500) + "@example.org", "2@example.org"]
        draft.references = ids.compactMap { MessageID($0) }
        draft.inReplyTo = [draft.references[1]]
        let text = try written(draft)
        for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 998) }
        let message = parse(Array(text.utf8))
        #expect(message.from == [draft.from])
        #expect(message.references.map(\.rawValue) == [ids[0], ids[2]])
        #expect(message.field("In-Reply-To") == nil)
    }

    @Test("leaves stored files to its caller")
    func stored() throws {
        var draft = draft()
        draft.attachments = [Draft.File(name: "big.bin", type: "application/octet-stream", content: .stored("file-7"))]
        let segments = compose(draft)
        #expect(composedBytes(draft) == nil)
        #expect(segments.count == 3)
        #expect(segments[1] == .stored("file-7"))
        var raw: [UInt8] = []
        for segment in segments {
            if case .bytes(let bytes) = segment {
                raw += bytes
            } else {
                var encoder = Base64Encoder()
                encoder.encode([UInt8](repeating: 9, count: 100), into: &raw)
                encoder.finish(into: &raw)
            }
        }
        #expect(parse(raw).attachments.map(\.size) == [100])
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension SplitMix {
    mutating func draft() -> Draft {
        var draft = Draft(
            from: mailbox(), to: (0..<Int.random(in: 1...5, using: &self)).map { _ in mailbox() }, subject: phrase(),
            date: MailDate(
                secondsSince1970: Int.random(in: 0...2_000_000_000, using: &self),
                offsetMinutes: [0, 60, -330, 345].randomElement(using: &self)!),
            messageID: id(), text: body())
        if Bool.random(using: &self) { draft.cc = [mailbox(), mailbox()] }
        if Bool.random(using: &self) { draft.replyTo = [mailbox()] }
        draft.references = (0..<Int.random(in: 0...30, using: &self)).map { _ in id() }
        if Bool.random(using: &self) {
            draft.html = "<p>" + body() + "</p>"
            draft.inlines = (0..<Int.random(in: 0...2, using: &self)).map { _ in
                file(type: "image/png", contentID: id().rawValue)
            }
        }
        draft.attachments = (0..<Int.random(in: 0...3, using: &self)).map { _ in
            file(type: "application/pdf", contentID: nil)
        }
        return draft
    }

    private mutating func id() -> MessageID { MessageID("id.\(next() % 100_000)@example.org")! }

    private mutating func mailbox() -> Mailbox {
        let local = ["jane", "o'neil", "a.b+c", "\"two words\"", "x_y"].randomElement(using: &self)!
        return Mailbox(name: Bool.random(using: &self) ? phrase() : "", address: "\(local)@example.com")
    }

    /// Words that headers find hard, joined by single blanks or not.
    private mutating func phrase() -> String {
        let words = [
            "Jane", "Doe,", "\"quoted\"", "(note)", "back\\slash", "Müller", "日本語", "=?utf-8?q?x?=", "a@b.example", "😀",
            "  ", "Łódź", "%41", "x;y", "<z>", "-",
            "averyveryveryverylongwordwithoutanyblankinsideofitthatmustbewrittensomehowanyway", "?=", "=", "é", ":",
            "end.",
        ]
        let count = Int.random(in: 1...12, using: &self)
        let text = (0..<count).map { _ in words.randomElement(using: &self)! }.joined(separator: " ")
        return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private mutating func body() -> String {
        let lines = [
            "Plain line", "", "From the start", ".", "--", "-- ", "Grüße aus Köln", "trailing blanks  ", "\ttab",
            "= equals =20", String(repeating: "long ", count: 60),
            String(repeating: "ü", count: 200), "漢字かな交じり文", "https://example.com/?a=b&c=d", "--=_1_x", "😀😀",
        ]
        return (0..<Int.random(in: 0...8, using: &self)).map { _ in lines.randomElement(using: &self)! }.joined(
            separator: "\n")
    }

    private mutating func file(type: String, contentID: String?) -> Draft.File {
        let bytes = (0..<Int.random(in: 0...300, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
        let names = [
            "a.pdf", "with blank.pdf", "Übersicht.pdf", "quote\".pdf", "semi;colon=.pdf", "100%.pdf",
            "日本語の長い名前のファイルです.pdf", "it's.pdf",
        ]
        return Draft.File(
            name: names.randomElement(using: &self)!, type: type, contentID: contentID, content: .bytes(bytes))
    }
}
