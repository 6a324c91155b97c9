// SPDX-License-Identifier: Apache-2.0

import Markup
import NIOHTTP1
import Testing

@testable import Sandbox

@Suite("A comment of the sandbox")
struct CommentTests {
    private func path(_ site: Site) async throws -> String {
        "/rest/api/3/issue/\(try await site.issue())/comment"
    }

    @Test("keeps the properties and the visibility of its body")
    func keepsProperties() async throws {
        try await withSandbox { site, _ in
            let path = try await path(site)
            let made = try await site.post(
                path,
                [
                    "body": document("Hello"), "visibility": ["type": "role", "value": "Administrators"],
                    "properties": [["key": "martlet.mail", "value": ["v": 1, "action": "a1"]]],
                ])
            #expect(made.status == 201)
            #expect(made.json["visibility"]?["value"] == "Administrators")
            let id = try #require(made.json["id"]?.stringValue)
            let listed = try await site.get("\(path)?expand=properties").json["comments"]?[0]
            #expect(listed?["properties"] == [["key": "martlet.mail", "value": ["v": 1, "action": "a1"]]])
            #expect(try await site.get(path).json["comments"]?[0]?["properties"] == nil)
            let property = try await site.get("/rest/api/3/comment/\(id)/properties/martlet.mail").json
            #expect(property == ["key": "martlet.mail", "value": ["v": 1, "action": "a1"]])
        }
    }

    @Test("is listed in pages, oldest or newest first")
    func isListed() async throws {
        try await withSandbox { site, _ in
            let path = try await path(site)
            for text in ["one", "two", "three"] { _ = try await site.post(path, ["body": document(text)]) }
            func texts(_ query: String) async throws -> [String] {
                let page = try await site.get(path + query).json
                #expect(page["total"] == 3)
                return (page["comments"]?.arrayValue ?? []).compactMap { $0["body"].map(plainText) }
            }
            #expect(try await texts("") == ["one", "two", "three"])
            #expect(try await texts("?orderBy=-created&maxResults=2") == ["three", "two"])
            #expect(try await texts("?orderBy=%2Bcreated&startAt=1") == ["two", "three"])
        }
    }

    @Test(
        "is refused when it is no document, empty or too long",
        arguments: [
            ("plain", "comment: Comment body is not valid!"),
            (["type": "doc", "version": 1, "content": [["type": "paragrph"]]], "comment: Comment body is not valid!"),
            (.null, "comment: Comment body can not be empty!"),
            (
                document(String(repeating: "c", count: 32_768)),
                "comment: The entered text is too long. It exceeds the allowed limit of 32,767 characters."
            ),
        ] as [(JSONValue, String)])
    func isRefused(body: JSONValue, words: String) async throws {
        try await withSandbox { site, _ in
            let reply = try await site.post(try await path(site), ["body": body])
            #expect(reply.status == 400)
            #expect(reply.refusals == [words])
        }
    }

    @Test("is read, changed and deleted on its own issue only")
    func isReadOnItsIssue() async throws {
        try await withSandbox { site, _ in
            let path = try await path(site)
            let made = try await site.post(path, ["body": document("one")])
            let id = try #require(made.json["id"]?.stringValue)
            let other = try await site.issue("Another")
            let elsewhere = try await site.get("/rest/api/3/issue/\(other)/comment/\(id)")
            #expect(elsewhere.refusals == ["Can not find a comment for the id: \(id)."])
            #expect(try await site.put("\(path)/\(id)", ["body": document("two")]).status == 200)
            #expect(try await site.get("\(path)/\(id)").json["body"] == document("two"))
            #expect(try await site.send(.DELETE, "\(path)/\(id)").status == 204)
            #expect(try await site.get("\(path)/\(id)").status == 404)
        }
    }

    @Test("is wiki markup in REST v2 and a document in v3")
    func hasTwoDialects() async throws {
        try await withSandbox { site, _ in
            let key = try await site.issue()
            let made = try await site.post("/rest/api/2/issue/\(key)/comment", ["body": "*bold*\n\nsecond"])
            #expect(made.json["body"] == "*bold*\n\nsecond")
            let read = try await site.get("/rest/api/3/issue/\(key)/comment").json["comments"]?[0]?["body"]
            #expect(read?["content"]?.arrayValue?.count == 2)
            let refused = try await site.post("/rest/api/2/issue/\(key)/comment", ["body": document("no")])
            #expect(refused.status == 400)
        }
    }
}

@Suite("An entity property of the sandbox")
struct PropertyTests {
    @Test("is new with 201, replaced with 200, listed, read and deleted", arguments: ["issue", "comment"])
    func isKept(entity: String) async throws {
        try await withSandbox { site, _ in
            var id = try await site.issue()
            if entity == "comment" {
                let made = try await site.post("/rest/api/3/issue/\(id)/comment", ["body": document("c")])
                id = try #require(made.json["id"]?.stringValue)
            }
            let path = "/rest/api/3/\(entity)/\(id)/properties"
            #expect(try await site.put("\(path)/martlet.mail", ["v": 1]).status == 201)
            #expect(try await site.put("\(path)/martlet.mail", ["v": 2]).status == 200)
            #expect(try await site.get("\(path)/martlet.mail").json == ["key": "martlet.mail", "value": ["v": 2]])
            #expect(try await site.get(path).json["keys"]?[0]?["key"] == "martlet.mail")
            #expect(try await site.send(.DELETE, "\(path)/martlet.mail").status == 204)
            let gone = try await site.get("\(path)/martlet.mail")
            #expect(gone.status == 404)
            #expect(gone.refusals == ["The property martlet.mail does not exist."])
        }
    }

    @Test("has at most 32,768 characters")
    func isLimited() async throws {
        try await withSandbox { site, _ in
            let path = "/rest/api/3/issue/\(try await site.issue())/properties/p"
            // The quotes count.
            #expect(try await site.put(path, .string(String(repeating: "x", count: 32_766))).status == 201)
            let reply = try await site.put(path, .string(String(repeating: "x", count: 32_767)))
            #expect(reply.status == 400)
            #expect(reply.refusals == ["The property value can not be longer than 32,768 characters."])
        }
    }
}
