// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import LocalServers
import MIME
import MailTransport
import Markup
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A page of the sandbox", .timeLimit(.minutes(1)))
struct PageTests {
    private func deliver(_ text: String, to port: Int, recipient: String = "ada@example.com") async throws {
        let client = SMTPClient(through: MailServer(host: "127.0.0.1", port: port, security: .none))
        _ = try await client.deliver(
            ByteBuffer(string: text.replacing("\n", with: "\r\n")),
            envelope: Envelope(sender: SMTPAddress("help@example.com"), recipients: [SMTPAddress(recipient)!]))
    }

    private static let notification = """
        From: Help desk <help@example.com>
        To: Ada <ada@example.com>
        Reply-To: <reply@help.example.com>
        Subject: [HELP-1] Printer on fire
        Message-ID: <m2@help.example.com>
        References: <root@help.example.com> <m1@help.example.com>
        Date: Sat, 31 Jan 2026 12:00:00 +0000

        Somebody wrote: <b>it burns</b>
        """

    private func token(_ page: Reply) throws -> String {
        let found = page.text.firstRange(of: "name=\"token\" value=\"")
        let start = try #require(found?.upperBound)
        return String(page.text[start...].prefix { $0 != "\"" })
    }

    private func form(_ values: [(String, String)]) -> [UInt8] {
        let pairs = values.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!)"
        }
        return Array(pairs.joined(separator: "&").utf8)
    }

    @Test("says that it is not Jira, loads nothing from elsewhere, and is small")
    func saysWhatItIs() async throws {
        try await withSandbox { site, sandbox in
            _ = try await site.issue()
            try await deliver(Self.notification, to: sandbox.smtpPort)
            let consent =
                "/authorize?audience=api.atlassian.com&client_id=sandbox-app&scope=read%3Ajira-work&state=s"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback&response_type=code&prompt=consent"
            for path in [
                "/", "/browse/HELP-1", "/log", "/mail", "/mail/box?address=ada%40example.com", "/mail/message?id=1",
                "/browse/HELP-9", "/mail/message?id=9", consent, "/authorize",
            ] {
                let page = try await site.get(path)
                #expect(
                    page.text.contains(
                        "<strong>Sandbox: a stand-in, not Jira.</strong> It forgets everything when it stops."),
                    "\(path)")
                #expect(page.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
                #expect(!page.text.contains("<script"))
                #expect(page.bytes.count < 20_000)
            }
            #expect(try await site.get(consent).text.contains("wants to act as"))
            #expect(try await site.get("/browse/HELP-9").status == 404)
            #expect(try await site.get("/style.css").status == 200)
        }
    }

    @Test("says what is kept where there is a file")
    func saysWhatIsKept() async throws {
        let folder = try TemporaryFolder()
        try await withSandbox {
            $0.database = folder.path("state.sqlite")
        } _: { site, _ in
            let page = try await site.get("/").text
            #expect(
                page.contains(
                    "<strong>Sandbox: a stand-in, not Jira.</strong> Its projects and issues stay in its file when it "
                        + "stops; mails and the request log do not.</p>"))
            #expect(!page.contains("forgets"))
        }
    }

    @Test("and every other answer names what gave it", arguments: [Deployment.cloud, .dataCenter])
    func namesServer(deployment: Deployment) async throws {
        try await withSandbox {
            $0.deployment = deployment
        } _: { site, _ in
            for path in [
                "/rest/api/2/myself", "/rest/api/2/issue/HELP-9", "/rest/api/9/nothing", "/rest/servicedeskapi/info",
                "/oauth/token", "/.well-known/jwks.json", "/ex/jira/none/rest/api/3/myself", "/sandbox/counts",
                "/sandbox/attachments/9", "/sandbox/mail", "/style.css", "/nothing", "/",
            ] {
                let reply = try await site.get(path)
                #expect(
                    reply.headers.first(name: "Server") == "Martlet-sandbox (a stand-in, not Jira)", "\(path)")
            }
            var stranger = site
            stranger.credentials = ""
            let refused = try await stranger.get("/rest/api/2/myself")
            #expect(refused.status == 401)
            #expect(refused.headers.first(name: "Server") == "Martlet-sandbox (a stand-in, not Jira)")
        }
    }

    @Test("shows of an issue its level of security, custom fields, parent, sub-tasks, and which comments are internal")
    func showsIssue() async throws {
        try await withSandbox {
            $0.projects[0].isServiceProject = true
        } _: { site, _ in
            let made = try await site.post(
                "/rest/servicedeskapi/request",
                [
                    "serviceDeskId": "10000", "requestTypeId": "1",
                    "requestFieldValues": ["summary": "The roof leaks", "customfield_10033": ["value": "High"]],
                ])
            #expect(made.status == 201, "\(made.text)")
            for isPublic in [true, false] {
                _ = try await site.post(
                    "/rest/servicedeskapi/request/HELP-1/comment",
                    ["body": isPublic ? "We come." : "The ladder.", "public": .bool(isPublic)])
            }
            _ = try await site.put(
                "/rest/api/3/issue/HELP-1",
                ["fields": ["security": ["name": "Staff"], "customfield_10030": "C<17>"]])
            var part = fields("Fetch the ladder")
            part["issuetype"] = ["name": "Sub-task"]
            part["parent"] = ["key": "HELP-1"]
            #expect(try await site.post("/rest/api/3/issue", ["fields": part]).status == 201)
            let page = try await site.get("/browse/HELP-1").text
            #expect(page.contains("<dt>Security level</dt><dd><span class=\"chip\">Staff</span></dd>"))
            #expect(page.contains("<dt>Contract number</dt><dd>C&lt;17&gt;</dd><dt>Severity</dt><dd>High</dd>"))
            #expect(page.contains("<li><a href=\"/browse/HELP-2\">HELP-2</a> Fetch the ladder: To Do</li>"))
            let marked = page.split(separator: "<article").dropFirst().map { $0.contains("customers do not see it") }
            #expect(marked == [false, true])
            let below = try await site.get("/browse/HELP-2").text
            #expect(below.contains("<dt>Parent</dt><dd><a href=\"/browse/HELP-1\">HELP-1</a></dd>"))
            #expect(!below.contains("Custom fields") && !below.contains("Security level"))
        }
    }

    @Test("shows documents as HTML, and nothing of a text as markup")
    func escapes() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue("<script>alert(1)</script>")
            let body =
                [
                    "type": "doc", "version": 1,
                    "content": [
                        [
                            "type": "paragraph",
                            "content": [
                                ["type": "text", "text": "<img src=x>", "marks": [["type": "strong"]]],
                                [
                                    "type": "text", "text": "bad",
                                    "marks": [["type": "link", "attrs": ["href": "javascript:alert(1)"]]],
                                ],
                                [
                                    "type": "text", "text": "good",
                                    "marks": [["type": "link", "attrs": ["href": "https://example.com/?a=\"b\"&c"]]],
                                ],
                            ],
                        ]
                    ],
                ] as JSONValue
            _ = try await site.post("/rest/api/3/issue/\(key)/comment", ["body": body])
            let page = try await site.get("/browse/\(key)").text
            #expect(page.contains("<strong>&lt;img src=x&gt;</strong>bad<a href="))
            #expect(
                page.contains(
                    "<a href=\"https://example.com/?a=&quot;b&quot;&amp;c\" rel=\"noreferrer nofollow\">good</a>"))
            #expect(!page.contains("<script>"))
            #expect(!page.contains("javascript:"))
        }
    }

    @Test("lets a person comment, but no page of another site")
    func letsComment() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let token = try token(try await site.get("/browse/\(key)"))
            let forged = try await site.send(
                .POST, "/browse/\(key)/comment", bytes: form([("as", "Ada Ringer"), ("body", "no"), ("token", "x")]))
            #expect(forged.status == 403)
            let done = try await site.send(
                .POST, "/browse/\(key)/comment",
                bytes: form([("as", "Ada Ringer"), ("body", "Is it\r\n\r\nout?"), ("token", token)]))
            #expect(done.status == 200)
            #expect(done.text.contains("<p>Is it</p><p>out?</p>"))
            let comments = try await site.get("/rest/api/3/issue/\(key)/comment").json
            #expect(comments["total"] == 1)
            #expect(comments["comments"]?[0]?["author"]?["displayName"] == "Ada Ringer")
        }
    }

    @Test("escapes a sign that another scalar is joined to, and folds what a document folds")
    func joined() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue("\u{600}<b>\u{301}x</b>")
            let fold =
                [
                    "type": "doc", "version": 1,
                    "content": [
                        [
                            "type": "expand", "attrs": ["title": "Quoted \u{600}<i>"],
                            "content": [["type": "paragraph", "content": [["type": "text", "text": "old"]]]],
                        ]
                    ],
                ] as JSONValue
            _ = try await site.post("/rest/api/3/issue/\(key)/comment", ["body": fold])
            let page = Array(try await site.get("/browse/\(key)").text.utf8)
            let holds = { (tag: String) in page.indices.contains { page[$0...].starts(with: tag.utf8) } }
            #expect(!holds("<b>") && !holds("<i>"))
            #expect(holds("<details><summary>Quoted \u{600}&lt;i&gt;</summary><p>old</p></details>"))
        }
    }

    @Test("lists caught mail by recipient, with its source escaped")
    func listsMail() async throws {
        try await withSandbox { site, sandbox in
            try await deliver(Self.notification, to: sandbox.smtpPort)
            try await deliver(Self.notification, to: sandbox.smtpPort, recipient: "bo@example.com")
            let page = try await site.get("/mail/message?id=1").text
            #expect(page.contains("Somebody wrote: &lt;b&gt;it burns&lt;/b&gt;"))
            let listed = try await site.get("/sandbox/mail?to=bo@example.com").json
            #expect(listed.arrayValue?.count == 1)
            #expect(listed[0]?["messageID"] == "m2@help.example.com")
            #expect(listed[0]?["references"] == ["root@help.example.com", "m1@help.example.com"])
            let raw = try await site.get("/sandbox/mail/1")
            #expect(raw.text.hasPrefix("From: Help desk <help@example.com>\r\n"))
            #expect(try await site.send(.DELETE, "/sandbox/mail").status == 204)
            #expect(try await site.get("/sandbox/mail").json == [])
        }
    }

    @Test("sends a reply where a mail program would send it, in the same thread")
    func sendsReply() async throws {
        try await withSandbox { other, receiving in
            try await withSandbox {
                $0.replyPort = receiving.smtpPort
            } _: { site, sandbox in
                try await deliver(Self.notification, to: sandbox.smtpPort)
                let token = try token(try await site.get("/mail/message?id=1"))
                let done = try await site.send(
                    .POST, "/mail/reply",
                    bytes: form([
                        ("mail", "1"), ("as", "ada@example.com"), ("text", "It is out."), ("token", token),
                    ]))
                #expect(done.status == 200, "\(done.text)")
                let mail = try #require(try await other.get("/sandbox/mail").json[0])
                #expect(mail["recipients"] == ["reply@help.example.com"])
                #expect(mail["sender"] == "ada@example.com")
                #expect(mail["subject"] == "Re: [HELP-1] Printer on fire")
                #expect(mail["inReplyTo"] == ["m2@help.example.com"])
                #expect(
                    mail["references"] == ["root@help.example.com", "m1@help.example.com", "m2@help.example.com"])
                #expect(
                    mail["text"]?.stringValue?.hasPrefix(
                        "It is out.\n\nOn Sat, 31 Jan 2026 12:00:00 +0000, reply@help.example.com wrote:\n> Somebody wrote:"
                    )
                        == true)
                let refused = try await site.send(
                    .POST, "/mail/send",
                    bytes: form([("from", "a\r\nb"), ("to", "x"), ("text", "t"), ("token", token)]))
                #expect(refused.status == 400)
                #expect(refused.text.contains("The sender or the recipient is not an e-mail address."))
            }
        }
    }

    @Test("keeps the newest mails within its bounds")
    func isBounded() async {
        let catcher = MailCatcher(sizeLimit: 100, now: { Date(timeIntervalSince1970: 0) })
        let envelope = Envelope(sender: nil, recipients: [SMTPAddress("a@b.example")!])
        for _ in 1...5 { _ = await catcher.keep(Array(repeating: 65, count: 40), envelope) }
        #expect(await catcher.mails.map(\.id) == [4, 5])
        _ = await catcher.keep(Array(repeating: 65, count: 400), envelope)
        #expect(await catcher.mails.map(\.id) == [6])
    }
}
