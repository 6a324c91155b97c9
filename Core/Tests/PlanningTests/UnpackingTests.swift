// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import Planning
import TestKit
import Testing

@Suite("Files that are no parts of a letter")
struct UnpackingTests {
    /// A subject, a text, an HTML body, and `long name.txt` with seven bytes.
    private func winmail(_ count: Int = .max) throws -> String {
        let bytes = try Fixtures.bytes(at: "fuzz/tnef/file-and-bodies.input")
        return Data(bytes.prefix(count)).base64EncodedString(options: .lineLength76Characters)
    }

    private func letter(_ text: String, winmail: String) -> Letter {
        let body =
            "--e\nContent-Type: text/plain\n\n\(text)\n--e\nContent-Type: application/ms-tnef; name=winmail.dat\n"
            + "Content-Transfer-Encoding: base64\n\n\(winmail)\n--e--\n"
        return .of("Content-Type: multipart/mixed; boundary=e", body: body)
    }

    private func attached(_ plan: Plan) -> [String: AttachmentContent] {
        let files = plan.actions.compactMap {
            if case .attach(let file) = $0 { (file.name, file.content) } else { nil }
        }
        return Dictionary(files) { first, _ in first }
    }

    @Test("in winmail.dat take its place, and the letter keeps its own text")
    func opened() throws {
        let letter = letter("Hello", winmail: try winmail())
        #expect(letter.text == "Hello")
        #expect(!letter.isBodyUnpacked)
        let plan = World().plan(for: letter)
        #expect(attached(plan) == ["long name.txt": .embedded(part: 2, file: 0)])
        #expect(plan.text(of: "attach.opened") == "winmail.dat was opened: 1 file in its place.")
        #expect(plan.text(of: "attach.attached") == "long name.txt goes along (7 bytes).")
    }

    @Test("stand beside a winmail.dat that is damaged")
    func damaged() throws {
        let letter = letter("Hello.", winmail: try winmail(240))
        let plan = World().plan(for: letter)
        #expect(attached(plan)["winmail.dat"] == .part(2))
        #expect(attached(plan).count == 2)
        #expect(
            plan.text(of: "attach.opened-damaged")
                == "winmail.dat was opened and is damaged: 1 file beside it as far as it goes.")
        #expect(letter.defects == ["damaged-file in part 1.2"])
    }

    @Test("come with a body, which is the letter's where it has none of its own")
    func body() throws {
        let letter = letter("\n", winmail: try winmail())
        #expect(letter.html == "<p>Hi</p>")
        #expect(letter.isBodyUnpacked)
        let plan = World().plan(for: letter)
        #expect(
            plan.text(of: "write.body-unpacked")
                == "The letter has no text of its own: the one in winmail.dat is taken.")
        #expect(!plan.ids.contains("write.body-empty"))
    }

    @Test("come with bodies, of which none is lost")
    func bodies() throws {
        let winmail = "--e\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        let part = winmail + (try self.winmail()) + "\n"
        let letter = Letter.of("Content-Type: multipart/mixed; boundary=e", body: part + part + "--e--\n")
        #expect(letter.bodies.map(\.html) == ["<p>Hi</p>", "<p>Hi</p>"])
        #expect(self.letter("Hel lo\n", winmail: try self.winmail()).bodies.map(\.text) == ["Hel lo\n"])
        let beside = self.letter("Hello there.", winmail: try self.winmail())
        #expect(beside.bodies.map(\.html) == [nil, "<p>Hi</p>"])
    }

    @Test("leave a winmail.dat without files as it is")
    func withoutFiles() throws {
        let rtf = try Fixtures.bytes(at: "fuzz/tnef/rtf.input")
        let letter = letter("Hello.", winmail: Data(rtf).base64EncodedString())
        let plan = World().plan(for: letter)
        #expect(attached(plan) == ["winmail.dat": .part(2)])
        #expect(!plan.ids.contains { $0.hasPrefix("attach.opened") })
    }

    @Test("leave the text that they were written into")
    func textFiles() {
        let files =
            "begin 644 cat.txt\n#0V%T\n`\nend\n=ybegin line=128 size=3 name=dog.txt\n\u{6E}\u{79}\u{71}\n=yend size=3\n"
        let letter = Letter.of(body: "Look:\n\(files)Bye\n")
        #expect(letter.text == "Look:\nBye\n")
        let plan = World().plan(for: letter)
        #expect(attached(plan) == ["cat.txt": .embedded(part: 0, file: 0), "dog.txt": .embedded(part: 0, file: 1)])
        #expect(
            plan.text(of: "attach.taken-from-text") == "2 files were taken out of the text (uuencode or yEnc).")
        let one = World().plan(for: .of(body: "begin 644 cat.txt\n#0V%T\n`\nend\n"))
        #expect(one.text(of: "attach.taken-from-text") == "1 file was taken out of the text (uuencode or yEnc).")
    }

    @Test("that are damaged are a defect of the letter")
    func damagedTextFile() {
        let letter = Letter.of(body: "=ybegin line=128 size=9 name=dog.txt\n\u{6E}\u{79}\u{71}\n=yend size=9\n")
        #expect(letter.defects == ["damaged-file in part 1"])
        #expect(letter.attachments.map(\.size) == [3])
    }

    @Test("are named by a plan that is kept as JSON")
    func kept() throws {
        let content = AttachmentContent.embedded(part: 2, file: 1)
        let json = try JSONEncoder().encode(content)
        #expect(try JSONDecoder().decode(AttachmentContent.self, from: json) == content)
        let old = Data(#"{"part":{"_0":3}}"#.utf8)
        #expect(try JSONDecoder().decode(AttachmentContent.self, from: old) == .part(3))
    }
}

@Suite("The text of a letter")
struct LetterTextTests {
    @Test("has its paragraphs whole where they were wrapped as format=flowed")
    func flowed() {
        let body = "This is one \nparagraph.\n\n> and a \n> quote\n-- \nAda\n"
        let letter = Letter.of("Content-Type: text/plain; format=flowed", body: body)
        #expect(letter.text == "This is one paragraph.\n\n> and a quote\n-- \nAda\n")
        #expect(Letter.of(body: body).text == body)
    }
}
