// SPDX-License-Identifier: Apache-2.0

import MIME
import TestKit
import Testing

@Suite("Mail made to do harm")
struct HostileTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("may nest ten thousand multiparts")
    func deepMultiparts() {
        var text = "Subject: deep\n"
        for level in 0..<10_000 { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        let message = parse(bytes(text + "\nx\n"))
        #expect(message.subject == "deep")
        #expect(message.parts.count == Limits.standard.depth + 1)
        #expect(message.defects.contains { $0.kind == .depthLimit })
    }

    @Test("may nest five thousand messages")
    func deepMessages() {
        let message = parse(
            bytes("Subject: deep\n" + String(repeating: "Content-Type: message/rfc822\n\n", count: 5_000) + "x\n"))
        #expect(message.parts.count == Limits.standard.depth + 1)
        #expect(message.defects.contains { $0.kind == .depthLimit })
    }

    @Test("may nest encoded messages as deep as the limit")
    func deepEncodedMessages() {
        var inner = "Subject: core\n\nx\n"
        for _ in 0..<12 {
            inner =
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
                + inner.replacing("=", with: "=3D")
        }
        let message = parse(bytes(inner), limits: Limits(depth: 5))
        #expect(message.parts.count <= 7)
        #expect(parse(bytes(inner)).parts.last?.fields.first(named: "Subject") == "core")
    }

    @Test("may have more parts than the limit; the rest stays in the bytes of their parent")
    func manyParts() {
        let text =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 500) + "--b--\n"
        let message = parse(bytes(text), limits: Limits(parts: 100))
        #expect(message.parts.count == 100)
        #expect(message.defects == [Defect(.partLimit, part: 0)])
    }

    @Test("may have a header beyond the limit; the fields before it are read")
    func longHeader() {
        let text = "Subject: first\nX-Long: \(String(repeating: "a", count: 5_000))\nTo: late@example.com\n\nbody\n"
        let message = parse(bytes(text), limits: Limits(headerBytes: 1_000))
        #expect(message.subject == "first")
        #expect(message.text == "body\n")
        #expect(message.field("X-Long") == nil)
        #expect(message.defects.map(\.kind) == [.headerLimit])
    }

    @Test("may have lines beyond the limit, and they are read whole", arguments: [1, 50, 127, 128, 129, 1_000])
    func longLines(_ piece: Int) {
        let subject = String(repeating: "s", count: 1_000)
        let body = String(repeating: "t", count: 1_000)
        var parser = MessageParser(limits: Limits(lineLength: 128))
        let raw = bytes("Subject: \(subject)\n\n\(body)\n")
        for start in stride(from: 0, to: raw.count, by: piece) {
            parser.consume(raw[start..<min(start + piece, raw.count)])
        }
        let message = parser.finish()
        #expect(message.subject == subject)
        #expect(message.text == body + "\n")
        #expect(message.defects.map(\.kind) == [.lineLimit])
    }

    @Test("may have more text than the limit; its size is known all the same")
    func longText() {
        let message = parse(
            bytes("Subject: x\n\n" + String(repeating: "word ", count: 1_000)), limits: Limits(textBytes: 100))
        #expect(message.text.utf8.count == 100)
        #expect(message.parts[0].size == 5_000)
        #expect(message.defects.map(\.kind) == [.textLimit])
    }

    @Test("may have fifty thousand addresses")
    func manyAddresses() {
        let list = (0..<50_000).map { "u\($0)@example.org" }.joined(separator: ", ")
        let message = parse(bytes("To: \(list)\n\nx\n"), limits: Limits(headerBytes: 2 << 20))
        #expect(message.to.count == Limits.standard.addresses)
        #expect(message.defects.contains { $0.kind == .addressLimit })
    }

    @Test(
        "costs linear time in its fields",
        .timeLimit(.minutes(5)),
        arguments: [
            ("To", "", "x(c)"), ("To", "", "<"), ("To", "", "\"<"), ("To", "", "a:"), ("To", "", "=?utf-8?q?"),
            ("To", "", "?=20"), ("To", "<", "\"\\"), ("To", "", "<,(\\\")"),
            ("Content-Type", "x/y; name=a", " "), ("Content-Type", "x/y; name=a", "(a"),
            ("Content-Type", "x/y; name=a", "; a*0=b"), ("Date", "", "1:"), ("Date", "", "2000-01-01T"),
            ("References", "", "<"), ("Subject", "", "=?utf-8?q?=C3?= "), ("Content-ID", "", "<"),
            ("Authentication-Results", "x", "; a=b"),
        ])
    func linear(_ name: String, _ start: String, _ piece: String) {
        let isLinear = isLinear(at: 400_000) { length in
            let value = start + String(repeating: piece, count: length / piece.utf8.count) + ":b"
            let message = parse(bytes("\(name): \(value)\n\nx\n"))
            _ = (message.to, message.date, message.references, message.subject, message.attachments)
            _ = message.fields(named: "Authentication-Results").map(AuthenticationResults.init(parsing:))
        }
        #expect(isLinear)
    }

    @Test(
        "costs linear time in its text", .timeLimit(.minutes(5)),
        arguments: [
            ("text/plain; format=flowed", "word "), ("text/plain; format=flowed", "word \n"),
            ("text/plain; format=flowed", ">"), ("text/html", "<"), ("text/html", "<br"), ("text/html", "&lt;"),
            ("text/plain", "<a@b.example>: "), ("text/plain", "<a@b.example>:\n"), ("text/plain", "550 5.1.1 "),
            ("message/delivery-status", "Final-Recipient: rfc822; a@b\n"), ("text/calendar", "BEGIN:VEVENT\n"),
        ])
    func linearText(_ type: String, _ piece: String) {
        let isLinear = isLinear(at: 400_000) { length in
            let text = String(repeating: piece, count: length / piece.utf8.count)
            let message = parse(bytes("From: mailer-daemon\nContent-Type: \(type)\n\n\(text)"))
            _ = (message.nature(), message.bounce, message.text(without: []))
            _ = CalendarInvitation(parsing: text)
        }
        #expect(isLinear)
    }

    @Test("may hold five thousand letters side by side in an encoded one", .timeLimit(.minutes(1)))
    func manyEncodedMessages() {
        let head = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n"
        let isLinear = isLinear(at: 5_000) { count in
            let leaves = String(repeating: "--c\n\(head)Subject: x\n\nbegin 644 a\n#0V%T\nend\n", count: count)
            let inner = "Content-Type: multipart/mixed; boundary=c\n\n\(leaves)--c--\n"
            let raw = bytes(head + inner.replacing("=", with: "=3D"))
            let message = parse(raw)
            #expect(message.parts.count == 2 * count + 2)
            #expect(message.unpacked(in: raw) == [])
            var contents = PartContents(of: message, in: raw)
            let sizes = message.parts.indices.map { contents.bytes(of: $0).count }
            #expect(sizes.last == "begin 644 a\n#0V%T\nend".utf8.count)
            #expect(zip(message.parts, sizes).allSatisfy { $0.childCount > 0 || $0.size == $1 })
        }
        #expect(isLinear)
    }

    @Test("may have a file of more text than the limit before the body, which is read all the same")
    func longFileBeforeBody() {
        let file = String(repeating: "a,b\n", count: 50)
        let inner = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/csv\n"
        let body = "\(file)\n--b\n\nHello\n--b--\n"
        for head in ["Content-Disposition: attachment\n\n", "Content-Disposition: inline; filename=a.csv\n\n"] {
            let message = parse(bytes(inner + head + body), limits: Limits(textBytes: 100))
            #expect(message.text == "Hello")
            #expect(message.parts[1].text?.utf8.count == 50)
            #expect(message.parts[1].size == 200)
            #expect(message.defects == [Defect(.textLimit, part: 1)])
        }
        let head = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\nSubject: x\n\n"
        let message = parse(
            bytes("Content-Type: multipart/mixed; boundary=b\n\n--b\n\(head)\(body)"), limits: Limits(textBytes: 100))
        #expect(message.text == "Hello")
    }

    @Test("may name an image ten thousand times")
    func manyContentIDs() {
        var text = "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        text += (0..<10_000).map { "<img src=\"cid:i\($0)@x\">" }.joined() + "\n"
        for index in 0..<2_000 { text += "--b\nContent-Type: image/png\nContent-ID: <i\(index * 2)@x>\n\nx\n" }
        let message = parse(bytes(text + "--b--\n"))
        #expect(message.attachments.count == 2_000)
        #expect(message.attachments.allSatisfy { $0.isInline })
    }

    @Test(
        "never traps, whatever is cut, flipped, spliced or repeated",
        arguments: Fixtures.names(in: "messages", ending: "eml"))
    func mutations(_ letter: Fixtures.Name) throws {
        let raw = try Fixtures.bytes(letter, ending: "eml")
        var random = SplitMix(state: UInt64(raw.count) &* 77)
        for _ in 0..<12 {
            let mutant = random.mutated(raw)
            let message = parse(mutant)
            #expect(message.byteCount == mutant.count)
            var contents = PartContents(of: message, in: mutant)
            for index in message.parts.indices { _ = contents.bytes(of: index) }
            _ = (
                message.from, message.to, message.date, message.references, message.text, message.html,
                message.attachments
            )
            _ = message.automaticSigns
            let difference = DripFeed.firstDifference(mutant, cuts: 3) { pieces in
                var parser = MessageParser()
                for piece in pieces { parser.consume(piece) }
                return parser.finish()
            }
            #expect(difference == nil)
        }
    }
}

/// A small generator with a fixed seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func mutated(_ raw: [UInt8]) -> [UInt8] {
        var bytes = raw
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            let length = min(Int.random(in: 0...80, using: &self), bytes.count - place)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes.removeLast(bytes.count - place)
            case 1:
                for index in place..<place + min(length, 5) { bytes[index] = UInt8.random(in: 0...255, using: &self) }
            case 2: bytes.removeSubrange(place..<place + length)
            case 3:
                bytes.insert(
                    contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &self))
            case 4:
                bytes.insert(
                    contentsOf: [[13], [10], [0], [13, 10], [45, 45], [255]].randomElement(using: &self) ?? [],
                    at: place)
            default: bytes += raw.prefix(place)
            }
        }
        return bytes
    }
}
