// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A workflow of the sandbox")
struct WorkflowTests {
    private func bug(_ site: Site, type: JSONValue = "Bug", project: JSONValue = "HELP") async throws -> String {
        var given = fields("It broke", project: project)
        given["issuetype"] = ["name": type]
        let made = try await site.post("/rest/api/3/issue", ["fields": given])
        return try #require(made.json["key"]?.stringValue, "\(made.text)")
    }

    private func names(_ site: Site, _ key: String) async throws -> [JSONValue?] {
        let reply = try await site.get("/rest/api/3/issue/\(key)/transitions")
        return (reply.json["transitions"]?.arrayValue ?? []).map { $0["name"] }
    }

    private func go(
        _ site: Site, _ key: String, by id: JSONValue, _ more: [String: JSONValue] = [:]
    ) async throws -> Reply {
        var body = more
        body["transition"] = ["id": id]
        return try await site.post("/rest/api/3/issue/\(key)/transitions", .object(body))
    }

    @Test("shows the transitions that lead from where an issue is, and takes no other")
    func leads() async throws {
        try await withSandbox { site, _ in
            let key = try await bug(site)
            #expect(try await names(site, key) == ["Start work"])
            let refused = try await go(site, key, by: "141")
            #expect(refused.status == 400)
            #expect(refused.refusals == ["Transition id '141' is not valid for this issue."])
            #expect(try await go(site, key, by: "111").status == 204)
            #expect(try await names(site, key) == ["Ask for review", "Resolve"])
            let status = try await site.get("/rest/api/3/issue/\(key)").json["fields"]?["status"]
            #expect(status?["name"] == "In Progress" && status?["statusCategory"]?["key"] == "indeterminate")
            let all = try await site.get(
                "/rest/api/3/issue/\(key)/transitions?includeUnavailableTransitions=true&expand=transitions.fields")
            let close = all.json["transitions"]?.arrayValue?.first { $0["id"] == "151" }
            #expect(close?["isAvailable"] == false && close?["hasScreen"] == false)
        }
    }

    @Test("asks for a resolution on a screen, and takes nothing that is not on it")
    func asks() async throws {
        try await withSandbox { site, _ in
            let key = try await bug(site)
            _ = try await go(site, key, by: "111")
            let shown = try await site.get(
                "/rest/api/3/issue/\(key)/transitions?transitionId=141&expand=transitions.fields")
            let resolve = try #require(shown.json["transitions"]?[0])
            #expect(resolve["hasScreen"] == true)
            let asked = resolve["fields"]?.objectValue ?? [:]
            #expect(asked.keys.sorted() == ["assignee", "fixVersions", "resolution"])
            #expect(asked["resolution"]?["required"] == true && asked["assignee"]?["required"] == false)
            #expect(
                asked["resolution"]?["allowedValues"]?.arrayValue?.map { $0["name"] }
                    == ["Done", "Won't Do", "Duplicate", "Cannot Reproduce"])
            #expect(try await go(site, key, by: "141").refusals == ["resolution: Resolution is required."])
            let wrong = try await go(
                site, key, by: "141", ["fields": ["resolution": ["name": "Gone"], "summary": "Other"]])
            #expect(
                wrong.refusals == [
                    "resolution: Specify a valid 'id' or 'name' for resolution",
                    "summary: Field 'summary' cannot be set. It is not on the appropriate screen, or unknown.",
                ])
            let done = try await go(site, key, by: "141", ["fields": ["resolution": ["name": "Duplicate"]]])
            #expect(done.status == 204, "\(done.text)")
            let issue = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(issue?["resolution"]?["name"] == "Duplicate")
            #expect(issue?["resolutiondate"] == "2026-01-31T12:00:00.000+0000")
            // Back to work, and it is open again.
            #expect(try await go(site, key, by: "161").status == 204)
            let open = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(open?["resolution"] == .null && open?["resolutiondate"] == .null)
        }
    }

    @Test("without a screen resolves what is done, and opens what is not")
    func resolves() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            #expect(try await names(site, key) == ["To Do", "In Progress", "Done"])
            _ = try await go(site, key, by: "31")
            #expect(try await site.get("/rest/api/3/issue/\(key)").json["fields"]?["resolution"]?["name"] == "Done")
            _ = try await go(site, key, by: 11)
            #expect(try await site.get("/rest/api/3/issue/\(key)").json["fields"]?["resolution"] == .null)
        }
    }

    @Test("is left as it was by a transition whose comment is refused")
    func isWhole() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let refused = try await go(site, key, by: "31", ["update": ["comment": [["add": ["body": 7]]]]])
            #expect(refused.status == 400)
            let status = try await site.get("/rest/api/3/issue/\(key)").json["fields"]?["status"]?["name"]
            #expect(status == "To Do")
        }
    }

    @Test("goes by the project and the issue type, and can be chosen")
    func isChosen() async throws {
        try await withSandbox {
            $0.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
        } _: { site, _ in
            let incident = try await bug(site, type: "Incident", project: "DESK")
            #expect(try await names(site, incident).contains("Respond to customer"))
            let elsewhere = try await bug(site, type: "Incident", project: "HELP")
            #expect(try await names(site, elsewhere) == ["To Do", "In Progress", "Done"])
            let statuses = try await site.get("/rest/api/3/project/DESK/statuses").json
            let found = statuses.arrayValue?.first { $0["name"] == "Incident" }
            #expect(found?["statuses"]?.arrayValue?.first?["name"] == "Waiting for support")

            // A type with another workflow does not have the status.
            let changed = try await site.put(
                "/rest/api/3/issue/\(incident)", ["fields": ["issuetype": ["name": "Task"]]])
            #expect(changed.refusals == ["issuetype: The issue type selected is invalid."])
            let chosen = try await site.put("/sandbox/workflows", ["project": "DESK", "workflow": "review"])
            #expect(chosen.json == [["project": "DESK", "type": .null, "workflow": "review"]])
            #expect(try await names(site, incident) == ["Start work"])
            let moved = try await site.put(
                "/rest/api/3/issue/\(incident)", ["fields": ["issuetype": ["name": "Task"]]])
            #expect(moved.status == 204)
            let unknown = try await site.put("/sandbox/workflows", ["workflow": "none"])
            #expect(unknown.refusals == ["workflow: Known workflows: simple, review, support."])
        }
    }
}
