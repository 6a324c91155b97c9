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
            ("other-attachment-created", "attachment-created", "10407", "NEST-7", nil, "Will Wren"),
            ("other-attachment-deleted", "attachment-deleted", nil, nil, nil, nil),
            ("other-worklog-created", "worklog-created", "10407", nil, nil, "Will Wren"),
            ("other-worklog-updated", "worklog-updated", "10407", nil, nil, "Nora Nest"),
            ("other-worklog-deleted", "worklog-deleted", "10407", nil, nil, nil),
            ("other-issuelink-created", "link-created", "10407", nil, nil, nil),
            ("other-issuelink-deleted", "link-deleted", "10407", nil, nil, nil),
            ("other-issue-property-set", "property-set", "10407", nil, nil, "Nora Nest"),
            ("other-issue-property-deleted", "property-deleted", "10407", "NEST-7", nil, nil),
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

    /// What happens beside issues names no issue; a `user` is then whom it happened to.
    @Test("beyond issues is of a kind that Jira documents, and of nobody")
    func isBeyond() throws {
        let about = ["cloud-", "server-", "old-server-", "other-attachment", "other-worklog", "other-issue"]
        let files = try Fixture.names(in: "webhooks").filter { name in !about.contains { name.hasPrefix($0) } }
        #expect(files.count == 22)
        for file in files {
            let event = try Event(decoding: Fixture.bytes("webhooks/\(file)"))
            guard case .beyond(let beyond) = event.kind else {
                Testing.Issue.record("\(file) is \(event.kind)")
                continue
            }
            let name = beyond.rawValue.replacing("jira:", with: "").replacing("_", with: "-")
            #expect(file == "other-\(name).json")
            #expect(event.issueID == nil && event.actor == nil && event.time != nil)
        }
    }

    @Test("has a fixture for each kind that Jira tells apps of")
    func hasFixtures() throws {
        let names = [
            "issue_property_set", "issue_property_deleted", "sprint_created", "sprint_updated", "sprint_closed",
            "sprint_deleted", "sprint_started", "version_released", "version_unreleased", "version_created",
            "version_moved", "version_updated", "version_merged", "version_deleted",
        ]
        let files = Set(try Fixture.names(in: "webhooks"))
        #expect(files.count == 45)
        #expect(names.allSatisfy { files.contains("other-\($0.replacing("_", with: "-")).json") })
    }

    @Test("is of the same kind when its kind is read again")
    func hasStableNames() throws {
        let names = Event.Beyond.allCases.map(\.rawValue) + ["link-created", "property-set", "issue-updated", "app:x"]
        for name in names { #expect(Event.Kind(rawValue: name).rawValue == name) }
        #expect(Event.Kind(rawValue: "app:x") == .other("app:x"))
        #expect(Event.Kind(rawValue: "link-created") == .linkCreated)
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
        "are each what a table says: kind, issue, comment and actor",
        .enabled(if: Fixture.reference != nil, "needs MARTLET_REFERENCE"))
    func areRead() throws {
        let folder = try #require(Fixture.reference).appendingPathComponent("jira/payloads")
        let table = String(decoding: try Fixture.bytes("jira/real-webhooks.txt"), as: UTF8.self)
        let rows = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
        #expect(rows.count == 80)
        for row in rows {
            let file = row[0]
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("\(file).json")))
            let event = try Event(decoding: bytes)
            let body = try JSONValue(parsing: bytes)
            #expect(event.kind.rawValue == row[1], "\(file)")
            if case .other = event.kind { Testing.Issue.record("\(file) is of no known kind") }
            #expect(event.issueID?.rawValue ?? "-" == row[2], "\(file)")
            #expect(event.issue?.key.rawValue ?? "-" == row[3], "\(file)")
            #expect(event.comment?.id.rawValue ?? "-" == row[4], "\(file)")
            let who = row[5].split(separator: ".").reduce(body as JSONValue?) { $0?[String($1)] }
            let id = who?["accountId"] ?? who?["key"] ?? who?["name"]
            #expect(event.actor?.id.rawValue == id?.stringValue, "\(file)")
            // Some were kept by a tool that wrote times in its own way, and left out who people are.
            #expect((event.time != nil) == (body["timestamp"]?.integerValue != nil), "\(file)")
            #expect(event.changes.count == body["changelog"]?["items"]?.arrayValue?.count ?? 0, "\(file)")
        }
    }
}
