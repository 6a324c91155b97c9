// SPDX-License-Identifier: Apache-2.0

import Fakes
import Jira
import LocalServers
import Markup
import Testing
import Vault

@testable import WebClient

@Suite("A request on the wire")
struct WireTests {
    @Test("that reads has its line, the credentials and no body")
    func reads() async throws {
        try await withSite(answering: .answer(200, body: account)) { site, server in
            let me = try await site.get(.myself)
            #expect(me.displayName == "Martlet")
            let request = try #require(server.received.first)
            #expect(request.method == "GET")
            #expect(request.target == "/rest/api/3/myself")
            // printf 'martlet@birdhouse.example:s3cret' | base64
            #expect(
                request.header("Authorization") == "Basic bWFydGxldEBiaXJkaG91c2UuZXhhbXBsZTpzM2NyZXQ=")
            #expect(request.header("Accept") == "application/json")
            #expect(request.header("Content-Type") == nil)
            #expect(request.body.isEmpty)
        }
    }

    @Test("that writes does not go where it is not permitted at that moment; reading goes")
    func permission() async throws {
        struct NotNow: Error {}
        try await withSite(answering: .answer(200, body: account)) { _, server in
            let connections = HTTPConnections()
            let connection = SiteConnection(
                address: SiteAddress(server.address)!,
                credentials: .account("martlet@birdhouse.example", Secret("s3cret")),
                reach: .anywhere
            ) { throw NotNow() }
            let site = JiraSite(connection: connection, over: connections)
            await #expect(throws: NotNow.self) { _ = try await site.perform(.createIssue(fields: [:])) }
            #expect(server.received.isEmpty)
            #expect(try await site.get(.myself).displayName == "Martlet")
            try await connections.close()
        }
    }

    @Test("that writes has a body of JSON with its length")
    func writes() async throws {
        try await withSite(answering: .answer(201, body: #"{"id":"10408","key":"NEST-8"}"#)) { site, server in
            let created = try await site.perform(.createIssue(fields: ["summary": "Bücher\n\"\u{1}"]))
            #expect(created.key.rawValue == "NEST-8")
            let request = try #require(server.received.first)
            #expect(request.method == "POST")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("Content-Length") == String(request.body.count))
            #expect(
                String(decoding: request.body, as: UTF8.self) == #"{"fields":{"summary":"Bücher\n\"\u0001"}}"#)
        }
    }

    @Test("keeps the escapes of its values")
    func keepsEscapes() async throws {
        try await withSite(answering: .answer(200, body: "[]")) { site, server in
            _ = try await site.get(.accounts(matching: "a+b@c.example/../?&#%41\r\nX: y é"))
            #expect(
                server.received.first?.target
                    == "/rest/api/3/user/search?query=a%2Bb%40c.example%2F..%2F%3F%26%23%2541%0D%0AX%3A%20y%20%C3%A9&maxResults=50"
            )
            #expect(server.received.first?.header("X") == nil)
        }
    }

    @Test("goes below the context path of the site")
    func keepsContextPath() async throws {
        let server = try await ScriptedHTTPServer.start(.answer(200, body: account))
        try await withSite(at: server.address + "/ex/jira/11-22/") { site in _ = try await site.get(.myself) }
        #expect(server.received.map(\.target) == ["/ex/jira/11-22/rest/api/3/myself"])
        try await server.stop()
    }

    @Test("is not sent on to where a redirect points")
    func followsNothing() async throws {
        try await withSite(answering: .answer(200, body: account)) { _, elsewhere in
            let location = [("Location", "\(elsewhere.address)/rest/api/3/myself")]
            for status in [301, 302, 303, 307, 308] {
                try await withSite(answering: .answer(status, headers: location)) { site, _ in
                    let error = try await failure { try await site.get(.myself) }
                    #expect(error?.code == .badAnswer)
                }
            }
            #expect(elsewhere.received.isEmpty)
        }
    }

    @Test("uses the connection of the one before")
    func reusesConnection() async throws {
        try await withSite(answering: .answer(200, body: account)) { site, server in
            for _ in 0..<5 { _ = try await site.get(.myself) }
            #expect(server.received.count == 5)
            #expect(server.connectionCount == 1)
        }
    }

    @Test("that reads is sent again, once, when the connection closes under it")
    func readsTwice() async throws {
        try await withSite(answering: .hangUp) { site, server in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.code == .unreachable)
            #expect(error.retry == .soon)
            #expect(error.said == "Jira cannot be reached.")
            #expect(server.received.count == 2)
        }
    }

    @Test("that writes is never sent again by itself")
    func writesOnce() async throws {
        try await withSite(answering: .hangUp) { site, server in
            let error = try #require(try await failure { try await site.perform(.createIssue(fields: [:])) })
            #expect(error.code == .unreachable)
            #expect(server.received.count == 1)
        }
    }
}

@Suite("A server that misbehaves")
struct MisbehaviourTests {
    @Test(
        "is an error that says so",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<htm", WebClientError.Code.badAnswer),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", .badAnswer),
            ("HTTP/1.1 204 No Content\r\n\r\n", .badAnswer),
            ("SSH-2.0-OpenSSH_9.2\r\n", .badAnswer),
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", .unreachable),
            ("HTTP/1.1 2", .unreachable),
            ("", .unreachable),
        ])
    func isNamed(_ bytes: String, _ code: WebClientError.Code) async throws {
        try await withSite(answering: .lastBytes(bytes)) { site, _ in
            let error = try await failure { try await site.perform(.addComment(document, to: issue)) }
            #expect(error?.code == code)
            #expect(error?.retry == .soon)
        }
    }

    @Test(
        "by silence, before the answer or in it, is given up in time",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
    func isGivenUp(_ start: String) async throws {
        try await withSite(time: .milliseconds(200), answering: .bytes(start)) { site, _ in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.code == .timeout)
            #expect(error.retry == .soon)
            #expect(error.said == "Jira did not answer in time.")
        }
    }

    @Test("by an endless answer is not read to its end")
    func isBounded() async throws {
        let body = "[" + String(repeating: " ", count: 200_000) + "]"
        try await withSite(limit: 100_000, answering: .answer(200, body: body)) { site, _ in
            let error = try #require(try await failure { try await site.get(.accounts(matching: "a")) })
            #expect(error.code == .badAnswer)
            #expect(error.said == "Jira's answer is too long.")
        }
        try await withSite(limit: 300_000, answering: .answer(200, body: body)) { site, _ in
            let accounts = try await site.get(.accounts(matching: "a"))
            #expect(accounts.isEmpty)
        }
    }

    @Test("by deep nesting is an error, not a crash")
    func isNotDeep() async throws {
        let body = String(repeating: "[", count: 100_000)
        try await withSite(answering: .answer(400, body: body)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.said == "Jira refused the request (400).")
        }
        try await withSite(answering: .answer(200, body: body)) { site, _ in
            let error = try await failure { try await site.get(.myself) }
            #expect(error?.said == "Jira's answer cannot be read.")
        }
    }

    @Test("by not being there is unreachable")
    func isAbsent() async throws {
        let port = try await freePort()
        try await withSite(at: "http://127.0.0.1:\(port)") { site in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.code == .unreachable)
            #expect(error.retry == .soon)
            #expect(error.said == "Jira cannot be reached.")
        }
    }

    @Test("by speaking no TLS gets no credentials")
    func isPlain() async throws {
        let server = try await ScriptedHTTPServer.start(.answer(200, body: account))
        let address = server.address.replacing("http:", with: "https:")
        try await withSite(at: address) { site in
            let error = try #require(try await failure { try await site.get(.myself) })
            #expect(error.code == .unreachable)
            #expect(error.retry == .soon)
            #expect(server.received.isEmpty)
        }
        try await server.stop()
    }
}
