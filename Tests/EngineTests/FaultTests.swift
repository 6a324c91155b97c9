// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Planning
import Sandbox
import Store
import Testing

@testable import Engine

/// What the sandbox can let go wrong with one request.
@Suite("A fault of Jira, or of the way to it")
struct FaultTests {
    @Test(
        "at a write neither loses nor doubles what is written",
        arguments: [
            "401", "429", "429-quota", "429-issue", "500", "502", "503", "504", "cut", "truncated", "slow", "delay",
        ])
    func atWrite(fault: String) async throws {
        // The half of a body is none of the specification's.
        try await withWorkplace(spoiling: fault == "truncated" ? .response : nil) { place in
            await place.sandbox.fail(fault, "POST", "/rest/api/3/issue")
            let first = try await place.take(letter(id: "one@example.org"))
            try await place.workToTheEnd()
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1"])
            #expect(try await place.audit(first)?.disposition == .created)
            await place.sandbox.fail(fault, "POST", "/rest/api/3/issue/10001/comment")
            let second = try await place.take(letter(subject: "Re: HELP-1 A printer", id: "two@example.org"))
            try await place.workToTheEnd()
            #expect(await place.sandbox.issues().map(\.comments.count) == [1])
            #expect(try await place.audit(second)?.disposition == .commented)
        }
    }

    @Test("at a look leaves the letter for later", arguments: ["502", "504", "cut", "truncated", "slow"])
    func atLook(fault: String) async throws {
        try await withWorkplace(spoiling: fault == "truncated" ? .response : nil) { place in
            await place.sandbox.fail(fault, "GET", "/rest/api/3/", times: 3)
            let job = try await place.take(letter())
            try await place.workToTheEnd()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.issues().count == 1)
        }
    }
}
