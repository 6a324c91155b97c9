// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import Testing

@testable import MIME
@testable import Planning

@Suite("The name of an attachment")
struct AttachmentNameTests {
    private func file(_ name: String?, type: String = "application/octet-stream") -> LetterFile {
        LetterFile(
            MIME.Attachment(
                part: 1, name: name, type: type, disposition: nil, contentID: nil, isInline: false, size: 3,
                encodedRange: 0..<3, container: nil, encoding: .identity))
    }

    @Test("is given to no two files, whatever the case")
    func duplicates() {
        let names = attachmentNames([
            file("a.txt"), file("A.TXT"), file("a.txt"), file("a-2.txt"), file("b"), file("b"),
        ])
        #expect(names == ["a.txt", "A-2.TXT", "a-3.txt", "a-2-2.txt", "b", "b-2"])
    }

    @Test("is found in linear time, though thousands are called the same")
    func many() {
        let names = attachmentNames(Array(repeating: file("a.txt"), count: 20_000))
        #expect(names.last == "a-20000.txt")
        #expect(Set(names).count == 20_000)
    }

    @Test("is made of the type where the letter gives none")
    func unnamed() {
        let names = attachmentNames([
            file(nil, type: "image/png"), file(nil, type: "image/png"), file(nil, type: "application/pdf"),
            file(nil, type: "message/rfc822"), file(nil, type: "application/x-unknown"), file(nil, type: ""),
        ])
        #expect(names == ["image.png", "image-2.png", "application.pdf", "message.eml", "application.bin", "file.bin"])
    }

    @Test(
        "leads out of no folder and ends no header",
        arguments: [
            ("../../etc/passwd", "_.._etc_passwd"), ("..\\x.exe", "_x.exe"), ("a\r\nb.txt", "a__b.txt"),
            ("say \"hi\".txt", "say 'hi'.txt"), ("", "file"), ("...", "file"), ("txt.\u{202e}exe", "txt._exe"),
        ])
    func paths(_ written: String, _ wanted: String) {
        #expect(attachmentNames([file(written)]) == [wanted])
    }
}

@Suite("The attachments of a letter")
struct AttachTests {
    private func part(_ name: String, type: String = "application/octet-stream", more: String = "") -> String {
        "--e\nContent-Type: \(type); name=\"\(name)\"\n\(more)Content-Disposition: attachment; filename=\"\(name)\"\n\nabc\n"
    }

    private func plan(_ parts: [String], under profile: Profile = .support, in world: World = World()) -> Plan {
        let body = "--e\nContent-Type: text/plain\n\nHello.\n" + parts.joined() + "--e--\n"
        return world.plan(for: .of("Content-Type: multipart/mixed; boundary=e", body: body), under: profile)
    }

    private func attached(_ plan: Plan) -> [String] {
        plan.actions.compactMap { if case .attach(let file) = $0 { file.name } else { nil } }
    }

    @Test("follow the action that makes the issue, in their order")
    func order() {
        let plan = plan([part("a.txt"), part("b.txt")])
        #expect(attached(plan) == ["a.txt", "b.txt"])
        for case .attach(let file) in plan.actions { #expect(file.issue == .created(byAction: 0)) }
    }

    @Test("stay out by ending, by size and as a signature, each with a finding")
    func excluded() {
        let profile = Profile.support.with {
            $0.attachments = AttachmentPolicy(largest: 1_000, excludedExtensions: ["exe", "bat"])
        }
        let large =
            "--e\nContent-Type: text/csv\nContent-Disposition: attachment; filename=\"big.csv\"\n\n"
            + String(repeating: "x", count: 1_001) + "\n"
        let plan = plan(
            [
                part("A.EXE"), part("exe"), part("a.exe.txt"), part("run.bat"), large,
                part("smime.p7s", type: "application/pkcs7-signature"),
                part("sign.asc", type: "application/pgp-signature"),
            ], under: profile)
        #expect(attached(plan) == ["exe", "a.exe.txt"])
        #expect(
            plan.ids.filter { $0.hasPrefix("attach.") } == [
                "attach.excluded", "attach.attached", "attach.attached", "attach.excluded", "attach.too-large",
                "attach.signature-file", "attach.signature-file",
            ])
    }

    @Test("have names of their own also at Jira's limit of length")
    func longNames() {
        let name = String(repeating: "x", count: 251) + ".txt"
        let names = attached(plan([part(name), part(name), part(name)]))
        #expect(names == ["", "-2", "-3"].map { String(repeating: "x", count: 251 - $0.count) + $0 + ".txt" })
        #expect(names.map(\.utf8.count) == [255, 255, 255])
    }

    @Test("stay out where Jira takes no files, or none so large, and Jira is asked only where there are some")
    func limits() {
        var world = World()
        world.attachmentSettings = AttachmentSettings(isEnabled: true, uploadLimit: 2)
        let limited = plan([part("a.txt")], in: world)
        #expect(attached(limited) == [])
        #expect(limited.text(of: "attach.too-large") == "a.txt stays out: 3 bytes is over the limit of 2 bytes.")
        world.attachmentSettings = AttachmentSettings(isEnabled: false, uploadLimit: nil)
        let off = plan([part("a.txt")], in: world)
        #expect(attached(off) == [])
        #expect(off.text(of: "attach.off") == "a.txt stays out: Jira takes no files.")
        let cut = "Content-Type: text/html"
        let long = String(repeating: "<p>A line of a long letter.</p>", count: 2_000)
        #expect(attached(world.plan(for: .of(cut, body: long))) == [])
        world.attachmentSettings = AttachmentSettings(isEnabled: true, uploadLimit: 50_000)
        let whole = world.plan(for: .of(cut, body: long))
        #expect(attached(whole) == [])
        #expect(whole.text(of: "attach.too-large") == "letter.eml stays out: 62 kB is over the limit of 50 kB.")
        #expect(!whole.ids.contains("attach.whole-letter"))
        let asked = world.settle { facts throws(Inquiry) in try decide(.of(), under: .support, knowing: facts) }
        #expect(!asked.facts.known.contains { $0.question == .attachmentSettings })
    }

    @Test("are joined by the whole letter, under a name of its own, when the text was cut")
    func wholeLetter() {
        let long = String(repeating: "A line of a long letter.\n\n", count: 2_000)
        let body = "--e\nContent-Type: text/plain\n\n\(long)\n" + part("Letter.eml") + "--e--\n"
        let plan = World().plan(for: .of("Content-Type: multipart/mixed; boundary=e", body: body))
        #expect(attached(plan) == ["Letter.eml", "letter-2.eml"])
        #expect(plan.ids.contains("write.body-cut"))
        let contents = plan.actions.compactMap { if case .attach(let file) = $0 { file.content } else { nil } }
        #expect(contents == [.part(2), .wholeLetter])
    }

    private func picture(_ id: String, _ name: String, bytes: Int = 9_000) -> String {
        """
        --e
        Content-Type: image/png; name="\(name)"
        Content-ID: <\(id)>
        Content-Disposition: inline; filename="\(name)"

        \(String(repeating: "x", count: bytes))

        """
    }

    private func plan(_ html: String, _ parts: [String], subject: String) -> Plan {
        let body = "--e\nContent-Type: text/html\n\n\(html)\n" + parts.joined() + "--e--\n"
        return World(issues: [.printer]).plan(
            for: .of("Content-Type: multipart/related; boundary=e", subject: subject, body: body))
    }

    @Test("are no logos and no pictures of the quote, in an issue and in a comment", arguments: ["New", "Re: HELP-7"])
    func pictures(subject: String) {
        let html = """
            <p>The cut is this: <img src="cid:cut" width=40 height=20>, the icon <img src="cid:icon" width=16 height=16>.</p>
            <p><a href="https://example.org"><img src="cid:brand" width=120 height=40></a><img src="cid:line" height=1></p>
            <div class="gmail_signature">Ada <img src="cid:face"></div>
            <div class="gmail_quote">On 3 May 2026, Bob &lt;b@e.org&gt; wrote:<blockquote>Hm <img src="cid:old"></blockquote></div>
            """
        let files = [
            picture("cut", "image001.png", bytes: 200), picture("icon", "image002.png", bytes: 400),
            picture("brand", "image003.png"), picture("line", "image004.png"),
            picture("face", "image005.png", bytes: 8_500),
            picture("old", "image006.png", bytes: 8_000), picture("none", "image007.png"),
        ]
        let plan = plan(html, files, subject: subject)
        let isComment = subject != "New"
        let shown = ["image001.png", "image002.png"] + (isComment ? [] : ["image006.png"]) + ["image007.png"]
        #expect(attached(plan) == shown)
        let said = plan.findings.filter { $0.stage == .attach && $0.id != "attach.attached" }.map(\.text)
        let brand =
            "image003.png stays out as a logo or an icon (it leads to a web page, it is small or stands below the text); only the letter itself has it."
        let face =
            isComment
            ? "image005.png stays out: only the quote or the signature shows it."
            : "image005.png stays out: only the signature shows it; only the letter itself has it."
        let old = isComment ? ["image006.png stays out: only the quote or the signature shows it."] : []
        #expect(said == [brand, "image004.png stays out: there is nothing to be seen on it.", face] + old)
        let text = shownText(plan)
        #expect(text.contains("The cut is this: [image: image001.png], the icon [image: image002.png]."))
        #expect(!text.contains("image003") && !text.contains("image004") && !text.contains("image005"))
    }

    @Test("that the policy keeps out are not named in the text as if they were there")
    func notNamed() {
        let profile = Profile.support.with { $0.attachments = AttachmentPolicy(excludedExtensions: ["png"]) }
        let body = "--e\nContent-Type: text/html\n\nSee <img src=cid:a alt=graph>\n" + picture("a", "a.png") + "--e--\n"
        let plan = World().plan(
            for: .of("Content-Type: multipart/related; boundary=e", body: body), under: profile)
        #expect(shownText(plan).hasSuffix("|See [image: graph]"))
        #expect(attached(plan) == [])
        let signed = "--e\nContent-Type: text/html\n\nHi <div class=gmail_signature>Ada <img src=cid:a></div>\n"
        var letter = Letter.of(
            "Content-Type: multipart/related; boundary=e", body: signed + picture("a", "a.png") + "--e--\n")
        letter.byteCount = 10_000_001
        #expect(attached(World().plan(for: letter, under: profile)) == [])
        #expect(attached(World().plan(for: letter)) == ["letter.eml"])
    }
}
