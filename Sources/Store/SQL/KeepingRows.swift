// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// The wrap of an unfinished job's key.
struct PendingKey: Sendable {
    var job: JobID
    var line: Line
    var key: Data
}

/// What the end of keeping asks of the rows.
extension SQLConnection {
    func removeJobs(keptUntil now: Date, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM jobs WHERE id IN \
            (SELECT id FROM jobs WHERE state IN ('done', 'failed') AND kept_until <= ?1 LIMIT ?2)
            """, [.time(now), .integer(limit)])
    }

    func removeRecords(keptUntil now: Date, limit: Int) throws -> Int {
        try run(
            "DELETE FROM audit WHERE job IN (SELECT job FROM audit WHERE kept_until <= ?1 LIMIT ?2)",
            [.time(now), .integer(limit)])
    }

    func removeCommentSenders(of tenant: TenantID, seenBefore time: Date) throws {
        try run(
            "DELETE FROM comment_senders WHERE tenant = ?1 AND seen_at <= ?2", [.text(tenant.rawValue), .time(time)])
    }

    /// The files that jobs received before then still name.
    func bodyFiles(receivedBefore time: Date) throws -> Set<String> {
        Set(
            try rows("SELECT DISTINCT body_file FROM jobs WHERE received_at < ?1", [.time(time)])
                .map { try $0.text(0) })
    }

    func pendingKeys(of tenant: TenantID, receivedBefore time: Date) throws -> [PendingKey] {
        try rows(
            """
            SELECT id, line, pending_key FROM jobs WHERE tenant = ?1 AND received_at < ?2 \
            AND state NOT IN ('done', 'failed') ORDER BY id
            """, [.text(tenant.rawValue), .time(time)]
        ).map { PendingKey(job: try $0.jobID(0), line: try $0.line(1), key: try $0.blob(2)) }
    }

    func setPendingKey(_ key: Data, of job: JobID, _ tenant: TenantID) throws {
        try run(
            "UPDATE jobs SET pending_key = ?3 WHERE id = ?1 AND tenant = ?2 AND pending_key IS NOT NULL",
            [.text(job.rawValue), .text(tenant.rawValue), .blob(key)])
    }

    /// The files that hold one body of this tenant each.
    func ownBodyFiles(of tenant: TenantID) throws -> [String] {
        try rows(
            "SELECT body_file FROM jobs WHERE tenant = ?1 AND body_file LIKE '%.body'", [.text(tenant.rawValue)]
        ).map { try $0.text(0) }
    }

    /// Files of their own that have no key any more; of a segment, which many share, only the keys go.
    func droppedBodyFiles() throws -> [String] {
        try rows(
            """
            SELECT body_file FROM jobs \
            WHERE length(kept_key) = 0 AND pending_key IS NULL AND body_file LIKE '%.body'
            """
        ).map { try $0.text(0) }
    }

    /// Of all bodies that a key still opens.
    func bodyBytes() throws -> Int {
        try row(
            """
            SELECT CAST(coalesce(sum(body_length), 0) AS BIGINT) FROM jobs \
            WHERE pending_key IS NOT NULL OR length(kept_key) > 0
            """
        )?.integer(0) ?? 0
    }

    /// Whether anything is kept of which there must be a body.
    func hasBodies() throws -> Bool {
        try row("SELECT 1 FROM jobs WHERE pending_key IS NOT NULL OR length(kept_key) > 0 LIMIT 1") != nil
    }

    /// Finished jobs whose bodies were not marked for their end yet, by id. A segment is never marked: others of it may wait.
    func unmarkedBodies(after id: String, limit: Int) throws -> [(job: JobID, file: String)] {
        try rows(
            """
            SELECT id, body_file FROM jobs WHERE id > ?1 AND state IN ('done', 'failed') AND is_body_marked = 0 \
            AND body_file LIKE '%.body' ORDER BY id LIMIT ?2
            """, [.text(id), .integer(limit)]
        ).map { (try $0.jobID(0), try $0.text(1)) }
    }

    /// Gives those that are still finished.
    func markBodies(of jobs: [JobID]) throws -> Set<JobID> {
        Set(
            try jobs.filter { job in
                try run(
                    "UPDATE jobs SET is_body_marked = 1 WHERE id = ?1 AND state IN ('done', 'failed')",
                    [.text(job.rawValue)]) > 0
            })
    }

    /// Leaves of a finished job what tells its twin: no key, no plan, no record. False where it is not finished: then it
    /// stays as it is.
    func forget(_ job: JobID, _ tenant: TenantID) throws -> Bool {
        let changed = try run(
            """
            UPDATE jobs SET kept_key = ?3, payload = ?3, plan = NULL, said = NULL \
            WHERE id = ?1 AND tenant = ?2 AND state IN ('done', 'failed')
            """, [.text(job.rawValue), .text(tenant.rawValue), .blob(Data())])
        if try changed == 0 && self.job(job, of: tenant) != nil { return false }
        try run("DELETE FROM marks WHERE job = ?1", [.text(job.rawValue)])
        try run(
            "DELETE FROM audit WHERE job = ?1 AND tenant = ?2", [.text(job.rawValue), .text(tenant.rawValue)])
        return true
    }

    /// The mails that were sent because of a job.
    func forgetMails(about job: Data, _ tenant: TenantID) throws {
        _ = try removeHoldings(.sent, about: job, of: tenant)
    }

    func forgetSender(of job: JobID, _ tenant: TenantID) throws {
        try run(
            "UPDATE jobs SET sender = NULL WHERE id = ?1 AND tenant = ?2",
            [.text(job.rawValue), .text(tenant.rawValue)])
    }

    /// Leaves no key to a body that is too large to be kept when its job is done.
    func dropBody(of job: JobID, _ tenant: TenantID) throws {
        try run(
            "UPDATE jobs SET kept_key = ?3 WHERE id = ?1 AND tenant = ?2",
            [.text(job.rawValue), .text(tenant.rawValue), .blob(Data())])
    }
}
