// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import WebClient

/// The events of one issue from their plan to their audit records.
struct EventWork: Sendable {
    let engine: Engine
    let setup: TenantSetup
    let leader: Job

    func run(_ group: ClaimedGroup) async throws {
        let site = try site(group.place.connection)
        let rules = setup.noticeRules(for: group.place.connection)
        let decided = try await deciding(
            at: engine.now, with: FactFinder(setup: setup, site: site)
        ) { facts throws(Inquiry) in
            try decide(group.events, under: rules, knowing: facts)
        }
        if decided.plan.refusal == .eventUnmapped {
            // Nothing of it is kept (P37).
            for job in [leader] + group.members { try await setup.store.discard(job.id) }
            return
        }
        let kept = KeptPlan(
            decider: group.place.connection, plan: decided.plan, facts: decided.facts, members: group.members.map(\.id))
        try await setup.store.keep(kept, for: leader.id)
        try await resume(kept)
    }

    /// The members first: they must not be told again when this is cut off.
    func resume(_ kept: KeptPlan) async throws {
        for member in kept.members { try await recordMerged(member, kept) }
        let executor = Executor(
            engine: engine, setup: setup, job: leader, decider: kept.decider, site: try site(kept.decider), letter: nil)
        let outcomes = try await executor.execute(kept.plan)
        try await record(kept, outcomes)
    }

    private func site(_ connection: ConfigurationID) throws -> JiraSite {
        guard let site = setup.sites[connection] else { throw SetupMissing.connection(connection) }
        return site
    }

    private func record(_ kept: KeptPlan, _ outcomes: [Outcome]) async throws {
        var record = AuditRecord(
            job: leader.id, line: .event, receivedAt: leader.receivedAt, finishedAt: engine.now,
            decider: kept.decider, disposition: kept.plan.disposition)
        record.refusal = kept.plan.refusal
        record.issue = kept.issueKey(after: outcomes)
        record.findings = kept.plan.findings
        record.outcomes = outcomes
        record.byteCount = leader.size
        for case .send(let mail) in kept.plan.actions {
            record.subject = mail.subject
            record.sender = mail.from
            record.recipients += mail.recipients
        }
        let sent = outcomes.compactMap { outcome -> String? in
            guard case .sent(let messageID, _) = outcome.result else { return nil }
            return messageID
        }
        if let issue = kept.issue, !sent.isEmpty {
            try await setup.store.remember(messageIDs: sent, of: issue.rawValue, at: engine.now)
        }
        try await finish(record)
    }

    private func recordMerged(_ member: JobID, _ kept: KeptPlan) async throws {
        guard let job = try await setup.store.job(member), job.state != .done else { return }
        var record = AuditRecord(
            job: member, line: .event, receivedAt: job.receivedAt, finishedAt: engine.now, decider: kept.decider,
            disposition: .merged)
        record.findings = [.merged(into: leader.id)]
        record.issue = kept.issueKey(after: [])
        record.byteCount = job.size
        try await finish(record)
    }

    private func finish(_ record: AuditRecord) async throws {
        try await setup.store.finish(
            record.job, as: .done,
            audit: AuditEntry(
                job: record.job, line: .event, kind: "event", disposition: record.disposition.rawValue,
                finishedAt: record.finishedAt, record: try canonicalJSON(record)))
    }
}

extension KeptPlan {
    /// The issue that a notice is about.
    fileprivate var issue: IssueID? {
        for fact in facts.known {
            if case .issue(let issue) = fact.answer { return issue?.id }
        }
        return nil
    }
}
