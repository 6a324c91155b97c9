// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("The sandbox's door")
struct DoorTests {
    @Test(
        "asks for the e-mail address and the token",
        arguments: ["", "mail-handler@example.com:wrong", "ada@example.com:sandbox-token", "mail-handler@example.com"])
    func asksForCredentials(credentials: String) async throws {
        try await withSandbox { site, _ in
            var stranger = site
            stranger.credentials = credentials
            let reply = try await stranger.get("/rest/api/3/myself")
            #expect(reply.status == 401)
            #expect(
                reply.json == ["message": "Client must be authenticated to access this resource.", "status-code": 401])
            #expect(try await site.get("/rest/api/3/myself").json["displayName"] == "Mail Handler")
        }
    }

    @Test("says what a path or a method is not, in Jira's shapes")
    func refusesPaths() async throws {
        try await withSandbox { site, _ in
            let path = try await site.get("/rest/api/3/issue/HELP-1/nothing")
            #expect(path.status == 404)
            #expect(path.headers.first(name: "Content-Type") == "application/problem+json;charset=UTF-8")
            #expect(path.json["detail"] == "No endpoint GET /rest/api/3/issue/HELP-1/nothing.")
            let method = try await site.send(.DELETE, "/rest/api/3/myself")
            #expect(method.status == 405)
            #expect(method.headers.first(name: "Allow") == "GET")
            let search = try await site.get("/rest/api/3/search?jql=project=HELP")
            #expect(search.status == 410)
        }
    }

    @Test("refuses a body that is no JSON, and one that is too large")
    func refusesBodies() async throws {
        try await withSandbox { site, _ in
            let unreadable = try await site.send(.POST, "/rest/api/3/issue", bytes: Array("not json".utf8))
            #expect(
                unreadable.json == [
                    "errorMessages": ["There was an error parsing JSON. Check that your request body is valid."]
                ])
            let large = try await site.send(.POST, "/rest/api/3/issue", bytes: Array(repeating: 0x20, count: 5 << 20))
            #expect(large.status == 413)
        }
    }

    @Test("lets a fault strike as often as it was asked for, and only under its path")
    func letsFaultsStrike() async throws {
        try await withSandbox { site, _ in
            let fault = try await site.post(
                "/sandbox/faults",
                ["fault": "429", "method": "POST", "path": "/rest/api/3/issue", "count": 2, "retryAfter": 7])
            #expect(fault.status == 201)
            #expect(try await site.get("/rest/api/3/myself").status == 200)
            for _ in 1...2 {
                let reply = try await site.post("/rest/api/3/issue", ["fields": fields("x")])
                #expect(reply.status == 429)
                #expect(reply.headers.first(name: "Retry-After") == "7")
            }
            #expect(try await site.issue() == "HELP-1")
            #expect(try await site.get("/sandbox/faults").json == [])
        }
    }

    @Test("does the work of a lost answer, and none of the others'")
    func losesAnswers() async throws {
        try await withSandbox { site, _ in
            for (name, status) in [("500", 500), ("503", 503), ("401", 401)] {
                _ = try await site.post("/sandbox/faults", ["fault": .string(name)])
                let reply = try await site.post("/rest/api/3/issue", ["fields": fields("by \(name)")])
                #expect(reply.status == status)
            }
            let counts = try await site.get("/sandbox/counts").json
            #expect(counts["issueCount"] == 1)
            #expect(counts["issues"]?[0]?["summary"] == "by 500")
            _ = try await site.post("/sandbox/faults", ["fault": "delay", "delayMilliseconds": 1])
            #expect(try await site.get("/rest/api/3/myself").status == 200)
            #expect(try await site.post("/sandbox/faults", ["fault": "flood"]).status == 400)
        }
    }

    @Test("writes down each request, without its body")
    func writesLog() async throws {
        try await withSandbox { site, _ in
            _ = try await site.issue("A secret summary")
            let log = try await site.get("/sandbox/log")
            #expect(log.json["total"] == 1)
            #expect(
                log.json["entries"] == [
                    [
                        "time": "2026-01-31T12:00:00.000+0000", "method": "POST", "path": "/rest/api/3/issue",
                        "status": 201,
                    ]
                ])
            #expect(!log.text.contains("secret"))
        }
    }

    @Test("opens what has no password to loopback names and JSON only")
    func guardsAdmin() async throws {
        try await withSandbox { site, _ in
            let rebound = try await site.send(.GET, "/sandbox/counts", headers: [("Host", "evil.example")])
            #expect(rebound.status == 421)
            #expect(try await site.send(.GET, "/", headers: [("Host", "evil.example")]).status == 421)
            let form = try await site.send(
                .POST, "/sandbox/comments", bytes: Array("{}".utf8), headers: [("Content-Type", "text/plain")])
            #expect(form.status == 415)
        }
    }

    @Test("lets a test act as a person, and counts what came of it")
    func actsAsPerson() async throws {
        try await withSandbox { site, _ in
            let person = try await site.post(
                "/sandbox/people", ["displayName": "Fay Moreau", "emailAddress": "fay@example.org"])
            #expect(person.status == 201)
            let made = try await site.post(
                "/sandbox/issues",
                [
                    "as": "fay@example.org", "project": "OPS", "summary": "No light", "description": "Since noon.",
                    "watchers": ["Bo Lindqvist"],
                ])
            #expect(made.json["fields"]?["reporter"]?["displayName"] == "Fay Moreau")
            #expect(made.json["fields"]?["watches"]?["watchCount"] == 1)
            let comment = try await site.post(
                "/sandbox/comments", ["as": "Bo Lindqvist", "issue": "OPS-1", "body": "Here too."])
            #expect(comment.json["author"]?["displayName"] == "Bo Lindqvist")
            let refused = try await site.post("/sandbox/comments", ["as": "Nobody", "issue": "OPS-1", "body": "x"])
            #expect(refused.refusals == ["as: There is no such person. See /sandbox/people."])
            _ = try await site.post(
                "/rest/api/3/issue/OPS-1/comment",
                ["body": document("by mail"), "properties": [["key": "martlet.mail", "value": ["action": "a7"]]]])
            let counts = try await site.get("/sandbox/counts").json
            #expect(counts["commentCount"] == 2)
            #expect(
                counts["issues"]?[0]?["comments"]?[1]?["properties"] == ["martlet.mail": ["action": "a7"]])
        }
    }

    @Test("cannot be opened twice on one port, and says so")
    func refusesTakenPort() async throws {
        try await withSandbox { _, sandbox in
            var second = SandboxConfiguration()
            second.port = sandbox.jiraURL.port!
            await #expect(throws: (any Error).self) { try await start(second) }
            var third = SandboxConfiguration()
            third.smtpPort = sandbox.smtpPort
            await #expect(throws: (any Error).self) { try await start(third) }
        }
    }
}
