// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Planning
import Sandbox
import Testing

@testable import Engine

@Suite("An issue that was moved")
struct MovedIssueTests {
    private func reply(_ place: Workplace, to key: String = "HELP-1") async throws -> JobID {
        try await place.take(letter(subject: "Re: \(key) A printer"))
    }

    /// One issue, one comment, of that letter.
    private func expectComment(of job: JobID, on key: String, _ place: Workplace) async throws {
        let issues = await place.sandbox.issues()
        #expect(issues.map(\.key) == [key])
        #expect(issues[0].comments.map { $0.mark?["action"]?.stringValue } == ["\(job).support.0"])
        #expect(try await place.audit(job)?.disposition == .commented)
    }

    @Test(
        "and has another key in its project now gets the reply to its old key, once, also when the work is cut off",
        arguments: ["500", "503", nil])
    func oldKey(fault: String?) async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            try await place.sandbox.move("HELP-1", to: "OPS", as: "OPS-1")
            try await place.sandbox.move("OPS-1", to: "HELP", as: "HELP-2")
            let job = try await reply(place)
            if let fault { await place.sandbox.fail(fault, "POST", "/rest/api/3/issue/10001/comment") }
            try await place.work()
            await place.sandbox.mend()
            try await place.work(after: 60)
            try await expectComment(of: job, on: "HELP-2", place)
            let record = try #require(try await place.audit(job))
            #expect(record.issue?.rawValue == "HELP-2")
            #expect(
                record.findings.contains {
                    $0.text == "The subject names HELP-1, now HELP-2: the letter becomes a comment on it."
                })
        }
    }

    @Test("while a letter to it waited gets the letter all the same: it is known by its number")
    func movesMeanwhile() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            let job = try await reply(place)
            try await place.keepPlan(for: job)
            try await place.sandbox.move("HELP-1", to: "OPS", as: "OPS-1")
            try await place.work()
            try await expectComment(of: job, on: "OPS-1", place)
        }
    }

    @Test("out of the profile's project gets no reply to its old key: that becomes an issue of its own")
    func movedAway() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            try await place.sandbox.move("HELP-1", to: "OPS", as: "OPS-1")
            let job = try await reply(place)
            try await place.work()
            #expect(await place.sandbox.issues().map(\.key) == ["OPS-1", "HELP-2"])
            #expect(await place.sandbox.issues()[0].comments.isEmpty)
            #expect(try await place.audit(job)?.disposition == .created)
        }
    }
}
