// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Testing

@testable import Sandbox

@Suite("What issues of the sandbox are sorted by")
struct CatalogueTests {
    private func names(_ list: JSONValue?) -> [String] {
        list?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    }

    @Test("are components and versions that somebody made, set by name or id, shown and searched")
    func sorts() async throws {
        try await withSandbox { site, _ in
            let component = try await site.post("/rest/api/3/component", ["project": "HELP", "name": "Printers"])
            #expect(component.status == 201)
            let id = try #require(component.json["id"]?.stringValue)
            #expect(try await site.post("/rest/api/3/version", ["projectId": 10000, "name": "1.0"]).status == 201)
            #expect(names(try await site.get("/rest/api/3/project/HELP/components").json) == ["Printers"])
            #expect(names(try await site.get("/rest/api/3/project/HELP/versions").json) == ["1.0"])
            #expect(names(try await site.get("/rest/api/3/project/OPS/components").json) == [])

            let key = try await site.issue()
            let set = try await site.put(
                "/rest/api/3/issue/\(key)",
                ["fields": ["components": [["id": .string(id)]], "fixVersions": [["name": "1.0"]], "versions": []]])
            #expect(set.status == 204)
            let fields = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(names(fields?["components"]) == ["Printers"])
            #expect(names(fields?["fixVersions"]) == ["1.0"])
            #expect(names(fields?["versions"]) == [])
            for (jql, count) in [
                ("component = Printers", 1), ("fixVersion = '1.0'", 1), ("affectedVersion is empty", 1),
            ] {
                let reply = try await site.post("/rest/api/3/search/jql", ["jql": .string(jql)])
                #expect(reply.json["issues"]?.arrayValue?.count == count, "\(jql) \(reply.text)")
            }
            let wrong = try await site.put(
                "/rest/api/3/issue/\(key)", ["fields": ["components": [["name": "Screens"]]]])
            #expect(wrong.refusals == ["components: Component name 'Screens' is not valid"])
            let twice = try await site.post("/rest/api/3/component", ["project": "HELP", "name": "Printers"])
            #expect(twice.refusals == ["name: There is one of this name in the project already."])
        }
    }

    @Test("by a level of security is not there for who may not see it")
    func hidesIssues() async throws {
        try await withSandbox { site, _ in
            let levels = try await site.get("/rest/api/3/project/HELP/securitylevel").json["levels"]
            #expect(names(levels) == ["Staff", "Board"])
            let key = try await site.issue()
            func set(_ level: JSONValue) async throws -> Int {
                try await site.put("/rest/api/3/issue/\(key)", ["fields": ["security": level]]).status
            }
            #expect(try await set(["name": "Staff"]) == 204)
            let issue = try await site.get("/rest/api/3/issue/\(key)").json
            #expect(issue["fields"]?["security"]?["name"] == "Staff")
            #expect(try await set(["name": "Board"]) == 204)
            let gone = try await site.get("/rest/api/3/issue/\(key)")
            #expect(gone.status == 404)
            #expect(gone.refusals == ["Issue does not exist or you do not have permission to see it."])
            let found = try await site.post("/rest/api/3/search/jql", ["jql": "project = HELP"])
            #expect(found.json["issues"]?.arrayValue?.isEmpty == true)
        }
    }
}

@Suite("A group or a role of the sandbox")
struct CircleTests {
    @Test("has members, and is found")
    func isFound() async throws {
        try await withSandbox { site, _ in
            let groups = try await site.get("/rest/api/3/groups/picker?query=support").json
            #expect(groups["groups"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["support-team"])
            let members = try await site.get("/rest/api/3/group/member?groupname=support-team").json["values"]
            #expect(
                members?.arrayValue?.compactMap { $0["displayName"]?.stringValue } == ["Mail Handler", "Bo Lindqvist"])
            #expect(try await site.get("/rest/api/3/group/member?groupname=none").status == 404)
            let account = try #require(members?.arrayValue?[1]["accountId"]?.stringValue)
            let own = try await site.get("/rest/api/3/user/groups?accountId=\(account)").json
            #expect(own.arrayValue?.compactMap { $0["name"]?.stringValue } == ["jira-users", "support-team"])
            let roles = try await site.get("/rest/api/3/project/HELP/role").json.objectValue ?? [:]
            #expect(roles.keys.sorted() == ["Administrators", "Service Desk Team"])
            let role = try await site.get("/rest/api/3/project/HELP/role/10002").json
            #expect(role["actors"]?.arrayValue?.map { $0["displayName"] } == ["Dana Weiss"])
        }
    }

    @Test("sees the comments that are for it alone")
    func sees() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            for (words, kind, name) in [
                ("For the board", "group", "board"), ("For the team", "role", "Service Desk Team"),
            ] {
                let made = try await site.post(
                    "/sandbox/comments",
                    [
                        "as": "Dana Weiss", "issue": .string(key), "body": .string(words),
                        "visibility": ["type": .string(kind), "value": .string(name)],
                    ])
                #expect(made.status == 201)
            }
            let comments = try await site.get("/rest/api/3/issue/\(key)/comment").json
            #expect(comments["total"] == 1)
            #expect(comments["comments"]?.arrayValue?.map { $0["visibility"]?["value"] } == ["Service Desk Team"])
            #expect(try await site.get("/rest/api/3/issue/\(key)/comment/10001").status == 404)
            let fields = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(fields?["comment"]?["total"] == 1)
        }
    }

    @Test("of comments by their ids are those that are seen, with their properties")
    func listsComments() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            for number in 1...3 {
                _ = try await site.post(
                    "/rest/api/3/issue/\(key)/comment",
                    ["body": document("\(number)"), "properties": [["key": "mail", "value": .integer(number)]]])
            }
            let list = try await site.post(
                "/rest/api/3/comment/list?expand=properties", ["ids": [10003, 10001, 99999]])
            #expect(list.status == 200)
            let properties = list.json["values"]?.arrayValue?.map { $0["properties"]?.arrayValue?.first?["value"] }
            #expect(properties == [1, 3])
            let log = try await site.post(
                "/rest/api/3/issue/\(key)/worklog", ["timeSpentSeconds": 60, "started": "2026-01-31T12:00:00.000+0000"])
            #expect(log.status == 201)
            #expect(try await site.get("/rest/api/3/issue/\(key)/worklog").json["total"] == 1)
        }
    }
}
