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

    @Test("is wiki markup for Data Center, in issues and comments alike")
    func wiki() {
        let html = Letter.of("Content-Type: text/html", body: "<p>It is <b>very</b> warm.</p>")
        let created = World(deployment: .dataCenter).plan(for: html)
        #expect(issue(created)?.description == "_From: Ada Lind &lt;ada\\@example.org&gt;_\n\nIt is *very* warm.")
        let reply = Letter.of(subject: "Re: HELP-7 The printer", body: "Warm *still*.\n")
        let commented = World(deployment: .dataCenter, issues: [.printer]).plan(for: reply)
        #expect(comment(commented)?.body == "_From: Ada Lind &lt;ada\\@example.org&gt;_\n\nWarm \\*still\\*.")
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
        for subject in [
            "Fwd: [HELP-7] Offer", "WG: [HELP-7] Offer", "[EXTERNAL] WG: [HELP-7] Offer", "[HELP-7] 转发：Offer",
        ] {
            let plan = world.plan(for: .of(subject: subject, body: head))
            let body = words(comment(plan)?.body)
            #expect(body.contains("Ten for nine."))
        }
        let reply = world.plan(for: .of(subject: "Re: [HELP-7] Offer", body: head))
        #expect(shownText(reply).hasPrefix("From: Ada Lind <ada@example.org>|See below.|[Quoted text: ____"))
    }

    @Test("says that HTML was cut or has a picture in it, and then the whole letter goes along")
    func lostHTML() {
        let picture = "<img alt='the screen' src='data:image/png;base64,\(String(repeating: "A", count: 500))'>"
        let plan = World().plan(for: .of("Content-Type: text/html", body: "<p>Look:</p>\(picture)<p>So it is.</p>"))
        let shown = words(issue(plan)?.description)
        #expect(shown.hasSuffix("|Look:|[image: the screen]|So it is."))
        #expect(
            plan.text(of: "write.picture-lost") == "A picture that is written into the HTML itself is not shown.")
        #expect(plan.ids.contains("attach.whole-letter"))
        let spacer = World().plan(
            for: .of("Content-Type: text/html", body: "a<img src='data:image/gif;base64,R0lGOD'>"))
        #expect(!spacer.ids.contains("write.picture-lost"))
        let hidden = World().plan(
            for: .of("Content-Type: text/html", body: "<div style='display:none'>\(picture)</div><p>Hi</p>"))
        #expect(!hidden.ids.contains("write.picture-lost"))
        let long = "<p>Hi</p>" + String(repeating: "<!-- -->", count: 1 << 20) + "<p>The question</p>"
        let cut = World().plan(for: .of("Content-Type: text/html", body: long))
        #expect(
            cut.text(of: "write.html-cut") == "The letter's HTML is longer than 8 MiB: its end is not shown.")
        #expect(cut.ids.contains("attach.whole-letter"))
    }

    @Test("refers to attachments only where one goes along")
    func noText() {
        let files = "--e\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n"
        let plan = World().plan(for: .of("Content-Type: multipart/mixed; boundary=e", body: files + "--e--\n"))
        let none = words(issue(plan)?.description)
        #expect(none.hasSuffix("|(no text)"))
        let picture = "--e\nContent-Type: image/png; name=a.png\n\nx\n"
        let more = World().plan(
            for: .of("Content-Type: multipart/mixed; boundary=e", body: files + picture + "--e--\n"))
        let some = words(issue(more)?.description)
        #expect(some.hasSuffix("|(no text, see the attachments)"))
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
