// SPDX-License-Identifier: Apache-2.0

import Jira
import LocalServers
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A moved issue of the sandbox", .timeLimit(.minutes(1)))
struct MovingTests {
    private func move(
        _ site: Site, _ key: String, to project: JSONValue = "OPS", _ more: [String: JSONValue] = [:]
    ) async throws -> Reply {
        let body: [String: JSONValue] = ["as": "Ada Ringer", "issue": .string(key), "project": project]
        return try await site.post("/sandbox/move", .object(body.merging(more) { $1 }))
    }

    @Test("has a new key and its old id, and is found by every key that it had")
    func isFound() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let there = try await site.issue("There before", project: "OPS")
            #expect(there == "OPS-1")
            let moved = try await move(site, key)
            #expect(moved.status == 200)
            #expect(moved.json == ["id": "10001", "key": "OPS-2", "formerKey": "HELP-1"])
            _ = try await site.post("/rest/api/3/issue/HELP-1/comment", ["body": document("to the old key")])
            for reference in ["HELP-1", "OPS-2", "10001"] {
                let read = try await site.get("/rest/api/3/issue/\(reference)").json
                #expect(read["key"] == "OPS-2" && read["id"] == "10001")
                #expect(read["fields"]?["project"]?["key"] == "OPS")
                #expect(read["fields"]?["comment"]?["total"] == 1)
            }
            for jql in ["key = HELP-1", "key = OPS-2", "project = OPS AND summary ~ printer"] {
                let found = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql), "fields": ["key"]])
                #expect(found.json["issues"]?.arrayValue?.map { $0["id"] } == ["10001"], "\(jql)")
            }
            // A key is never given twice.
            #expect(try await site.issue() == "HELP-2")
            #expect(try await move(site, "HELP-1", to: "HELP").json["key"] == "HELP-3")
            #expect(try await site.send(.DELETE, "/rest/api/3/issue/OPS-2").status == 204)
            for key in ["HELP-1", "OPS-2", "HELP-3"] {
                #expect(try await site.get("/rest/api/3/issue/\(key)").status == 404)
            }
        }
    }

    @Test("leaves behind what belongs to its project, and a status that the other does not have")
    func leavesBehind() async throws {
        try await withSandbox {
            $0.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
        } _: { site, _ in
            let made = try await site.post(
                "/rest/servicedeskapi/request",
                ["serviceDeskId": "10002", "requestTypeId": "3", "requestFieldValues": ["summary": "The roof leaks"]])
            #expect(made.json["currentStatus"]?["status"] == "Waiting for support")
            _ = try await site.post("/rest/api/3/component", ["project": "DESK", "name": "Roofs"])
            _ = try await site.put(
                "/rest/api/3/issue/DESK-1",
                ["fields": ["components": [["name": "Roofs"]], "security": ["name": "Staff"], "labels": ["wet"]]])
            #expect(try await move(site, "DESK-1", ["type": "Bug"]).status == 200)
            let fields = try await site.get("/rest/api/3/issue/DESK-1").json["fields"]
            #expect(fields?["components"] == [] && fields?["security"] == .null && fields?["labels"] == ["wet"])
            #expect(fields?["status"]?["name"] == "To Do" && fields?["issuetype"]?["name"] == "Bug")
            #expect(try await site.get("/rest/servicedeskapi/request/DESK-1").status == 404)
        }
    }

    @Test("is told of as Jira does: one update with the project and both keys")
    func isTold() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withSandbox { site, _ in
                let key = try await site.issue()
                _ = try await site.post(
                    "/rest/webhooks/1.0/webhook",
                    ["name": "n", "url": .string(url), "events": ["jira:issue_updated"]])
                _ = try await move(site, key)
                let notice = try #require(await receiver.first(1).first)
                #expect(notice.json["issue_event_type_name"] == "issue_moved")
                #expect(notice.json["user"]?["displayName"] == "Ada Ringer")
                #expect(notice.json["issue"]?["key"] == "OPS-1" && notice.json["issue"]?["id"] == "10001")
                #expect(
                    notice.json["changelog"]?["items"] == [
                        [
                            "field": "project", "fieldtype": "jira", "fieldId": "project", "from": "10000",
                            "fromString": "Help desk", "to": "10001", "toString": "Operations",
                        ],
                        [
                            "field": "Key", "fieldtype": "jira", "from": .null, "fromString": "HELP-1", "to": .null,
                            "toString": "OPS-1",
                        ],
                    ])
                let event = try Event(decoding: notice.bytes)
                #expect(event.issue?.key.rawValue == "OPS-1")
            }
        }
    }

    @Test("keeps its old keys over a stop")
    func outlivesStop() async throws {
        let file = try TemporaryFolder()
        try await withSandbox {
            $0.database = file.path("state.sqlite")
        } _: { site, _ in
            _ = try await move(site, try await site.issue())
        }
        try await withSandbox {
            $0.database = file.path("state.sqlite")
        } _: { site, _ in
            let read = try await site.get("/rest/api/3/issue/HELP-1")
            #expect(read.json["key"] == "OPS-1")
            #expect(try await site.issue() == "HELP-2")
        }
    }

    @Test("is refused where there is nothing to move, or nowhere to")
    func isRefused() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            #expect(try await move(site, "HELP-9").status == 404)
            #expect(try await move(site, key, to: "NOPE").refusals == ["project: There is no project 'NOPE'."])
            #expect(
                try await move(site, key, to: .null).refusals == [
                    "project: Name the project that the issue is moved to."
                ])
            #expect(try await move(site, key, to: "HELP").refusals == ["project: The issue is in HELP already."])
        }
    }
}
