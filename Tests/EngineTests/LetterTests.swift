// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Markup
import Planning
import Store
import Testing

@testable import Engine

private let jira = Profile.defaultConnection

@Suite("A letter")
struct LetterTests {
    @Test("becomes an issue by one write, and leaves nothing else behind in Jira (P32)")
    func becomesAnIssue() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.work()
            #expect(
                await place.sandbox.requests() == [
                    "GET /rest/api/3/user/search 200", "GET /rest/api/3/issue/createmeta/HELP/issuetypes 200",
                    "POST /rest/api/3/issue 201",
                ])
            #expect(
                await place.sandbox.issues() == [
                    SeenIssue(
                        id: "10001", key: "HELP-1", summary: "The printer prints stripes", status: "To Do",
                        reporter: "Ada Ringer",
                        mark: [
                            "v": 1, "messageIDs": ["one@example.com"], "action": .string("\(job).support.0"),
                        ])
                ])
            #expect(await place.sandbox.told() == [])
        }
    }

    @Test("leaves a property that Jira takes, however long its Message-ID is")
    func longName() async throws {
        try await withWorkplace { place in
            // One character to the eye, with forty thousand marks on it.
            let id = "a" + String(repeating: "\u{301}", count: 40_000) + "@example.com"
            let job = try await place.take(letter(id: id))
            try await place.work()
            let mark = try #require(await place.sandbox.issues().first?.mark)
            #expect(mark["action"] == .string("\(job).support.0"))
            #expect((mark["messageIDs"]?[0]?.stringValue ?? "").utf16.count <= 1000)
        }
    }

    @Test("is recorded with its reporter by key only, and remembered by its Message-ID (P13)")
    func isRecorded() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.work()
            let record = try #require(try await place.audit(job))
            for words in [record.subject, try #require(record.issue).rawValue] {
                #expect(try await place.tenant.audit(matching: AuditFilter(words: words)).map(\.job) == [job])
            }
            let ada = await place.sandbox.accountID("Ada Ringer")
            #expect(record.disposition == .created)
            #expect(record.issue?.rawValue == "HELP-1")
            #expect(record.reporter?.rawValue == ada)
            #expect(record.decider == support)
            #expect(record.sender == "ada@example.com")
            #expect(record.recipients.contains("support@example.com"))
            #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created."])
            #expect(try await place.tenant.issue(forAnyOf: ["one@example.com"], of: jira) == "10001")
            #expect(try await place.tenant.job(job)?.state == .done)
            #expect(try await place.tenant.job(job)?.dueAt == nil)
        }
    }

    @Test("with files brings them in order, byte for byte, after its issue")
    func bringsFiles() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letterWithFiles())
            try await place.work()
            #expect(
                await place.sandbox.writes() == [
                    "POST /rest/api/3/issue 201", "POST /rest/api/3/issue/10001/attachments 200",
                    "POST /rest/api/3/issue/10001/attachments 200",
                ])
            #expect(
                await place.sandbox.issues().first?.files == ["first.txt: first bytes", "second.txt: second bytes"])
            #expect(try await place.audit(job)?.outcomes.count == 3)
        }
    }

    @Test("with a file that is larger than Jira takes brings the others, and says which one stays out")
    func leavesOutLargeFiles() async throws {
        try await withWorkplace(uploadLimit: 11) { place in
            let job = try await place.take(letterWithFiles())
            try await place.work()
            #expect(await place.sandbox.issues().first?.files == ["first.txt: first bytes"])
            let record = try #require(try await place.audit(job))
            #expect(record.disposition == .created)
            #expect(
                record.findings.map(\.text).contains("second.txt stays out: 12 bytes is over the limit of 11 bytes."))
            #expect(!(await place.sandbox.writes().contains { $0.hasSuffix(" 413") }))
        }
    }

    @Test("with a file that Jira refuses all the same leaves it out in words, and brings the others")
    func leavesOutWhatIsTooLarge() async throws {
        try await withWorkplace(uploadLimit: 11) { place in
            // What was learnt of the site is no longer so.
            let here = SiteMemory.Place(tenant: acme, connection: Profile.defaultConnection)
            _ = try await place.engine.memory.attachmentSettings(at: here, now: place.time.now) {
                AttachmentSettings(isEnabled: true, uploadLimit: nil)
            }
            let job = try await place.take(letterWithFiles())
            try await place.work()
            #expect(await place.sandbox.issues().map(\.files) == [["first.txt: first bytes"]])
            #expect(
                try await place.audit(job)?.outcomes.map(\.result.words) == [
                    "Issue HELP-1 was created.", "first.txt was attached.",
                    "second.txt was not attached: This is more than Jira takes (413). "
                        + "The file exceeds its maximum permitted size of 11 bytes.",
                ])
        }
    }

    @Test("that answers an earlier one becomes a comment on its issue, by one write")
    func becomesAComment() async throws {
        try await withWorkplace { place in
            try await place.take(letter())
            try await place.work()
            let answer = try await place.take(
                letter(subject: "Re: printer", id: "two@example.com", headers: "In-Reply-To: <one@example.com>\r\n"))
            try await place.work()
            #expect(
                await place.sandbox.writes() == [
                    "POST /rest/api/3/issue 201", "POST /rest/api/3/issue/10001/comment 201",
                ])
            let mark: JSONValue = [
                "v": 1, "messageIDs": ["two@example.com"], "action": .string("\(answer).support.0"),
            ]
            #expect(await place.sandbox.issues().first?.comments == [SeenComment(id: "10001", mark: mark)])
            let record = try #require(try await place.audit(answer))
            #expect(record.disposition == .commented)
            #expect(record.issue?.rawValue == "HELP-1")
            #expect(try await place.tenant.issue(forAnyOf: ["two@example.com"], of: jira) == "10001")
        }
    }

    @Test("that comes twice is dropped the second time, since it was seen before")
    func duplicate() async throws {
        try await withWorkplace { place in
            let first = try await place.take(letter())
            try await place.work()
            let second = try await place.take(letter())
            try await place.work()
            let record = try #require(try await place.audit(second))
            #expect(second != first)
            #expect(record.disposition == .dropped)
            #expect(record.refusal == .seenBefore)
            #expect(record.findings.contains { $0.id == "screen.seen-before" && $0.text.contains("\(first)") })
            #expect(await place.sandbox.writes() == ["POST /rest/api/3/issue 201"])
        }
    }

    @Test("that comes twice before either was worked on becomes one issue")
    func duplicateAtOnce() async throws {
        try await withWorkplace { place in
            try await place.take(letter())
            let second = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(second)?.refusal == .seenBefore)
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test("with the Message-ID of another and a body of its own is processed too")
    func sameMessageID() async throws {
        try await withWorkplace { place in
            try await place.take(letter())
            let second = try await place.take(letter(body: "Another one, on floor 4.\r\n"))
            try await place.work()
            #expect(try await place.audit(second)?.disposition == .created)
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1", "HELP-2"])
        }
    }

    @Test("from a stranger whom the profile rejects is answered once, to the sender, and writes nothing to Jira")
    func rejected() async throws {
        try await withWorkplace {
            $0.profiles[0].strangers = .reject
            $0.profiles[0].outbound = outbound
        } _: { place in
            let job = try await place.take(letter(from: "Somebody <somebody@example.org>"))
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .rejected)
            #expect(
                await place.sandbox.told() == ["somebody@example.org: Not processed: The printer prints stripes"])
            #expect(await place.sandbox.messageIDs() == ["martlet.\(job).0@example.com"])
            #expect(await place.sandbox.writes() == [])
        }
    }
}

@Suite("Looking without doing")
struct RehearsalTests {
    @Test("rehearses with reads only: nothing is written, sent or kept")
    func rehearse() async throws {
        try await withWorkplace { place in
            let profile = try #require(try await place.tenant.configuration().profiles.first)
            let rehearsal = try await place.engine.rehearse(letterWithFiles(), under: profile, of: acme)
            #expect(rehearsal.plan.disposition == .created)
            #expect(rehearsal.plan.actions.count == 3)
            #expect(
                await place.sandbox.requests() == [
                    "GET /rest/api/3/user/search 200", "GET /rest/api/3/attachment/meta 200",
                    "GET /rest/api/3/issue/createmeta/HELP/issuetypes 200",
                ])
            #expect(await place.sandbox.issues() == [])
            #expect(try await place.store.counts().isEmpty)
        }
    }

    @Test("replays a kept letter to the same plan without any request")
    func replay() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letterWithFiles())
            try await place.work()
            let before = await place.sandbox.requests()
            guard case .decided(let plan, let old) = try await place.engine.replay(job, under: nil, of: acme) else {
                Testing.Issue.record("the replay asked something")
                return
            }
            #expect(plan == old)
            #expect(plan.actions.count == 3)
            #expect(await place.sandbox.requests() == before)
        }
    }

    @Test("gives back the questions that a changed profile asks for the first time")
    func replayOfAnother() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.work()
            var profile = try #require(try await place.tenant.configuration().profiles.first)
            profile.project = ProjectKey("OPS")!
            guard case .unanswered(let questions) = try await place.engine.replay(job, under: profile, of: acme) else {
                Testing.Issue.record("the replay knew what nobody had asked")
                return
            }
            #expect(questions == [.issueTypes(ProjectKey("OPS")!)])
        }
    }
}
