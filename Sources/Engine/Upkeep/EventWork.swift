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
        try await engine.holds.respecting(setup.caller(group.place.connection)) {
            let (kept, opening) = try await plan(group)
            if kept.plan.refusal == .eventUnmapped {
                // Nothing of it is kept (P37).
                for job in [leader] + group.members { try await setup.store.discard(job.id) }
            } else {
                try await carryOut(kept, opening: opening)
            }
        }
    }

    /// A new plan, and the steps to keep it. With these the members are done: they must not be told again.
    func plan(_ group: ClaimedGroup) async throws -> (KeptPlan, opening: [Step]) {
        let connection = group.place.connection
        let finder = FactFinder(setup: setup, connection: connection, site: try site(connection), job: leader.id)
        let decided = try await deciding(at: engine.now, with: finder) { facts throws(Inquiry) in
            try decide(group.events, under: setup.noticeRules(for: connection), knowing: facts)
        }
        var kept = KeptPlan(decider: connection, plan: decided.plan, facts: decided.facts)
        if group.mayOvertake { kept.plan.findings.append(.mayOvertake) }
        let merged = try group.members.map { Step.finished(try entry(ofMerged: $0, kept)) }
        return (kept, [try kept.step(of: leader.id)] + merged)
    }

    /// Goes on with a plan that was kept.
    func resume(_ kept: KeptPlan) async throws {
        try await engine.holds.respecting(setup.caller(kept.decider)) {
            try await carryOut(kept, opening: [])
        }
    }

    private func carryOut(_ kept: KeptPlan, opening: [Step]) async throws {
        var executor = Executor(
            engine: engine, setup: setup, job: leader, decider: kept.decider, connection: kept.decider,
            site: try site(kept.decider), letter: nil, unkept: opening)
        let outcomes = try await executor.execute(kept.plan)
        do {
            try await record(kept, outcomes, with: executor.unkept)
        } catch {
            // What was told must be known, whatever keeps the record from being written.
            try await setup.store.write(executor.unkept)
            throw error
        }
    }

    private func site(_ connection: ConfigurationID) throws -> JiraSite {
        guard let site = setup.sites[connection] else { throw SetupMissing.connection(connection) }
        return site
    }

    private func record(_ kept: KeptPlan, _ outcomes: [Outcome], with steps: [Step]) async throws {
        var record = AuditRecord(
            job: leader.id, line: .event, receivedAt: leader.receivedAt, finishedAt: engine.now,
            decider: kept.decider, disposition: kept.plan.disposition)
        record.refusal = kept.plan.refusal
        record.issue = kept.issueKey(after: outcomes)
        record.findings = kept.plan.findings
        record.outcomes = outcomes
        record.byteCount = leader.size
        for outcome in outcomes {
            guard case .send(let mail) = kept.plan.actions[outcome.ordinal] else { continue }
            record.subject = mail.subject
            record.sender = mail.from
            record.recipients += mail.reached(outcome.result)
        }
        let sent = outcomes.compactMap(\.result.messageID)
        var memories: [Step] = []
        if let issue = kept.issue, !sent.isEmpty {
            memories = [.threaded(messageIDs: sent, issue: issue.id.rawValue, of: kept.decider, at: engine.now)]
        }
        try await setup.store.write(steps + memories + [.finished(try entry(record, kept))])
        engine.logDone(record, of: setup.store)
    }

    private func entry(ofMerged job: Job, _ kept: KeptPlan) throws -> AuditEntry {
        var record = AuditRecord(
            job: job.id, line: .event, receivedAt: job.receivedAt, finishedAt: engine.now, decider: kept.decider,
            disposition: .merged)
        record.findings = [.merged(into: leader.id)]
        record.issue = kept.issueKey(after: [])
        record.byteCount = job.size
        return try entry(record, kept)
    }

    /// Found by the words of the issue's summary too.
    private func entry(_ record: AuditRecord, _ kept: KeptPlan) throws -> AuditEntry {
        AuditEntry(
            job: record.job, line: .event, kind: "event", disposition: record.disposition.rawValue,
            finishedAt: record.finishedAt, record: try canonicalJSON(record),
            words: record.searchWords(and: kept.issue.map { [$0.summary] } ?? []))
    }
}

extension KeptPlan {
    /// The issue that a notice is about.
    fileprivate var issue: IssueFact? {
        for fact in facts.known {
            if case .issue(let issue) = fact.answer { return issue }
        }
        return nil
    }
}
