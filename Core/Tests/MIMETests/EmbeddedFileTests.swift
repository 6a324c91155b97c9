// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("A file in a text")
struct EmbeddedFileTests {
    private func files(_ text: [UInt8]) -> [(
        name: String?, type: String, origin: EmbeddedFile.Origin, content: [UInt8]
    )] {
        let raw = Array("Subject: Files\n\n".utf8) + text
        let message = parse(raw)
        var contents = PartContents(of: message, in: raw)
        return message.unpacked(in: raw).flatMap { unpacked in
            let bytes = contents.bytes(of: unpacked.part)
            return unpacked.files.map { ($0.name, $0.type, $0.origin, $0.content(of: bytes)) }
        }
    }

    private func rest(_ text: String) -> String { parse(Array("Subject: Files\n\n\(text)".utf8)).textWithoutFiles }

    @Test("by uuencode is found, named and taken out of it")
    func uuencode() throws {
        let text = "Look:\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nand\nbegin 600 \n%:&5L;&\\ \nend\nBye\n"
        let found = files(Array(text.utf8))
        #expect(found.map(\.name) == ["cat.txt", nil])
        #expect(found.map(\.type) == ["text/plain", "application/octet-stream"])
        #expect(found.map { String(decoding: $0.content, as: UTF8.self) } == ["Cat", "hello"])
        #expect(rest(text) == "Look:\n\n\nand\nBye\n")
        #expect(files(Array(text.replacing("\n", with: "\r\n").utf8)).map(\.content) == found.map(\.content))
    }

    @Test("without its end is taken as far as its lines go")
    func unended() {
        let text = "begin 644 cat.txt\n#0V%T\nThis is a sentence again.\n"
        #expect(files(Array(text.utf8)).map { String(decoding: $0.content, as: UTF8.self) } == ["Cat"])
        #expect(rest(text) == "This is a sentence again.\n")
    }

    @Test(
        "without its end takes no words with it, though they be capitals",
        arguments: [
            ("#0V%T\n", "THANKS\n\nBYE 12\n", "Cat"), ("#0V%T\n#0V%T\n\"0V$ \n", "#0V%T\n", "CatCatCa"),
            ("#0V%T\n`\n", "\nJANE\n", "Cat"), ("#0V%T\n", "&0V%T0V%T\n", "Cat"), ("#0V%T\n", "\n\n", "Cat"),
        ])
    func capitals(_ lines: String, _ rest: String, _ content: String) {
        let text = "begin 644 a\n\(lines)\(rest)"
        #expect(self.rest(text) == rest)
        #expect(files(Array(text.utf8)).map { String(decoding: $0.content, as: UTF8.self) } == [content])
        #expect(damage(Array(text.utf8)) == [true])
    }

    @Test(
        "is not what only looks like one",
        arguments: [
            "begin 644 words with a sentence that goes on\nand on without any file.\n", "begin 9999 x\n#0V%T\nend\n",
            "begin with a\n#0V%T\nend\n", "begin 644 cat.txt\n", "begin 644 x\nend\n",
            "=ybegin line=128 size=3 name=x\nabc\n",
            "> begin 644 cat.txt\n> #0V%T\n> end\n",
        ])
    func lookalikes(_ text: String) {
        #expect(rest(text) == text)
        #expect(files(Array(text.utf8)).filter { !$0.content.isEmpty }.isEmpty)
    }

    @Test("by yEnc is found by its bytes")
    func yEnc() {
        let content: [UInt8] = (0...255).map { UInt8($0) }
        var text = Array("Look:\n=ybegin line=128 size=256 name=all bytes.bin\n".utf8)
        for byte in content {
            let coded = byte &+ 42
            text += [0, 10, 13, 0x3D].contains(coded) ? [0x3D, coded &+ 64] : [coded]
        }
        text += Array("\n=yend size=256\nBye\n".utf8)
        let found = files(text)
        #expect(found.map(\.name) == ["all bytes.bin"])
        #expect(found.map(\.origin) == [.yEnc])
        #expect(found.first?.content == content)
        #expect(parse(Array("Subject: x\n\n".utf8) + text).textWithoutFiles == "Look:\nBye\n")
    }

    private func yEnc(_ content: [UInt8], _ begin: String, _ end: String) -> [UInt8] {
        var out = Array("=ybegin \(begin)\n".utf8)
        for byte in content {
            let coded = byte &+ 42
            out += [0, 10, 13, 0x3D].contains(coded) ? [0x3D, coded &+ 64] : [coded]
        }
        return out + Array("\n=yend \(end)\n".utf8)
    }

    private func damage(_ text: [UInt8]) -> [Bool] {
        let raw = Array("Subject: Files\n\n".utf8) + text
        return parse(raw).unpacked(in: raw).flatMap { $0.files.map(\.isDamaged) }
    }

    @Test("by yEnc is joined where all its parts are there, whatever their order")
    func yEncParts() {
        let second = yEnc(
            Array("world".utf8), "part=2 total=2 line=128 size=11 name=hello.txt\n=ypart begin=7 end=11",
            "size=5 part=2")
        let first = yEnc(
            Array("hello ".utf8), "part=1 total=2 line=128 size=11 name=hello.txt\n=ypart begin=1 end=6",
            "size=6 part=1 pcrc32=ED81F9F6 crc32=0d4a1185")
        let text = Array("A\n".utf8) + second + Array("B\n".utf8) + first + Array("C\n".utf8)
        let found = files(text)
        #expect(found.map(\.name) == ["hello.txt"])
        #expect(found.map { String(decoding: $0.content, as: UTF8.self) } == ["hello world"])
        #expect(damage(text) == [false])
        #expect(rest(String(decoding: text, as: UTF8.self)) == "A\nB\nC\n")
        #expect(files(second).map { String(decoding: $0.content, as: UTF8.self) } == ["world"])
        #expect(damage(second) == [true])
        #expect(damage(first + first) == [true, true])
    }

    @Test(
        "by yEnc is damaged when its size or its checksum is another",
        arguments: [
            ("line=128 size=5 name=x", "size=5 crc32=3610a686", false), ("line=128 size=5 name=x", "size=5", false),
            ("line=128 size=5 name=x", "size=5 crc32=3610a687", true), ("line=128 size=6 name=x", "size=5", true),
            ("line=128 size=5 name=x", "size=4", true), ("line=128 name=x", "", false),
        ])
    func checksum(_ begin: String, _ end: String, _ isDamaged: Bool) {
        #expect(damage(yEnc(Array("hello".utf8), begin, end)) == [isDamaged])
    }

    @Test("by uuencode is damaged when its end is missing")
    func missingEnd() {
        #expect(damage(Array("begin 644 cat.txt\n#0V%T\n`\nend\n".utf8)) == [false])
        #expect(damage(Array("begin 644 cat.txt\n#0V%T\n".utf8)) == [true])
    }

    @Test("is taken out of the text only where it was unpacked")
    func onlyUnpacked() {
        let text = "Look:\nbegin 644 cat.txt\n#0V%T\n`\nend\n"
        let raw = Array("Content-Type: text/plain; format=flowed\n\none \ntwo\n\(text)".utf8)
        let message = parse(raw)
        #expect(message.text(without: message.unpacked(in: raw)) == "one two\nLook:\n")
        #expect(message.text(without: []) == "one two\n\(text)")
    }

    @Test("is none of an attached text, whose bytes stay as they are")
    func attached() {
        let raw = "Content-Disposition: attachment; filename=a.txt\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n"
        let message = parse(Array(raw.utf8))
        #expect(message.packedParts == [])
        #expect(message.attachments.map(\.name) == ["a.txt"])
    }

    @Test("costs linear time to look for, whatever begins and never ends", .timeLimit(.minutes(5)))
    func hostile() {
        for (start, line) in [
            ("", "=ybegin name=x\n"), ("", "begin 644 x\n"), ("", "begin 644 x\n#0V%T\n"), ("", "=yend\n"),
            ("", "begin 644 x\n#0V%T\n\n\n\n"), ("begin 644 x\n#0V%T\n", "THANKS\n"),
        ] {
            let isLinear = isLinear(at: 300_000) { length in
                let text = start + String(repeating: line, count: length / line.utf8.count)
                _ = (rest(text), files(Array(text.utf8)).count)
            }
            #expect(isLinear, "\(line)")
        }
    }

    @Test("is none of a letter that is attached, which is one file")
    func inside() {
        let head = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: message/rfc822\n"
        let inner = "Subject: Old\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n--b--\n"
        for encoding in ["", "Content-Transfer-Encoding: quoted-printable\n"] {
            let raw = Array((head + encoding + "\n" + inner).utf8)
            let message = parse(raw)
            #expect(message.parts.last?.text?.hasPrefix("begin 644 cat.txt\n") == true)
            #expect(message.packedParts == [])
            #expect(message.unpacked(in: raw) == [])
            #expect(message.attachments.map(\.name) == ["Old.eml"])
        }
    }
}

@Suite("A winmail.dat in a mail")
struct AttachedTNEFTests {
    @Test("has its files listed, from its decoded bytes")
    func listed() throws {
        var writer = TNEFWriter()
        writer.file(title: "a.pdf", content: [1, 2, 3, 4], [])
        var encoded: [UInt8] = []
        var encoder = Base64Encoder()
        encoder.encode(writer.bytes, into: &encoded)
        encoder.finish(into: &encoded)
        let head = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        let raw = Array(head.utf8) + encoded
        let message = parse(raw)
        #expect(message.attachments.map(\.name) == ["winmail.dat"])
        #expect(message.packedParts == [0])
        #expect(message.isTNEF(0))
        var contents = PartContents(of: message, in: raw)
        let bytes = contents.bytes(of: 0)
        let unpacked = message.unpacked(0, decoded: bytes)
        let files = unpacked.files
        #expect(!unpacked.isDamaged)
        #expect(files.map(\.name) == ["a.pdf"])
        #expect(files.map(\.size) == [4])
        #expect(files.map(\.type) == ["application/pdf"])
        #expect(files.map { $0.content(of: bytes) } == [[1, 2, 3, 4]])
    }
}
