// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A limit of the stand-in Jira")
struct LimitTests {
    private func comment(_ site: Site, _ key: String) async throws -> Reply {
        try await site.post("/rest/api/3/issue/\(key)/comment", ["body": document("again")])
    }

    @Test("on writes to an issue refuses the 21st within two seconds, and says how long to wait")
    func limitsWrites() async throws {
        try await withSandbox {
            $0.limits.limitsIssueWrites = true
        } _: { site, _ in
            let key = try await site.issue()
            for _ in 0..<20 { #expect(try await comment(site, key).status == 201) }
            let refused = try await comment(site, key)
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "Retry-After") == "2")
            #expect(refused.headers.first(name: "RateLimit-Reason") == "jira-per-issue-on-write")
            #expect(refused.headers.first(name: "X-RateLimit-Limit") == "20")
            #expect(refused.headers.first(name: "X-RateLimit-Remaining") == "0")
            #expect(try await site.get("/rest/api/3/issue/\(key)/comment").json["total"] == 20)
            let other = try await site.issue()
            #expect(try await comment(site, other).status == 201)
            let standing = try await site.get("/sandbox/limits").json
            #expect(standing["refusals"] == 1 && standing["unheeded"] == 0)
        }
    }

    @Test(
        "that was told of is unheeded by whoever shares it: an issue's by its writes, an operation's by its calls, the site's by all"
    )
    func unheeded() {
        func count(_ settings: RateLimitSettings, _ calls: (operation: String, issue: Int?)...) -> Int {
            var limits = RateLimits()
            limits.settings = settings
            for (number, call) in calls.enumerated() {
                let time = Date(timeIntervalSince1970: 60 + Double(number) * 0.2)
                try? limits.admit(call.operation, issue: call.issue, at: time)
            }
            return limits.unheeded
        }
        let burst = RateLimitSettings(burst: 1)
        #expect(count(burst, ("POST comment", 1), ("POST comment", 1), ("POST comment", 2)) == 1)
        #expect(count(burst, ("POST comment", 1), ("POST comment", 1), ("PUT issue", 1)) == 0)
        let quota = RateLimitSettings(pointsPerHour: 1)
        #expect(count(quota, ("GET issue", nil), ("GET issue", nil), ("POST comment", 1)) == 1)
    }

    @Test("that was told a moment ago is not unheeded by what was on its way, but by who goes on")
    func onTheWay() {
        var limits = RateLimits()
        limits.settings = RateLimitSettings(pointsPerHour: 1)
        func call(at second: Double) -> Int {
            try? limits.admit("GET issue", issue: nil, at: Date(timeIntervalSince1970: 60 + second))
            return limits.unheeded
        }
        #expect([0, 0.01, 0.06, 0.1, 0.12].map(call) == [0, 0, 0, 0, 1])
    }

    @Test("on bursts is one for each operation")
    func limitsBursts() async throws {
        try await withSandbox { site, _ in
            let set = try await site.put("/sandbox/limits", ["burst": 3])
            #expect(set.json["burst"] == 3 && set.json["issueWrites"] == false)
            for _ in 0..<3 { #expect(try await site.get("/rest/api/3/myself").status == 200) }
            let refused = try await site.get("/rest/api/3/myself")
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "RateLimit-Reason") == "jira-burst-based")
            #expect(try await site.get("/rest/api/3/serverInfo").status == 200)
        }
    }

    @Test("on points counts calls and what they show, warns near the end, and begins anew with the hour")
    func limitsPoints() async throws {
        try await withSandbox {
            $0.limits.pointsPerHour = 10
        } _: { site, _ in
            let first = try await site.get("/rest/api/3/serverInfo")
            #expect(first.headers.first(name: "X-RateLimit-Remaining") == "8")
            #expect(first.headers.first(name: "X-RateLimit-NearLimit") == nil)
            #expect(first.headers.first(name: "X-RateLimit-Reset") == "2026-01-31T13:00:00Z")
            for _ in 0..<3 { _ = try await site.get("/rest/api/3/serverInfo") }
            let last = try await site.get("/rest/api/3/serverInfo")
            #expect(last.headers.first(name: "X-RateLimit-NearLimit") == "true")
            let refused = try await site.get("/rest/api/3/serverInfo")
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "Retry-After") == "3600")
            #expect(refused.headers.first(name: "RateLimit-Reason") == "jira-quota-tenant-based")
        }
    }

    @Test("on points takes one for a write, two for a thing that is read, and three for a person")
    func weighsPoints() async throws {
        try await withSandbox {
            $0.limits.pointsPerHour = 100
        } _: { site, _ in
            var left: [String?] = []
            _ = try await site.issue()
            for path in ["serverInfo", "myself", "search/jql?jql=project%3DHELP", "user/search?query=a"] {
                left.append(try await site.get("/rest/api/3/\(path)").headers.first(name: "X-RateLimit-Remaining"))
            }
            #expect(left == ["97", "94", "92", "89"])
        }
    }
}
