// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Sandbox
import Testing

@testable import Engine
@testable import Sandbox

/// Letters that write more to one issue than Jira Cloud takes at once.
@Suite("A letter with thirty files")
struct LargeLetterTests {
    private static let limits = RateLimitSettings(limitsIssueWrites: true)
    private let names = (1...30).map { "file\($0)" }

    private func expectAll(_ place: Workplace, since start: Date) async throws {
        let issue = try #require(await place.sandbox.issues().first)
        #expect(issue.files.map { $0.prefix { $0 != "." } } == names.map { $0[...] })
        #expect(await place.sandbox.jira.limits.reasons == [:])
        // The first twenty at once, the others when two seconds are over.
        #expect((2...3).contains(place.time.now.timeIntervalSince(start)))
    }

    @Test("makes an issue with all of them, no faster than Jira takes writes to it")
    func makesIssue() async throws {
        try await withWorkplace(limits: Self.limits) { place in
            let job = try await place.take(letterWithFiles(names))
            let start = place.time.now
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            try await expectAll(place, since: start)
        }
    }

    @Test("becomes a comment with all of them at the same pace, and the next letter waits its turn")
    func comments() async throws {
        try await withWorkplace(limits: Self.limits) { place in
            _ = try await place.sandbox.open("A printer")
            let job = try await place.take(letterWithFiles(subject: "Re: HELP-1", names))
            let start = place.time.now
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .commented)
            try await expectAll(place, since: start)
            for reply in 1...25 {
                try await place.take(letter(subject: "Re: HELP-1", id: "\(reply)@example.com"))
                place.time.advance(-1)
            }
            try await place.workToTheEnd()
            #expect(await place.sandbox.issues()[0].comments.count == 26)
            #expect(await place.sandbox.jira.limits.reasons == [:])
        }
    }

    @Test("makes a request with all of them, whose property and participants count, too")
    func makesRequest() async throws {
        try await withWorkplace(
            limits: Self.limits, projects: [.init(key: "HELP", name: "Help", isServiceProject: true)]
        ) {
            $0.profiles[0].serviceDesk = ServiceDeskPolicy(requestType: "Ask for a task")
        } _: { place in
            try await place.take(letterWithFiles(names))
            let start = place.time.now
            try await place.work()
            try await expectAll(place, since: start)
        }
    }
}
