// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup
import Testing

@testable import MIME
@testable import Planning

@Suite("What is written")
struct WriteTests {
    private func issue(_ letter: Letter, _ profile: Profile = .support) -> NewIssue? {
        issue(World().plan(for: letter, under: profile))
    }

    private func issue(_ plan: Plan) -> NewIssue? {
        guard case .createIssue(let issue) = plan.actions.first else { return nil }
        return issue
    }

    private func comment(_ plan: Plan) -> NewComment? {
        guard case .addComment(let comment) = plan.actions.first else { return nil }
        return comment
    }

    private func words(_ value: JSONValue?) -> String {
        if let text = value?["text"]?.stringValue { return text }
        return (value?["content"]?.arrayValue ?? []).map(words).joined(separator: "|")
    }

    @Test("says who wrote, unless the issue's reporter does")
    func introduction() {
        #expect(words(issue(.of())?.description) == "From: Ada Lind <ada@example.org>|Hello.")
        #expect(words(issue(.of("From: ada@example.org"))?.description) == "From: ada@example.org|Hello.")
        let trusted = Profile.support.with { $0.verification = .trustFrom }
        #expect(words(issue(World(accounts: [.ada]).plan(for: .of(), under: trusted))?.description) == "Hello.")
    }

    @Test("has a summary of one line, cut to Jira's length, or the default one")
    func summary() {
        #expect(issue(.of(subject: "=?utf-8?q?Two=0D=0ALines?="))?.summary == "Two Lines")
        #expect(issue(.of(subject: " "))?.summary == "(no subject)")
        #expect(issue(.of(subject: ""), .support.with { $0.defaultSummary = " " })?.summary == "-")
        let long = World().plan(for: .of(subject: String(repeating: "word ", count: 100)))
        #expect(long.ids.contains("write.summary-cut"))
        #expect(issue(long)?.summary.utf16.count == 255)
    }

    @Test("is never empty", arguments: ["", "  \n\n", "<p></p>"])
    func empty(_ body: String) {
        let html = body.hasPrefix("<") ? "Content-Type: text/html" : ""
        let plan = World().plan(for: .of(html, body: body))
        #expect(plan.ids.contains("write.body-empty"))
        #expect(!plan.ids.contains("write.body-from-text"))
        let description = words(issue(plan)?.description)
        #expect(description == "From: Ada Lind <ada@example.org>|(no text)")
    }

    @Test("keeps a forwarded letter that comes with an issue's key, in either form")
    func forward() {
        let head =
            "See below.\n\n________________________________\nFrom: Shop <shop@example.net>\nSent: Monday\nTo: Ada\nSubject: Offer\n\nTen for nine.\n"
        let world = World(issues: [.printer])
        for subject in ["Fwd: [HELP-7] Offer", "WG: [HELP-7] Offer"] {
            let plan = world.plan(for: .of(subject: subject, body: head))
            let body = words(comment(plan)?.body)
            #expect(body.contains("Ten for nine."))
        }
        let reply = world.plan(for: .of(subject: "Re: [HELP-7] Offer", body: head))
        #expect(words(comment(reply)?.body) == "From: Ada Lind <ada@example.org>|See below.")
    }

    @Test("moves an issue by the first rule for its status")
    func transition() {
        let profile = Profile.support.with {
            $0.transitionsOnComment = [
                TransitionRule(status: "done", transition: "Reopen"),
                TransitionRule(status: "OPEN", transition: "start work"),
                TransitionRule(status: "Open", transition: "Stop"),
            ]
        }
        let start = Transition(id: "31", name: "Start Work")
        let world = World(issues: [.printer], transitions: [Transition(id: "41", name: "Stop"), start])
        let plan = world.plan(for: .of(subject: "HELP-7"), under: profile)
        #expect(plan.actions.last == .transition(issue: "10042", transition: start))
        let none = World(issues: [.printer]).plan(for: .of(subject: "HELP-7"), under: profile)
        #expect(none.ids.contains("fill.transition-missing"))
        #expect(none.actions.count == 1)
    }

    @Test("finds the issue type by name in any case, or by id", arguments: ["task", "TASK", "10001"])
    func issueType(_ name: String) {
        #expect(issue(.of(), .support.with { $0.issueType = name })?.issueType == "10001")
    }
}

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

    private func plan(_ parts: [String], under profile: Profile = .support) -> Plan {
        let body = "--e\nContent-Type: text/plain\n\nHello.\n" + parts.joined() + "--e--\n"
        return World().plan(for: .of("Content-Type: multipart/mixed; boundary=e", body: body), under: profile)
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
}
