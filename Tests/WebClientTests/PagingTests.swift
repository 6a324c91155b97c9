// SPDX-License-Identifier: Apache-2.0

import Fakes
import Jira
import Testing
import WebClient

@Suite("A list of a server that does not go on", .timeLimit(.minutes(1)))
struct PagingTests {
    private func error(
        of body: String, _ read: (JiraSite) async throws -> Void
    ) async throws -> (error: WebClientError?, requests: Int) {
        let answer = ScriptedHTTPServer.Reply.answer(
            200, headers: [("Content-Type", "application/json")], body: body)
        return try await withSite(answering: answer) { site, server in
            do {
                try await read(site)
                return (nil, server.received.count)
            } catch let error as WebClientError {
                return (error, server.received.count)
            }
        }
    }

    @Test("is refused when a page is the same again")
    func list() async throws {
        let type = #"{"id": "1", "name": "Task", "subtask": false}"#
        for place in [#""startAt": 0, "#, ""] {
            let body = #"{\#(place)"maxResults": 1, "total": 9, "issueTypes": [\#(type)]}"#
            let (error, requests) = try await error(of: body) { site in
                _ = try await site.all { .issueTypes(of: ProjectKey("NEST")!, startAt: $0) }
            }
            #expect(error?.code == .badAnswer)
            #expect(error?.retry == .soon)
            #expect(error?.said == "Jira's list has no end.")
            #expect(requests == 2)
        }
    }

    @Test("is refused when a search repeats its token")
    func search() async throws {
        let (error, requests) = try await error(of: #"{"issues": [], "nextPageToken": "again"}"#) { site in
            func found(_ token: String?) -> Read<SearchResult> { .search("project = NEST", pageToken: token) }
            _ = try await site.first(of: found) { _ in Int?.none }
        }
        #expect(error?.said == "Jira's list has no end.")
        #expect(requests == 2)
    }

    @Test("that ends is read to its end, or until something is found")
    func ends() async throws {
        let body = #"{"startAt": 0, "total": 1, "issueTypes": [{"id": "1", "name": "Task"}]}"#
        let (error, requests) = try await error(of: body) { site in
            let names = try await site.all { .issueTypes(of: ProjectKey("NEST")!, startAt: $0) }.map(\.name)
            #expect(names == ["Task"])
        }
        #expect(error == nil && requests == 1)
    }
}
