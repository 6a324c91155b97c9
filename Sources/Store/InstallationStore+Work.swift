// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Synchronization
import Vault

/// What workers need over all tenants.
extension InstallationStore {
    /// Due jobs that nobody has, oldest first. Where several processes serve, none at which one ended.
    ///
    /// They stay claimed until `finish`, `retry`, `park`, `discard` or `release`, or until this process is dead: then all its
    /// unfinished work is due again.
    ///
    /// - Parameter tenants: Those of whom nothing is taken now, so that the others have their turn.
    public func claim(
        _ line: Line, limit: Int, at now: Date, but tenants: Set<TenantID> = []
    ) async throws -> [Job] {
        // In the order of all writes, so that no job is taken again between its end and its release.
        let taking = Taking(of: claims)
        do {
            return try await committer.write { [claims, processes, suspects] connection in
                taking.undo()
                guard let processes else {
                    let due = try connection.dueJobs(line, at: now, limit: limit + claims.count, but: tenants)
                    return taking.take(due, limit: limit)
                }
                let due = try connection.takeDueJobs(
                    line, at: now, limit: limit, but: tenants, suspects, for: processes.own)
                let jobs = taking.take(due, limit: limit)
                let ids = Set(jobs.map(\.id))
                for job in due where !ids.contains(job.id) { try connection.freeJob(job.id, of: processes.own) }
                return jobs
            }
        } catch {
            // The commit that this went with failed after the taking.
            taking.undo()
            throw error
        }
    }

    /// What is due, and on which a process that ended unexpectedly had worked.
    ///
    /// Whoever works on these alone, one after the other, knows by the count which one ends the process. Where several
    /// processes serve, nobody gets them otherwise.
    public func interrupted(_ line: Line, at now: Date) async throws -> [InterruptedJob] {
        try await database.read { try $0.interruptedJobs(line, at: now) }
    }

    /// Alone, the work of a process of which it is not known what it ended at: another one may do that at any time.
    private var suspects: Suspects { isShared ? .apart : .among }

    /// Takes this one job, if nobody has it.
    public func claim(_ job: Job) async throws -> Job? {
        guard let processes else { return claims.take([job], limit: 1).first }
        let taking = Taking(of: claims)
        do {
            return try await committer.write { connection in
                taking.undo()
                guard try connection.takeJob(job.id, for: processes.own) else { return nil }
                if let taken = taking.take([job], limit: 1).first { return taken }
                try connection.freeJob(job.id, of: processes.own)
                return nil
            }
        } catch {
            taking.undo()
            throw error
        }
    }

    /// Nothing is done about this job for a while, though it stays claimed: if the process ends now, that is not its doing.
    public func rest(_ job: JobID) {
        claims.rest(job)
    }

    /// An id for what comes now: it sorts after all that came to this process before.
    public func newJobID(at time: Date) -> JobID {
        JobID(known: jobIDs.next(at: time))
    }

    func newJobID(inPlaceOf place: JobID) -> JobID {
        JobID(known: Vault.newJobID(inPlaceOf: place.rawValue))
    }

    /// Gives back a claimed job as it is.
    public func release(_ job: JobID, line: Line) async {
        if let processes {
            // In the order of all writes, so that no beat frees it, and nobody takes it, before that.
            let isReleased = Mutex(false)
            _ = try? await committer.write { [claims] connection in
                try connection.freeJob(job, of: processes.own)
                claims.release(job)
                isReleased.withLock { $0 = true }
            }
            // What failed is done at the next beat.
            if !isReleased.withLock({ $0 }) { claims.release(job) }
        } else {
            claims.release(job)
        }
        changes.announce(line.news)
    }

    /// When the next job is due that `claim` would give.
    ///
    /// - Parameter tenants: Those whose jobs are left out.
    public func nextDue(_ line: Line, but tenants: Set<TenantID> = []) async throws -> Date? {
        let limit = claims.count + 1
        let next = try await database.read { [suspects] in
            try $0.nextDue(line, limit: limit, but: tenants, suspects).map { DueTime(id: $0.id, at: $0.at) }
        }
        return next.first { !claims.contains($0.id) }?.at
    }

    /// Yields after each commit that may have made work due; several become one.
    public func changes(of line: Line) -> AsyncStream<Void> {
        changes.stream(of: line.news)
    }

    /// Yields after each change of a set-up that another process made.
    public func setUpChanges() -> AsyncStream<Void> {
        changes.stream(of: .setUp)
    }

    /// Whether what other processes take in, give back or set up is announced here as it happens. Where it is not, somebody has to
    /// look for it now and then.
    public var hearing: Hearing { database.hearing }

    public func counts() async throws -> [JobCount] {
        try await database.read { try $0.jobCounts() }
    }

    /// How busy the connections are that read; nil of the embedded database.
    public var readerLoad: ReaderLoad? { database.readerLoad }

    public func size() async throws -> StoreSize {
        let size = try await database.size()
        if let bodies = try await bodies.size() { return StoreSize(database: size, bodies: bodies) }
        return StoreSize(database: size, bodies: try await database.read { try $0.bodyBytes() })
    }
}

private struct DueTime: Sendable {
    var id: JobID
    var at: Date
}

extension JobID {
    fileprivate init(known id: String) {
        guard let id = JobID(id) else { preconditionFailure("a new job id is not one") }
        self = id
    }
}
