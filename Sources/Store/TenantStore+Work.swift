// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

extension TenantStore {
    // MARK: Reading

    public func job(_ job: JobID) async throws -> Job? {
        let now = store.now()
        return try await database.read { try $0.keptJob(job, of: id, at: now) }
    }

    /// Jobs, newest first.
    public func jobs(matching filter: JobFilter) async throws -> [Job] {
        let now = store.now()
        return try await database.read { try $0.jobs(of: id, matching: filter, at: now) }
    }

    public func counts() async throws -> [JobCount] {
        try await database.read { try $0.jobCounts(of: id) }
    }

    /// Of more bytes a letter, and a mail that is sent, is not kept (P11, P47).
    public static let largestKept = Keeping.largestBody

    /// Whether the bytes stay when the work is done: those of a letter of more than 10 MB do not (P11).
    public func keepsBody(of job: Job) -> Bool {
        job.line == .event || job.size <= Keeping.largestBody
    }

    /// Whether people may see what is in it: letters as long as they are kept, events for an hour (P42).
    public func isOpenToPeople(_ job: Job) -> Bool {
        job.line == .letter || store.now() < job.receivedAt.addingTimeInterval(Keeping.eventForPeople)
    }

    /// What came beside the bytes.
    public func payload(of job: JobID) async throws -> Data {
        let sealed = try await sealed(job)
        return try sealing { try key(of: job, sealed).open(sealed.payload, for: .job(job, "payload")) }
    }

    public func plan(of job: JobID) async throws -> Data? {
        let sealed = try await sealed(job)
        guard let plan = sealed.plan else { return nil }
        return try sealing { try key(of: job, sealed).open(plan, for: .job(job, "plan")) }
    }

    /// Why it was last put off or parked.
    public func said(of job: JobID) async throws -> String? {
        let sealed = try await sealed(job)
        guard let said = sealed.said else { return nil }
        let opened = try sealing { try key(of: job, sealed).open(said, for: .job(job, "said")) }
        return String(decoding: opened, as: UTF8.self)
    }

    public func body(of job: JobID) async throws -> BodyReader {
        let sealed = try await sealed(job)
        let key = try sealing { try self.key(of: job, sealed) }
        return try await BodyReader(place: sealed.place, key: key, context: .body(of: job), store: store.bodies)
    }

    /// Actions begun so far, and the results of those that ended.
    public func marks(of job: JobID) async throws -> [Mark] {
        let marks = try await database.read { try $0.marks(of: job, id) }
        if marks.isEmpty { return [] }
        let key = try await key(of: job)
        return try sealing {
            try marks.map { mark in
                var mark = mark
                mark.result = try mark.result.map { try key.open($0, for: .result(of: mark.action)) }
                return mark
            }
        }
    }

    // MARK: Moving on

    /// Puts the job off.
    ///
    /// - Parameter isTry: Whether this counts as a try that failed.
    public func retry(_ job: JobID, at time: Date, said: String, isTry: Bool = true) async throws {
        let sealed = try await sealed(said, of: job)
        try await committer.write { try $0.retry(job, id, at: time, said: sealed, isTry: isTry) }
        try await giveBack(job)
    }

    /// Makes a job that waits due now, because a person asked for it.
    public func takeUp(_ job: JobID, at time: Date, said: String) async throws {
        let sealed = try await sealed(said, of: job)
        try await committer.write { [claims = store.claims] connection in
            if try claims.contains(job) || connection.isTaken(job) {
                throw StoreError(.wrongState, "It is being worked on at this moment.")
            }
            try connection.takeUp(job, id, at: time, said: sealed)
        }
        if let found = try await self.job(job) { store.changes.announce(found.line.news) }
    }

    /// Sets the job aside for a person to look at.
    public func park(_ job: JobID, said: String) async throws {
        let sealed = try await sealed(said, of: job)
        try await committer.write { try $0.park(job, id, said: sealed) }
        store.claims.release(job)
    }

    /// Forgets unfinished work, with its plan and marks. Its bytes have no key from here on.
    public func discard(_ job: JobID) async throws {
        try await committer.write { try $0.discard(job, id) }
        store.claims.release(job)
    }

    /// Forgets a parked job, because a person asked for it.
    public func discardParked(_ job: JobID) async throws {
        try await committer.write { try $0.discardParked(job, id) }
    }

    /// Does a finished job once more, from the start.
    public func rerun(_ job: JobID, at time: Date) async throws {
        guard let found = try await self.job(job) else { throw StoreError.noJob }
        let key = try await key(of: job)
        let pending = try sealing {
            try key.wrapped(as: found.line.pendingRetention, at: time, for: .pendingKey(of: job))
        }
        try await store.forbidExpiry(of: job)
        try await committer.write { try $0.rerun(job, id, at: time, pendingKey: pending) }
        store.changes.announce(found.line.news)
        // A sweep may have marked it between the two; if this fails, the next sweep does it.
        try? await store.forbidExpiry(of: job)
    }

    // MARK: Keys

    private func sealed(_ job: JobID) async throws -> SealedJob {
        guard let found = try await database.read({ try $0.sealed(job, of: id) }) else { throw StoreError.noJob }
        return found
    }

    /// Nil where no key opens: what cannot be read can be set aside all the same.
    private func sealed(_ said: String, of job: JobID) async throws -> Data? {
        do {
            let key = try await key(of: job)
            return try sealing { try key.seal(Data(said.utf8), for: .job(job, "said")) }
        } catch let error as StoreError where error.code == .unreadable {
            return nil
        }
    }

    func key(of job: JobID) async throws -> LetterKey {
        if let known = store.claims.key(of: job) { return known }
        let sealed = try await sealed(job)
        return try sealing { try key(of: job, sealed) }
    }

    /// By the pending wrap while there is one, and by the kept one else.
    private func key(of job: JobID, _ sealed: SealedJob) throws -> LetterKey {
        if sealed.pendingKey == nil {
            if sealed.keptUntil <= store.now() { throw StoreError.over }
            if sealed.keptKey.isEmpty {
                throw sealed.size > Keeping.largestBody ? StoreError.tooLargeToKeep : StoreError.notAudited
            }
        }
        if let known = store.claims.key(of: job) { return known }
        let key = try unwrapped(job, sealed)
        store.claims.remember(key, of: job)
        return key
    }

    private func unwrapped(_ job: JobID, _ sealed: SealedJob) throws -> LetterKey {
        guard let pending = sealed.pendingKey else {
            return try LetterKey(unwrapping: sealed.keptKey, of: keys, for: .keptKey(of: job))
        }
        do {
            return try LetterKey(unwrapping: pending, of: keys, for: .pendingKey(of: job))
        } catch {
            guard error.code == .keyGone, sealed.keptUntil > store.now() else { throw error }
            // Restored from a backup that is older than the key store: its waiting work got another key since.
            return try LetterKey(unwrapping: sealed.keptKey, of: keys, for: .keptKey(of: job))
        }
    }

    private func giveBack(_ job: JobID) async throws {
        store.claims.release(job)
        if let found = try await self.job(job) { store.changes.announce(found.line.news) }
    }
}
