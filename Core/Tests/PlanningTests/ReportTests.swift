// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Testing

import struct MIME.Nature

@testable import Planning

@Suite("A stable name")
struct StableNameTests {
    @Test("of a refusal outlives a release, with its disposition and its reason")
    func refusals() {
        let wanted: [(String, Disposition, String)] = [
            ("own-mail", .dropped, "our own mail came back"),
            ("not-caught", .dropped, "it is not addressed to this profile"),
            ("not-caught-left", .ignored, "it is not addressed to this profile"),
            ("bounce", .dropped, "a delivery report"),
            ("auto-reply", .dropped, "an automatic reply"),
            ("seen-before", .dropped, "the same letter was kept before"),
            ("bulk-threshold", .dropped, "too many letters of one sender within an hour"),
            ("sender-missing", .dropped, "it has no sender"),
            ("sender-unknown", .rejected, "its sender has no account in Jira"),
            ("project-missing", .parked, "the project is not there"),
            ("issue-type-missing", .parked, "the issue type is not there"),
            ("request-type-missing", .parked, "the request type is not there"),
            ("event-unmapped", .dropped, "no notification covers it"),
            ("audience-empty", .dropped, "nobody is left to tell"),
            ("issue-gone", .dropped, "the issue is gone"),
        ]
        #expect(Refusal.allCases.map(\.rawValue) == wanted.map(\.0))
        #expect(Refusal.allCases.map(\.disposition) == wanted.map(\.1))
        #expect(Refusal.allCases.map(\.title) == wanted.map(\.2))
    }

    @Test("of a disposition outlives a release")
    func dispositions() {
        #expect(
            Disposition.allCases.map(\.rawValue) == [
                "created", "commented", "notified", "dropped", "ignored", "rejected", "parked", "merged",
            ])
    }

    @Test("of a stage, a kind of letter, a line and an automatic mail outlives a release")
    func others() {
        #expect(
            Stage.allCases.map(\.rawValue) == [
                "screen", "route", "associate", "identify", "write", "fill", "attach", "involve", "answer", "address",
            ])
        #expect(
            Stage.allCases.map(\.title) == [
                "Screen", "Route", "Associate", "Identify", "Write", "Fill", "Attach", "Involve", "Answer", "Address",
            ])
        #expect(Line.allCases.map(\.rawValue) == ["letter", "event"])
        #expect(Nature.Kind.autoReply.rawValue == "auto-reply")
        #expect(AutomaticKind.generated.rawValue == "auto-generated")
        #expect(AutomaticKind.replied.rawValue == "auto-replied")
        #expect(NonCatchAction.allCases.map(\.rawValue) == ["ignore", "drop"])
        #expect(StrangerPolicy.allCases.map(\.rawValue) == ["defaultReporter", "reject"])
        #expect(TransportSecurity.allCases.map(\.rawValue) == ["tls", "starttls", "plain"])
        #expect(ReadStrategy.allCases.map(\.rawValue) == ["unread-mark-read", "all-delete"])
        #expect(StartPoint.allCases.map(\.rawValue) == ["from-now", "everything"])
        #expect(NotifiedEvent.allCases.map(\.rawValue) == ["created", "commented"])
    }
}

@Suite("A report")
struct ReportTests {
    private func record(
        _ disposition: Disposition, _ refusal: Refusal? = nil, issue: IssueKey? = "HELP-7"
    ) -> AuditRecord {
        var record = AuditRecord(
            job: Case.job, line: .letter, receivedAt: Date(timeIntervalSince1970: 0),
            finishedAt: Date(timeIntervalSince1970: 1), decider: "support", disposition: disposition)
        record.refusal = refusal
        record.issue = issue
        return record
    }

    @Test("begins with what became of it")
    func verdicts() {
        let wanted: [(AuditRecord, String)] = [
            (record(.created), "Became issue HELP-7."),
            (record(.created, issue: nil), "Became an issue."),
            (record(.commented), "Became a comment on HELP-7."),
            (record(.commented, issue: nil), "Became a comment on an issue."),
            (record(.notified), "Told about HELP-7."),
            (record(.notified, issue: nil), "Told about an issue."),
            (record(.merged), "Told together with another event of HELP-7."),
            (record(.merged, issue: nil), "Told together with another event of an issue."),
            (record(.dropped, .bounce), "Dropped: a delivery report."),
            (record(.dropped), "Dropped."),
            (record(.ignored, .notCaughtLeft), "Left in its mailbox: it is not addressed to this profile."),
            (record(.rejected, .senderUnknown), "Rejected: its sender has no account in Jira."),
            (record(.parked, .projectMissing), "Waits for an admin: the project is not there."),
            (record(.parked), "Waits for an admin: it could not be processed."),
        ]
        for (record, words) in wanted { #expect(Report(of: record).verdict == words) }
    }

    @Test("has a section for each stage in order, then what was done, then the trouble")
    func sections() {
        var one = record(.created)
        one.findings = [.newIssue, .bodyFromText, .defaultMapping("HELP"), .attached("a.txt", bytes: 3)]
        one.outcomes = [Outcome(ordinal: 0, result: .issue("10042", "HELP-7"))]
        one.trouble = "Jira was away for an hour."
        #expect(
            Report(of: one).text == """
                Became issue HELP-7.
                Route
                  The default mapping applies: project HELP.
                Associate
                  The letter belongs to no issue that is there: it becomes one.
                Write
                  The text comes from the letter's plain text.
                Attach
                  a.txt goes along (3 bytes).
                Done
                  Issue HELP-7 was created.
                Trouble
                  Jira was away for an hour.

                """)
    }

    @Test("of an issue that was made before its reporter could be refused is read as it was")
    func earlierOutcome() throws {
        let kept = Data(#"{"issue":{"_0":"10042","_1":"HELP-7"}}"#.utf8)
        #expect(try JSONDecoder().decode(ActionResult.self, from: kept) == .issue("10042", "HELP-7"))
    }

    @Test("P13 stands beside a reporter who is kept by key only")
    func reporter() throws {
        var one = record(.created)
        one.reporter = "5b10a-ada"
        let json = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(one)) as? [String: Any])
        #expect(json["reporter"] as? String == "5b10a-ada")
        #expect(try JSONDecoder().decode(AuditRecord.self, from: JSONEncoder().encode(one)) == one)
    }
}
