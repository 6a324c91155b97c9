// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// The wrap of an unfinished job's key.
struct PendingKey: Sendable {
    var job: JobID
    var line: Line
    var key: Data
}

/// A body in a file of its own.
struct OwnBody: Sendable {
    var job: JobID
    var file: String
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

    /// The files of a folder that jobs still name, whenever these were received: what moved here lies where it came on its
    /// day.
    func bodyFiles(in folder: String) throws -> Set<String> {
        // All that begins with the folder and a slash, which "0" follows.
        Set(
            try rows(
                "SELECT DISTINCT body_file FROM jobs WHERE body_file > ?1 AND body_file < ?2",
                [.text(folder + "/"), .text(folder + "0")]
            ).map { try $0.text(0) })
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
            "UPDATE jobs SET pending_key = ?3 WHERE \(oneJob) AND pending_key IS NOT NULL",
            [.text(job.rawValue), .text(tenant.rawValue), .blob(key)])
    }

    /// The files that hold one body of this tenant each.
    func ownBodyFiles(of tenant: TenantID) throws -> [String] {
        try rows(
            "SELECT body_file FROM jobs WHERE tenant = ?1 AND body_file LIKE '%.body'", [.text(tenant.rawValue)]
        ).map { try $0.text(0) }
    }

    /// Bodies in files of their own that have no key any more and are not removed yet; of a segment, which many share, only
    /// the keys go.
    func droppedBodies(limit: Int) throws -> [OwnBody] {
        try ownBodies(
            "length(kept_key) = 0 AND pending_key IS NULL AND body_state < 3 AND body_file LIKE '%.body'", limit: limit)
    }

    func setBodiesRemoved(of jobs: [JobID]) throws {
        for job in jobs { try run("UPDATE jobs SET body_state = 3 WHERE id = ?1", [.text(job.rawValue)]) }
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

    /// Whether anything is kept of which there must be a body: a bucket deletes by itself what is over.
    func hasBodies(at now: Date) throws -> Bool {
        try row(
            "SELECT 1 FROM jobs WHERE pending_key IS NOT NULL OR length(kept_key) > 0 AND kept_until > ?1 LIMIT 1",
            [.time(now)]) != nil
    }

    /// Says of finished jobs that their bodies are about to be marked for their end, and gives these, by id. A segment is
    /// never marked: others of it may wait.
    func beginMarking(after id: String, limit: Int) throws -> [OwnBody] {
        let found = try ownBodies(
            """
            id > ?2 AND state IN ('done', 'failed') AND body_state < 2 AND body_file LIKE '%.body' AND length(kept_key) > 0
            """, limit: limit, .text(id))
        for body in found { try run("UPDATE jobs SET body_state = 1 WHERE id = ?1", [.text(body.job.rawValue)]) }
        return found
    }

    /// Gives those that are still finished.
    func endMarking(of jobs: [JobID]) throws -> Set<JobID> {
        Set(
            try jobs.filter { job in
                try run(
                    "UPDATE jobs SET body_state = 2 WHERE id = ?1 AND body_state = 1 AND state IN ('done', 'failed')",
                    [.text(job.rawValue)]) > 0
            })
    }

    /// The body of a job, if it may be marked for its end.
    func markedBody(of job: JobID) throws -> String? {
        try row("SELECT body_file FROM jobs WHERE id = ?1 AND body_state IN (1, 2)", [.text(job.rawValue)])?.text(0)
    }

    /// Work that began anew while its body was being marked.
    func markedWaiting(limit: Int) throws -> [OwnBody] {
        try ownBodies("body_state IN (1, 2) AND state NOT IN ('done', 'failed')", limit: limit)
    }

    /// The body of work that waits bears no mark.
    func setUnmarked(_ job: JobID) throws {
        try run(
            "UPDATE jobs SET body_state = 0 WHERE id = ?1 AND state NOT IN ('done', 'failed')", [.text(job.rawValue)])
    }

    /// The mark of a body was taken off, and its row did not ask for it: the next sweep marks it again if its work is done.
    ///
    /// A sweep of another process may be marking it at this moment, which then finds its own mark in doubt and takes it off too.
    func setMarkLost(_ file: String) throws {
        try run(
            "UPDATE jobs SET body_state = body_state - 1 WHERE body_file = ?1 AND body_state IN (1, 2)", [.text(file)])
    }

    private func ownBodies(_ condition: String, limit: Int, _ more: SQLValue...) throws -> [OwnBody] {
        try rows("SELECT id, body_file FROM jobs WHERE \(condition) ORDER BY id LIMIT ?1", [.integer(limit)] + more)
            .map { OwnBody(job: try $0.jobID(0), file: try $0.text(1)) }
    }

    /// Leaves of a finished job what tells its twin: no key, no plan, no record. False where it is not finished: then it
    /// stays as it is.
    func forget(_ job: JobID, _ tenant: TenantID) throws -> Bool {
        let changed = try run(
            """
            UPDATE jobs SET kept_key = ?3, payload = ?3, plan = NULL, said = NULL \
            WHERE \(oneJob) AND state IN ('done', 'failed')
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
            "UPDATE jobs SET sender = NULL WHERE \(oneJob)",
            [.text(job.rawValue), .text(tenant.rawValue)])
    }

    /// Leaves no key to a body that is too large to be kept when its job is done.
    func dropBody(of job: JobID, _ tenant: TenantID) throws {
        try run(
            "UPDATE jobs SET kept_key = ?3 WHERE \(oneJob)",
            [.text(job.rawValue), .text(tenant.rawValue), .blob(Data())])
    }
}
