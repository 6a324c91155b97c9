// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("Flowed text")
struct FlowedTextTests {
    @Test("wraps paragraphs and joins them again")
    func wraps() {
        let words = Array(repeating: "paragraph", count: 20).joined(separator: " ")
        let text = "\(words)\n\n>> \(words)\nFrom here\n> quoted\n\n-- \nJane"
        let wrapped = FlowedText.wrapped(text)
        let lines = wrapped.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 78 })
        #expect(lines.first == "paragraph paragraph paragraph paragraph paragraph paragraph paragraph ")
        #expect(lines.contains(" From here"))
        #expect(lines.contains("-- "))
        #expect(lines.filter { $0.hasPrefix(">> ") }.count == 3)
        #expect(FlowedText.joined(wrapped) == text)
    }

    @Test("is joined by the rules of who wrote it")
    func joins() {
        #expect(FlowedText.joined("one \ntwo\nthree") == "one two\nthree")
        #expect(FlowedText.joined("日本 \n語", deletesBlank: true) == "日本語")
        #expect(FlowedText.joined(">> a \n> b\n") == ">> a \n> b\n")
        #expect(FlowedText.joined("a \n-- \nb") == "a \n-- \nb")
        #expect(FlowedText.joined("  stuffed\n >no quote") == " stuffed\n>no quote")
        #expect(FlowedText.joined("last ") == "last ")
        #expect(FlowedText.joined("a\r") == "a\r")
        #expect(FlowedText.joined("a \n> b \nc") == "a \n> b \nc")
        #expect(FlowedText.joined("") == "")
        let message = parse(Array("Content-Type: text/plain; format=Flowed; delsp=yes\n\none \ntwo\n".utf8))
        #expect(message.text(without: []) == "onetwo\n")
        #expect(message.parts[0].text == "one \ntwo\n")
        #expect(parse(Array("Subject: x\n\none \ntwo\n".utf8)).text(without: []) == "one \ntwo\n")
    }

    @Test("gives back what it was made of", arguments: 0..<300)
    func roundTrip(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &* 13)
        let words = ["a", "bb", "From", "-", "日本語", "ünder", ">", ">>x", String(repeating: "long", count: 30), "."]
        let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
            let quote = ["", "", "", "> ", ">> "].randomElement(using: &random) ?? ""
            let line = (0..<Int.random(in: 0...40, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            let plain = line.joined(separator: " ")
            return quote.isEmpty || !plain.isEmpty ? quote + plain.drop { $0 == ">" || $0 == " " } : ""
        }.joined(separator: "\n")
        #expect(FlowedText.joined(FlowedText.wrapped(text)) == text)
    }

    @Test("is written where the draft asks for it, and reads back")
    func composed() throws {
        let words = Array(repeating: "wörd", count: 60).joined(separator: " ")
        var draft = Draft(
            from: Mailbox(name: "", address: "a@example.org"), to: [], subject: "x",
            date: MailDate(secondsSince1970: 0, offsetMinutes: 0), messageID: MessageID("1@example.org")!,
            text: "\(words)\n\n> \(words)\nend")
        draft.textFormat = .flowed
        let message = parse(try #require(composedBytes(draft)))
        #expect(message.parts[0].contentType.parameters["format"] == "flowed")
        #expect(message.text(without: []) == draft.text)
        #expect(message.text.split(separator: "\n").allSatisfy { $0.count <= 78 })
    }
}

@Suite("An address beyond ASCII")
struct InternationalAddressTests {
    @Test(
        "has its domain in ASCII",
        arguments: [
            ("a@müller.example", "a@xn--mller-kva.example"), ("a@Bücher.example", "a@xn--bcher-kva.example"),
            ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"), ("a@faß.de", "a@xn--fa-hia.de"),
            ("a@\u{212A}ing.example", "a@king.example"),
            ("a@\u{212A}ING.EXAMPLE.ü", "a@king.EXAMPLE.xn--tda"),
            ("a@mu\u{308}ller.example", "a@xn--mller-kva.example"),
            ("a@пример.рф", "a@xn--e1afmkfd.xn--p1ai"),
            ("a@example.org", "a@example.org"), ("a@EXAMPLE.org", "a@EXAMPLE.org"), ("a", "a"), ("", ""),
            ("jürgen@müller.example", "jürgen@xn--mller-kva.example"),
        ])
    func domain(_ address: String, _ expected: String) {
        #expect(Mailbox(name: "", address: address).addressForTransport == expected)
    }

    @Test("needs a server that knows SMTPUTF8 only for what stands before the sign")
    func smtpUTF8() throws {
        var draft = Draft(
            from: Mailbox(name: "Jürgen", address: "a@müller.example"), to: [], subject: "Größe",
            date: MailDate(secondsSince1970: 0, offsetMinutes: 0), messageID: MessageID("1@example.org")!, text: "ü")
        #expect(!draft.needsSMTPUTF8)
        let bytes = try #require(composedBytes(draft))
        #expect(bytes.allSatisfy { $0 < 0x80 })
        #expect(parse(bytes).from == [Mailbox(name: "Jürgen", address: "a@xn--mller-kva.example")])
        draft.to = [Mailbox(name: "", address: "jürgen@example.org")]
        #expect(draft.needsSMTPUTF8)
        #expect(parse(try #require(composedBytes(draft))).to == draft.to)
    }
}
