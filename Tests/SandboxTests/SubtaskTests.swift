// SPDX-License-Identifier: Apache-2.0

import Jira
import LocalServers
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A sub-task of the sandbox", .timeLimit(.minutes(1)))
struct SubtaskTests {
    private func make(
        _ site: Site, below parent: JSONValue?, type: JSONValue = "Sub-task", project: JSONValue = "HELP"
    ) async throws -> Reply {
        var given = fields("Buy paper", project: project)
        given["issuetype"] = ["name": type]
        given["parent"] = parent
        return try await site.post("/rest/api/3/issue", ["fields": given])
    }

    @Test("belongs to its parent, and each shows the other", arguments: ["key", "id"])
    func belongs(way: String) async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let made = try await make(site, below: way == "key" ? ["key": .string(key)] : ["id": "10001"])
            #expect(made.status == 201 && made.json["key"] == "HELP-2", "\(made.text)")
            let fields = try await site.get("/rest/api/3/issue/HELP-2").json["fields"]
            #expect(fields?["issuetype"]?["subtask"] == true)
            #expect(fields?["parent"]?["key"]?.stringValue == key && fields?["parent"]?["id"] == "10001")
            #expect(fields?["parent"]?["fields"]?["summary"] == "Printer on fire")
            let above = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(above?["subtasks"]?.arrayValue?.map { $0["key"] } == ["HELP-2"])
            #expect(above?["subtasks"]?[0]?["fields"]?["status"]?["name"] == "To Do")
            #expect(above?["parent"] == nil && fields?["subtasks"] == [])
            for (jql, keys) in [
                ("parent = \(key)", ["HELP-2"]), ("parent in (10001)", ["HELP-2"]),
                ("parent is empty AND project = HELP", ["HELP-1"]),
            ] as [(String, [String])] {
                let found = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql), "fields": ["summary"]])
                #expect(found.json["issues"]?.arrayValue?.compactMap { $0["key"]?.stringValue } == keys, "\(jql)")
            }
        }
    }

    @Test("is refused in Jira's words where it has no parent that can be one")
    func isRefused() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            _ = try await make(site, below: ["key": .string(key)])
            #expect(
                try await make(site, below: nil).refusals == [
                    "issuetype: Issue type is a sub-task but parent issue key or id not specified."
                ])
            #expect(try await make(site, below: "HELP-1").refusals == ["parent: data was not an object"])
            #expect(
                try await make(site, below: ["key": "HELP-9"]).refusals == [
                    "parent: Could not find issue by id or key."
                ])
            let level = ["parentId: Given parent work item does not belong to appropriate hierarchy."]
            #expect(try await make(site, below: ["key": "HELP-2"]).refusals == level)
            #expect(try await make(site, below: ["key": "HELP-1"], type: "Task").refusals == level)
            #expect(
                try await make(site, below: ["key": "HELP-1"], project: "OPS").refusals == [
                    "parentId: Sub-tasks must be created in the same project as the parent."
                ])
            #expect(
                try await site.put("/rest/api/3/issue/HELP-2", ["fields": ["parent": ["key": "HELP-1"]]]).refusals
                    == ["parent: Field 'parent' cannot be set. It is not on the appropriate screen, or unknown."])
        }
    }

    @Test("is asked for by its create metadata alone")
    func isAskedFor() async throws {
        try await withSandbox { site, _ in
            for (type, isThere) in [("10004", true), ("10001", false)] {
                let asked = try await site.get("/rest/api/3/issue/createmeta/HELP/issuetypes/\(type)").json
                let parent = asked["fields"]?.arrayValue?.first { $0["fieldId"] == "parent" }
                #expect((parent != nil) == isThere)
                guard let parent else { continue }
                #expect(parent["required"] == true && parent["schema"] == ["type": "issuelink", "system": "parent"])
            }
            let key = try await site.issue()
            _ = try await make(site, below: ["key": .string(key)])
            #expect(try await site.get("/rest/api/3/issue/HELP-2/editmeta").json["fields"]?["parent"] == nil)
        }
    }

    @Test("goes with its parent only where that is said")
    func goesWithParent() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            _ = try await make(site, below: ["key": .string(key)])
            for query in ["", "?deleteSubtasks=False"] {
                let refused = try await site.send(.DELETE, "/rest/api/3/issue/\(key)\(query)")
                #expect(refused.status == 400)
                #expect(
                    refused.refusals == [
                        "The issue 'HELP-1' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete "
                            + "this issue and all its subtasks."
                    ])
            }
            #expect(try await site.send(.DELETE, "/rest/api/3/issue/\(key)?deleteSubtasks=true").status == 204)
            #expect(try await site.get("/rest/api/3/issue/HELP-2").status == 404)
        }
    }

    @Test("moves with its parent, and not alone; and all of it outlives a stop")
    func moves() async throws {
        let folder = try TemporaryFolder()
        try await withSandbox {
            $0.database = folder.path("state.sqlite")
        } _: { site, _ in
            let key = try await site.issue()
            _ = try await make(site, below: ["key": .string(key)])
            let alone = try await site.post(
                "/sandbox/move", ["as": "Ada Ringer", "issue": "HELP-2", "project": "OPS"])
            #expect(alone.refusals == ["issue: A sub-task moves with its parent."])
            let moved = try await site.post("/sandbox/move", ["as": "Ada Ringer", "issue": "HELP-1", "project": "OPS"])
            #expect(moved.json["key"] == "OPS-1")
        }
        try await withSandbox {
            $0.database = folder.path("state.sqlite")
        } _: { site, _ in
            let fields = try await site.get("/rest/api/3/issue/HELP-2").json
            #expect(fields["key"] == "OPS-2" && fields["fields"]?["parent"]?["key"] == "OPS-1")
        }
    }
}
