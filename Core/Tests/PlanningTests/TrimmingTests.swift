// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Testing

@testable import Planning

/// The comment or description of a plan as plain text, blocks parted by `|`; a fold is its title and what it holds.
func shownText(_ plan: Plan) -> String {
    switch plan.actions.first {
    case .createIssue(let issue): words(issue.description)
    case .addComment(let comment): words(comment.body)
    default: ""
    }
}

private func words(_ node: JSONValue) -> String {
    if let text = node["text"]?.stringValue { return text }
    let inside = (node["content"]?.arrayValue ?? []).map(words)
    guard node["type"]?.stringValue == "expand" else {
        return inside.joined(separator: node["type"]?.stringValue == "paragraph" ? "" : "|")
    }
    return "[\(node["attrs"]?["title"]?.stringValue ?? ""): \(inside.joined(separator: "|"))]"
}

@Suite("What the sender only carried along")
struct ElidedTests {
    private let world = World(issues: [.printer])
    private static let quote = "Yes.\n\nOn 3 May 2026, Bob <bob@example.com> wrote:\n> Does it?\n"

    private func comment(_ body: String, _ headers: String = "", _ change: (inout TrimmingPolicy) -> Void = { _ in })
        -> Plan
    {
        var policy = TrimmingPolicy()
        change(&policy)
        return world.plan(
            for: .of(headers, subject: "Re: [HELP-7] Printer", body: body),
            under: Profile.support.with { $0.trimming = policy })
    }

    @Test("stands folded below the text of a comment")
    func folded() {
        let plan = comment(Self.quote)
        #expect(
            shownText(plan)
                == "From: Ada Lind <ada@example.org>|Yes.|[Quoted text: On 3 May 2026, Bob <bob@example.com> wrote:|Does it?]"
        )
        #expect(
            plan.text(of: "write.folded")
                == "2 lines of quote or signature stand folded below the text (rule on-date-wrote).")
    }

    @Test("is called a signature when it is nothing else")
    func signature() {
        #expect(shownText(comment("Yes.\n-- \nAda\n")).hasSuffix("|Yes.|[Signature: -- Ada]"))
    }

    @Test("stays out where the profile says so")
    func leftOut() {
        let plan = comment(Self.quote) { $0.elided = .leftOut }
        #expect(shownText(plan) == "From: Ada Lind <ada@example.org>|Yes.")
        #expect(plan.ids.contains("write.trimmed"))
    }

    @Test("stays out on Data Center, whose wiki markup cannot fold")
    func dataCenter() {
        let plan = World(deployment: .dataCenter, issues: [.printer]).plan(
            for: .of(subject: "Re: [HELP-7] Printer", body: Self.quote))
        let bodies = plan.actions.map { if case .addComment(let comment) = $0 { comment.body } else { JSONValue.null } }
        #expect(bodies == ["_From: Ada Lind &lt;ada\\@example.org&gt;_\n\nYes."])
        #expect(
            plan.text(of: "write.trimmed")
                == "2 lines of quote or signature were cut (rule on-date-wrote); only the letter itself has them.")
    }

    @Test("is cut before the text is, and a finding says so")
    func long() {
        let quote = (0..<2_000).map { "> Line \($0) of what was said." }.joined(separator: "\n")
        let plan = comment("Yes.\n\nOn 3 May 2026, Bob <bob@example.com> wrote:\n\(quote)\n")
        let text = shownText(plan)
        #expect(text.hasPrefix("From: Ada Lind <ada@example.org>|Yes.|[Quoted text: On 3 May"))
        #expect((22_000...30_000).contains(text.utf16.count))
        #expect(plan.ids.contains("write.fold-cut"))
        #expect(!plan.ids.contains("write.body-cut"))
        #expect(!plan.ids.contains("attach.whole-letter"))
    }

    @Test("is said to be left out where it has no room at all, and cut in a line where it is one")
    func noRoom() {
        let answer = String(repeating: "A line of a long letter.\n\n", count: 1_500)
        let plan = comment("\(answer)\n\nOn 3 May 2026, Bob <bob@example.com> wrote:\n> a\n")
        #expect(
            plan.text(of: "write.fold-left-out")
                == "2 lines of quote or signature had no room within Jira's limit (rule on-date-wrote); only the letter itself has them."
        )
        #expect(!plan.ids.contains("write.folded"))
        let long = comment("Yes.\n\n> \(String(repeating: "x", count: 40_000))\n")
        #expect(long.ids.contains("write.folded"))
        #expect(
            long.text(of: "write.fold-cut")
                == "1 line of what is folded had no room within Jira's limit; only the letter itself has it.")
    }

    @Test("goes along in the whole letter where that is too large to be kept")
    func tooLargeToKeep() {
        var large = Letter.of(subject: "Re: HELP-7", body: Self.quote)
        large.byteCount = 10_000_001
        let profile = Profile.support.with { $0.trimming = TrimmingPolicy(elided: .leftOut) }
        let plan = world.plan(for: large, under: profile)
        #expect(plan.ids.contains("write.trimmed"))
        #expect(
            plan.text(of: "attach.whole-letter")
                == "The whole letter goes along as letter.eml, since not all of it is shown.")
        large.byteCount = 10_000_000
        let kept = world.plan(for: large, under: profile)
        #expect(!kept.ids.contains("attach.whole-letter"))
    }

    @Test("is not looked for in a new issue: its first letter is shown whole")
    func newIssue() {
        let plan = world.plan(for: .of(body: Self.quote))
        #expect(shownText(plan).hasSuffix("|Yes.|On 3 May 2026, Bob <bob@example.com> wrote:|Does it?"))
        #expect(!plan.ids.contains("write.folded"))
    }

    @Test("begins at a delimiter of the admin's, in a comment and in a new issue")
    func delimiter() throws {
        let pattern = try TextPattern("-{3} *ticket history")
        let body = "Yes.\n\n--- ticket history ---\nold words\n"
        let plan = comment(body) { $0.delimiters = [pattern] }
        #expect(shownText(plan).hasSuffix("|Yes.|[Quoted text: --- ticket history ---old words]"))
        #expect(
            plan.text(of: "write.folded")
                == "2 lines of quote or signature stand folded below the text (delimiter \"-{3} *ticket history\").")
        let profile = Profile.support.with { $0.trimming = TrimmingPolicy(elided: .leftOut, delimiters: [pattern]) }
        let new = world.plan(for: .of(body: body), under: profile)
        #expect(shownText(new) == "From: Ada Lind <ada@example.org>|Yes.")
        #expect(
            new.text(of: "write.trimmed")
                == "2 lines of quote or signature were cut (delimiter \"-{3} *ticket history\"); only the letter itself has them."
        )
    }
}

@Suite("An admin's clean-up expressions")
struct CleanupTests {
    private func plan(_ letter: Letter, _ patterns: String...) throws -> Plan {
        let cleanups = try patterns.map { try TextPattern($0) }
        return World(issues: [.printer]).plan(
            for: letter, under: Profile.support.with { $0.trimming = TrimmingPolicy(cleanups: cleanups) })
    }

    @Test("take text out of subject and body, and say so")
    func removal() throws {
        let letter = Letter.of(subject: "[EXT] A question", body: "[EXT] CAUTION: not from us.\n\nHello [EXT]\n")
        let plan = try plan(letter, #"\[EXT\] ?"#, "^CAUTION: .*")
        guard case .createIssue(let issue)? = plan.actions.first else { throw Unexpected() }
        #expect(issue.summary == "A question")
        #expect(shownText(plan) == "From: Ada Lind <ada@example.org>|Hello ")
        #expect(
            plan.findings.filter { $0.id == "write.cleaned" }.map(\.text) == [
                #"The clean-up expression "\[EXT\] ?" took text out at 3 places."#,
                #"The clean-up expression "^CAUTION: .*" took text out at 1 place."#,
            ])
    }

    @Test("may leave nothing, and the default stands in")
    func everything() throws {
        let plan = try plan(.of(subject: "x", body: "x\n"), "x")
        #expect(shownText(plan) == "From: Ada Lind <ada@example.org>|(no text)")
        #expect(
            plan.text(of: "write.subject-missing")
                == "The profile's clean-up expressions left nothing of the subject: the summary is \"(no subject)\".")
        #expect(
            plan.text(of: "write.body-empty") == "The profile's clean-up expressions left nothing of the text.")
    }

    @Test("never touch the first line that says who wrote")
    func introduction() throws {
        #expect(shownText(try plan(.of(), "From.*", "Ada")) == "From: Ada Lind <ada@example.org>|Hello.")
    }

    @Test("are stopped on a letter that they take too long on")
    func bounded() throws {
        let body = String(repeating: "a", count: 90_000)
        #expect(
            try plan(.of(subject: "Re: HELP-7", body: body), "b.{0,150}c|b.{0,150}d|b.{0,150}e").ids.contains(
                "write.expressions-stopped"))
    }

    private struct Unexpected: Error {}
}

@Suite("The bodies of a letter")
struct LetterBodiesTests {
    private func plan(_ kind: String, _ parts: [(type: String, text: String)], reply: Bool = false) -> Plan {
        let body = parts.map { "--e\nContent-Type: \($0.type)\n\n\($0.text)\n" }.joined() + "--e--\n"
        let subject = reply ? "Re: HELP-7" : "A question"
        return World(issues: [.printer]).plan(
            for: .of("Content-Type: multipart/\(kind); boundary=e", subject: subject, body: body))
    }

    @Test("P21 all arrive, in their order and each in its form")
    func all() {
        let plan = plan("mixed", [("text/plain", "First *words*."), ("text/html", "<p>Then <b>bold</b> ones.</p>")])
        #expect(shownText(plan).hasSuffix("|First *words*.|Then bold ones."))
        #expect(
            plan.text(of: "write.bodies-joined")
                == "The letter has 2 texts beside each other: all are read, in their order.")
        let turned = self.plan(
            "mixed", [("text/html", "<p>One.</p>"), ("text/plain", "Two."), ("text/html", "<p>Three.</p>")])
        #expect(shownText(turned).hasSuffix("|One.|Two.|Three."))
    }

    @Test("are one where they are forms of the same")
    func alternative() {
        let plan = plan("alternative", [("text/plain", "Words."), ("text/html", "<p>Words.</p>")])
        #expect(shownText(plan).hasSuffix("org>|Words."))
        #expect(!plan.ids.contains("write.bodies-joined"))
    }

    @Test("are read as text where the HTML shows nothing")
    func empty() {
        #expect(
            shownText(plan("alternative", [("text/plain", "Words."), ("text/html", "<p> </p>")])).hasSuffix("|Words."))
        let mixed = plan("mixed", [("text/plain", "Words."), ("text/html", "<p> </p>")])
        #expect(shownText(mixed).hasSuffix("|Words."))
        #expect(!mixed.ids.contains("write.bodies-joined"))
        #expect(mixed.ids.contains("write.body-from-text"))
    }

    @Test("are trimmed as one")
    func trimmed() {
        let footer = "_______________________________________________\nusers mailing list\nusers@lists.example.org\n"
        let plan = plan("mixed", [("text/html", "<p>Yes.</p>"), ("text/plain", footer)], reply: true)
        #expect(shownText(plan).contains("|Yes.|[Signature: "))
    }
}

@Suite("Jira's limit of length")
struct LengthTests {
    private let world = World(issues: [.printer])

    private func documents(_ plan: Plan) -> [JSONValue] {
        plan.actions.compactMap { action in
            switch action {
            case .createIssue(let issue): issue.description
            case .addComment(let comment): comment.body
            default: nil
            }
        }
    }

    private func textLength(_ node: JSONValue) -> Int {
        (node["text"]?.stringValue?.utf16.count ?? 0)
            + (node["content"]?.arrayValue ?? []).map(textLength).reduce(0, +)
    }

    static let cell = String(repeating: "word ", count: 15)
    static let bodies: [(String, String)] = [
        ("plain text", String(repeating: "A line of a long letter.\n\n", count: 1_500)),
        ("marks of wiki markup", String(repeating: "* _ - {x} [y] |z| \\ <a> &amp; !\n\n", count: 1_500)),
        (
            "HTML with links",
            String(repeating: "<p>See <a href='https://example.org/a/rather/long/path'>this</a>.</p>", count: 700)
        ),
        ("HTML with marks", String(repeating: "<p><b>a</b><i>b</i><u>c</u><font color=red>d</font></p>", count: 1_200)),
        ("one word", String(repeating: "x", count: 40_000)),
        ("one paragraph", String(repeating: "word ", count: 9_000)),
        ("a table", "<table>" + String(repeating: "<tr><td>\(cell)<td>\(cell)</tr>", count: 250) + "</table>"),
        ("pictures", String(repeating: "<p>a <img src=cid:p@e> b</p>", count: 1_000)),
    ]

    private func letter(_ body: String) -> Letter {
        let type = body.hasPrefix("<") ? "text/html" : "text/plain"
        let raw = """
            --e\nContent-Type: \(type)\n\n\(body)\n--e\nContent-Type: image/png; name="a picture with a rather long name.png"
            Content-ID: <p@e>\n\n\(String(repeating: "x", count: 300))\n--e--\n
            """
        return .of("Content-Type: multipart/related; boundary=e", subject: "Re: HELP-7", body: raw)
    }

    @Test("is kept by a comment of Cloud, and the whole letter goes along", arguments: bodies)
    func comment(name: String, body: String) throws {
        let plan = world.plan(for: letter(body))
        let document = try #require(documents(plan).first)
        #expect((100...Jira.Limits.text).contains(textLength(document)))
        #expect(document.serialized.count <= Jira.Limits.document)
        #expect(Set(plan.ids).isSuperset(of: ["write.body-cut", "attach.whole-letter"]))
    }

    @Test("is less where the site has said so, and the finding says how much")
    func isLower() throws {
        for deployment in [Deployment.cloud, .dataCenter] {
            var facts = Facts(now: Date(timeIntervalSince1970: 0), deployment: deployment)
            facts.textLimit = 2_000
            let body = LengthTests.bodies[0].1
            var plan: Plan?
            while plan == nil {
                do throws(Inquiry) {
                    plan = try decide(letter(body), under: .support, knowing: facts)
                } catch {
                    let world = World(deployment: deployment, issues: [.printer])
                    for question in error.questions { facts.learn(world.answer(question), to: question) }
                }
            }
            let document = try #require(plan.flatMap { documents($0).first })
            let length = document.stringValue?.utf16.count ?? textLength(document)
            #expect((1_000...2_000).contains(length))
            #expect(
                plan?.text(of: "write.body-cut")
                    == "Jira takes no longer text than this: it was cut after 2000 characters at most.")
            let kept = try JSONDecoder().decode(Facts.self, from: try JSONEncoder().encode(facts))
            #expect(kept == facts)
        }
    }

    @Test("is kept in wiki markup by a comment of Data Center, and the whole letter goes along", arguments: bodies)
    func wiki(name: String, body: String) throws {
        let plan = World(deployment: .dataCenter, issues: [.printer]).plan(for: letter(body))
        let written = try #require(documents(plan).first?.stringValue)
        #expect((10_000...Jira.Limits.text).contains(written.utf16.count))
        #expect(Set(plan.ids).isSuperset(of: ["write.body-cut", "attach.whole-letter"]))
    }

    @Test("is kept whatever the sender is called")
    func longName() {
        let plan = world.plan(
            for: .of("From: \(String(repeating: "Ada ", count: 9_000))<ada@example.org>", body: Self.bodies[0].1))
        for document in documents(plan) { #expect(textLength(document) <= Jira.Limits.text) }
    }
}
