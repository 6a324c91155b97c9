// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Planning
import Store
import Testing
import Vault

@testable import Engine
@testable import Sandbox

/// Jira Data Center below a context path, by a personal access token.
@Suite("On Data Center")
struct DataCenterTests {
    private let html = letter(
        type: "text/html; charset=utf-8",
        body: "<p>It is <b>very</b> warm, see <a href='https://x.example/a'>this</a>.</p>")

    @Test("a letter becomes an issue in wiki markup, reported by its sender")
    func becomesAnIssue() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let job = try await place.take(html)
            try await place.work()
            #expect(
                await place.sandbox.requests() == [
                    "GET /rest/api/2/user/search 200", "GET /rest/api/2/issue/createmeta/HELP/issuetypes 200",
                    "GET /rest/api/2/user 200", "POST /rest/api/2/issue 201",
                ])
            let issue = try #require(await place.sandbox.jira.issuesInOrder.first)
            #expect(issue.description?.wiki == "It is *very* warm, see [this|https://x.example/a].")
            #expect(issue.reporter == "JIRAUSER10102")
            #expect(try await place.audit(job)?.reporter?.rawValue == "JIRAUSER10102")
            #expect(await place.sandbox.issues().first?.mark?["action"] == .string("\(job).support.0"))
        }
    }

    @Test("a reply becomes a comment in wiki markup, and its files are attached")
    func comments() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            _ = try await place.sandbox.open("A printer")
            let job = try await place.take(letterWithFiles(subject: "Re: HELP-1 A printer"))
            try await place.work()
            let issue = try #require(await place.sandbox.jira.issuesInOrder.first)
            #expect(
                issue.comments.map(\.body.wiki) == ["_From: Ada Ringer &lt;ada\\@example.com&gt;_\n\nHere they are."])
            #expect(issue.attachments.map(\.filename) == ["first.txt", "second.txt"])
            #expect(try await place.audit(job)?.disposition == .commented)
        }
    }

    @Test("what was cut off is found again, one property at a time", arguments: [true, false])
    func isFoundAgain(isPerformed: Bool) async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let one = try await place.take(letter())
            await place.sandbox.fail(isPerformed ? "500" : "503", "POST", "/rest/api/2/issue")
            try await place.work()
            await place.sandbox.mend()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.issues().map(\.key) == ["HELP-1"])
                #expect(try await after.audit(one)?.issue?.rawValue == "HELP-1")
            }
        }
    }

    @Test("a comment that was cut off is found again", arguments: [true, false])
    func commentIsFoundAgain(isPerformed: Bool) async throws {
        try await withWorkplace(on: .dataCenter) { place in
            _ = try await place.sandbox.open("A printer")
            try await place.take(letter(subject: "Re: HELP-1 A printer"))
            await place.sandbox.fail(isPerformed ? "500" : "503", "POST", "/rest/api/2/issue/10001/comment")
            try await place.work()
            await place.sandbox.mend()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.issues().first?.comments.count == 1)
            }
        }
    }

    @Test(
        "an event comes without a signature where no secret is set, by the connection's own address alone, and is told")
    func tells() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.tenant.put(
                Secret(""), named: SecretName.webhook, of: .connection, Profile.defaultConnection)
            place.engine.tenants.forget()
            let body = Array(
                """
                {"timestamp": 1795348800000, "webhookEvent": "comment_created", "comment": {"id": "10001",
                "self": "https://jira.example.com/rest/api/2/issue/\(issue.id)/comment/10001",
                "author": {"key": "JIRAUSER10103", "name": "bo", "displayName": "Bo Lindqvist"}, "body": "On it"}}
                """.utf8)
            let intake = EventIntake(engine: place.engine)
            let own = Profile.defaultConnection
            let refused: [EventIntake.Proof] = [
                .init(), .init(signature: signed(body), connection: own), .init(connection: support),
            ]
            for proof in refused {
                #expect(try await intake.accept(body, proof, delivery: nil, for: acme) == .unsigned, "\(proof)")
            }
            #expect(try await intake.accept(body, .init(connection: own), delivery: nil, for: acme) == .kept)
            try await place.tick(after: 60)
            #expect(await place.sandbox.mails().count == 1)
        }
    }

    @Test("an event without a signature is refused where a secret is set")
    func refuses() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let verdict = try await EventIntake(engine: place.engine).accept(
                Array("{}".utf8), .init(connection: Profile.defaultConnection), delivery: nil, for: acme)
            #expect(verdict == .unsigned)
        }
    }
}
