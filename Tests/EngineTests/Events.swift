// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Vault

@testable import Engine

/// A webhook's body as Jira Cloud sends it, with what the engine reads of it.
func commentEvent(_ comment: String, on issue: SeenIssue, by account: String) -> [UInt8] {
    let project = issue.key.split(separator: "-")[0]
    return Array(
        """
        {"timestamp": 1795348800000, "webhookEvent": "comment_created", "comment": {"id": "\(comment)",
        "author": {"accountId": "\(account)", "displayName": "Somebody", "active": true}, "body": "words"},
        "issue": {"id": "\(issue.id)", "key": "\(issue.key)", "fields": {"summary": "\(issue.summary)",
        "project": {"id": "10000", "key": "\(project)", "name": "A project"}}}}
        """.utf8)
}

func signed(_ body: [UInt8], with secret: Secret = hookSecret) -> String {
    "sha256=" + hex(signature(of: Data(body), with: secret))
}

extension Workplace {
    /// Takes a webhook in; a second passes.
    func tell(_ body: [UInt8], delivery: String) async throws -> EventIntake.Verdict {
        let verdict = try await EventIntake(engine: engine).accept(
            body, .init(signature: signed(body)), delivery: delivery, for: acme)
        time.advance(1)
        return verdict
    }

    /// Somebody comments in Jira, and Jira tells it.
    func comment(_ words: String, on issue: SeenIssue, as name: String) async throws {
        let id = try await sandbox.comment(words, on: issue.key, as: name)
        let body = commentEvent(id, on: issue, by: await sandbox.accountID(name))
        guard try await tell(body, delivery: "delivery of \(id)") == .kept else { throw Unexpected() }
    }

    func tick(after seconds: Double = 0) async throws {
        time.advance(seconds)
        try await EventLine(engine: engine).tick()
    }

    /// Events, oldest first.
    func events() async throws -> [Job] {
        try await tenant.jobs(matching: JobFilter(line: .event)).reversed()
    }
}
