// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

/// The status of `myself` with a token alone.
private func statusOfMyself(_ site: Site, _ root: String, bearer token: String) async throws -> Int {
    var site = site
    site.credentials = ""
    return try await site.send(.GET, "\(root)/myself", headers: [("Authorization", "Bearer \(token)")]).status
}

@Suite("The stand-in Data Center")
struct DataCenterTests {
    private func withServer(_ body: (Site, RunningSandbox) async throws -> Void) async throws {
        try await withSandbox {
            $0.deployment = .dataCenter
            $0.contextPath = "/jira"
        } _: { site, sandbox in
            try await body(site, sandbox)
        }
    }

    @Test("is below its context path, speaks REST v2 alone, and says what it is")
    func saysWhatItIs() async throws {
        try await withServer { site, _ in
            #expect(site.base.hasSuffix("/jira"))
            let info = try await site.get("/rest/api/2/serverInfo").json
            #expect(info["deploymentType"] == "Server" && info["version"] == "10.3.24")
            #expect(info["baseUrl"]?.stringValue == site.base)
            #expect(try await site.get("/rest/api/3/serverInfo").status == 404)
            let outside = Site(base: String(site.base.dropLast(5)))
            #expect(try await outside.get("/rest/api/2/serverInfo").status == 404)
        }
    }

    @Test("takes a personal access token, or the name and password of its account")
    func takesToken() async throws {
        try await withServer { site, _ in
            let status = try await statusOfMyself(site, "/rest/api/2", bearer: "sandbox-token")
            #expect(status == 200)
            #expect(try await site.get("/rest/api/2/myself").status == 200)
            #expect(try await statusOfMyself(site, "/rest/api/2", bearer: "other") == 401)
        }
    }

    @Test("knows people by key and name, and shows their addresses by the same rule")
    func knowsPeople() async throws {
        try await withServer { site, _ in
            let ada = try await site.get("/rest/api/2/user?key=JIRAUSER10102").json
            #expect(ada["name"] == "ada" && ada["key"] == "JIRAUSER10102" && ada["accountId"] == nil)
            #expect(try await site.get("/rest/api/2/user?username=ada").json == ada)
            #expect(try await site.get("/rest/api/2/user/search?username=ada@example.com").json == [ada])
            #expect(
                try await site.get("/rest/api/2/user/search?query=ada").refusals == [
                    "The username query parameter was not provided"
                ])
            #expect(try await site.get("/rest/api/2/user?key=none").status == 404)
        }
    }

    @Test("takes a reporter and a watcher by user name only")
    func takesNames() async throws {
        try await withServer { site, _ in
            var given = fields("Printer")
            given["description"] = "It is *very* warm."
            given["reporter"] = ["name": "ada"]
            let made = try await site.post("/rest/api/2/issue", ["fields": given])
            #expect(made.status == 201)
            let read = try await site.get("/rest/api/2/issue/HELP-1").json
            #expect(read["fields"]?["reporter"]?["key"] == "JIRAUSER10102")
            #expect(read["fields"]?["description"] == "It is *very* warm.")
            #expect(try await site.post("/rest/api/2/issue/HELP-1/watchers", "bo").status == 204)
            #expect(try await site.get("/rest/api/2/issue/HELP-1/watchers").json["watchers"]?[0]?["name"] == "bo")
            given["reporter"] = ["id": "JIRAUSER10102"]
            #expect(
                try await site.post("/rest/api/2/issue", ["fields": given]).refusals == [
                    "reporter: User '' does not exist."
                ])
        }
    }

    @Test("searches by numbers, and answers a query that restricts nothing")
    func searches() async throws {
        try await withServer { site, _ in
            for summary in ["one", "two", "three"] {
                var given = fields(summary)
                given["description"] = nil
                _ = try await site.post("/rest/api/2/issue", ["fields": given])
            }
            let page = try await site.post(
                "/rest/api/2/search", ["jql": "project = HELP", "startAt": 1, "maxResults": 1, "fields": ["summary"]])
            #expect(page.json["total"] == 3 && page.json["issues"]?.arrayValue?.count == 1)
            #expect(page.json["issues"]?[0]?["fields"] == ["summary": "two"])
            #expect(try await site.get("/rest/api/2/search?jql=").json["total"] == 3)
            #expect(try await site.get("/rest/api/2/search/jql?jql=project%3DHELP").status == 404)
        }
    }

    @Test("sends a comment's event without the issue, which its address names")
    func sendsEvents() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withServer { site, _ in
                _ = try await site.post(
                    "/rest/jira-webhook/1.0/webhooks",
                    ["name": "n", "url": .string(url), "events": ["comment_created", "jira:issue_updated"]])
                var given = fields("Printer")
                given["description"] = nil
                _ = try await site.post("/rest/api/2/issue", ["fields": given])
                _ = try await site.post("/rest/api/2/issue/HELP-1/comment", ["body": "It *burns*."])
                let told = await receiver.first(2).map(\.json)
                #expect(told[0]["webhookEvent"] == "comment_created" && told[0]["issue"] == nil)
                #expect(told[0]["user"] == nil && told[0]["comment"]?["body"] == "It *burns*.")
                let address = told[0]["comment"]?["self"]?.stringValue ?? ""
                #expect(address.hasSuffix("/jira/rest/api/2/issue/10001/comment/10001"))
                #expect(told[1]["issue_event_type_name"] == "issue_commented")
                #expect(told[1]["user"]?["name"] == "mail-handler")
            }
        }
    }

    @Test("registers webhooks where version 10 does, with a secret in their configuration alone")
    func registersWebhooks() async throws {
        let receiver = Receiver()
        try await receiver.serve { url in
            try await withServer { site, _ in
                let root = "/rest/jira-webhook/1.0/webhooks"
                #expect(try await site.get("/rest/webhooks/1.0/webhook").status == 404)
                let wish: JSONValue = ["name": "n", "url": .string(url), "events": ["jira:issue_created"]]
                var signed = wish
                signed["configuration"] = ["SECRET": "It's a Secret to Everybody", "EXCLUDE_BODY": "false"]
                var unsigned = wish
                unsigned["secret"] = "It's a Secret to Everybody"
                let made = try await site.post(root, signed)
                #expect(made.status == 201 && made.json["id"] == 10001 && made.json["active"] == true, "\(made.text)")
                #expect(try await site.post(root, unsigned).json["id"] == 10002)
                #expect(try await site.get(root).json.arrayValue?.map { $0["id"] } == [10001, 10002])
                #expect(!(try await site.get(root).text.contains("Everybody")))
                var given = fields("Printer")
                given["description"] = nil
                _ = try await site.post("/rest/api/2/issue", ["fields": given])
                let notices = await receiver.first(2)
                #expect(notices[0].header("X-Hub-Signature")?.hasPrefix("sha256=") == true)
                #expect(notices[1].header("X-Hub-Signature") == nil)
                #expect(notices[0].header("User-Agent") == "Martlet-sandbox (a stand-in, not Jira)")
                #expect(try await site.send(.DELETE, "\(root)/10001").status == 204)
                #expect(try await site.get("\(root)/10001").status == 404)
            }
        }
    }

    @Test("links two issues, shows each its other end, and refuses a type that it does not know")
    func links() async throws {
        try await withSandbox { site, _ in
            let (one, two) = (try await site.issue("one"), try await site.issue("two"))
            let link: JSONValue = [
                "type": ["name": "Blocks"], "inwardIssue": ["key": .string(one)], "outwardIssue": ["key": .string(two)],
            ]
            #expect(try await site.post("/rest/api/3/issueLink", link).status == 201)
            let shown = try await site.get("/rest/api/3/issue/\(one)").json["fields"]?["issuelinks"]?[0]
            #expect(shown?["outwardIssue"]?["key"]?.stringValue == two && shown?["type"]?["name"] == "Blocks")
            let id = shown?["id"]?.stringValue ?? ""
            #expect(try await site.get("/rest/api/3/issueLink/\(id)").json["inwardIssue"]?["key"]?.stringValue == one)
            #expect(try await site.send(.DELETE, "/rest/api/3/issue/\(two)").status == 204)
            #expect(try await site.get("/rest/api/3/issue/\(one)").json["fields"]?["issuelinks"] == [])
            #expect(
                try await site.post("/rest/api/3/issueLink", ["type": ["name": "Hates"]]).refusals == [
                    "No issue link type with name 'Hates' found."
                ])
        }
    }
}

@Suite("The lists of the stand-in Data Center")
struct DataCenterListTests {
    @Test("name statuses by issue type, whom an issue can be assigned to, and who is in a group")
    func name() async throws {
        try await withSandbox {
            $0.deployment = .dataCenter
        } _: { site, _ in
            let types = try await site.get("/rest/api/2/project/HELP/statuses").json.arrayValue ?? []
            let bug = types.first { $0["name"] == "Bug" }
            #expect(
                bug?["statuses"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
                    == ["To Do", "In Progress", "In Review", "Resolved", "Closed"])
            let people = try await site.get("/rest/api/2/user/assignable/search?project=HELP&username=ada").json
            #expect(people.arrayValue?.map { $0["name"] } == ["ada"])
            let members = try await site.get("/rest/api/2/group/member?groupname=board").json["values"]
            #expect(members?.arrayValue?.map { $0["name"] } == ["dana"])
        }
    }
}

/// Atlassian's gateway to a Cloud site.
@Suite("The stand-in gateway")
struct GatewayTests {
    private let site = "/ex/jira/\(SandboxConfiguration.cloudID)"

    @Test("leads to the site, and takes a token alone, which the site does not")
    func leadsToSite() async throws {
        try await withSandbox { jira, _ in
            let myself = try await jira.get("\(site)/rest/api/3/myself")
            #expect(myself.json["displayName"] == "Mail Handler")
            #expect(try await statusOfMyself(jira, "\(site)/rest/api/3", bearer: "sandbox-token") == 200)
            #expect(try await statusOfMyself(jira, "/rest/api/3", bearer: "sandbox-token") == 401)
        }
    }

    @Test("does not know another cloud id, in its own words")
    func knowsNoOther() async throws {
        try await withSandbox { jira, _ in
            let path = "/ex/jira/00000000-0000-0000-0000-000000000000/rest/api/3/myself"
            let reply = try await jira.get(path)
            #expect(reply.status == 404)
            #expect(reply.json["message"] == "No message available" && reply.json["path"]?.stringValue == path)
        }
    }
}
