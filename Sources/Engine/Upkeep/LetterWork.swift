// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MIME
import Planning
import Store
import WebClient

/// One letter from its bytes to its audit record.
struct LetterWork: Sendable {
    let engine: Engine
    let setup: TenantSetup
    let job: Job

    func run() async throws {
        let read = try await ReadLetter.open(job, of: setup.store)
        let profile = try self.profile(read.origin.profile)
        guard let site = setup.sites[profile.connection] else { throw SetupMissing.connection(profile.connection) }
        if let pause = engine.holds.pause(setup.id, profile.connection, at: engine.now) {
            return try await setup.store.retry(
                job.id, at: engine.now.addingTimeInterval(pause.seconds), said: "Jira is left alone for a moment.")
        }
        do {
            let kept = try await plan(for: read, under: profile, on: site)
            if kept.plan.disposition == .parked { return try await park(kept) }
            let executor = Executor(
                engine: engine, setup: setup, job: job, decider: profile.id, site: site, letter: read)
            let outcomes = try await executor.execute(kept.plan)
            try await record(read, kept, outcomes)
        } catch {
            engine.holds.note(error, setup.id, profile.connection, at: engine.now)
            throw error
        }
    }

    private func profile(_ id: ConfigurationID) throws -> Profile {
        guard let profile = setup.profile(id) else {
            throw SetupMissing(description: "The profile \"\(id)\" that took this letter in is not there any more.")
        }
        return profile
    }

    /// The plan that is kept, or a new one; one that an admin's change can better is made anew.
    private func plan(for read: ReadLetter, under profile: Profile, on site: JiraSite) async throws -> KeptPlan {
        if let kept = try await setup.store.keptPlan(of: job.id), kept.plan.disposition != .parked { return kept }
        var finder = FactFinder(setup: setup, site: site)
        let sighting = try await setup.store.identify(job.id, as: read.identity, sender: read.letter.sender?.address)
        if case .duplicate(let copy) = sighting { finder.earlierCopy = copy }
        let decided = try await deciding(at: engine.now, with: finder) { facts throws(Inquiry) in
            try decide(read.letter, under: profile, knowing: facts)
        }
        let kept = KeptPlan(decider: profile.id, plan: decided.plan, facts: decided.facts)
        try await setup.store.keep(kept, for: job.id)
        return kept
    }

    private func park(_ kept: KeptPlan) async throws {
        try await setup.store.park(job.id, said: kept.plan.findings.last?.text ?? "")
        try await engine.settleMailbox(of: job, as: .parked, setup.store)
    }

    private func record(_ read: ReadLetter, _ kept: KeptPlan, _ outcomes: [Outcome]) async throws {
        let record = AuditRecord(of: job, read, kept, outcomes, finishedAt: engine.now)
        try await remember(read, outcomes)
        try await engine.settleMailbox(of: job, as: kept.plan.disposition, setup.store)
        try await setup.store.finish(
            job.id, as: .done,
            audit: AuditEntry(
                job: job.id, line: .letter, kind: "letter", disposition: kept.plan.disposition.rawValue,
                finishedAt: record.finishedAt, record: try canonicalJSON(record)))
    }

    /// What later letters and events will ask about this one.
    private func remember(_ read: ReadLetter, _ outcomes: [Outcome]) async throws {
        let issue = outcomes.lazy.compactMap(\.result.issue).first
        var ids = read.letter.messageID.map { [$0] } ?? []
        for case .sent(let messageID, _) in outcomes.map(\.result) { ids.append(messageID) }
        if let issue, !ids.isEmpty {
            try await setup.store.remember(messageIDs: ids, of: issue.rawValue, at: engine.now)
        }
        for case .comment(_, let id) in outcomes.map(\.result) {
            guard let sender = read.letter.sender?.address else { continue }
            try await setup.store.remember(mailSender: sender, of: id, at: engine.now)
        }
    }
}

extension SetupMissing {
    static func connection(_ id: ConfigurationID) -> SetupMissing {
        SetupMissing(description: "The connection \"\(id)\" is not there or its site's address cannot be used.")
    }
}

extension ActionResult {
    /// The issue that was made or commented.
    var issue: IssueID? {
        switch self {
        case .issue(let id, _), .comment(let id, _): id
        case .attachment, .transitioned, .sent: nil
        }
    }
}

extension AuditRecord {
    init(of job: Job, _ read: ReadLetter, _ kept: KeptPlan, _ outcomes: [Outcome], finishedAt: Date) {
        self.init(
            job: job.id, line: .letter, receivedAt: job.receivedAt, finishedAt: finishedAt, decider: kept.decider,
            disposition: kept.plan.disposition)
        refusal = kept.plan.refusal
        subject = read.letter.subject
        sender = read.letter.sender?.address ?? ""
        recipients = read.letter.recipients.map(\.address)
        reporter = kept.plan.reporter
        issue = kept.issueKey(after: outcomes)
        findings = kept.plan.findings
        self.outcomes = outcomes
        byteCount = job.size
    }
}

extension Plan {
    fileprivate var reporter: AccountID? {
        for case .createIssue(let issue) in actions { return issue.reporter }
        return nil
    }
}

extension KeptPlan {
    /// The key of the issue that was made, or of the one that was looked up.
    func issueKey(after outcomes: [Outcome]) -> IssueKey? {
        for case .issue(_, let key) in outcomes.map(\.result) { return key }
        guard let id = outcomes.lazy.compactMap(\.result.issue).first ?? facts.onlyIssue?.id else { return nil }
        return facts.issues.first { $0.id == id }?.key
    }
}

extension Facts {
    fileprivate var issues: [IssueFact] {
        known.compactMap { fact in
            guard case .issue(let issue) = fact.answer else { return nil }
            return issue
        }
    }

    fileprivate var onlyIssue: IssueFact? { issues.count == 1 ? issues[0] : nil }
}
