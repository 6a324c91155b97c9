// SPDX-License-Identifier: Apache-2.0

import Fakes
import Jira
import Markup
import Testing

@testable import WebClient

@Suite("An answer that is no success")
struct StatusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        var headers: [(String, String)] = []
        var body = ""
        let code: WebClientError.Code
        let retry: WebClientError.Retry
        let said: String

        var testDescription: String { "\(status) \(body)" }
    }

    static let json = ("Content-Type", "application/json;charset=UTF-8")

    static let cases: [Case] = [
        Case(
            status: 302, headers: [("Location", "https://elsewhere.example/")], code: .badAnswer, retry: .never,
            said: "The site's address leads to another address, which is not followed (302)."),
        Case(
            status: 400, headers: [json],
            body: #"{"errorMessages":[],"errors":{"summary":"You must specify a summary of the issue."}}"#,
            code: .badRequest, retry: .never,
            said: "Jira refused the request (400). summary: You must specify a summary of the issue."),
        Case(
            status: 400, headers: [json],
            body: #"{"errorMessages":["One.","Two."],"errors":{"b":"B.","a":"A.","c":7}}"#,
            code: .badRequest, retry: .never, said: "Jira refused the request (400). One. Two. a: A. b: B."),
        Case(
            status: 400, headers: [("Content-Type", "application/problem+json")],
            body:
                #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"Failed to convert 'maxResults'"}"#,
            code: .badRequest, retry: .never, said: "Jira refused the request (400). Failed to convert 'maxResults'"),
        Case(
            status: 401, body: "Client must be authenticated to access this resource.", code: .unauthorized,
            retry: .whenReauthorized, said: "Jira does not accept the account or its token (401)."),
        Case(
            status: 401, headers: [json], body: #"{"code":401,"message":"Unauthorized; scope does not match"}"#,
            code: .unauthorized, retry: .whenReauthorized,
            said: "The token lacks a scope that this needs (401). Unauthorized; scope does not match"),
        Case(
            status: 403, headers: [json], body: #"{"errorMessages":["No permission."],"errors":{}}"#, code: .forbidden,
            retry: .never, said: "Jira does not let the account do this (403). No permission."),
        Case(
            status: 404, headers: [json],
            body: #"{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}"#,
            code: .notFound, retry: .never,
            said: "Jira does not have this, or does not show it to the account (404). "
                + "Issue does not exist or you do not have permission to see it."),
        Case(
            status: 404, headers: [("Content-Type", "text/html; charset=utf-8")], body: "<html>No such site</html>",
            code: .unreachable, retry: .soon, said: "There is no Jira at the site's address (404)."),
        Case(status: 408, code: .timeout, retry: .soon, said: "Jira waited too long for the request (408)."),
        Case(status: 409, code: .conflict, retry: .soon, said: "Another change came between (409)."),
        Case(status: 410, code: .badRequest, retry: .never, said: "Jira refused the request (410)."),
        Case(status: 413, code: .tooLarge, retry: .never, said: "This is more than Jira takes (413)."),
        Case(
            status: 429, headers: [("Retry-After", "7"), ("RateLimit-Reason", "jira-per-issue-on-write")],
            code: .rateLimited, retry: .after(.seconds(7)), said: "Jira asks to slow down (429)."),
        Case(status: 429, code: .rateLimited, retry: .soon, said: "Jira asks to slow down (429)."),
        Case(status: 500, code: .server, retry: .soon, said: "Jira has a fault of its own (500)."),
        Case(
            status: 503,
            headers: [
                ("Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ],
            body: "<html>", code: .unavailable, retry: .after(.seconds(120)), said: "Jira has a fault of its own (503)."
        ),
    ]

    @Test("is said in these words, and says when to try again", arguments: cases)
    func isClassified(_ one: Case) async throws {
        try await withSite(answering: .answer(one.status, headers: one.headers, body: one.body)) { site, server in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.code == one.code)
            #expect(error.retry == one.retry)
            #expect(error.said == one.said)
            #expect(error.description == one.said)
            #expect(server.received.count == 1)
        }
    }

    @Test("carries what Jira objected to, for whoever can act on it")
    func carriesObjections() async throws {
        let body = #"{"errorMessages":["One."],"errors":{"comment":"The entered text is too long."}}"#
        try await withSite(answering: .answer(400, body: body)) { site, _ in
            let error = try #require(try await failure { try await site.perform(.addComment(document, to: issue)) })
            #expect(
                error.objections
                    == Objections(messages: ["One."], fields: ["comment": "The entered text is too long."]))
        }
    }

    @Test("carries words of bounded length, on one line")
    func boundsObjections() async throws {
        let long = String(repeating: "x", count: 5000)
        let messages = (0..<100).map { _ in "\"a\\r\\nb \(long)\"" }.joined(separator: ",")
        let body = #"{"errorMessages":[\#(messages)],"errors":{"\#(long)":"\#(long)"}}"#
        try await withSite(answering: .answer(400, body: body)) { site, _ in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.objections.messages.count == 20)
            #expect(error.objections.messages.allSatisfy { $0.count == 300 && $0.hasPrefix("a  b x") })
            #expect(error.objections.fields.map(\.key.count) == [100])
            #expect(error.objections.fields.map(\.value.count) == [300])
            #expect(error.said.count < 700)
        }
    }

    @Test("tells operators what Atlassian's support asks for, and no secret")
    func tellsDetail() async throws {
        let headers = [("Atl-Traceid", "0af7"), ("RateLimit-Reason", "jira-burst-based"), ("Set-Cookie", "s3cret")]
        try await withSite(answering: .answer(429, headers: headers)) { site, _ in
            let error = try #require(try await failure { try await site.get(.accounts(matching: "nora@owl.example")) })
            #expect(
                error.detail
                    == "GET /rest/api/3/user/search answered 429, Atl-Traceid 0af7, RateLimit-Reason jira-burst-based")
            #expect(
                error.debugDescription
                    == "rate-limited: Jira asks to slow down (429). [\(error.detail)]")
            var dumped = ""
            dump(error, to: &dumped)
            #expect(!dumped.contains("s3cret") && !dumped.contains("nora"))
        }
    }
}

@Suite("Retry-After")
struct RetryAfterTests {
    private static let now = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test(
        "is seconds or a date, at most a day and never in the past",
        arguments: [
            ("0", .zero), ("120", .seconds(120)), (" 5 ", .seconds(5)), ("99999999999999999999", .seconds(86_400)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("Tue, 08 Nov 1994 08:49:37 GMT", .seconds(86_400)),
        ] as [(String, Duration)])
    func isRead(_ text: String, _ pause: Duration) {
        #expect(retryAfter(text, answeredAt: Self.now) == pause)
    }

    @Test("that is neither is none", arguments: ["", " ", "soon", "-1", "1.5", "0x10", "١٢", "06 Nov 1994"])
    func isNotGuessed(_ text: String) {
        #expect(retryAfter(text, answeredAt: Self.now) == nil)
    }

    @Test("as a date needs the server's own time")
    func needsDate() {
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:47 GMT", answeredAt: nil) == nil)
        #expect(retryAfter("Sun, 06 Nov 1994 08:49:47 GMT", answeredAt: "yesterday") == nil)
    }
}
