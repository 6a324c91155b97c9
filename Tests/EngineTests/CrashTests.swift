// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Planning
import Sandbox
import Store
import Testing

@testable import Engine

/// A moment at which the process dies: within an action, before or after Jira did it.
struct CutPoint: Sendable, CustomTestStringConvertible {
    var action: String
    var path: String
    var isPerformed: Bool

    var testDescription: String { "\(action), \(isPerformed ? "done by Jira" : "not done by Jira")" }

    static func all(_ actions: [(String, String)]) -> [CutPoint] {
        actions.flatMap { action, path in
            [true, false].map { CutPoint(action: action, path: path, isPerformed: $0) }
        }
    }
}

@Suite("Work that was cut off")
struct CrashTests {
    /// Lets the one request go wrong, then takes the files to a new process.
    private func cutOff(
        at point: CutPoint, _ place: Workplace, _ body: (Workplace) async throws -> Void
    ) async throws {
        await place.sandbox.fail(point.isPerformed ? "500" : "503", "POST", point.path)
        try await place.work()
        await place.sandbox.mend()
        place.time.advance(60)
        try await place.afterCrash(body)
    }

    @Test(
        "in a letter that becomes an issue with files is done to the end, and nothing of it twice",
        arguments: CutPoint.all([
            ("the issue", "/rest/api/3/issue"), ("a file", "/rest/api/3/issue/10001/attachments"),
        ]))
    func creating(_ point: CutPoint) async throws {
        try await withWorkplace { place in
            let job = try await place.take(letterWithFiles())
            try await cutOff(at: point, place) { after in
                #expect(try await after.tenant.job(job)?.state == .executing)
                try await after.work()
                let issues = await after.sandbox.issues()
                #expect(issues.map(\.key) == ["HELP-1"])
                #expect(issues.first?.files == ["first.txt: first bytes", "second.txt: second bytes"])
                let record = try #require(try await after.audit(job))
                #expect(record.disposition == .created)
                #expect(record.issue?.rawValue == "HELP-1")
                #expect(record.outcomes.count == 3)
            }
        }
    }

    @Test(
        "in a letter that becomes a comment with files and a transition is done to the end, and nothing of it twice",
        arguments: CutPoint.all([
            ("the comment", "/rest/api/3/issue/10001/comment"),
            ("the transition", "/rest/api/3/issue/10001/transitions"),
            ("a file", "/rest/api/3/issue/10001/attachments"),
        ]))
    func commenting(_ point: CutPoint) async throws {
        try await withWorkplace {
            $0.profiles[0].transitionsOnComment = [TransitionRule(status: "To Do", transition: "In Progress")]
        } _: { place in
            let issue = try await place.sandbox.open("A printer")
            let job = try await place.take(letterWithFiles(subject: "Re: \(issue.key) printer"))
            try await cutOff(at: point, place) { after in
                try await after.work()
                let seen = try #require(await after.sandbox.issues().first)
                #expect(seen.comments.map(\.mark) == [mark(job, "files@example.com")])
                #expect(seen.files == ["first.txt: first bytes", "second.txt: second bytes"])
                #expect(seen.status == "In Progress")
                // An answer of 500 was lost after the work was done.
                let moves = await after.sandbox.writes().filter { $0.contains("/transitions") && !$0.hasSuffix(" 503") }
                #expect(moves.count == 1)
                #expect(try await after.audit(job)?.disposition == .commented)
            }
        }
    }

    @Test("in a letter with a file that an earlier one brought brings it all the same")
    func sameFile() async throws {
        try await withWorkplace { place in
            try await place.take(letterWithFiles(id: "one@example.com", ["first"]))
            try await place.work()
            await place.sandbox.fail("503", "POST", "/rest/api/3/issue/10001/attachments")
            try await place.take(letterWithFiles(subject: "Re: HELP-1", id: "two@example.com", ["first"]))
            try await place.work(after: 600)
            try await place.work(after: 30)
            let file = "first.txt: first bytes"
            #expect(await place.sandbox.issues().map(\.files) == [[file, file]])
        }
    }

    @Test("in a letter with a file, when somebody else attached one of its name and size, brings it all the same")
    func fileOfOthers() async throws {
        try await withWorkplace { place in
            await place.sandbox.fail("503", "POST", "/rest/api/3/issue/10001/attachments")
            try await place.take(letterWithFiles(["first"]))
            try await place.work()
            await place.sandbox.attach("other bytes", as: "first.txt", to: "HELP-1", by: "Bo Lindqvist")
            try await place.work(after: 60)
            #expect(
                await place.sandbox.issues().map(\.files) == [["first.txt: other bytes", "first.txt: first bytes"]])
        }
    }

    private func mark(_ job: JobID, _ messageID: String) -> JSONValue {
        ["v": 1, "messageIDs": [.string(messageID)], "action": .string("\(job).support.0")]
    }

    @Test("between its plan and its first action follows the plan, and decides nothing anew")
    func afterThePlan() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            try await place.keepPlan(for: job)
            try await place.change { $0.profiles[0].project = ProjectKey("OPS")! }
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.issues().map(\.key) == ["HELP-1"])
            }
        }
    }

    @Test("before its plan is done from the start, and is not taken for a copy of itself")
    func beforeThePlan() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            await place.sandbox.fail("503", "GET")
            try await place.work()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(try await after.audit(job)?.disposition == .created)
                #expect(await after.sandbox.issues().count == 1)
            }
        }
    }

    @Test("while an issue was made is put off until Jira's search can have settled")
    func unsettled() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            await place.sandbox.fail("500", "POST", "/rest/api/3/issue")
            try await place.work()
            place.time.advance(5)
            try await place.work()
            #expect(
                try await place.standing(job)
                    == Standing(
                        state: .executing, due: 10,
                        said: "Jira's search may not show yet what was done before the interruption."))
            #expect(await place.sandbox.writes() == ["POST /rest/api/3/issue 500"])
            try await place.work(after: 10)
            #expect(try await place.audit(job)?.outcomes.map(\.result.words) == ["Issue HELP-1 was created."])
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test("while an issue was made for the second time is put off as long as after the first")
    func unsettledAgain() async throws {
        try await withWorkplace(limits: RateLimitSettings(searchLag: 10)) { place in
            let job = try await place.take(letter())
            await place.sandbox.fail("503", "POST", "/rest/api/3/issue")
            try await place.work()
            await place.sandbox.mend()
            await place.sandbox.fail("500", "POST", "/rest/api/3/issue")
            try await place.work(after: 60)
            try await place.work(after: 4)
            #expect(
                try await place.standing(job)
                    == Standing(
                        state: .executing, due: 11,
                        said: "Jira's search may not show yet what was done before the interruption."))
            #expect(
                await place.sandbox.writes() == ["POST /rest/api/3/issue 503", "POST /rest/api/3/issue 500"])
            try await place.work(after: 11)
            #expect(try await place.audit(job)?.issue?.rawValue == "HELP-1")
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test("before a mail left sends it once")
    func mailNotSent() async throws {
        try await withWorkplace {
            $0.profiles[0].strangers = .reject
            $0.profiles[0].outbound = outbound
            $0.outbounds[0].port = 1
        } _: { place in
            let job = try await place.take(letter(from: "Somebody <somebody@example.org>"))
            try await place.work()
            #expect(try await place.standing(job).state == .executing)
            try await place.change { $0.outbounds[0].port = place.sandbox.smtpPort }
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.messageIDs() == ["martlet.\(job).0@example.com"])
                #expect(try await after.audit(job)?.disposition == .rejected)
            }
        }
    }

    @Test("after a mail left and before that was noted sends it under the same Message-ID, by which it is known")
    func mailSent() async throws {
        try await withWorkplace {
            $0.profiles[0].strangers = .reject
            $0.profiles[0].outbound = outbound
        } _: { place in
            let job = try await place.take(letter(from: "Somebody <somebody@example.org>"))
            try await place.keepPlan(for: job)
            try await place.sendUnnoted(job)
            try await place.afterCrash { after in
                try await after.work()
                let id = "martlet.\(job).0@example.com"
                #expect(await after.sandbox.messageIDs() == [id, id])
                #expect(try await after.audit(job)?.disposition == .rejected)
            }
        }
    }

    @Test("for the third time by the same letter sets it aside, and the others go on")
    func endsTheProcess() async throws {
        try await withWorkplace { place in
            let poison = try await place.take(letter(subject: "Ends the process"))
            #expect(try await place.store.claim(.letter, limit: 1, at: place.time.now).map(\.id) == [poison])
            let other = try await place.take(letter(from: "ben@example.com", subject: "Another"))
            try await place.afterCrash { first in
                _ = try await first.store.claim(first.store.interrupted(.letter, at: place.time.now)[0].job)
                try await first.afterCrash { second in
                    _ = try await second.store.claim(second.store.interrupted(.letter, at: place.time.now)[0].job)
                    try await second.afterCrash { third in
                        await LetterLine(engine: third.engine).workOnInterrupted()
                        try await third.work()
                        let said = """
                            Martlet ended 3 times while it worked on this letter, so it is set aside. \
                            Please report it, with the letter if you may.
                            """
                        #expect(try await third.standing(poison) == Standing(state: .parked, due: nil, said: said))
                        #expect(try await third.audit(other)?.disposition == .created)
                    }
                }
            }
        }
    }

    @Test("once or twice is done again, alone")
    func interruptedOnce() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            _ = try await place.store.claim(.letter, limit: 1, at: place.time.now)
            try await place.afterCrash { after in
                await LetterLine(engine: after.engine).workOnInterrupted()
                try await after.work()
                #expect(try await after.audit(job)?.disposition == .created)
            }
        }
    }
}

extension Workplace {
    /// Begins the one mail of a kept plan and sends it, as a process does that dies then.
    fileprivate func sendUnnoted(_ job: JobID) async throws {
        let setup = try await engine.tenants.setup(acme)
        guard let found = try await tenant.job(job), let kept = try await tenant.keptPlan(of: job),
            case .send(let mail) = kept.plan.actions.first
        else { throw Unexpected() }
        let id = ActionID(job: job, decider: support, ordinal: 0)
        try await tenant.write(.begun(id, at: time.now))
        var executor = Executor(
            engine: engine, setup: setup, job: found, decider: support, connection: Profile.defaultConnection,
            site: setup.sites[Profile.defaultConnection]!, letter: nil, unkept: [])
        _ = try await executor.send(mail, id)
    }
}
