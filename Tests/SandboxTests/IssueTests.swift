// SPDX-License-Identifier: Apache-2.0

import Markup
import NIOHTTP1
import Testing

@Suite("An issue of the sandbox")
struct IssueTests {
    @Test("is made with a key and a numeric id, and read by either")
    func isMade() async throws {
        try await withSandbox { site, _ in
            let made = try await site.post("/rest/api/3/issue", ["fields": fields("Printer on fire")])
            #expect(made.status == 201)
            #expect(made.json["key"] == "HELP-1")
            let id = try #require(made.json["id"]?.stringValue)
            #expect(made.json["self"]?.stringValue == "\(site.base)/rest/api/3/issue/\(id)")
            for reference in ["HELP-1", "help-1", id] {
                let read = try await site.get("/rest/api/3/issue/\(reference)")
                #expect(read.json["fields"]?["summary"] == "Printer on fire")
                #expect(read.json["fields"]?["description"] == document("It is *very* warm."))
                #expect(read.json["fields"]?["created"] == "2026-01-31T12:00:00.000+0000")
                #expect(read.json["fields"]?["status"]?["name"] == "To Do")
                #expect(read.json["fields"]?["reporter"]?["displayName"] == "Mail Handler")
            }
            #expect(try await site.issue("Another", project: "OPS") == "OPS-1")
            #expect(try await site.issue("A third") == "HELP-2")
        }
    }

    @Test("keeps properties, labels, a reporter and custom fields that came with it")
    func keepsWhatCame() async throws {
        try await withSandbox { site, _ in
            var given = fields("All of it")
            given["labels"] = ["mail", "vip"]
            given["reporter"] = ["accountId": "5b10a2844c20165700ede004"]
            given["priority"] = ["name": "High"]
            given["customfield_10033"] = ["value": "High"]
            _ = try await site.post(
                "/rest/api/3/issue", ["fields": given, "properties": [["key": "martlet.mail", "value": ["v": 1]]]])
            let read = try await site.get("/rest/api/3/issue/HELP-1?properties=martlet.mail").json
            #expect(read["fields"]?["labels"] == ["mail", "vip"])
            #expect(read["fields"]?["priority"]?["id"] == "2")
            #expect(read["fields"]?["customfield_10033"]?["value"] == "High")
            #expect(read["properties"] == ["martlet.mail": ["v": 1]])
            let reporter = try #require(read["fields"]?["reporter"])
            #expect(reporter["displayName"] == "Chidi Okafor")
            #expect(reporter["emailAddress"] == nil)
        }
    }

    @Test(
        "is refused in Jira's stages and words",
        arguments: [
            ("{}", "project: Specify a valid project ID or key"),
            (#"{"project":{"key":"NOPE"}}"#, "project: Specify a valid project ID or key"),
            (#"{"project":{"key":"HELP"}}"#, "issuetype: Specify an issue type"),
            (#"{"project":{"key":"HELP"},"issuetype":{"name":"Epic"}}"#, "issuetype: Specify a valid issue type"),
            (
                #"{"project":{"key":"HELP"},"issuetype":{"name":"Task"}}"#,
                "summary: You must specify a summary of the issue."
            ),
            (
                #"{"project":{"key":"HELP"},"issuetype":{"name":"Task"},"summary":"a\nb"}"#,
                "summary: The summary is invalid because it contains newline characters."
            ),
            (
                #"{"project":{"key":"HELP"},"issuetype":{"name":"Task"},"summary":"a","description":"plain"}"#,
                "description: Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            ),
            (
                #"{"project":{"key":"HELP"},"issuetype":{"name":"Task"},"summary":"a","colour":"red"}"#,
                "colour: Field 'colour' cannot be set. It is not on the appropriate screen, or unknown."
            ),
            (
                #"{"project":{"key":"HELP"},"issuetype":{"name":"Task"},"summary":"a","labels":["two words"]}"#,
                "labels: The label 'two words' contains spaces which is invalid."
            ),
        ])
    func isRefused(fields: String, words: String) async throws {
        try await withSandbox { site, _ in
            let body = try JSONValue(parsing: Array(#"{"fields":\#(fields)}"#.utf8))
            let reply = try await site.post("/rest/api/3/issue", body)
            #expect(reply.status == 400)
            #expect(reply.refusals == [words])
            // Nothing was made, and no number was spent.
            #expect(try await site.issue() == "HELP-1")
        }
    }

    @Test("takes a summary of 255 characters and refuses one of 256")
    func limitsSummary() async throws {
        try await withSandbox { site, _ in
            _ = try await site.issue(String(repeating: "s", count: 255))
            let reply = try await site.post(
                "/rest/api/3/issue", ["fields": fields(String(repeating: "s", count: 256))])
            #expect(reply.refusals == ["summary: Summary can't exceed 255 characters."])
        }
    }

    @Test("takes a description of 32,767 characters and refuses one of 32,768")
    func limitsDescription() async throws {
        try await withSandbox { site, _ in
            let long = String(repeating: "d", count: 32_767)
            let taken = try await site.post("/rest/api/3/issue", ["fields": fields("Long", text: long)])
            #expect(taken.status == 201)
            let reply = try await site.post("/rest/api/3/issue", ["fields": fields("Longer", text: long + "d")])
            #expect(
                reply.refusals == [
                    "description: The entered text is too long. It exceeds the allowed limit of 32,767 characters."
                ])
        }
    }

    @Test("is changed field by field, and whole or not at all")
    func isChanged() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let changed = try await site.put(
                "/rest/api/3/issue/\(key)", ["fields": ["summary": "Put out"], "update": ["labels": [["add": "fire"]]]])
            #expect(changed.status == 204)
            let refused = try await site.put(
                "/rest/api/3/issue/\(key)", ["fields": ["labels": ["x"], "summary": "a\nb"]])
            #expect(refused.status == 400)
            let read = try await site.get("/rest/api/3/issue/\(key)").json
            #expect(read["fields"]?["summary"] == "Put out")
            #expect(read["fields"]?["labels"] == ["fire"])
        }
    }

    @Test("is gone when it is deleted, and its key does not come back")
    func isDeleted() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            #expect(try await site.send(.DELETE, "/rest/api/3/issue/\(key)").status == 204)
            let read = try await site.get("/rest/api/3/issue/\(key)")
            #expect(read.status == 404)
            #expect(read.refusals == ["Issue does not exist or you do not have permission to see it."])
            #expect(try await site.issue() == "HELP-2")
        }
    }

    @Test("goes through its three statuses")
    func isMovedOn() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let offered =
                try await site.get("/rest/api/3/issue/\(key)/transitions").json["transitions"]?.arrayValue ?? []
            #expect(offered.compactMap { $0["name"]?.stringValue } == ["To Do", "In Progress", "Done"])
            let moved = try await site.post("/rest/api/3/issue/\(key)/transitions", ["transition": ["id": "31"]])
            #expect(moved.status == 204)
            let read = try await site.get("/rest/api/3/issue/\(key)?fields=status").json
            #expect(read["fields"]?["status"]?["name"] == "Done")
            #expect(read["fields"]?["summary"] == nil)
            let refused = try await site.post("/rest/api/3/issue/\(key)/transitions", ["transition": ["id": "99"]])
            #expect(refused.refusals == ["Transition id '99' is not valid for this issue."])
        }
    }

    @Test("is watched by people, and by nobody else")
    func isWatched() async throws {
        try await withSandbox { site, _ in
            let path = "/rest/api/3/issue/\(try await site.issue())/watchers"
            let account = "5b10a2844c20165700ede002"
            #expect(try await site.post(path, .string(account)).status == 204)
            #expect(try await site.post(path, .string(account)).status == 204)
            #expect(try await site.post(path, "nobody").status == 404)
            let watching = try await site.get(path).json
            #expect(watching["watchCount"] == 1)
            #expect(watching["watchers"]?[0]?["displayName"] == "Ada Ringer")
            #expect(try await site.send(.DELETE, "\(path)?accountId=\(account)").status == 204)
            #expect(try await site.get(path).json["watchCount"] == 0)
        }
    }
}
