// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// A job as it is first kept.
struct NewJob: Sendable {
    var job: Job
    var identity: Data?
    var place: BodyPlace
    var pendingKey: Data
    var keptKey: Data
    var payload: Data
    var said: Data?
}

/// The sealed columns of a job, and where its body is.
struct SealedJob: Sendable {
    var pendingKey: Data?
    var keptKey: Data
    var payload: Data
    var plan: Data?
    var said: Data?
    var place: BodyPlace
    var keptUntil: Date
    var size: Int
}

/// Jobs in whose work a process ended.
enum Suspects {
    /// Taken as all others are.
    case among
    /// Left to who works on them alone.
    case apart

    fileprivate var condition: String {
        switch self {
        case .among: ""
        case .apart: " AND interruptions = 0"
        }
    }
}

/// Nothing is done for a tenant that has ended.
private let isServed = "tenant NOT IN (SELECT id FROM tenants WHERE ends_at IS NOT NULL)"

/// The job `?1` of the tenant `?2`, found by its id alone. A server that has not counted its rows yet takes an index over all that
/// the tenant has for as good, and goes through that for each letter; nothing finds a row by an expression.
let oneJob = "id = ?1 AND tenant || '' = ?2"

let jobColumns = "id, tenant, line, source, state, received_at, due_at, attempts, size"

extension SQLConnection {
    func insert(_ new: NewJob) throws {
        let job = new.job
        if job.dueAt != nil { tell(job.line.news) }
        let terms = try terms(of: job.tenant, at: job.receivedAt)
        try post(
            """
            INSERT INTO jobs (id, tenant, line, source, state, received_at, due_at, size, identity, \
            body_file, body_offset, body_length, pending_key, kept_key, payload, kept_until, said) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """,
            [
                .text(job.id.rawValue), .text(job.tenant.rawValue), .text(job.line.rawValue), .text(job.source),
                .text(job.state.rawValue), .time(job.receivedAt), .time(ifAny: job.dueAt),
                .integer(job.size), .blob(ifAny: new.identity), .text(new.place.file), .integer(new.place.offset),
                .integer(new.place.length), .blob(new.pendingKey), .blob(new.keptKey), .blob(new.payload),
                .time(Keeping.end(of: job.line, receivedAt: job.receivedAt, under: terms)), .blob(ifAny: new.said),
            ])
    }

    func job(_ id: JobID, of tenant: TenantID) throws -> Job? {
        try row(
            "SELECT \(jobColumns) FROM jobs WHERE \(oneJob)",
            [.text(id.rawValue), .text(tenant.rawValue)]
        )
        .map(Job.init)
    }

    /// Nil where its time is over, swept or not.
    func keptJob(_ id: JobID, of tenant: TenantID, at now: Date) throws -> Job? {
        try row(
            """
            SELECT \(jobColumns) FROM jobs WHERE \(oneJob) \
            AND (kept_until > ?3 OR state NOT IN ('done', 'failed'))
            """, [.text(id.rawValue), .text(tenant.rawValue), .time(now)]
        )
        .map(Job.init)
    }

    /// Those whose time is over are left out, swept or not.
    func jobs(of tenant: TenantID, matching filter: JobFilter, at now: Date) throws -> [Job] {
        let states = filter.states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try rows(
            """
            SELECT \(jobColumns) FROM jobs WHERE tenant = ?1 AND line = ?2 AND state IN (\(states)) AND id < ?3 \
            AND (kept_until > ?5 OR state NOT IN ('done', 'failed')) ORDER BY id DESC LIMIT ?4
            """,
            [
                .text(tenant.rawValue), .text(filter.line.rawValue), .text(filter.before?.rawValue ?? "~"),
                .integer(filter.limit), .time(now),
            ]
        ).map(Job.init)
    }

    func dueJobs(_ line: Line, at now: Date, limit: Int, but tenants: Set<TenantID> = []) throws -> [Job] {
        let others = tenants.sorted { $0.rawValue < $1.rawValue }
        let conditions = others.indices.map { " AND tenant <> ?\($0 + 4)" }.joined()
        return try rows(
            """
            SELECT \(jobColumns) FROM jobs WHERE line = ?1 AND due_at <= ?2 AND \(isServed)\(conditions) \
            ORDER BY due_at, id LIMIT ?3
            """, [.text(line.rawValue), .time(now), .integer(limit)] + others.map { .text($0.rawValue) }
        ).map(Job.init)
    }

    /// The same that nobody has, taken for a process; others look past them at once.
    func takeDueJobs(
        _ line: Line, at now: Date, limit: Int, but tenants: Set<TenantID>, _ suspects: Suspects, for process: String
    ) throws -> [Job] {
        let others = tenants.sorted { $0.rawValue < $1.rawValue }
        let conditions = suspects.condition + others.indices.map { " AND tenant <> ?\($0 + 5)" }.joined()
        let jobs = try rows(
            """
            WITH due AS MATERIALIZED (SELECT id AS due_id FROM jobs \
            WHERE line = ?1 AND due_at <= ?2 AND process IS NULL AND \(isServed)\(conditions) \
            ORDER BY due_at, id LIMIT ?3 FOR UPDATE SKIP LOCKED) \
            UPDATE jobs SET process = ?4 FROM due WHERE id = due_id RETURNING \(jobColumns)
            """,
            [.text(line.rawValue), .time(now), .integer(limit), .text(process)] + others.map { .text($0.rawValue) }
        ).map(Job.init)
        return jobs.sorted { ($0.dueAt ?? now, $0.id) < ($1.dueAt ?? now, $1.id) }
    }

    /// Due jobs in whose work a process ended, with how often.
    func interruptedJobs(_ line: Line, at now: Date) throws -> [InterruptedJob] {
        try rows(
            """
            SELECT \(jobColumns), interruptions FROM jobs \
            WHERE line = ?1 AND due_at <= ?2 AND interruptions > 0 AND process IS NULL AND \(isServed) ORDER BY id
            """, [.text(line.rawValue), .time(now)]
        ).map { InterruptedJob(job: try Job($0), times: try $0.integer(9)) }
    }

    /// The next jobs of a line by the time when they are due.
    func nextDue(
        _ line: Line, limit: Int, but tenants: Set<TenantID>, _ suspects: Suspects
    ) throws -> [(id: JobID, at: Date)] {
        let others = tenants.sorted { $0.rawValue < $1.rawValue }
        let conditions = suspects.condition + others.indices.map { " AND tenant <> ?\($0 + 3)" }.joined()
        return try rows(
            """
            SELECT id, due_at FROM jobs WHERE line = ?1 AND due_at IS NOT NULL AND process IS NULL AND \(isServed)\(conditions) \
            ORDER BY due_at LIMIT ?2
            """,
            [.text(line.rawValue), .integer(limit)] + others.map { .text($0.rawValue) }
        ).map { (try $0.jobID(0), try $0.time(1)) }
    }

    func sealed(_ id: JobID, of tenant: TenantID) throws -> SealedJob? {
        try row(
            """
            SELECT pending_key, kept_key, payload, plan, said, body_file, body_offset, body_length, kept_until, size FROM jobs \
            WHERE \(oneJob)
            """, [.text(id.rawValue), .text(tenant.rawValue)]
        ).map { row in
            SealedJob(
                pendingKey: try row.blobIfAny(0), keptKey: try row.blob(1), payload: try row.blob(2),
                plan: try row.blobIfAny(3), said: try row.blobIfAny(4),
                place: BodyPlace(file: try row.text(5), offset: try row.integer(6), length: try row.integer(7)),
                keptUntil: try row.time(8), size: try row.integer(9))
        }
    }

    /// The job of this source that has this identity.
    func job(of tenant: TenantID, _ line: Line, from source: String, identity: Data) throws -> JobID? {
        try row(
            "SELECT id FROM jobs WHERE tenant = ?1 AND line = ?2 AND source = ?3 AND identity = ?4",
            [.text(tenant.rawValue), .text(line.rawValue), .text(source), .blob(identity)]
        )?.jobID(0)
    }

    func letterCount(of tenant: TenantID, sender: Data, since: Date, besides job: JobID) throws -> Int {
        try row(
            "SELECT count(*) FROM jobs WHERE tenant = ?1 AND sender = ?2 AND received_at >= ?3 AND id <> ?4",
            [.text(tenant.rawValue), .blob(sender), .time(since), .text(job.rawValue)]
        )?.integer(0) ?? 0
    }

    /// Of letters and events whose bytes are there: a file of its own goes with its keys, though its row stays.
    func keptBytes(of tenant: TenantID) throws -> Int {
        try row(
            """
            SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM jobs WHERE tenant = ?1 \
            AND NOT (length(kept_key) = 0 AND pending_key IS NULL AND body_file LIKE '%.body')
            """, [.text(tenant.rawValue)]
        )?.integer(0) ?? 0
    }

    /// What is not done and came by then, as far as `level` was not told of it yet.
    func waiting(of tenant: TenantID, receivedBy time: Date, below level: Int) throws -> Waiting {
        var waiting = Waiting()
        for row in try rows(
            """
            SELECT line, count(*), min(received_at) FROM jobs WHERE tenant = ?1 AND received_at <= ?2 AND alerted < ?3 \
            AND state NOT IN ('done', 'failed') GROUP BY line
            """, [.text(tenant.rawValue), .time(time), .integer(level)])
        {
            let (count, oldest) = (try row.integer(1), try row.time(2))
            switch try row.line(0) {
            case .letter: (waiting.letters, waiting.oldestLetter) = (count, oldest)
            case .event: (waiting.events, waiting.oldestEvent) = (count, oldest)
            }
        }
        return waiting
    }

    func setAlerted(_ level: Int, of tenant: TenantID, receivedBy time: Date) throws {
        try run(
            """
            UPDATE jobs SET alerted = ?3 WHERE tenant = ?1 AND received_at <= ?2 AND alerted < ?3 \
            AND state NOT IN ('done', 'failed')
            """, [.text(tenant.rawValue), .time(time), .integer(level)])
    }

    /// Of one tenant, or of all.
    func jobCounts(of tenant: TenantID? = nil) throws -> [JobCount] {
        try rows(
            """
            SELECT line, state, count(*) FROM jobs \(tenant == nil ? "" : "WHERE tenant = ?1") \
            GROUP BY line, state ORDER BY line, state
            """, tenant.map { [.text($0.rawValue)] } ?? []
        ).map { row in
            JobCount(line: try row.line(0), state: try row.state(1), count: try row.integer(2))
        }
    }

    func hasBody(_ file: String) throws -> Bool {
        let name = file.split(separator: "/").last?.split(separator: ".").first ?? ""
        return try row(
            "SELECT 1 FROM jobs WHERE id = ?1 AND body_file = ?2 AND (pending_key IS NOT NULL OR length(kept_key) > 0)",
            [.text(String(name)), .text(file)]) != nil
    }
}

extension Job {
    /// Of `jobColumns`.
    init(_ row: SQLRow) throws {
        self.init(
            id: try row.jobID(0), tenant: try row.tenantID(1), line: try row.line(2), source: try row.text(3),
            state: try row.state(4), receivedAt: try row.time(5), dueAt: try row.timeIfAny(6),
            attempts: try row.integer(7), size: try row.integer(8))
    }
}

extension SQLRow {
    func jobID(_ column: Int) throws(StoreError) -> JobID {
        guard let id = JobID(try text(column)) else { throw Self.wrongType }
        return id
    }

    func tenantID(_ column: Int) throws(StoreError) -> TenantID {
        guard let id = TenantID(try text(column)) else { throw Self.wrongType }
        return id
    }

    func configurationID(_ column: Int) throws(StoreError) -> ConfigurationID {
        guard let id = ConfigurationID(try text(column)) else { throw Self.wrongType }
        return id
    }

    func line(_ column: Int) throws(StoreError) -> Line {
        guard let line = Line(rawValue: try text(column)) else { throw Self.wrongType }
        return line
    }

    func state(_ column: Int) throws(StoreError) -> JobState {
        guard let state = JobState(rawValue: try text(column)) else { throw Self.wrongType }
        return state
    }
}
