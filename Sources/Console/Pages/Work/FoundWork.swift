// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store

/// All that is kept about one letter or event of a tenant.
struct FoundWork: Sendable {
    let id: JobID
    let line: Line
    /// Gone when its time is over.
    let job: Job?
    /// Its bytes are still there.
    let isBodyKept: Bool
    /// What became of it; of the last time when it is done once more.
    let audit: AuditRecord?
    /// Mails that were sent because of it, and are kept.
    let mailCount: Int
    let plan: KeptPlan?
    /// Why it was last put off or parked.
    let said: String?
    /// Only its header is kept here: the letter itself is in its mailbox.
    let isHeaderOnly: Bool
    private let head: LetterHead?

    init(_ id: JobID, _ line: Line, _ store: TenantStore) async throws {
        self.id = id
        self.line = line
        job = try await store.job(id).flatMap { $0.line == line ? $0 : nil }
        let entry = try await store.audit(of: id).flatMap { $0.line == line ? $0 : nil }
        audit = try entry.map { try JSONDecoder().decode(AuditRecord.self, from: $0.record) }
        // What is done leaves no record where auditing is opted out of.
        guard job?.isUnfinished == true || audit != nil else { throw Refused.notThere }
        mailCount = try await store.holdings(.sent, about: id.rawValue).count
        isBodyKept = job.map { $0.isUnfinished || store.keepsBody(of: $0) } ?? false
        guard let job else {
            (plan, said, head, isHeaderOnly) = (nil, nil, nil, false)
            return
        }
        plan = store.isOpenToPeople(job) ? try await Self.unlessGone { try await store.keptPlan(of: id) } : nil
        said = try await Self.unlessGone { try await store.said(of: id) }
        let isParkedLetter = line == .letter && job.state == .parked
        isHeaderOnly =
            isParkedLetter
            ? try await Self.unlessGone { try await store.origin(of: id).isHeaderOnly } ?? false : false
        head = audit == nil ? try await Self.unlessGone { try await store.head(of: job) } : nil
    }

    /// Nil where no key is left to it, or it is damaged: what cannot be read can be discarded all the same.
    private static func unlessGone<Value>(_ read: () async throws -> Value?) async throws -> Value? {
        do {
            return try await read()
        } catch let error as StoreError where error.isGone || error.isDamage {
            return nil
        }
    }

    var isUnfinished: Bool {
        job?.isUnfinished ?? false
    }

    /// The record, once it has ended.
    var ended: AuditRecord? { isUnfinished ? nil : audit }

    /// Stage by stage: of the record, or of the plan that is kept so far.
    var report: Report? {
        if let ended { return Report(of: ended) }
        guard let plan, let job else { return nil }
        var record = AuditRecord(
            job: id, line: line, receivedAt: job.receivedAt, finishedAt: job.receivedAt, decider: plan.decider,
            disposition: plan.plan.disposition)
        record.refusal = plan.plan.refusal
        record.findings = plan.plan.findings
        return Report(of: record)
    }

    var title: String {
        let subject = audit?.subject ?? head?.subject ?? ""
        if !subject.isEmpty { return subject }
        return line == .letter ? "(no subject)" : "Event \(id)"
    }

    // MARK: What can be done

    /// An event that is told once more would reach people twice.
    var canRerun: Bool { line == .letter && isBodyKept && (job?.state == .done || job?.state == .failed) }

    /// Parked, or put off until later: what is due may be in the hands of a worker, and must not be taken from it.
    func canRetry(at now: Date) -> Bool {
        guard let job, !isHeaderOnly else { return false }
        return job.state == .parked || job.dueAt.map { $0 > now.addingTimeInterval(1) } ?? false
    }

    var canDiscard: Bool { job?.state == .parked }

    // MARK: Details

    var details: [Pair] {
        var pairs: [Pair] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { pairs.append(Pair(name: name, value: value)) }
        }
        add("From", audit?.sender ?? head?.sender)
        add(line == .letter ? "To" : "Told", audit?.recipients.joined(separator: ", "))
        add("Received", (job?.receivedAt ?? audit?.receivedAt).map(words))
        add("Finished", ended.map { words($0.finishedAt) })
        add("Next try", isUnfinished ? job?.dueAt.map(words) : nil)
        add("Tries in vain", isUnfinished ? job.map { "\($0.attempts)" } : nil)
        add("Came by", job?.source)
        add(line == .letter ? "Profile" : "Connection", (audit?.decider ?? plan?.decider).map { "\($0)" })
        add("Reporter", ended?.reporter.map { "\($0)" })
        add("Size", words(bytes: job?.size ?? audit?.byteCount ?? 0))
        add("Id", "\(id)")
        return pairs
    }
}

extension JobState {
    /// Of one that has no record to say more.
    var verdict: String {
        switch self {
        case .received, .planned, .executing: "Waits."
        case .parked: "Waits for an admin."
        case .done: "Done."
        case .failed: "Failed."
        }
    }
}

extension TenantStore {
    func keptPlan(of job: JobID) async throws -> KeptPlan? {
        try await plan(of: job).map { try JSONDecoder().decode(KeptPlan.self, from: $0) }
    }
}
