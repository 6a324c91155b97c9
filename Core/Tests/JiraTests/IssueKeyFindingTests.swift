// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jira

@Suite("Keys in a subject")
struct IssueKeyFindingTests {
    @Test(
        "are found where they stand as words",
        arguments: [
            ("NEST-7", ["NEST-7"]),
            ("Re: NEST-7: the third box", ["NEST-7"]),
            ("[NEST-7] the third box", ["NEST-7"]),
            ("(NEST-7), EGG-12 and NEST-7 again", ["NEST-7", "EGG-12"]),
            ("AW: WG: NEST-7", ["NEST-7"]),
            ("#NEST-7.", ["NEST-7"]),
            ("https://birdhouse.example/browse/NEST-7?x=1", ["NEST-7"]),
            ("NEST-7/EGG-12", ["NEST-7", "EGG-12"]),
            ("問題NEST-7の件", ["NEST-7"]),
            ("NEST-7에 대해", ["NEST-7"]),
            ("--NEST-7--", ["NEST-7"]),
            ("\u{201c}NEST-7\u{201d}", ["NEST-7"]),
        ])
    func areFound(_ text: String, _ keys: [String]) {
        #expect(IssueKey.all(in: text).map(\.rawValue) == keys)
    }

    @Test(
        "are not found inside other words",
        arguments: [
            "", "-", "NEST-", "-7", "NEST 7", "NEST-07", "XNEST-7a", "ÄNEST-7", "NEST-7ä", "NEST_-", "3NEST-7",
            "ISO-2022-JP", "A-B-NEST-7", "HTTP-1.1", "NEST-7_b", "N-7", "NEST–7", "nest-7", "Re: nest-7", "Nest-7",
        ])
    func areNotFound(_ text: String) {
        #expect(IssueKey.all(in: text).isEmpty)
    }

    @Test(
        "may be in any case alone in brackets",
        arguments: [("[nest-7] leaks", ["NEST-7"]), ("(Nest-7)", ["NEST-7"]), ("[nest-7 leaks]", []), ("[nest-7)", [])])
    func mayBeLower(_ text: String, _ keys: [String]) {
        #expect(IssueKey.all(in: text).map(\.rawValue) == keys)
    }

    @Test("are those of known projects, where these are given")
    func areOfKnownProjects() throws {
        let known: Set = [try #require(ProjectKey("NEST"))]
        #expect(IssueKey.all(in: "UTF-8 NEST-7 EGG-12", of: known).map(\.rawValue) == ["NEST-7"])
        #expect(IssueKey.all(in: "NEST-7-hinge, NEST-8.5", of: known).map(\.rawValue) == ["NEST-7", "NEST-8"])
        #expect(IssueKey.all(in: "NEST-7", of: []).isEmpty)
        #expect(IssueKey.all(in: "UTF-8").map(\.rawValue) == ["UTF-8"])
    }

    @Test("are at most 50, and long input ends soon")
    func areBounded() {
        let many = (1...80).map { "NEST-\($0)" }.joined(separator: " ")
        #expect(IssueKey.all(in: many).count == 50)
        #expect(IssueKey.all(in: String(repeating: "A", count: 100_000) + "-1").isEmpty)
        #expect(IssueKey.all(in: String(repeating: "A-", count: 100_000)).isEmpty)
        #expect(IssueKey.all(in: "NEST-" + String(repeating: "1", count: 100_000)).isEmpty)
    }
}
