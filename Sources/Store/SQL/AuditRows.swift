// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

extension SQLConnection {
    /// Takes over the sender's hash from the job.
    ///
    /// - Parameter words: The hashes by which it is found; they go with it.
    func put(_ entry: AuditEntry, of tenant: TenantID, keptUntil: Date, payload: Data, words: [Data]) throws {
        try post(
            """
            INSERT INTO audit (job, tenant, line, kind, disposition, finished_at, sender, payload, kept_until) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT sender FROM jobs WHERE id = ?1), ?7, ?8) \
            ON CONFLICT (job) DO UPDATE SET tenant = excluded.tenant, line = excluded.line, kind = excluded.kind, \
            disposition = excluded.disposition, finished_at = excluded.finished_at, sender = excluded.sender, \
            payload = excluded.payload, kept_until = excluded.kept_until
            """,
            [
                .text(entry.job.rawValue), .text(tenant.rawValue), .text(entry.line.rawValue), .text(entry.kind),
                .text(entry.disposition), .time(entry.finishedAt), .blob(payload), .time(keptUntil),
            ])
        // Of the time before, when it is done once more.
        try post("DELETE FROM words WHERE job = ?1", [.text(entry.job.rawValue)])
        if words.isEmpty { return }
        let rows = words.indices.map { "(?1, ?\($0 + 3), ?2)" }.joined(separator: ", ")
        try post(
            "INSERT INTO words (tenant, hash, job) VALUES \(rows)",
            [.text(tenant.rawValue), .text(entry.job.rawValue)] + words.map(SQLValue.blob))
    }

    /// Entries of a tenant, newest first; records are still sealed. Those whose time is over are left out.
    ///
    /// - Parameter words: Of each word that an entry must have, the hashes of which it has one.
    func audit(
        of tenant: TenantID, matching filter: AuditFilter, sender: Data?, words: [[Data]], at now: Date
    ) throws -> [AuditEntry] {
        var conditions = ["tenant = ?1", "kept_until > ?3"]
        var values: [SQLValue] = [.text(tenant.rawValue), .integer(filter.limit), .time(now)]
        func add(_ condition: String, _ value: SQLValue) {
            values.append(value)
            conditions.append(condition.replacing("?", with: "?\(values.count)"))
        }
        if let line = filter.line { add("line = ?", .text(line.rawValue)) }
        if let disposition = filter.disposition { add("disposition = ?", .text(disposition)) }
        if let sender { add("sender = ?", .blob(sender)) }
        if let before = filter.before {
            add("finished_at <= ?", .time(before.finishedAt))
            values += [.time(before.finishedAt), .text(before.job.rawValue)]
            conditions.append("(finished_at, job) < (?\(values.count - 1), ?\(values.count))")
        }
        var source = "audit"
        if !words.isEmpty {
            let having = words.map { hashes in
                values += hashes.map(SQLValue.blob)
                let places = (values.count - hashes.count + 1...values.count).map { "?\($0)" }.joined(separator: ", ")
                return "SELECT job AS found FROM words WHERE tenant = ?1 AND hash IN (\(places))"
            }
            // In this order, as SQLite takes it: else it may go through all that the tenant has.
            source = "(\(having.joined(separator: " INTERSECT "))) AS hits CROSS JOIN audit"
            conditions.append("job = found")
        }
        return try rows(
            """
            SELECT job, line, kind, disposition, finished_at, payload FROM \(source) \
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY finished_at DESC, job DESC LIMIT ?2
            """, values
        ).map(AuditEntry.init)
    }

    /// Entries whose letter or event is over, or gone, by id; records are still sealed.
    func recordsWithoutJob(of tenant: TenantID, before: JobID?, limit: Int, at now: Date) throws -> [AuditEntry] {
        try rows(
            """
            SELECT job, line, kind, disposition, finished_at, payload FROM audit \
            WHERE tenant = ?1 AND job < ?2 AND kept_until > ?3 AND NOT EXISTS (SELECT 1 FROM jobs \
            WHERE jobs.id = audit.job AND (jobs.kept_until > ?3 OR jobs.state NOT IN ('done', 'failed'))) \
            ORDER BY job DESC LIMIT ?4
            """,
            [.text(tenant.rawValue), .text(before?.rawValue ?? "~"), .time(now), .integer(limit)]
        ).map(AuditEntry.init)
    }

    func audit(of job: JobID, _ tenant: TenantID, at now: Date) throws -> AuditEntry? {
        try row(
            """
            SELECT job, line, kind, disposition, finished_at, payload FROM audit \
            WHERE job = ?1 AND tenant = ?2 AND kept_until > ?3
            """, [.text(job.rawValue), .text(tenant.rawValue), .time(now)]
        ).map(AuditEntry.init)
    }
}

extension AuditEntry {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            job: try row.jobID(0), line: try row.line(1), kind: try row.text(2), disposition: try row.text(3),
            finishedAt: try row.time(4), record: try row.blob(5))
    }
}
