// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Jira

@Suite("An id")
struct IdentifierTests {
    @Test("of an issue is a number", arguments: ["1", "10407", "999999999999999999"])
    func takesNumbers(_ raw: String) {
        #expect(IssueID(raw)?.rawValue == raw)
    }

    @Test(
        "of an issue is nothing else",
        arguments: [
            "", "0", "007", "-1", "+1", "1.0", "1 ", " 1", "1e3", "NEST-7", "١٢", "1000000000000000000", "1/2", "1%2F",
        ])
    func refusesOthers(_ raw: String) {
        #expect(IssueID(raw) == nil)
    }

    @Test(
        "of an account is any visible text",
        arguments: ["5f00a1", "70121:0c1d-2e", "JIRAUSER10100", "jürgen", "qm:a/b"])
    func takesAccounts(_ raw: String) {
        #expect(AccountID(raw)?.rawValue == raw)
    }

    @Test("of an account has no space, no control character and an end", arguments: ["", "a b", "a\nb", "a\u{7f}"])
    func refusesAccounts(_ raw: String) {
        #expect(AccountID(raw) == nil)
        #expect(AccountID(String(repeating: "a", count: 256)) == nil)
    }

    @Test("of a project is its key", arguments: ["AB", "NEST", "A1", "A_B"])
    func takesProjects(_ raw: String) {
        #expect(ProjectKey(raw)?.rawValue == raw)
    }

    @Test(
        "of a project is upper case and begins with a letter",
        arguments: ["", "A", "nest", "1A", "_A", "A-B", "ÄB", "A B"])
    func refusesProjects(_ raw: String) {
        #expect(ProjectKey(raw) == nil)
    }

    @Test(
        "of a property cannot leave its place in a path", arguments: ["", ".", "..", "a/b", "a%2Fb", "a b", "ä", "a?b"])
    func refusesProperties(_ raw: String) {
        #expect(PropertyKey(raw) == nil)
        #expect(PropertyKey("martlet.mail")?.rawValue == "martlet.mail")
    }

    @Test("is a JSON string in storage, and is checked again when it is read")
    func codes() throws {
        let ids = [try #require(IssueID("10407"))]
        let data = try JSONEncoder().encode(ids)
        #expect(String(decoding: data, as: UTF8.self) == #"["10407"]"#)
        #expect(try JSONDecoder().decode([IssueID].self, from: data) == ids)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IssueID].self, from: Data(#"["x"]"#.utf8)) }
    }
}

@Suite("An issue key")
struct IssueKeyTests {
    @Test("has a project and a number")
    func hasParts() throws {
        let key = try #require(IssueKey("NEST-1042"))
        #expect(key.project == ProjectKey("NEST"))
        #expect(key.number == 1042)
        #expect(IssueKey(project: key.project, number: 1042) == key)
        #expect(IssueKey(project: key.project, number: 0) == nil)
    }

    @Test(
        "is nothing else",
        arguments: ["", "NEST", "NEST-", "-1", "NEST-0", "NEST-07", "nest-7", "NEST-7a", "NEST-7-7", "NEST–7"])
    func refusesOthers(_ raw: String) {
        #expect(IssueKey(raw) == nil)
    }

    @Test("is ordered by project and then by number")
    func isOrdered() {
        let keys = ["NEST-10", "EGG-3", "NEST-9"].compactMap { IssueKey($0) }
        #expect(keys.sorted().map(\.rawValue) == ["EGG-3", "NEST-9", "NEST-10"])
    }
}
