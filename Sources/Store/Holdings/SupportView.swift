// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

/// All that support sees of a letter that a tenant's admin flagged, read where it lies (P78, P80).
public struct FlaggedLetter: Sendable {
    /// The profile that processed it and the addresses of the envelope.
    public var origin: Data
    /// Subject, sender, recipients and the report.
    public var record: Data?
    /// The letter as it came, attachments included.
    public var body: BodyReader
}

extension TenantStore {
    /// Lets support see a letter, as long as the flag stands and the letter is kept (P77, P81).
    public func flag(_ job: JobID, at time: Date) async throws {
        guard let found = try await self.job(job), found.line == .letter else { throw StoreError.noJob }
        try await committer.write { [id] in try $0.flag(job, of: id, at: time) }
    }

    /// Ends that. Whether it was flagged.
    @discardableResult
    public func unflag(_ job: JobID) async throws -> Bool {
        try await committer.write { [id] in try $0.unflag(job, of: id) }
    }

    public func isFlagged(_ job: JobID) async throws -> Bool {
        try await database.read { [id] in try $0.isFlagged(job, of: id) }
    }
}

extension InstallationStore {
    /// What support asks for. Each look is first written into the tenant's trail; a letter that is not flagged is not there
    /// (P79).
    public func flaggedLetter(_ job: JobID, of tenant: TenantID, for account: String) async throws -> FlaggedLetter {
        let rows = try await self.tenant(tenant)
        guard try await rows.isFlagged(job), try await rows.job(job) != nil else { throw StoreError.noJob }
        try await rows.trail.add(Deed(by: account, what: "support-reads", about: job.rawValue), at: now())
        return FlaggedLetter(
            origin: try await rows.payload(of: job), record: try await rows.audit(of: job)?.record,
            body: try await rows.body(of: job))
    }
}
