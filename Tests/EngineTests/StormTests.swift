// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import MailTransport
import Markup
import NIOCore
import Planning
import Sandbox
import Store
import Testing

@testable import Engine
@testable import Sandbox

/// Many replies to one issue, under Jira Cloud's limits, by a clock that only the test moves.
///
/// So work takes no time here, and a delay is what a letter was put off for. Who gets which worker is tested by itself, and
/// what a storm costs the others in real time is measured by `./Scripts/bench storm`.
@Suite("A storm of replies to one issue", .timeLimit(.minutes(20)))
struct StormTests {
    /// All of them take minutes; the whole test run has them.
    private let replies = ProcessInfo.processInfo.environment["MARTLET_REFERENCE"] == nil ? 400 : 2000

    /// A minute of letters: so many replies to HELP-1, and every half second one to HELP-2 and one of another tenant.
    private func minute(_ place: Workplace, replies: Int) async throws -> (storm: [JobID], others: [JobID]) {
        var storm: [JobID] = []
        var others: [JobID] = []
        for tick in 0..<120 {
            for reply in (replies * tick / 120)..<(replies * (tick + 1) / 120) {
                storm += [try await take(place, "Re: HELP-1 A printer", "storm\(reply)", to: "support@example.com")]
            }
            others += [try await take(place, "Re: HELP-2 Another", "calm\(tick)", to: "support@example.com")]
            others += [try await take(place, "A question", "desk\(tick)", to: "desk@example.net")]
            try await place.workOnAllDue()
            place.time.advance(0.48)
        }
        return (storm, others)
    }

    private func take(_ place: Workplace, _ subject: String, _ name: String, to recipient: String) async throws -> JobID
    {
        let bytes = letter(
            from: "\(name)@example.org", to: recipient, subject: subject, id: "\(name)@example.org",
            body: "This is \(name).\r\n")
        let sink = try await SMTPIntake(engine: place.engine).begin(
            MailTransport.Envelope(sender: SMTPAddress("\(name)@example.org"), recipients: [SMTPAddress(recipient)!]),
            in: session)
        try await sink.write(ByteBuffer(bytes: bytes))
        guard case .accepted(let id) = try await sink.finish(), let job = JobID(id) else { throw Unexpected() }
        // Letters of one millisecond have no order.
        place.time.advance(0.001)
        return job
    }

    /// The 99th percentile of the seconds from receipt to done.
    private func delay(of jobs: [JobID], _ place: Workplace) async throws -> Double {
        var delays: [Double] = []
        for id in jobs {
            for tenant in [acme, globex] {
                guard let entry = try await place.store.tenant(tenant).audit(of: id) else { continue }
                let record = try JSONDecoder().decode(AuditRecord.self, from: entry.record)
                delays.append(record.finishedAt.timeIntervalSince(record.receivedAt))
            }
        }
        #expect(delays.count == jobs.count)
        return delays.sorted()[delays.count * 99 / 100]
    }

    private func withDesk(_ body: (Workplace) async throws -> Void) async throws {
        try await withWorkplace(limits: RateLimitSettings(limitsIssueWrites: true, burst: 100)) { place in
            _ = try await place.addTenant { $0.profiles[0].project = ProjectKey("OPS")! }
            _ = try await place.sandbox.open("A printer")
            _ = try await place.sandbox.open("Another")
            try await body(place)
        }
    }

    @Test("arrives whole, once, in order and without being told to slow down, and nobody else is put off for it")
    func arrives() async throws {
        var calm = 0.0
        try await withDesk { place in
            let (_, others) = try await minute(place, replies: 0)
            try await place.workToTheEnd()
            calm = try await delay(of: others, place)
        }
        try await withDesk { place in
            let (storm, others) = try await minute(place, replies: replies)
            try await place.workToTheEnd()
            #expect(jobs(in: await place.sandbox.issues()[0]) == storm.map(\.rawValue))
            let limits = await place.sandbox.jira.limits
            #expect(limits.reasons == [:])
            #expect(place.time.now.timeIntervalSince(noon) < Double(replies) / 100 * 31.6 + 70)
            #expect(try await delay(of: others, place) <= calm + 0.001)
        }
    }

    /// Sixty replies at once, of which Jira takes twenty.
    private func rush(_ place: Workplace) async throws -> [JobID] {
        var storm: [JobID] = []
        for reply in 0..<60 {
            storm += [try await take(place, "Re: HELP-1 A printer", "storm\(reply)", to: "support@example.com")]
        }
        try await place.workOnAllDue()
        return storm
    }

    private func jobs(in issue: SeenIssue) -> [String] {
        issue.comments.compactMap { $0.mark?["action"]?.stringValue.map { String($0.prefix(26)) } }
    }

    @Test("asks Jira nothing about those that have to wait: what it said before tells where they go")
    func asksNothing() async throws {
        try await withDesk { place in
            let storm = try await rush(place)
            #expect(await place.sandbox.issues()[0].comments.count == 20)
            // Eight are at work at once, and some of these when the first is put off.
            let asked = await place.sandbox.requests().filter { $0 == "GET /rest/api/3/issue/HELP-1 200" }.count
            #expect((20...32).contains(asked))
            #expect(try await place.tenant.keptPlan(of: storm[59]) == nil)
            let calm = try await take(place, "Re: HELP-2 Another", "calm", to: "support@example.com")
            try await place.workOnAllDue()
            #expect(try await place.audit(calm)?.disposition == .commented)
            try await place.workToTheEnd()
            #expect(jobs(in: await place.sandbox.issues()[0]) == storm.map(\.rawValue))
        }
    }

    @Test("becomes what it must when its turn comes: by then the issue may be gone")
    func decidesLate() async throws {
        try await withDesk { place in
            let storm = try await rush(place)
            await place.sandbox.delete("HELP-1")
            try await place.workToTheEnd()
            for job in storm.prefix(20) { #expect(try await place.audit(job)?.disposition == .commented) }
            // Those between were decided before, when the lane was not known to be late.
            for job in storm.suffix(28) { #expect(try await place.audit(job)?.disposition == .created) }
        }
    }

    @Test("that Jira refuses all the same is put off as long as Jira asks, in order")
    func heeds() async throws {
        try await withDesk { place in
            // Somebody else writes to the issue too, so that our own count is too low.
            let issue = await place.sandbox.issues()[0]
            for number in 0..<15 { try await place.sandbox.jira.write(number, to: issue.id, at: place.time.now) }
            var storm: [JobID] = []
            for reply in 0..<30 {
                storm += [try await take(place, "Re: HELP-1 A printer", "storm\(reply)", to: "support@example.com")]
            }
            try await place.workOnAllDue()
            try await place.workToTheEnd()
            #expect(jobs(in: await place.sandbox.issues()[0]) == storm.map(\.rawValue))
            let limits = await place.sandbox.jira.limits
            #expect(limits.refusals > 0)
            #expect(limits.unheeded == 0)
        }
    }
}

extension SandboxJira {
    /// Counts a write of somebody else's against the issue's limit.
    fileprivate func write(_ number: Int, to issue: String, at now: Date) throws {
        try limits.admit("POST issue/{key}/comment", issue: Int(issue), at: now)
    }
}
