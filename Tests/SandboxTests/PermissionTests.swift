// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A permission of the sandbox's API user")
struct PermissionTests {
    @Test("can be taken in one project: what it cannot browse there is not found")
    func browses() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            _ = try await site.issue("Elsewhere", project: "OPS")
            let taken = try await site.put("/sandbox/permissions", ["denied": ["BROWSE_PROJECTS"], "project": "HELP"])
            #expect(taken.status == 200)
            for path in ["issue/\(key)", "issue/\(key)/comment", "issue/\(key)/transitions", "project/HELP"] {
                #expect(try await site.get("/rest/api/3/\(path)").status == 404, "\(path)")
            }
            let found = try await site.post("/rest/api/3/search/jql", ["jql": "created > -1d", "fields": ["summary"]])
            #expect(found.json["issues"]?.arrayValue?.map { $0["key"] } == ["OPS-1"])
            let projects = try await site.get("/rest/api/3/project/search").json["values"]?.arrayValue
            #expect(projects?.map { $0["key"] } == ["OPS"])
            let held = try await site.get("/rest/api/3/mypermissions?permissions=BROWSE_PROJECTS&projectKey=OPS")
            #expect(held.json["permissions"]?["BROWSE_PROJECTS"]?["havePermission"] == true)
        }
    }

    @Test("that lacks is said in words, and changes nothing")
    func refuses() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            func without(_ names: [JSONValue], _ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws
                -> Reply
            {
                _ = try await site.put("/sandbox/permissions", ["denied": .array(names), "project": "HELP"])
                return try await site.send(method, "/rest/api/3/\(path)", body)
            }
            let comment = try await without(
                ["ADD_COMMENTS"], .POST, "issue/\(key)/comment", ["body": document("No")])
            #expect(comment.status == 400)
            #expect(comment.refusals == ["You do not have the permission to comment on this issue."])
            let create = try await without(["CREATE_ISSUES"], .POST, "issue", ["fields": fields("No")])
            #expect(create.status == 403)
            #expect(create.refusals == ["You do not have the permission CREATE_ISSUES."])
            let watch = try await without(["MANAGE_WATCHERS"], .POST, "issue/\(key)/watchers", nil)
            #expect(watch.refusals == ["You do not have the permission MANAGE_WATCHERS."])
            let work = try await without(
                ["WORK_ON_ISSUES"], .POST, "issue/\(key)/worklog", ["timeSpentSeconds": 60])
            #expect(work.refusals == ["You do not have the permission WORK_ON_ISSUES."])
            // Elsewhere all is allowed.
            #expect(try await site.issue("Elsewhere", project: "OPS") == "OPS-1")
        }
    }

    @Test("to say who reports, or to assign, decides which fields there are")
    func decidesFields() async throws {
        try await withSandbox { site, _ in
            _ = try await site.put("/sandbox/permissions", ["denied": ["MODIFY_REPORTER", "ASSIGN_ISSUES"]])
            var given = fields("For another")
            given["reporter"] = ["accountId": "5b10a2844c20165700ede002"]
            given["assignee"] = ["accountId": "5b10a2844c20165700ede002"]
            let refused = try await site.post("/rest/api/3/issue", ["fields": given])
            #expect(
                refused.refusals == [
                    "assignee: Field 'assignee' cannot be set. It is not on the appropriate screen, or unknown.",
                    "reporter: Field 'reporter' cannot be set. It is not on the appropriate screen, or unknown.",
                ])
            let meta = try await site.get("/rest/api/3/issue/createmeta/HELP/issuetypes/10001").json["fields"]
            let names = meta?.arrayValue?.compactMap { $0["fieldId"]?.stringValue } ?? []
            #expect(!names.contains("reporter") && !names.contains("assignee") && names.contains("summary"))
        }
    }

    @Test("to find people hides all of them where it is taken")
    func findsPeople() async throws {
        try await withSandbox { site, _ in
            let path = "/rest/api/3/user/search?query=ada"
            #expect(try await site.get(path).json.arrayValue?.count == 1)
            _ = try await site.put("/sandbox/permissions", ["denied": ["USER_PICKER"]])
            #expect(try await site.get(path).json.arrayValue?.count == 0)
        }
    }
}

@Suite("Work, versions and components of the sandbox")
struct UpkeepTests {
    @Test("are written down by seconds or in words, changed and taken away")
    func keepsWorklogs() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let path = "/rest/api/3/issue/\(key)/worklog"
            let made = try await site.post(path, ["timeSpent": "1d 1h 30m", "started": "2026-01-30T09:00:00.000+0100"])
            #expect(made.status == 201, "\(made.text)")
            #expect(made.json["timeSpentSeconds"] == 34200)
            #expect(made.json["started"] == "2026-01-30T08:00:00.000+0000")
            let id = try #require(made.json["id"]?.stringValue)
            let changed = try await site.put("\(path)/\(id)", ["timeSpentSeconds": 60, "comment": document("Less")])
            #expect(changed.json["timeSpent"] == "1m" && changed.json["comment"] == document("Less"))
            #expect(changed.json["started"] == "2026-01-30T08:00:00.000+0000")
            let wrong: [(JSONValue, String)] = [
                (["timeSpent": "long"], "timeLogged: Invalid time duration entered."),
                ([:], "timeLogged: You must indicate the time spent working."),
                (["timeSpentSeconds": 60, "started": "now"], "started: The start date is not valid."),
            ]
            for (body, words) in wrong {
                #expect(try await site.post(path, body).refusals == [words])
            }
            #expect(try await site.send(.DELETE, "\(path)/\(id)").status == 204)
            let gone = try await site.get("\(path)/\(id)")
            #expect(gone.refusals == ["Cannot find worklog with id: '\(id)'."])
        }
    }

    @Test("are renamed and released, and leave the issues when they are deleted")
    func keepsVersions() async throws {
        try await withSandbox { site, _ in
            let component = try await site.post("/rest/api/3/component", ["project": "HELP", "name": "Printers"])
            let version = try await site.post("/rest/api/3/version", ["project": "HELP", "name": "1.0"])
            let ids = [component, version].compactMap { $0.json["id"]?.stringValue }
            try #require(ids.count == 2)
            let key = try await site.issue()
            _ = try await site.put(
                "/rest/api/3/issue/\(key)",
                [
                    "fields": [
                        "components": [["name": "Printers"]], "fixVersions": [["name": "1.0"]],
                        "customfield_10047": ["name": "1.0"],
                    ]
                ])
            let renamed = try await site.put("/rest/api/3/component/\(ids[0])", ["name": "Paper"])
            #expect(renamed.json["name"] == "Paper")
            let released = try await site.put("/rest/api/3/version/\(ids[1])", ["released": true])
            #expect(released.json["released"] == true && released.json["name"] == "1.0")
            #expect(try await site.get("/rest/api/3/version/\(ids[1])").json["released"] == true)
            let shown = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(shown?["components"]?[0]?["name"] == "Paper" && shown?["customfield_10047"]?["name"] == "1.0")
            #expect(try await site.send(.DELETE, "/rest/api/3/version/\(ids[1])").status == 204)
            let after = try await site.get("/rest/api/3/issue/\(key)").json["fields"]
            #expect(after?["fixVersions"] == [] && after?["customfield_10047"] == .null)
            #expect(try await site.get("/rest/api/3/version/\(ids[1])").status == 404)
        }
    }

    @Test("a comment's visibility can be changed, to groups and roles that are there")
    func changesVisibility() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let path = "/rest/api/3/issue/\(key)/comment"
            let made = try await site.post(path, ["body": document("For all")])
            let id = try #require(made.json["id"]?.stringValue)
            let hidden = try await site.put(
                "\(path)/\(id)",
                ["body": document("For the team"), "visibility": ["type": "role", "value": "Service Desk Team"]])
            #expect(hidden.json["visibility"]?["value"] == "Service Desk Team")
            let kept = try await site.put("\(path)/\(id)", ["body": document("Again")])
            #expect(kept.json["visibility"]?["value"] == "Service Desk Team")
            let unknown = try await site.put(
                "\(path)/\(id)", ["body": document("x"), "visibility": ["type": "group", "value": "nobody"]])
            #expect(unknown.refusals == ["commentLevel: Group: nobody does not exist."])
        }
    }
}
