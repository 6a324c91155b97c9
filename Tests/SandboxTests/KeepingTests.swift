// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Jira
import LocalServers
import Markup
import NIOHTTP1
import Testing
import Vault

@testable import Sandbox

@Suite("The file of a sandbox", .timeLimit(.minutes(1)))
struct KeepingTests {
    /// Starts a sandbox on a file, lets a test use it, and stops it.
    private func run<Value>(
        _ file: String, _ set: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (Site, RunningSandbox) async throws -> Value
    ) async throws -> Value {
        try await withSandbox {
            $0.database = file
            $0.projects[0].isServiceProject = true
            set(&$0)
        } _: {
            try await body($0, $1)
        }
    }

    /// What a site shows, without the port that it is at.
    private func picture(_ site: Site) async throws -> [String] {
        var paths = [
            "/rest/api/3/project/search", "/rest/api/3/project/HELP/components", "/rest/api/3/project/HELP/versions",
            "/sandbox/counts", "/sandbox/people", "/rest/webhooks/1.0/webhook", "/sandbox/oauth",
            "/rest/servicedeskapi/organization", "/rest/servicedeskapi/organization/10001/user",
            "/rest/servicedeskapi/request/HELP-2", "/rest/servicedeskapi/request/HELP-2/participant",
            "/rest/api/3/attachment/content/10001?redirect=false", "/.well-known/jwks.json",
            "/sandbox/screens", "/sandbox/fields", "/sandbox/workflows",
        ]
        for key in ["HELP-1", "HELP-2", "OPS-1", "HELP-4"] {
            paths += [
                "/rest/api/3/issue/\(key)?properties=*all", "/rest/api/2/issue/\(key)/comment?expand=properties",
                "/rest/api/3/issue/\(key)/watchers",
            ]
        }
        var shown: [String] = []
        for path in paths {
            let reply = try await site.get(path)
            // The count of requests is about this run alone.
            var json = reply.json
            if json["requestCount"] != nil { json["requestCount"] = nil }
            let text = json.isNull ? reply.text : String(decoding: json.serialized, as: UTF8.self)
            shown.append("\(path) \(reply.status) \(text.replacing(site.base, with: ""))")
        }
        return shown
    }

    /// One of everything that is kept.
    private func fill(_ site: Site) async throws {
        let key = try await site.issue()
        _ = try await site.post("/rest/api/3/component", ["project": "HELP", "name": "Printers"])
        _ = try await site.post("/rest/api/3/version", ["projectId": 10000, "name": "1.0"])
        for number in 1...3 {
            _ = try await site.post(
                "/rest/api/3/issue/\(key)/comment",
                ["body": document("No. \(number)"), "properties": [["key": "mail", "value": .integer(number)]]])
        }
        _ = try await site.send(.DELETE, "/rest/api/3/issue/\(key)/comment/10002")
        _ = try await site.put("/rest/api/3/comment/10003/properties/mail", ["changed": 1.5])
        _ = try await site.upload(Array("first".utf8), named: "a.png", to: key)
        _ = try await site.upload(Array("second".utf8), named: "b.png", to: key)
        _ = try await site.send(.DELETE, "/rest/api/3/attachment/10002")
        _ = try await site.put(
            "/rest/api/3/issue/\(key)",
            [
                "fields": [
                    "components": [["name": "Printers"]], "security": ["name": "Staff"], "duedate": "2026-02-01",
                    "labels": ["b", "a"], "assignee": ["accountId": "5b10a2844c20165700ede003"],
                ]
            ])
        _ = try await site.post("/rest/api/3/issue/\(key)/transitions", ["transition": ["id": "21"]])
        _ = try await site.post("/rest/api/3/issue/\(key)/watchers", "5b10a2844c20165700ede002")
        _ = try await site.post("/rest/api/3/issue/\(key)/worklog", ["timeSpentSeconds": 60])
        try await fillDesk(site)
        _ = try await site.issue("Elsewhere", project: "OPS")
        _ = try await site.post(
            "/rest/api/3/issueLink",
            ["type": ["name": "Blocks"], "inwardIssue": ["key": "HELP-1"], "outwardIssue": ["key": "OPS-1"]])
        let gone = try await site.issue("To be deleted")
        _ = try await site.send(.DELETE, "/rest/api/3/issue/\(gone)")
    }

    private func fillDesk(_ site: Site) async throws {
        let customer = try await site.post(
            "/rest/servicedeskapi/customer", ["email": "new@example.org", "displayName": "Nia New"])
        let account = try #require(customer.json["accountId"])
        _ = try await site.post("/rest/servicedeskapi/organization", ["name": "Customers"])
        _ = try await site.post("/rest/servicedeskapi/organization/10001/user", ["accountIds": [account]])
        let request = try await site.post(
            "/rest/servicedeskapi/request",
            [
                "serviceDeskId": "10000", "requestTypeId": "1", "raiseOnBehalfOf": account,
                "requestParticipants": [account],
                "requestFieldValues": ["summary": "Ask", "description": "Please *do*"],
            ])
        #expect(request.json["issueKey"] == "HELP-2", "\(request.text)")
        _ = try await site.post(
            "/rest/webhooks/1.0/webhook",
            [
                "name": "Mail", "url": "http://127.0.0.1:1/", "events": ["comment_created"], "secret": "s3cret",
                "filters": ["issue-related-events-section": "project = OPS"],
            ])
        _ = try await site.put("/sandbox/permissions", ["denied": ["LINK_ISSUES"]])
        _ = try await site.put("/sandbox/permissions", ["denied": []])
        _ = try await site.put("/sandbox/screens", ["required": ["duedate"], "textLimit": 10_000])
        _ = try await site.put("/sandbox/permissions", ["denied": ["LINK_ISSUES"], "project": "OPS"])
        _ = try await site.post("/sandbox/fields", ["name": "Floor", "kind": "select", "options": ["North", "South"]])
        _ = try await site.put("/sandbox/workflows", ["project": "OPS", "workflow": "review"])
        let set = try await site.put(
            "/rest/api/3/issue/HELP-1",
            [
                "fields": [
                    "customfield_10049": ["value": "South"], "customfield_10031": document("Steps"),
                    "customfield_10032": 0.1, "customfield_10047": ["name": "1.0"], "duedate": "2026-02-02",
                ]
            ])
        #expect(set.status == 204, "\(set.text)")
        _ = try await site.put("/sandbox/screens", ["required": [], "textLimit": 10_000])
    }

    @Test("brings all back after a stop, and ids go on")
    func outlivesStop() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        let before = try await run(file) { site, _ in
            try await fill(site)
            return try await picture(site)
        }
        try await run(file) { site, _ in
            let after = try await picture(site)
            #expect(after.count == before.count)
            for (one, other) in zip(before, after) { #expect(one == other) }
            #expect(after[11].hasSuffix(" 200 first"))
            let issue = try await site.get("/rest/api/3/issue/HELP-1").json["fields"]
            #expect(issue?["comment"]?["comments"]?.arrayValue?.map { $0["id"] } == ["10001", "10003"])
            // HELP-3 was deleted: its key is not given out again.
            let next = try await site.post("/rest/api/3/issue", ["fields": fields("Next")])
            #expect(next.json["key"] == "HELP-4")
            #expect(next.json["id"] == "10005")
            let comment = try await site.post("/rest/api/3/issue/HELP-4/comment", ["body": document("c")])
            #expect(comment.json["id"] == "10004")
            let upload = try await site.upload([1], named: "c.png", to: "HELP-4")
            #expect(upload.json[0]?["id"] == "10003")
            let long = try await site.post(
                "/rest/api/3/issue", ["fields": fields("Long", text: String(repeating: "d", count: 10_001))])
            #expect(
                long.refusals == [
                    "description: The entered text is too long. It exceeds the allowed limit of 10,000 characters."
                ])
        }
    }

    @Test("holds each answer's change before the answer, so that a killed sandbox loses none")
    func outlivesKill() async throws {
        let folder = try TemporaryFolder()
        let (file, left) = (folder.path("state.sqlite"), folder.path("left.sqlite"))
        let before = try await run(file) { site, _ in
            try await fill(site)
            // What a killed process leaves is what lies there now.
            for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: file + end, toPath: left + end) }
            return try await picture(site)
        }
        let after = try await run(left) { site, _ in try await picture(site) }
        #expect(after == before)
    }

    @Test("holds grants of OAuth 2.0: tokens count on, and the keys that signed them are the same")
    func keepsGrants() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        func refresh(_ site: Site, _ token: JSONValue) async throws -> Reply {
            try await site.post(
                "/oauth/token",
                [
                    "grant_type": "refresh_token", "client_id": "sandbox-app", "client_secret": "sandbox-app-secret",
                    "refresh_token": token,
                ])
        }
        let (first, second, keys) = try await run(file) { site, sandbox in
            let question = ConsentQuestion(
                scopes: ["read:jira-work", "read:jira-user", "offline_access"], redirect: "http://127.0.0.1:1/back",
                state: "s")
            let back = try await sandbox.jira.whole { $0.answer(question, .yes) }
            let code = try #require(URLComponents(string: back)?.queryItems?.first { $0.name == "code" }?.value)
            let tokens = try await site.post(
                "/oauth/token",
                [
                    "grant_type": "authorization_code", "client_id": "sandbox-app",
                    "client_secret": "sandbox-app-secret", "code": .string(code),
                    "redirect_uri": "http://127.0.0.1:1/back",
                ])
            let first = try #require(tokens.json["refresh_token"])
            let second = try await refresh(site, first).json
            return (first, second, try await site.get("/.well-known/jwks.json").text)
        }
        try await run(file) {
            $0.now = { Date(timeIntervalSince1970: 1_769_860_800 + 601) }
        } _: { site, _ in
            #expect(try await site.get("/.well-known/jwks.json").text == keys)
            var app = site
            app.credentials = ""
            let token = try #require(second["access_token"]?.stringValue)
            let path = "/ex/jira/\(SandboxConfiguration.cloudID)/rest/api/3/myself"
            let read = try await app.send(.GET, path, headers: [("Authorization", "Bearer \(token)")])
            #expect(read.status == 200)
            // It was exchanged before the stop, more than ten minutes ago.
            #expect(try await refresh(site, first).status == 403)
            #expect(try await refresh(site, try #require(second["refresh_token"])).status == 200)
        }
    }

    @Test("sends the events of a webhook that was registered before the stop, signed as before")
    func keepsWebhooks() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        let receiver = Receiver()
        try await receiver.serve { url in
            try await run(file) { site, _ in
                let made = try await site.post(
                    "/rest/webhooks/1.0/webhook",
                    [
                        "name": "Mail", "url": .string(url), "events": ["jira:issue_created"], "secret": "hush",
                        "filters": ["issue-related-events-section": "project = OPS"],
                    ])
                #expect(made.status == 201)
            }
            try await run(file) { site, _ in
                _ = try await site.issue("Not asked for", project: "HELP")
                _ = try await site.issue("Asked for", project: "OPS")
                let event = try #require(await receiver.first(1).first)
                #expect(event.json["issue"]?["fields"]?["summary"] == "Asked for")
                let signature = "sha256=" + hex(Vault.signature(of: event.bytes, with: Secret("hush")))
                #expect(event.header("X-Hub-Signature") == signature)
            }
        }
    }

    @Test("takes the account and further projects from the command, and the rest from itself")
    func takesUpSettings() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        _ = try await run(file) { site, _ in try await site.issue() }
        try await run(file) {
            $0.apiUser = "other@example.com"
            $0.projects = [.init(key: "NEW", name: "New"), .init(key: "HELP", name: "Another name")]
        } _: { site, _ in
            var site = site
            site.credentials = "other@example.com:sandbox-token"
            let projects = try await site.get("/rest/api/3/project/search").json["values"]?.arrayValue ?? []
            #expect(projects.map { $0["key"] } == ["HELP", "OPS", "NEW"])
            #expect(projects.map { $0["id"] } == ["10000", "10001", "10002"])
            #expect(projects.first?["name"] == "Help desk")
            #expect(try await site.get("/rest/api/3/myself").json["emailAddress"] == "other@example.com")
            #expect(try await site.issue() == "HELP-2")
        }
    }

    @Test("holds nothing of a deleted project that one of its key, made anew, would inherit")
    func forgetsProject() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        func set(_ configuration: inout SandboxConfiguration) {
            configuration.projects = [
                .init(key: "OPS", name: "Operations"), .init(key: "HELP", name: "Help desk", isServiceProject: true),
            ]
        }
        try await run(file, set) { site, _ in
            for summary in ["Stays away", "Goes"] { _ = try await site.issue(summary) }
            let moved = try await site.post("/sandbox/move", ["as": "Ada Ringer", "issue": "HELP-1", "project": "OPS"])
            #expect(moved.json["key"] == "OPS-1")
            try await burden(site)
            #expect(try await site.send(.DELETE, "/rest/api/3/project/HELP").status == 204)
            let rules = try await site.get("/sandbox/screens").json["screens"]?.arrayValue
            #expect(rules?.map { $0["project"] } == ["OPS"])
            #expect(try await site.get("/sandbox/workflows").json == [])
        }
        try await run(file, set) { site, sandbox in
            let projects = try await site.get("/rest/api/3/project/search").json["values"]?.arrayValue ?? []
            #expect(projects.map { $0["key"] } == ["OPS", "HELP"])
            // 10001 was the deleted one's.
            #expect(projects.map { $0["id"] } == ["10000", "10002"])
            #expect(try await site.get("/rest/servicedeskapi/servicedesk/10002/customer").json["size"] == 0)
            #expect(await sandbox.jira.deskState.circles.customers.isEmpty)
            #expect(await sandbox.jira.deniedInProjects.isEmpty)
            // HELP-1 leads to what was moved away; the next key is free, and its issue has an id of its own.
            let made = try await site.post("/rest/api/3/issue", ["fields": fields("Anew")])
            #expect(made.json["key"] == "HELP-2" && made.json["id"] == "10003", "\(made.text)")
            #expect(try await site.get("/rest/api/3/issue/HELP-1").json["key"] == "OPS-1")
            let comment = try await site.post("/rest/api/3/issue/HELP-2/comment", ["body": document("May I?")])
            #expect(comment.status == 201)
            #expect(try await site.send(.DELETE, "/rest/api/3/project/HELP").status == 204)
        }
        try await run(file, set) { site, _ in
            let again = try await site.get("/rest/api/3/project/HELP").json
            #expect(again["id"] == "10003")
        }
    }

    /// Rules, denials, customers and an organization of HELP, and a rule of another project.
    private func burden(_ site: Site) async throws {
        _ = try await site.put("/sandbox/permissions", ["denied": ["ADD_COMMENTS"], "project": "HELP"])
        _ = try await site.put("/sandbox/screens", ["project": "HELP", "required": ["duedate"]])
        _ = try await site.put("/sandbox/screens", ["project": "OPS", "required": ["priority"]])
        _ = try await site.put("/sandbox/workflows", ["project": "HELP", "type": "Task", "workflow": "review"])
        let customers: JSONValue = ["accountIds": ["5b10a2844c20165700ede002"]]
        _ = try await site.post("/rest/servicedeskapi/servicedesk/10001/customer", customers)
        _ = try await site.post("/rest/servicedeskapi/organization", ["name": "Customers"])
        let member: JSONValue = ["accountIds": ["5b10a2844c20165700ede003"]]
        _ = try await site.post("/rest/servicedeskapi/organization/10001/user", member)
        _ = try await site.post("/rest/servicedeskapi/servicedesk/10001/organization", ["organizationId": 10001])
        #expect(try await site.get("/rest/servicedeskapi/servicedesk/10001/customer").json["size"] == 2)
    }

    @Test("is refused in words where it cannot be used")
    func isRefused() async throws {
        let folder = try TemporaryFolder()
        func refusal(of file: String, _ set: (inout SandboxConfiguration) -> Void = { _ in }) async -> String {
            do {
                try await run(file, set) { _, _ in }
                return "It started."
            } catch {
                return "\(error)"
            }
        }
        let file = folder.path("state.sqlite")
        let second = try await run(file) { _, _ in await refusal(of: file) }
        #expect(second == "\(file) is in use by another process.")
        let other = await refusal(of: file) { $0.deployment = .dataCenter }
        #expect(other == "The file holds the state of a stand-in for Jira Cloud.")
        let again = await refusal(of: file)
        #expect(again == "It started.")
        let letter = folder.path("letter.txt")
        try Data("Dear Martlet, this is a letter and not a database at all.\n".utf8).write(to: URL(filePath: letter))
        let foreign = await refusal(of: letter)
        #expect(foreign == "\(letter) is no state of a sandbox.")
        let desk = await refusal(of: file) { $0.projects = [.init(key: "OPS", name: "Ops", isServiceProject: true)] }
        #expect(desk == "In the file OPS is no service project, and stays so.")
    }

    @Test("leaves another program's database as it was")
    func sparesOthers() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("other.sqlite")
        let queue = try DatabaseQueue(path: file)
        try await queue.write { try $0.execute(literal: "CREATE TABLE birds (name TEXT)") }
        try queue.close()
        let before = try Data(contentsOf: URL(filePath: file))
        await #expect(throws: (any Error).self) { try await run(file) { _, _ in } }
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test("is for nobody else to read, with all that lies beside it")
    func isPrivate() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("state.sqlite")
        try await run(file) { site, _ in
            _ = try await site.issue()
            for path in [file, "\(file)-wal"] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(path)")
            }
        }
    }
}
