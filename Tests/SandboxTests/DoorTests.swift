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

    @Test("refuses for a quota and for a busy issue with the headers that Jira has for each, and does nothing")
    func refusesByLimits() async throws {
        try await withSandbox { site, _ in
            for (name, values) in [
                ("429-quota", ["jira-quota-tenant-based", "3600", "65000", "0", "2026-01-31T13:00:00Z"]),
                ("429-issue", ["jira-per-issue-on-write", "2", "20", "0", "2026-01-31T12:00:02Z"]),
            ] {
                _ = try await site.post("/sandbox/faults", ["fault": .string(name)])
                let reply = try await site.post("/rest/api/3/issue", ["fields": fields("x")])
                #expect(reply.status == 429 && reply.refusals == ["Rate limit exceeded."])
                let headers = [
                    "RateLimit-Reason", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining",
                    "X-RateLimit-Reset",
                ]
                #expect(headers.map { reply.headers.first(name: $0) ?? "" } == values)
            }
            _ = try await site.post("/sandbox/faults", ["fault": "429-quota", "retryAfter": 9])
            let told = try await site.get("/rest/servicedeskapi/info")
            #expect(told.headers.first(name: "Retry-After") == "9")
            #expect(told.json == ["errorMessage": "Rate limit exceeded."])
            #expect(try await site.get("/sandbox/counts").json["issueCount"] == 0)
        }
    }

    @Test("answers as what stands before Jira does, in HTML")
    func answersAsGateway() async throws {
        try await withSandbox { site, _ in
            for (name, words) in [("502", "Bad Gateway"), ("504", "Gateway Time-out")] {
                _ = try await site.post("/sandbox/faults", ["fault": .string(name)])
                let reply = try await site.post("/rest/api/3/issue", ["fields": fields("x")])
                #expect(String(reply.status) == name)
                #expect(reply.headers.first(name: "Content-Type") == "text/html")
                #expect(reply.text.hasPrefix("<html><head><title>\(name) \(words)</title>"))
            }
            #expect(try await site.get("/sandbox/counts").json["issueCount"] == 0)
        }
    }

    @Test("does the work and then ends the connection in the middle of the answer", arguments: ["POST", "DELETE"])
    func cutsAnswers(method: String) async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            _ = try await site.post("/sandbox/faults", ["fault": "cut", "method": .string(method)])
            let path = "/rest/api/3/issue/\(key)" + (method == "POST" ? "/comment" : "")
            let body: JSONValue? = method == "POST" ? ["body": document("Is it out?")] : nil
            await #expect(throws: (any Error).self) {
                try await site.send(method == "POST" ? .POST : .DELETE, path, body)
            }
            let counts = try await site.get("/sandbox/counts").json
            #expect(counts["issueCount"] == (method == "POST" ? 1 : 0))
            #expect(counts["commentCount"] == (method == "POST" ? 1 : 0))
        }
    }

    @Test("does the work and answers with half a body, or with all of it piece by piece")
    func spoilsBodies() async throws {
        try await withSandbox { site, _ in
            let whole = try await site.get("/rest/api/3/myself")
            _ = try await site.post("/sandbox/faults", ["fault": "truncated"])
            let half = try await site.get("/rest/api/3/myself")
            #expect(half.status == 200 && half.bytes == Array(whole.bytes.prefix(whole.bytes.count / 2)))
            #expect(half.json == .null)
            _ = try await site.post("/sandbox/faults", ["fault": "slow", "delayMilliseconds": 1])
            let slow = try await site.get("/rest/api/3/myself")
            #expect(slow.status == 200 && slow.bytes == whole.bytes)
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
