// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A search in the sandbox")
struct SearchTests {
    private static let prepared: @Sendable (Site) async throws -> Void = { site in
        _ = try await site.issue("Printer on fire")
        _ = try await site.issue("Coffee is cold", project: "OPS")
        _ = try await site.issue("Printer out of paper")
        _ = try await site.put("/rest/api/3/issue/HELP-2/properties/martlet.mail", ["messageIDs": ["a@b", "c@d"]])
        _ = try await site.post("/rest/api/3/issue/OPS-1/transitions", ["transition": ["id": "31"]])
    }

    private static func found(_ jql: String, _ site: Site) async throws -> [String] {
        let reply = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql), "fields": ["key", "summary"]])
        #expect(reply.status == 200, "\(jql): \(reply.text)")
        return (reply.json["issues"]?.arrayValue ?? []).compactMap { $0["key"]?.stringValue }.sorted()
    }

    @Test("finds by the fields that it knows")
    func finds() async throws {
        let expected: [(jql: String, keys: [String])] = [
            ("project = HELP", ["HELP-1", "HELP-2"]),
            ("project in (HELP, OPS) AND status = Done", ["OPS-1"]),
            ("key = HELP-2", ["HELP-2"]),
            ("summary ~ printer AND NOT summary ~ \"fire\"", ["HELP-2"]),
            ("text ~ \"very warm\"", ["HELP-1", "HELP-2", "OPS-1"]),
            ("issue.property[martlet.mail].messageIDs = \"c@d\"", ["HELP-2"]),
            ("issue.property[martlet.mail].messageIDs = \"x@y\"", []),
            ("reporter = currentUser() AND (status != Done OR project = OPS)", ["HELP-1", "HELP-2", "OPS-1"]),
            ("reporter = \"mail-handler@example.com\" ORDER BY created DESC", ["HELP-1", "HELP-2", "OPS-1"]),
            ("assignee is not empty", []),
            ("updated >= \"2026-01-31 12:00\" AND updated <= now()", ["HELP-1", "HELP-2", "OPS-1"]),
            ("updated >= \"2026/02/01\"", []),
            ("created > -5m", ["HELP-1", "HELP-2", "OPS-1"]),
        ]
        try await withSandbox { site, _ in
            try await Self.prepared(site)
            for (jql, keys) in expected { #expect(try await Self.found(jql, site) == keys, "\(jql)") }
        }
    }

    @Test("puts issues in the order that is asked for, and newest first where none is")
    func orders() async throws {
        try await withSandbox { site, _ in
            try await Self.prepared(site)
            for (order, keys) in [
                ("", ["HELP-2", "OPS-1", "HELP-1"]), ("ORDER BY key", ["HELP-1", "OPS-1", "HELP-2"]),
                ("ORDER BY created ASC, key DESC", ["HELP-2", "OPS-1", "HELP-1"]),
                ("ORDER BY rank", ["HELP-2", "OPS-1", "HELP-1"]),
            ] {
                let reply = try await site.post(
                    "/rest/api/3/search/jql", ["jql": .string("created > -5m \(order)"), "fields": ["key", "summary"]])
                #expect(reply.json["issues"]?.arrayValue?.compactMap { $0["key"]?.stringValue } == keys, "\(order)")
            }
        }
    }

    @Test("finds a new issue after the lag that is set, or at once where it is reconciled")
    func lags() async throws {
        try await withSandbox { site, _ in
            let set = try await site.put("/sandbox/limits", ["searchLag": 5])
            #expect(set.json["searchLag"]?.doubleValue == 5)
            try await Self.prepared(site)
            #expect(try await Self.found("project = HELP", site) == [])
            let reply = try await site.post(
                "/rest/api/3/search/jql",
                ["jql": "project = HELP", "reconcileIssues": [10001], "fields": ["key", "summary"]])
            #expect(reply.json["issues"]?.arrayValue?.compactMap { $0["key"]?.stringValue } == ["HELP-1"])
            _ = try await site.put("/sandbox/limits", ["searchLag": 0])
            #expect(try await Self.found("project = HELP", site) == ["HELP-1", "HELP-2"])
        }
    }

    @Test("gives only ids unless fields are asked for, and pages by token")
    func pages() async throws {
        try await withSandbox { site, _ in
            try await Self.prepared(site)
            let first = try await site.get("/rest/api/3/search/jql?jql=project%20%3D%20HELP&maxResults=1").json
            #expect(first["issues"] == [["id": "10003"]])
            #expect(first["isLast"] == false)
            let token = try #require(first["nextPageToken"]?.stringValue)
            let body: JSONValue = ["jql": "project = HELP", "maxResults": 1, "nextPageToken": .string(token)]
            let second = try await site.post("/rest/api/3/search/jql", body).json
            #expect(second["issues"] == [["id": "10001"]])
            #expect(second["isLast"] == true)
            #expect(second["nextPageToken"] == nil)
            let other: JSONValue = ["jql": "project = OPS", "nextPageToken": .string(token)]
            let refused = try await site.post("/rest/api/3/search/jql", other)
            #expect(refused.refusals == ["The provided next page token is invalid or expired."])
            let count = try await site.post("/rest/api/3/search/approximate-count", ["jql": "project = HELP"])
            #expect(count.json == ["count": 2])
        }
    }

    @Test(
        "is refused as a whole for a project that is gone or hidden, with a sentence for each",
        arguments: [true, false])
    func refusesUnseen(isGone: Bool) async throws {
        try await withSandbox { site, _ in
            try await Self.prepared(site)
            let query: JSONValue = ["jql": "project in (HELP, OPS, NONE)"]
            if isGone {
                #expect(try await site.send(.DELETE, "/rest/api/3/project/OPS").status == 204)
                #expect(try await site.get("/rest/api/3/issue/OPS-1").status == 404)
            } else {
                _ = try await site.put("/sandbox/permissions", ["denied": ["BROWSE_PROJECTS"], "project": "OPS"])
            }
            for path in ["search/jql", "search/approximate-count"] {
                let reply = try await site.post("/rest/api/3/\(path)", query)
                #expect(reply.status == 400)
                #expect(
                    reply.refusals == [
                        "The value 'OPS' does not exist for the field 'project'.",
                        "The value 'NONE' does not exist for the field 'project'.",
                    ])
            }
            #expect(try await Self.found("project = HELP", site) == ["HELP-1", "HELP-2"])
        }
    }

    @Test(
        "is refused in Jira's words",
        arguments: [
            (
                "", 400,
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            ),
            (
                "order by key", 400,
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            ),
            (
                "project = HELP status", 400,
                "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 16)"
            ),
            (
                "colour = red", 400,
                "Field 'colour' does not exist or you do not have permission to view it."
            ),
            (
                "updated >= yesterday", 400,
                "Date value 'yesterday' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
                    + "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
            ),
            ("project = NOPE", 400, "The value 'NOPE' does not exist for the field 'project'."),
            (
                "project in (help, 10000, \"Help desk\", Nope)", 400,
                "The value 'Nope' does not exist for the field 'project'."
            ),
            (
                "NOT (project = 99 AND created > -1d)", 400,
                "A value with ID '99' does not exist for the field 'project'."
            ),
            ("status != Opened", 400, "The value 'Opened' does not exist for the field 'status'."),
            ("type = Question", 400, "The value 'Question' does not exist for the field 'type'."),
            ("priority = Urgent", 400, "The value 'Urgent' does not exist for the field 'priority'."),
            ("resolution = Forgotten", 400, "The value 'Forgotten' does not exist for the field 'resolution'."),
            ("key = HELP-99", 400, "An issue with key 'HELP-99' does not exist for field 'key'."),
            ("id = 10099", 400, "A value with ID '10099' does not exist for the field 'id'."),
        ])
    func isRefused(jql: String, status: Int, words: String) async throws {
        try await withSandbox { site, _ in
            _ = try await site.issue()
            let reply = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql)])
            #expect(reply.status == status)
            #expect(reply.refusals == [words])
        }
    }

    @Test("never stops the program, whatever the query is")
    func neverTraps() {
        let pieces = ["project", "=", "(", ")", "\"", "not", "in", "order", "by", "[", "]", ",", "~", "x", "is", "'"]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    _ = try? JQLParser.clause("\(first) \(second) \(third) \(first)")
                }
            }
        }
        #expect(throws: JiraRefusal.self) { try JQLParser.clause(String(repeating: "(", count: 10_000)) }
    }

    @Test("for a person finds by name and by an address that is shown, never by a hidden one")
    func findsPeople() async throws {
        try await withSandbox { site, _ in
            func found(_ query: String) async throws -> [String] {
                let list = try await site.get("/rest/api/3/user/search?query=\(query)").json.arrayValue ?? []
                return list.compactMap { $0["displayName"]?.stringValue }
            }
            #expect(try await found("ada@example.com") == ["Ada Ringer"])
            #expect(try await found("RING") == ["Ada Ringer"])
            #expect(try await found("chidi%20ok") == ["Chidi Okafor"])
            #expect(try await found("chidi@example.com") == [])
            let user = try await site.get("/rest/api/3/user?accountId=5b10a2844c20165700ede004").json
            #expect(user["displayName"] == "Chidi Okafor")
            #expect(user["emailAddress"] == nil)
        }
    }

    @Test("that lags finds an issue as it was a while ago, unless it is told to look")
    func lagsBehindChanges() async throws {
        let clock = Clock()
        try await withSandbox {
            $0.now = { clock.now }
        } _: { site, _ in
            let old = try await site.issue("Old")
            _ = try await site.put("/sandbox/limits", ["searchLag": 10])
            _ = try await site.put("/rest/api/3/issue/\(old)", ["fields": ["summary": "Renamed"]])
            _ = try await site.issue("New")
            func found(_ jql: String, reconciling: [JSONValue] = []) async throws -> [String] {
                let reply = try await site.post(
                    "/rest/api/3/search/jql",
                    ["jql": .string(jql), "fields": ["summary"], "reconcileIssues": .array(reconciling)])
                return reply.json["issues"]?.arrayValue?.map { $0["fields"]?["summary"]?.stringValue ?? "" } ?? []
            }
            #expect(try await found("project = HELP") == ["Old"])
            #expect(try await found("summary ~ Renamed") == [])
            #expect(try await found("project = HELP", reconciling: [10001, 10002]) == ["New", "Renamed"])
            clock.advance(5)
            _ = try await site.put("/rest/api/3/issue/\(old)", ["fields": ["summary": "Again"]])
            clock.advance(5)
            #expect(try await found("project = HELP") == ["New", "Renamed"])
            clock.advance(5)
            #expect(try await found("project = HELP") == ["New", "Again"])
        }
    }
}
