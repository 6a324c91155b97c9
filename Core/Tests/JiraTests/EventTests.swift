// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

@testable import Jira

@Suite("A webhook's event")
struct EventTests {
    private func event(_ name: String) throws -> Event {
        try Event(decoding: Fixture.bytes("webhooks/\(name).json"))
    }

    @Test(
        "is of one kind and one issue in all its shapes",
        arguments: [
            ("cloud-issue-created", "issue-created", "10407", "NEST-7", nil, "Martlet"),
            ("cloud-issue-updated", "issue-updated", "10407", "NEST-7", nil, "Will Wren"),
            ("cloud-issue-deleted", "issue-deleted", "10407", "NEST-7", nil, "Nora Nest"),
            ("cloud-comment-created", "comment-created", "10407", "NEST-7", "10901", "Will Wren"),
            ("cloud-comment-created-for-team", "comment-created", "10407", "NEST-7", "10901", "Will Wren"),
            ("cloud-comment-updated", "comment-updated", "10407", "NEST-7", "10901", "Nora Nest"),
            ("cloud-comment-deleted", "comment-deleted", "10407", "NEST-7", "10901", nil),
            ("cloud-issue-commented", "comment-created", "10407", "NEST-7", "10901", "Will Wren"),
            ("server-comment-created", "comment-created", "20355", nil, "31007", "Agnes Auk"),
            ("server-comment-deleted", "comment-deleted", "20355", nil, "31007", "Bertram Bunting"),
            ("server-issue-commented", "comment-created", "20355", "EGG-12", "31007", "Agnes Auk"),
            ("server-issue-comment-edited", "comment-updated", "20355", "EGG-12", "31007", "Agnes Auk"),
            ("server-issue-comment-deleted", "comment-deleted", "20355", "EGG-12", nil, "Agnes Auk"),
            ("old-server-comment-edited", "comment-updated", "20355", "EGG-12", "31007", "Agnes Auk"),
            ("other-sprint-closed", "sprint_closed", nil, nil, nil, nil),
        ] as [(String, String, String?, String?, String?, String?)])
    func isRead(name: String, kind: String, issue: String?, key: String?, comment: String?, actor: String?) throws {
        let event = try event(name)
        #expect(event.kind.rawValue == kind)
        #expect(event.issueID?.rawValue == issue)
        #expect(event.issue?.key.rawValue == key)
        #expect(event.comment?.id.rawValue == comment)
        #expect(event.actor?.displayName == actor)
        #expect(event.time != nil)
    }

    @Test("has a fixture that is named here for each file")
    func hasFixtures() throws {
        #expect(try Fixture.names(in: "webhooks").count == 15)
    }

    @Test("carries the issue's fields and what changed")
    func carriesIssue() throws {
        let event = try event("cloud-issue-updated")
        let issue = try #require(event.issue)
        #expect(issue.summary == "The third box leaks")
        #expect(issue.status == Status(name: "In Progress", category: .inProgress))
        #expect(issue.project?.key == ProjectKey("NEST"))
        #expect(issue.project?.kind == .software)
        #expect(issue.issueType?.name == "Task")
        #expect(issue.reporter?.displayName == "Nora Nest")
        #expect(issue.assignee?.displayName == "Will Wren")
        #expect(issue.text == .wiki("Rain comes in *at the hinge*.\n\nNora"))
        #expect(
            event.changes == [
                Change(
                    field: "status", fieldID: "status", from: "10000", to: "10001", fromText: "To Do",
                    toText: "In Progress"),
                Change(
                    field: "assignee", fieldID: "assignee", to: "5f00000000000000000000a1", toText: "Will Wren"),
            ])
        #expect(event.time == Date(timeIntervalSince1970: 1_772_443_260))
    }

    @Test("carries a comment with its text, its restriction and its properties")
    func carriesComment() throws {
        let plain = try #require(try event("cloud-comment-created").comment)
        #expect(plain.body == .wiki("I have a new hinge.\n\n{code}\nM4 x 20\n{code}"))
        #expect(plain.visibility == nil)
        #expect(plain.isPublic == true)
        #expect(plain.properties?.map(\.key.rawValue) == ["martlet.mail"])
        #expect(plain.properties?.first?.value["action"] == "01")
        let restricted = try #require(try event("cloud-comment-created-for-team").comment)
        #expect(restricted.visibility == Visibility(.role, named: "Administrators"))
        #expect(restricted.isPublic == false)
        #expect(restricted.properties == nil)
    }

    @Test("knows Data Center's people by their key, and their addresses")
    func knowsPeople() throws {
        let actor = try #require(try event("server-issue-commented").actor)
        #expect(actor.id == AccountID("JIRAUSER10105"))
        #expect(actor.emailAddress == "agnes@coop.example")
        #expect(actor.kind == .unknown)
        #expect(try event("cloud-issue-created").actor?.kind == .app)
    }

    @Test("keeps the delivery that it came by")
    func keepsDelivery() throws {
        let bytes = try Fixture.bytes("webhooks/other-sprint-closed.json")
        #expect(try Event(decoding: bytes, delivery: "d-1").delivery == "d-1")
        #expect(try Event(decoding: bytes, delivery: String(repeating: "d", count: 999)).delivery?.count == 200)
    }

    @Test("is the same when it comes back from storage")
    func codes() throws {
        for name in try Fixture.names(in: "webhooks") {
            let event = try Event(decoding: Fixture.bytes("webhooks/\(name)"), delivery: "d")
            let stored = try JSONEncoder().encode(event)
            #expect(try JSONDecoder().decode(Event.self, from: stored) == event)
        }
    }

    @Test(
        "that says too little cannot be read, and the error says where",
        arguments: [
            ("", "cannot be read at byte 0"),
            ("[]", "cannot be read at webhookEvent"),
            ("{}", "cannot be read at webhookEvent"),
            (#"{"webhookEvent":7}"#, "cannot be read at webhookEvent"),
            (#"{"webhookEvent":"jira:issue_created"}"#, "cannot be read at issue"),
            (#"{"webhookEvent":"jira:issue_created","issue":{"key":"NEST-7"}}"#, "cannot be read at issue.id"),
            (#"{"webhookEvent":"jira:issue_created","issue":{"id":"10407"}}"#, "cannot be read at issue.key"),
            (
                #"{"webhookEvent":"jira:issue_created","issue":{"id":"secret","key":"A-1"}}"#,
                "cannot be read at issue.id"
            ),
            (#"{"webhookEvent":"comment_created","issue":{"id":1,"key":"AB-1"}}"#, "cannot be read at comment"),
            (#"{"webhookEvent":"comment_created","comment":{"id":"1"}}"#, "cannot be read at issue"),
            (
                #"{"webhookEvent":"comment_created","comment":{"id":"1","visibility":{"type":"moon"}}}"#,
                "cannot be read at comment.visibility"
            ),
            (
                #"{"webhookEvent":"jira:issue_updated","issue":{"id":"1","key":"AB-1"},"changelog":{"items":[{}]}}"#,
                "cannot be read at changelog.items[0].field"
            ),
        ])
    func isUnreadable(_ body: String, _ said: String) {
        let error = #expect(throws: Unreadable.self) { try Event(decoding: Array(body.utf8)) }
        #expect(error?.description == said)
    }

    @Test("of another kind is taken whatever it carries")
    func takesOthers() throws {
        let body = #"{"webhookEvent":"app:thing","issue":"NEST-7","comment":[],"user":{},"timestamp":"x"}"#
        let event = try Event(decoding: Array(body.utf8))
        #expect(event == Event(kind: .other("app:thing"), time: nil, issueID: nil))
    }

    @Test("cut short is an error and never a crash")
    func isCutAnywhere() throws {
        for name in ["cloud-comment-created", "server-comment-created"] {
            let bytes = try Fixture.bytes("webhooks/\(name).json").reversed().drop { $0 == 0x0a }.reversed()
            for end in stride(from: 0, to: bytes.count, by: 7) {
                #expect(throws: Unreadable.self) { try Event(decoding: Array(bytes.prefix(end))) }
            }
        }
    }
}

@Suite("Real webhooks")
struct RealWebhookTests {
    /// Captures by others, as Cloud and Data Center sent them.
    @Test(
        "are all read, with the ids that they carry",
        .enabled(if: Fixture.reference != nil, "needs MARTLET_REFERENCE"))
    func areRead() throws {
        let folder = try #require(Fixture.reference).appendingPathComponent("jira/payloads")
        let index = try JSONValue(parsing: Array(try Data(contentsOf: folder.appendingPathComponent("INDEX.json"))))
        let files = try #require(index.arrayValue).compactMap { $0["file"]?.stringValue }
        #expect(files.count == 80)
        for file in files {
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(file)))
            let event = try Event(decoding: bytes)
            let body = try JSONValue(parsing: bytes)
            let name = try #require(body["webhookEvent"]?.stringValue)
            let isSpine = name.hasPrefix("jira:issue_") || name.hasPrefix("comment_")
            if case .other(let other) = event.kind {
                #expect(!isSpine && other == name, "\(file)")
            } else {
                #expect(isSpine && event.issueID != nil, "\(file)")
            }
            // Some were kept by a tool that wrote times in its own way, and left out who people are.
            #expect((event.time != nil) == (body["timestamp"]?.integerValue != nil), "\(file)")
            #expect(event.issue?.id.rawValue == body["issue"]?["id"]?.stringValue, "\(file)")
            #expect(event.issue?.key.rawValue == body["issue"]?["key"]?.stringValue, "\(file)")
            #expect(event.comment?.id.rawValue == body["comment"]?["id"]?.stringValue, "\(file)")
            #expect(event.changes.count == body["changelog"]?["items"]?.arrayValue?.count ?? 0, "\(file)")
            let user = body["user"]?["accountId"] ?? body["user"]?["key"] ?? body["user"]?["name"]
            if let user { #expect(event.actor?.id.rawValue == user.stringValue, "\(file)") }
        }
    }
}
