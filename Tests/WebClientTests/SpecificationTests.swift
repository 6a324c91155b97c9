// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Fakes
import Foundation
import Jira
import LocalServers
import Markup
import NIOCore
import Testing
import Vault

@testable import WebClient

/// The checker that holds requests against Atlassian's own OpenAPI documents and its schema of Atlassian documents.
private enum Checker {
    static let program = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"].map { "\($0)/jira/validate_proxy.py" }

    static let python: String? = {
        let own = NSHomeDirectory() + "/.cache/martlet/venv/bin/python"
        return Program.python(with: "openapi_core, jsonschema, requests")
            ?? (FileManager.default.isExecutableFile(atPath: own) ? own : nil)
    }()

    static var isThere: Bool { program != nil && python != nil }
}

@Suite("Jira's own specification")
struct SpecificationTests {
    private let nest = ProjectKey("NEST")!
    private let key = PropertyKey("martlet.mail")!
    private let text: JSONValue = [
        "type": "doc", "version": 1,
        "content": [["type": "paragraph", "content": [["type": "text", "text": "Rain comes in."]]]],
    ]

    @Test(
        "is kept by every request that we can make",
        .enabled(if: Checker.isThere, "needs MARTLET_REFERENCE and Python with openapi-core, jsonschema, requests"))
    func isKept() async throws {
        let folder = try TemporaryFolder()
        let port = try await freePort()
        let command = [
            try #require(Checker.python), try #require(Checker.program), "--port", String(port),
            "--log", folder.path("violations.jsonl"),
        ]
        let checker = try await ServerProcess.start(
            command, in: folder, listeningOn: port, within: .seconds(60))
        defer { checker.stop() }
        try await withSite(at: "http://127.0.0.1:\(port)") { site in
            try await look(site, at: try await write(site))
        }
        try await askForNothing(at: port)
        let log = try String(contentsOfFile: folder.path("violations.jsonl"), encoding: .utf8)
        let rows = try log.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        let ours = rows.filter { $0["direction"] == "request" && $0["path"] != "/rest/api/3/nothing" }
        #expect(ours.isEmpty, "\(ours)")
        #expect(rows.contains { $0["path"] == "/rest/api/3/nothing" }, "the checker finds nothing at all")
    }

    /// A request that no document has, to see that the checker looks.
    private func askForNothing(at port: Int) async throws {
        let connections = HTTPConnections()
        let client = connections.client(for: .anywhere)
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/rest/api/3/nothing")
        _ = try await client.execute(request, timeout: .seconds(10))
        try await connections.close()
    }

    /// One of each write; answers the issue and its comment.
    private func write(_ site: JiraSite) async throws -> (CreatedIssue, CommentID) {
        let property = EntityProperty(
            key: key, value: ["v": 1, "messageIDs": ["<a@coop.example>"], "action": "01jd0000000000000000000000"])
        let created = try await site.perform(
            .createIssue(
                fields: [
                    "project": ["key": "NEST"], "issuetype": ["id": "10002"], "summary": "The third box leaks",
                    "description": text, "reporter": ["id": "5b10a2844c20165700ede001"], "labels": ["roof"],
                ], properties: [property]))
        let issue = IssueReference.id(created.id)
        let comment = try await site.perform(
            .addComment(
                text, to: issue, visibility: Visibility(.role, named: "Administrators"), properties: [property]))
        _ = try await site.perform(.addComment(text, to: .key(created.key)))
        let file = AsyncStream<ByteBuffer> { stream in
            stream.yield(ByteBuffer(string: "hinge"))
            stream.finish()
        }
        let upload = Upload(FileName(fitting: "履歴書 \"x\".txt"), mediaType: "text/plain", to: issue)
        let attachments = try await site.perform(upload, body: file, length: 5)
        #expect(attachments.map(\.fileName) == ["履歴書 'x'.txt"])
        #expect(attachments.map(\.size) == [5])
        try await site.perform(.setProperty(property, of: issue))
        try await site.perform(.addWatcher(AccountID("5b10a2844c20165700ede001")!, to: issue))
        try await site.perform(.transition(issue, by: TransitionID("31")!))
        try await site.perform(
            .transition(issue, by: TransitionID("21")!, fields: ["resolution": ["name": "Done"]]))
        return (created, comment.id)
    }

    /// One of each read.
    private func look(_ site: JiraSite, at made: (issue: CreatedIssue, comment: CommentID)) async throws {
        let issue = IssueReference.id(made.issue.id)
        #expect(try await site.get(.myself).displayName == "Mail Handler")
        #expect(try await site.get(.server).isCloud)
        _ = try await site.get(.attachmentSettings)
        let read = try await site.get(.issue(issue, properties: [key]))
        #expect(read.key == made.issue.key)
        #expect(read.status?.category == .inProgress)
        #expect(try await site.get(.comments(of: issue)).items.map(\.id).contains(made.comment))
        _ = try await site.get(.comments([made.comment]))
        #expect(try await site.get(.property(key, of: issue)).value["v"] == 1)
        #expect(try await site.get(.property(key, of: made.comment)).value["v"] == 1)
        #expect(try await site.get(.accounts(matching: "handler@example.com")).count == 1)
        #expect(try await site.get(.watchers(of: issue)).count == 1)
        #expect(try await site.get(.transitions(of: issue)).map(\.id.rawValue) == ["11", "21", "31"])
        _ = try await site.get(.projects(.create))
        _ = try await site.get(.issueTypes(of: nest))
        _ = try await site.get(.createFields(of: nest, type: IssueTypeID("10002")!))
        let found = try await site.get(
            .search("project = NEST", properties: [key], reconciling: [made.issue.id], limit: 10))
        #expect(found.issues.map(\.key) == [made.issue.key])
    }
}
