// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// What moves a job from state to state. Each throws `notFound` or `wrongState` where nothing was moved.
extension SQLConnection {
    func setIdentity(_ identity: Data?, sender: Data?, of id: JobID, _ tenant: TenantID) throws {
        let changed = try run(
            "UPDATE jobs SET identity = ?3, sender = ?4 WHERE \(oneJob)",
            [.text(id.rawValue), .text(tenant.rawValue), .blob(ifAny: identity), .blob(ifAny: sender)])
        if changed == 0 { throw StoreError.noJob }
    }

    /// Another one in its place while nothing of it is done.
    func setPlan(_ plan: Data, of id: JobID, _ tenant: TenantID) throws {
        try move(
            """
            UPDATE jobs SET plan = ?3, state = 'planned' WHERE \(oneJob) AND (state IN ('received', 'planned') \
            OR state = 'executing' AND NOT EXISTS (SELECT 1 FROM marks WHERE job = ?1 AND result IS NOT NULL))
            """, id, tenant, .blob(plan))
    }

    /// Begun once more, it keeps its first time beside that of the last try.
    func begin(_ action: ActionID, of tenant: TenantID, at time: Date) throws {
        try move(
            "UPDATE jobs SET state = 'executing' WHERE \(oneJob) AND state IN ('planned', 'executing')",
            action.job, tenant)
        try post(
            """
            INSERT INTO marks (job, decider, ordinal, begun_at, tried_at) VALUES (?1, ?2, ?3, ?4, ?4) \
            ON CONFLICT (job, decider, ordinal) DO UPDATE SET tried_at = excluded.tried_at
            """, action.columns + [.time(time)])
    }

    func end(_ action: ActionID, of tenant: TenantID, at time: Date, result: Data) throws {
        guard try job(action.job, of: tenant) != nil else { throw StoreError.noJob }
        let changed = try run(
            "UPDATE marks SET ended_at = ?4, result = ?5 WHERE job = ?1 AND decider = ?2 AND ordinal = ?3",
            action.columns + [.time(time), .blob(result)])
        if changed == 0 { throw StoreError(.wrongState, "An action was ended that was not begun.") }
    }

    /// Actions begun, in their order; results are still sealed.
    func marks(of id: JobID, _ tenant: TenantID) throws -> [Mark] {
        try rows(
            """
            SELECT marks.decider, marks.ordinal, marks.begun_at, marks.tried_at, marks.ended_at, marks.result FROM marks \
            JOIN jobs ON jobs.id = marks.job WHERE marks.job = ?1 AND jobs.tenant || '' = ?2 \
            ORDER BY marks.decider, marks.ordinal
            """, [.text(id.rawValue), .text(tenant.rawValue)]
        ).map { row in
            let action = ActionID(job: id, decider: try row.configurationID(0), ordinal: try row.integer(1))
            let (begun, tried) = (try row.time(2), try row.time(3))
            // Rows from before there was this column have the beginning of time there.
            return Mark(
                action: action, begunAt: begun, triedAt: max(begun, tried), endedAt: try row.timeIfAny(4),
                result: try row.blobIfAny(5))
        }
    }

    /// Drops the wrap of the letter's key that kept pending work readable. Gives the job, and whether what is done is kept.
    func finish(_ id: JobID, _ tenant: TenantID, as ending: Ending) throws -> (job: Job, isAudited: Bool) {
        let row = try row(
            """
            UPDATE jobs SET state = ?3, due_at = NULL, pending_key = NULL, process = NULL \
            WHERE \(oneJob) AND state NOT IN ('done', 'failed') \
            RETURNING \(jobColumns), (SELECT is_audited FROM tenants WHERE id = ?2)
            """, [.text(id.rawValue), .text(tenant.rawValue), .text(ending.rawValue)])
        guard let row else { throw try refusal(id, tenant) }
        return (try Job(row), try row.integer(9) == 1)
    }

    func retry(_ id: JobID, _ tenant: TenantID, at time: Date, said: Data?, isTry: Bool) throws {
        try makeDue(
            """
            UPDATE jobs SET due_at = ?3, said = ?4, attempts = attempts + ?5, process = NULL, \
            state = CASE WHEN plan IS NULL THEN 'received' \
            WHEN EXISTS (SELECT 1 FROM marks WHERE marks.job = jobs.id) THEN 'executing' ELSE 'planned' END \
            WHERE \(oneJob) AND state NOT IN ('done', 'failed')
            """, id, tenant, .time(time), .blob(ifAny: said), .integer(isTry ? 1 : 0))
    }

    /// What a person asks for starts with a clean count.
    func takeUp(_ id: JobID, _ tenant: TenantID, at time: Date, said: Data?) throws {
        try retry(id, tenant, at: time, said: said, isTry: false)
        try run("UPDATE jobs SET attempts = 0, interruptions = 0 WHERE id = ?1", [.text(id.rawValue)])
    }

    /// Counts that a process ended while it worked on this job, if it is still to be done.
    ///
    /// - Parameter process: That one, which must still have it; nil where there is but one.
    func countInterruption(of id: JobID, in process: String?) throws {
        try run(
            """
            UPDATE jobs SET interruptions = interruptions + 1 \
            WHERE id = ?1 AND due_at IS NOT NULL AND process IS NOT DISTINCT FROM ?2
            """, [.text(id.rawValue), process.map { .text($0) } ?? .null])
    }

    /// The same for all letters that a process had: of one that is not heard of, nobody knows at which it ended.
    func countInterruptions(in process: String) throws {
        try run(
            """
            UPDATE jobs SET interruptions = interruptions + 1 \
            WHERE process = ?1 AND line = 'letter' AND due_at IS NOT NULL
            """, [.text(process)])
    }

    func park(_ id: JobID, _ tenant: TenantID, said: Data?) throws {
        try move(
            """
            UPDATE jobs SET state = 'parked', due_at = NULL, said = ?3, process = NULL \
            WHERE \(oneJob) AND state NOT IN ('done', 'failed')
            """, id, tenant, .blob(ifAny: said))
    }

    func discard(_ id: JobID, _ tenant: TenantID) throws {
        try move("DELETE FROM jobs WHERE \(oneJob) AND state NOT IN ('done', 'failed')", id, tenant)
    }

    func discardParked(_ id: JobID, _ tenant: TenantID) throws {
        try move("DELETE FROM jobs WHERE \(oneJob) AND state = 'parked'", id, tenant)
    }

    /// Starts a finished job anew: no plan, no marks. One that was erased meanwhile stays so.
    func rerun(_ id: JobID, _ tenant: TenantID, at time: Date, pendingKey: Data) throws {
        try makeDue(
            """
            UPDATE jobs SET state = 'received', due_at = ?3, pending_key = ?4, plan = NULL, said = NULL, attempts = 0, interruptions = 0 \
            WHERE \(oneJob) AND state IN ('done', 'failed') AND length(kept_key) > 0
            """, id, tenant, .time(time), .blob(pendingKey))
        try run("DELETE FROM marks WHERE job = ?1", [.text(id.rawValue)])
    }

    private func move(_ sql: String, _ id: JobID, _ tenant: TenantID, _ more: SQLValue...) throws {
        if try run(sql, [.text(id.rawValue), .text(tenant.rawValue)] + more) > 0 { return }
        throw try refusal(id, tenant)
    }

    /// The same into a state in which it is to be worked on.
    private func makeDue(_ sql: String, _ id: JobID, _ tenant: TenantID, _ more: SQLValue...) throws {
        let moved = try row(sql + " RETURNING line", [.text(id.rawValue), .text(tenant.rawValue)] + more)
        guard let moved else { throw try refusal(id, tenant) }
        tell(try moved.line(0).news)
    }

    private func refusal(_ id: JobID, _ tenant: TenantID) throws -> StoreError {
        guard let job = try job(id, of: tenant) else { return StoreError.noJob }
        return StoreError(.wrongState, "This is not possible while the job is \(job.state.rawValue).")
    }
}

extension ActionID {
    fileprivate var columns: [SQLValue] { [.text(job.rawValue), .text(decider.rawValue), .integer(ordinal)] }
}

extension StoreError {
    static let over = StoreError(.unreadable, "This record's time is over.")
    static let tooLargeToKeep = StoreError(
        .unreadable, "A letter of more than 10 MB is not kept once it is done: only its record is.")
    static let notAudited = StoreError(
        .unreadable, "It is not kept: auditing was switched off when its work was done.")
    static let twin = StoreError(.twin, "The same letter is being worked on already.")
    static let noJob = StoreError(.notFound, "There is no such letter or event.")
}
