// SPDX-License-Identifier: Apache-2.0

import Jira
import Planning
import Testing

@Suite("The words of a notice")
struct RenderingTests {
    private let world = World(issues: [.printer], accounts: [.ada, .bob, .cleo], watchers: [.bob, .cleo])

    private func mail(_ events: [Event], _ template: NoticeTemplate = NoticeTemplate()) -> OutgoingMail? {
        world.notice(events, under: .rules(.news.with { $0.template = template })).mails.first
    }

    @Test("are these by default, for an issue and a comment")
    func defaults() {
        let one = mail([Happening.opened(), Happening.commented()])
        #expect(one?.subject == "[HELP-7] The printer")
        #expect(
            one?.text == """
                Ada Lind opened HELP-7:

                It prints <b>stripes</b> & dots.

                Bob Fox commented on HELP-7:

                A new <cartridge> is in.

                https://example.atlassian.net/browse/HELP-7

                """)
        #expect(
            one?.html == """
                <p><b>Ada Lind</b> opened HELP-7:</p>
                <div><p>It prints &lt;b&gt;stripes&lt;/b&gt; &amp; dots.</p></div>
                <p><b>Bob Fox</b> commented on HELP-7:</p>
                <div><p>A new &lt;cartridge&gt; is in.</p></div>
                <p><a href="https://example.atlassian.net/browse/HELP-7">HELP-7: The printer</a></p>

                """)
    }

    @Test("escape what people wrote, wherever it stands")
    func escaped() {
        var evil = World(issues: [.printer], accounts: [.ada], watchers: [])
        evil.issues[0].summary = #"<script>alert("1")</script>\#nBcc: x@example.net"#
        let name = Account(id: "9", displayName: "<img src=x onerror=alert(1)>")
        let one = evil.notice([Happening.commented(by: name)]).mails.first
        let html = one?.html ?? ""
        #expect(html.contains("&lt;script&gt;") && html.contains("&lt;img"))
        #expect(!html.contains("<script") && !html.contains("<img"))
        #expect(one?.subject == #"[HELP-7] <script>alert("1")</script> Bcc: x@example.net"#)
    }

    @Test("leave the link out where the site is not known")
    func withoutSite() {
        let rules = NoticeRules(mappings: [.news], catchAddresses: [], sites: [:])
        let one = world.notice([Happening.opened()], under: rules).mails.first
        #expect(one?.text == "Ada Lind opened HELP-7:\n\nIt prints <b>stripes</b> & dots.\n\n")
        #expect(one?.html?.contains("<a ") == false)
    }

    @Test("name somebody where nobody is named")
    func nobody() {
        #expect(mail([Happening.commented(by: nil)])?.text.hasPrefix("Somebody commented on HELP-7:\n") == true)
    }

    @Test("are those of the mapping where it has some")
    func own() {
        let one = mail(
            [Happening.commented()],
            NoticeTemplate(subject: "{{issue.status}}:\n{{issue.key}}", text: "{{#events}}{{text}}{{/events}}"))
        #expect(one?.subject == "Open: HELP-7")
        #expect(one?.text == "A new <cartridge> is in.")
        #expect(one?.html?.contains("<b>Bob Fox</b> commented on HELP-7:") == true)
    }

    @Test("fall back to the default ones where the mapping's cannot be used, and a finding says why")
    func broken() {
        let template = NoticeTemplate(subject: "{{#a}}", text: "{{", html: "{{> other}}")
        let plan = world.notice([Happening.commented()], under: .rules(.news.with { $0.template = template }))
        #expect(plan.mails.first == mail([Happening.commented()]))
        let said = plan.findings.filter { $0.id == "write.template-broken" }.map(\.text)
        #expect(said.count == 3)
        #expect(said.allSatisfy { $0.hasPrefix("The template could not be used, the default stands in: ") })
    }

    @Test("go out under the thread's root, from the mapping's mailbox, marked as automatic")
    func envelope() {
        let one = mail([Happening.commented()])
        #expect(one?.outbound == "relay")
        #expect(one?.returnPath == "support@example.com")
        #expect(one?.from == "support@example.com")
        #expect(one?.fromName == "Jira")
        #expect(one?.references == ["martlet.issue.acme.10042.mac@example.com"])
        #expect(one?.inReplyTo == [])
        #expect(one?.automatic == .generated)
    }
}
