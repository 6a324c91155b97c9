// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import NIOHTTP1
import Testing
import Vault

@testable import Sandbox

@Suite("A webhook of the sandbox", .timeLimit(.minutes(1)))
struct WebhookTests {
    private static let all = SandboxJira.offeredEvents

    private func register(
        _ site: Site, _ url: String, events: [String] = all, filter: String? = nil
    ) async throws -> Reply {
        var body: JSONValue = [
            "name": "martlet", "url": .string(url), "events": .array(events.map { .string($0) }),
            "secret": "It's a Secret to Everybody",
        ]
        if let filter { body["filters"] = ["issue-related-events-section": .string(filter)] }
        return try await site.post("/rest/webhooks/1.0/webhook", body)
    }

    @Test("is registered, listed without its secret, and removed")
    func isRegistered() async throws {
        try await withSandbox { site, _ in
            let made = try await register(site, "http://127.0.0.1:9/hook")
            #expect(made.status == 201)
            #expect(made.json["isSigned"] == true)
            let address = try #require(made.json["self"]?.stringValue)
            #expect(address.hasPrefix("\(site.base)/rest/webhooks/1.0/webhook/"))
            let listed = try await site.get("/rest/webhooks/1.0/webhook")
            #expect(listed.json.arrayValue?.count == 1)
            #expect(!listed.text.contains("Everybody"))
            #expect(try await site.send(.DELETE, String(address.dropFirst(site.base.count))).status == 204)
            #expect(try await site.get("/rest/webhooks/1.0/webhook").json == [])
        }
    }

    @Test(
        "goes to loopback only",
        arguments: [
            "https://example.com/hook", "http://example.com/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/",
            "http://127.0.0.1@example.com/", "",
        ])
    func goesToLoopback(url: String) async throws {
        try await withSandbox { site, _ in
            let reply = try await register(site, url)
            #expect(reply.refusals == ["url: This sandbox sends to loopback addresses only."])
        }
    }

    @Test("is signed over the raw bytes, and decodes to the event that it tells of")
    func isSigned() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                _ = try await register(site, url)
                let key = try await site.issue()
                let notice = try #require(await receiver.first(1).first)
                let given = try #require(notice.header("X-Hub-Signature"))
                let mac = try #require(bytes(hex: String(given.dropFirst("sha256=".count))))
                #expect(given.hasPrefix("sha256="))
                #expect(isSignature(mac, of: notice.bytes, with: Secret("It's a Secret to Everybody")))
                #expect(notice.header("X-Atlassian-Webhook-Identifier")?.isEmpty == false)
                #expect(notice.header("X-Atlassian-Webhook-Retry") == nil)

                let event = try Event(decoding: notice.bytes)
                #expect(event.kind == .issueCreated)
                #expect(event.issue?.key.rawValue == key)
                #expect(event.actor?.displayName == "Mail Handler")
                #expect(event.time == Date(timeIntervalSince1970: 1_769_860_800))
                #expect(notice.json["issue"]?["fields"]?["description"] == "It is *very* warm.")
                #expect(!String(decoding: notice.bytes, as: UTF8.self).contains("emailAddress"))
            }
        }
    }

    @Test("tells of a comment twice: by itself without a user, and as an update of its issue")
    func tellsOfCommentTwice() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                let key = try await site.issue()
                _ = try await register(site, url)
                _ = try await site.post(
                    "/sandbox/comments", ["as": "Ada Ringer", "issue": .string(key), "body": "Is it out?"])
                let notices = await receiver.first(2)
                #expect(notices.map(\.event) == ["comment_created", "jira:issue_updated"])
                #expect(notices[0].json["user"] == nil)
                let names = notices[0].json["issue"]?["fields"]?.objectValue?.keys.sorted()
                #expect(names == ["assignee", "issuetype", "priority", "project", "status", "summary"])
                #expect(notices[1].json["issue_event_type_name"] == "issue_commented")
                let events = try notices.map { try Event(decoding: $0.bytes) }
                #expect(events.map(\.kind) == [.commentCreated, .commentCreated])
                #expect(events.map { $0.comment?.id } == [events[0].comment?.id, events[0].comment?.id])
                #expect(events[0].comment?.id != nil)
                #expect(notices[0].json["comment"]?["body"] == "Is it out?")
            }
        }
    }

    @Test("tells of a change with its changelog, and of nothing where nothing changed")
    func tellsOfChange() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                let key = try await site.issue("Old")
                _ = try await register(site, url)
                _ = try await site.put("/rest/api/3/issue/\(key)", ["fields": ["summary": "Old"]])
                _ = try await site.put("/rest/api/3/issue/\(key)", ["fields": ["summary": "New"]])
                _ = try await site.post("/rest/api/3/issue/\(key)/transitions", ["transition": ["id": "31"]])
                _ = try await site.send(.DELETE, "/rest/api/3/issue/\(key)")
                let notices = await receiver.first(3)
                #expect(notices.map(\.event) == ["jira:issue_updated", "jira:issue_updated", "jira:issue_deleted"])
                let summary = try #require(Event(decoding: notices[0].bytes).changes.first)
                #expect(summary.field == "summary")
                #expect(summary.fromText == "Old")
                #expect(summary.toText == "New")
                let status = try #require(Event(decoding: notices[1].bytes).changes.first)
                #expect(status.from == "10000")
                #expect(status.to == "10002")
                #expect(status.toText == "Done")
            }
        }
    }

    @Test("comes again after a refusal for now, with the same identifier and a count, and before those behind it")
    func comesAgain() async throws {
        let receiver = Receiver(answering: [503, 429])
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                _ = try await register(site, url, events: ["jira:issue_created"])
                _ = try await site.issue("first")
                _ = try await site.issue("second")
                let notices = await receiver.first(4)
                let summaries = notices.map { $0.json["issue"]?["fields"]?["summary"]?.stringValue }
                #expect(summaries == ["first", "first", "first", "second"])
                #expect(notices.map { $0.header("X-Atlassian-Webhook-Retry") } == [nil, "1", "2", nil])
                let identifiers = notices.map { $0.header("X-Atlassian-Webhook-Identifier") }
                #expect(Set(identifiers[0...2]).count == 1)
                #expect(identifiers[3] != identifiers[0])
            }
        }
    }

    @Test("does not come again after a refusal for good, nor more often than it may")
    func doesNotComeAgain() async throws {
        let receiver = Receiver(answering: [400, 500, 500])
        try await receiver.serve { url in
            try await withSandbox {
                $0.webhookRetries = 1
            } _: { site, _ in
                _ = try await register(site, url, events: ["jira:issue_created"])
                for summary in ["refused", "given up", "taken"] { _ = try await site.issue(summary) }
                let summaries = await receiver.first(4).map { $0.json["issue"]?["fields"]?["summary"]?.stringValue }
                #expect(summaries == ["refused", "given up", "given up", "taken"])
            }
        }
    }

    @Test("tells only of issues that its filter finds, and only of events that it names")
    func isFiltered() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                _ = try await register(site, url, events: ["jira:issue_created"], filter: "project = OPS")
                _ = try await site.issue("not this")
                let key = try await site.issue("this", project: "OPS")
                _ = try await site.post("/rest/api/3/issue/\(key)/comment", ["body": document("nor this")])
                _ = try await site.issue("and this", project: "OPS")
                let summaries = await receiver.first(2).map { $0.json["issue"]?["fields"]?["summary"]?.stringValue }
                #expect(summaries == ["this", "and this"])
                let refused = try await register(site, url, filter: "project =")
                #expect(refused.status == 400)
            }
        }
    }

    @Test("goes astray on demand: the last of several first, and each more than once")
    func goesAstray() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                _ = try await register(site, url, events: ["jira:issue_created"])
                let set = try await site.put("/sandbox/webhooks", ["reversed": 3, "copies": 2])
                #expect(set.json == ["unordered": false, "reversed": 3, "copies": 2, "retries": 5])
                for number in 1...3 { _ = try await site.issue("Number \(number)") }
                let notices = await receiver.first(6)
                let keys = notices.map { $0.json["issue"]?["key"]?.stringValue ?? "" }
                #expect(keys == ["HELP-3", "HELP-3", "HELP-2", "HELP-2", "HELP-1", "HELP-1"])
                let names = notices.map { $0.header("X-Atlassian-Webhook-Identifier") ?? "" }
                #expect(names[0] == names[1] && Set(names).count == 3)
                #expect(try await site.put("/sandbox/webhooks", [:]).json["copies"] == 1)
                _ = try await site.issue("Number 4")
                #expect(await receiver.first(7).last?.json["issue"]?["key"] == "HELP-4")
                let refusal = try await site.put("/sandbox/webhooks", ["copies": 11])
                #expect(refusal.refusals == ["copies: A number from 1 to 10."])
            }
        }
    }
}
