// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import LocalServers
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

private let reference = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"]

/// The virtual environment that the test script makes outside of the tree.
private let python = NSHomeDirectory() + "/.cache/martlet/venv/bin/python3"

/// The sandbox beside what others wrote: Atlassian's specifications, recorded answers, public clients.
@Suite(
    "The sandbox, measured by the reference", .timeLimit(.minutes(5)),
    .enabled(if: reference != nil, "needs MARTLET_REFERENCE"))
struct ReferenceTests {
    private func withProxy(
        _ deployment: Deployment = .cloud, _ body: (Site, _ base: String) async throws -> Void
    ) async throws {
        let specification = deployment == .cloud ? [] : ["--spec", "\(reference!)/jira/specs/jira-dc-10.3.json"]
        try await withSandbox {
            $0.projects.append(.init(key: "PUB", name: "Public"))
            $0.projects.append(.init(key: "DESK", name: "Desk", isServiceProject: true))
            $0.deployment = deployment
            if deployment == .dataCenter { ($0.apiUser, $0.apiToken) = ("u", "p") }
        } _: { site, _ in
            let folder = try TemporaryFolder()
            let port = try await freePort()
            let proxy = try await ServerProcess.start(
                [
                    python, "\(reference!)/jira/validate_proxy.py", "--port", "\(port)", "--upstream", site.base,
                    "--log", folder.path("violations.jsonl"),
                ] + specification, in: folder, listeningOn: port, within: .seconds(60))
            defer { proxy.stop() }
            try await body(site, "http://127.0.0.1:\(port)")
        }
    }

    /// What the proxy found wrong with our answers. What it says of 405 is about the request.
    private func responseViolations(_ base: String) async throws -> [String] {
        let rows = try await Site(base: base).get("/__violations").json.arrayValue ?? []
        return rows.filter { $0["direction"] == "response" && $0["status"] != 405 }.flatMap { row in
            (row["violations"]?.arrayValue ?? []).filter { $0["kind"] != "response-status-undocumented" }
                .map { "\(row["method"]?.stringValue ?? "") \(row["path"]?.stringValue ?? ""): \($0)" }
        }
    }

    @Test("answers by Atlassian's specification, whatever is asked", arguments: ["3", "2"])
    func answersBySpecification(version: String) async throws {
        try await withProxy { _, base in
            try await tour(Site(base: base), "/rest/api/\(version)")
            #expect(try await responseViolations(base) == [])
        }
    }

    @Test("lets two public clients do all their steps")
    func pleasesClients() async throws {
        try await withProxy { site, base in
            let credentials = site.credentials.split(separator: ":").map(String.init)
            let result = try await Program.run([python, "\(reference!)/jira/client_check.py", base] + credentials)
            #expect(result.output.contains("50 passed, 0 failed"), "\(result.output)")
            #expect(try await responseViolations(base) == [])
        }
    }

    @Test("lets a public client of Data Center do all its steps, by Data Center's specification")
    func pleasesDataCenterClient() async throws {
        try await withProxy(.dataCenter) { _, base in
            let result = try await Program.run([python, "\(reference!)/jira/dc_client_check.py", base])
            let lines = result.output.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("OK ") } == 17, "\(result.output)")
            #expect(!lines.contains { $0.hasPrefix("FAIL") }, "\(result.output)")
            var site = Site(base: base)
            site.credentials = "u:p"
            try await tourOfDataCenter(site)
            #expect(try await responseViolations(base) == [])
        }
    }

    /// What `atlassian-python-api` has for Service Management, as far as it is public. Each line is a step.
    private static let deskSteps = """
        import sys, tempfile
        from atlassian import ServiceDesk
        desk = ServiceDesk(url=sys.argv[1], username=sys.argv[2], password=sys.argv[3], cloud=True)
        def step(name, is_right): print("OK" if is_right else "FAIL", name)
        step("info", desk.get_info()["isLicensedForUse"])
        id = desk.get_service_desks(limit=1)[0]["id"]
        step("desk", desk.get_service_desk_by_id(id)["projectKey"] == "DESK")
        account = desk.create_customer("Cora Wren", "cora@customer.example")["accountId"]
        desk.add_customers(id, list_of_accountids=[account])
        step("customers", [p["displayName"] for p in desk.get_customers(id)["values"]] == ["Cora Wren"])
        kind = desk.get_request_types(id)["values"][2]["id"]
        step("type", desk.get_request_type(id, kind)["name"] == "Ask for a incident")
        step("fields", len(desk.get_request_type_fields(id, kind)["requestTypeFields"]) > 5)
        key = desk.create_customer_request(id, kind, {"summary": "The roof leaks"}, raise_on_behalf_of=account)["issueKey"]
        step("request", desk.get_customer_request(key)["reporter"]["accountId"] == account)
        step("status", desk.get_customer_request_status(key) == "Waiting for support")
        desk.add_request_participants(key, account_list=[account])
        step("participants", len(desk.get_request_participants(key)) == 1)
        comment = desk.create_request_comment(key, "Take the ladder.", public=False)
        step("comment", desk.get_request_comment_by_id(key, comment["id"])["public"] is False)
        step("comments", desk.get_request_comments(key, internal=False) == [])
        organization = desk.create_organization("Birdhouse")["id"]
        desk.add_users_to_organization(organization, account_list=[account])
        desk.add_organization(id, organization)
        step("organization", desk.get_organization(organization)["name"] == "Birdhouse")
        step("members", len(desk.get_users_in_organization(organization)["values"]) == 1)
        step("organizations", len(desk.get_organisations()["values"]) == 1)
        file = tempfile.NamedTemporaryFile(suffix=".txt")
        file.write(b"hinge"), file.flush()
        made = desk.create_attachments(id, key, [file.name, file.name], public=False, comment="The hinge.")
        step("attachments", [f["size"] for f in made["attachments"]["values"]] == [5, 5])
        desk.create_attachment(id, key, file.name)
        step("comments with files", len(desk.get_request_comments(key)) == 3)
        step("agreements", [a["name"] for a in desk.get_sla(key)][0] == "Time to first response")
        step("agreement", desk.get_sla_by_id(key, "2")["ongoingCycle"]["breached"] is False)
        ways = desk.get_customer_transitions(key)["values"]
        desk.perform_transition(key, ways[0]["id"], comment="Soon.")
        step("transition", desk.get_customer_request_status(key) == "In Progress")
        """

    @Test("lets a public client of Service Management do all its steps, by Atlassian's specification")
    func pleasesDeskClient() async throws {
        try await withProxy { site, base in
            let credentials = site.credentials.split(separator: ":").map(String.init)
            let result = try await Program.run([python, "-c", Self.deskSteps, base] + credentials)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("OK ") } == 18, "\(result.output)")
            #expect(!lines.contains { $0.hasPrefix("FAIL") }, "\(result.output)")
            #expect(try await responseViolations(base) == [])
        }
    }

    /// A value of each kind of custom field.
    private func customValues(_ text: JSONValue) -> JSONValue {
        let person: JSONValue = ["accountId": "5b10a2844c20165700ede002"]
        return [
            "customfield_10030": "C-17", "customfield_10031": text, "customfield_10032": 1.5,
            "customfield_10033": ["value": "High"], "customfield_10034": [["value": "Mail"]],
            "customfield_10035": ["value": "Berlin", "child": ["value": "Mitte"]], "customfield_10036": ["value": "No"],
            "customfield_10037": [["value": "Tested"]], "customfield_10038": "2026-02-28",
            "customfield_10039": "2026-01-31T12:30:00.000+0100", "customfield_10040": person,
            "customfield_10041": [person], "customfield_10042": ["name": "board"],
            "customfield_10043": [["name": "board"]], "customfield_10044": ["heat"],
            "customfield_10045": "https://example.com/", "customfield_10046": ["key": "OPS"],
            "customfield_10047": ["name": "1.0"], "customfield_10048": [["name": "1.0"]],
        ]
    }

    private func tourOfDataCenter(_ site: Site) async throws {
        let root = "/rest/api/2"
        var given = fields("Printer on fire")
        given["description"] = "It is *warm*."
        given["reporter"] = ["name": "ada"]
        let made = try await site.post("\(root)/issue", ["fields": given])
        let key = try #require(made.json["key"]?.stringValue, "\(made.text)")
        let comment = try await site.post("\(root)/issue/\(key)/comment", ["body": "c"])
        let id = try #require(comment.json["id"]?.stringValue)
        let writes: [(HTTPMethod, String, JSONValue?)] = [
            (.PUT, "issue/\(key)", ["fields": ["summary": "Still on fire", "assignee": ["name": "bo"]]]),
            (.PUT, "issue/\(key)/comment/\(id)", ["body": "changed"]), (.POST, "issue/\(key)/watchers", "ada"),
            (.PUT, "issue/\(key)/assignee", ["name": "ada"]), (.POST, "search", ["jql": "project = HELP"]),
        ]
        for (method, path, body) in writes {
            #expect(try await site.send(method, "\(root)/\(path)", body).status < 300, "\(path)")
        }
        // Not `project/HELP/statuses` and `user/assignable/search`: the document declares one item where Jira sends a list.
        for path in [
            "myself", "serverInfo", "field", "project", "project/HELP", "issuetype", "issueLinkType",
            "issue/createmeta/HELP/issuetypes", "issue/createmeta/HELP/issuetypes/10001", "issue/\(key)",
            "issue/\(key)/comment?expand=properties&orderBy=-created", "issue/\(key)/comment/\(id)",
            "attachment/meta", "issue/\(key)/transitions", "issue/\(key)/watchers", "user?key=JIRAUSER10102",
            "issue/\(key)/editmeta", "status", "resolution", "priority", "groups/picker?query=s",
            "group/member?groupname=board",
            "issue/\(key)/transitions?expand=transitions.fields", "user/search?username=a",
            "search?jql=project%20%3D%20HELP", "issue/\(key)/properties",
        ] {
            #expect(try await site.get("\(root)/\(path)").status == 200, "\(path)")
        }
        #expect(try await site.send(.DELETE, "\(root)/issue/\(key)/watchers?username=ada").status == 204)
    }

    @Test("refuses in the words that were recorded from Jira Cloud")
    func refusesAsRecorded() async throws {
        try await withProxy { site, base in
            let credentials = site.credentials.split(separator: ":").map(String.init)
            let result = try await Program.run([python, "\(reference!)/jira/recorded_check.py", base] + credentials)
            #expect(result.output.contains("37 same, 0 different"), "\(result.output)")
            #expect(try await responseViolations(base) == [])
        }
    }

    private func tourOfSubtasks(_ site: Site, _ root: String, below key: String) async throws {
        let part: JSONValue = [
            "project": ["key": "HELP"], "issuetype": ["name": "Sub-task"], "summary": "A part",
            "parent": ["key": .string(key)],
        ]
        let made = try await site.post("\(root)/issue", ["fields": part])
        let subtask = try #require(made.json["key"]?.stringValue, "\(made.text)")
        let moved = try await site.post("/sandbox/move", ["as": "Ada Ringer", "issue": .string(key), "project": "OPS"])
        #expect(moved.status == 200, "\(moved.text)")
        for path in [
            "issue/\(key)", "issue/\(subtask)", "issue/createmeta/OPS/issuetypes/10004",
            "search/jql?jql=parent%20%3D%20\(key)&fields=*all", "search/jql?jql=project%20%3D%20NOPE",
        ] {
            _ = try await site.get("\(root)/\(path)")
        }
        #expect(try await site.send(.DELETE, "\(root)/issue/\(key)").status == 400)
        #expect(try await site.send(.DELETE, "\(root)/issue/\(subtask)").status == 204)
        #expect(try await site.send(.DELETE, "\(root)/project/PUB").status == 204)
    }

    /// Every operation once, with answers of every kind.
    private func tour(_ site: Site, _ root: String) async throws {
        func text(_ text: String) -> JSONValue { root.hasSuffix("3") ? document(text) : .string(text) }
        var given = fields("Printer on fire")
        given["description"] = text("It is warm.")
        given["labels"] = ["mail"]
        let made = try await site.post("\(root)/issue", ["fields": given, "properties": [["key": "k", "value": [1]]]])
        let key = try #require(made.json["key"]?.stringValue)
        let comment = try await site.post(
            "\(root)/issue/\(key)/comment", ["body": text("c"), "properties": [["key": "k", "value": "v"]]])
        let id = try #require(comment.json["id"]?.stringValue)
        let upload = try await site.upload(Array("hello".utf8), named: "a.txt", to: key)
        let attachment = try #require(upload.json[0]?["id"]?.stringValue)
        let account = "5b10a2844c20165700ede002"
        let writes: [(HTTPMethod, String, JSONValue?)] = [
            (
                .PUT, "issue/\(key)",
                ["fields": ["summary": "Still on fire", "assignee": ["accountId": .string(account)]]]
            ),
            (.PUT, "issue/\(key)/properties/p", ["v": 1]), (.PUT, "comment/\(id)/properties/p", ["v": 1]),
            (.PUT, "issue/\(key)/comment/\(id)", ["body": text("changed")]),
            (.POST, "issue/\(key)/watchers", .string(account)),
            (.POST, "issue/\(key)/transitions", ["transition": ["id": "21"]]),
            (.POST, "issue/\(key)/worklog", ["timeSpentSeconds": 4000, "started": "2026-01-31T12:00:00.000+0000"]),
            (.PUT, "issue/\(key)/worklog/10001", ["timeSpent": "2h"]),
            (.PUT, "issue/\(key)/assignee", ["accountId": .null]),
            (.POST, "component", ["project": "HELP", "name": "Printers"]),
            (.POST, "version", ["projectId": 10000, "name": "1.0"]),
            (
                .PUT, "issue/\(key)",
                [
                    "fields": [
                        "components": [["name": "Printers"]], "versions": [["name": "1.0"]],
                        "security": ["name": "Staff"],
                    ]
                ]
            ),
            (.PUT, "component/10001", ["name": "Paper"]), (.PUT, "version/10002", ["released": true]),
            (.PUT, "issue/\(key)", ["fields": customValues(text("It *is*."))]),
            (.PUT, "issue/\(key)", ["fields": ["customfield_10033": "High"]]),
            (.POST, "comment/list?expand=properties", ["ids": .array([.integer(Int(id) ?? 0)])]),
            (.POST, "search/approximate-count", ["jql": "project = HELP"]),
            (.POST, "search/jql", ["jql": "project = HELP", "fields": ["*all"], "properties": ["k"]]),
            (.POST, "issue", ["fields": [:]]), (.POST, "issue/NOPE-1/comment", ["body": text("x")]),
        ]
        for (method, path, body) in writes { _ = try await site.send(method, "\(root)/\(path)", body) }
        let reads = [
            "myself", "serverInfo", "field", "mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES",
            "project/search",
            "project/HELP", "project/NOPE", "issue/createmeta/HELP/issuetypes",
            "issue/createmeta/HELP/issuetypes/10001",
            "issue/\(key)/editmeta", "issue/\(key)/worklog/10001", "issue/\(key)/worklog/99", "status", "resolution",
            "priority", "issuetype", "project/HELP/statuses", "customFieldOption/10131", "component/10001",
            "version/10002", "issue/\(key)/transitions?expand=transitions.fields&includeUnavailableTransitions=true",
            "issue/\(key)", "issue/\(key)?fields=summary&properties=*all", "issue/NOPE-1", "issue/\(key)/comment",
            "issue/\(key)/comment?expand=properties&orderBy=-created", "issue/\(key)/comment/\(id)",
            "issue/\(key)/properties", "issue/\(key)/properties/p", "issue/\(key)/properties/none",
            "comment/\(id)/properties", "comment/\(id)/properties/p", "attachment/meta", "attachment/\(attachment)",
            "issue/\(key)/transitions", "issue/\(key)/watchers", "user?accountId=\(account)", "user?accountId=none",
            "project/HELP/components", "project/HELP/versions", "project/HELP/securitylevel", "project/HELP/role",
            "project/HELP/role/10002", "groups/picker?query=s", "group/member?groupname=support-team",
            "user/groups?accountId=\(account)", "issue/\(key)/worklog",
            "user/search?query=a", "user/assignable/search?project=HELP", "search/jql?jql=project%20%3D%20HELP",
            "search/jql?jql=project%20%3D%20HELP&fields=*all", "search/jql?jql=order%20by%20key",
        ]
        for path in reads { _ = try await site.get("\(root)/\(path)") }
        try await tourOfSubtasks(site, root, below: key)
        for path in [
            "issue/\(key)/watchers?accountId=\(account)", "comment/\(id)/properties/p", "issue/\(key)/properties/p",
            "issue/\(key)/comment/\(id)", "attachment/\(attachment)", "issue/\(key)",
        ] {
            #expect(try await site.send(.DELETE, "\(root)/\(path)").status == 204, "\(path)")
        }
    }
}
