// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// The letters and events of a tenant that is being taken in, sealed anew under the keys that they had.
struct ArrivingBodies {
    let tenant: TenantID
    /// As they came with them.
    let keys: OwnerKeys
    let store: InstallationStore
    let now: Date

    /// The one whose pieces come; without a writer it is not needed.
    struct Open {
        var job: JobID
        var writer: BodyWriter?
    }

    private static let limit = 64

    /// Takes a piece; a whole one is kept beside others, which share a commit.
    func take(
        _ row: SQLRow, _ open: inout Open?, _ group: inout ThrowingTaskGroup<Void, any Error>,
        _ moved: inout MovedTenant
    ) async throws {
        let job = try row.jobID(0)
        guard let piece = TenantFile.Piece(rawValue: Int64(try row.integer(1))) else { throw TenantFile.damaged }
        if open?.job != job { open = Open(job: job, writer: try await writer(for: job)) }
        switch piece {
        case .more:
            try open?.writer?.append(try row.blob(2))
        case .end:
            if let writer = open?.writer {
                if moved.bodies >= Self.limit { try await group.next() }
                group.addTask { try await keep(writer) }
                moved.bodies += 1
            }
            open = nil
        case .none:
            open?.writer?.abandon()
            moved.damaged += 1
            open = nil
        }
    }

    /// Nil where the letter is not there, or has no key that still opens.
    private func writer(for job: JobID) async throws -> BodyWriter? {
        guard let sealed = try await store.database.read({ try $0.sealed(job, of: tenant) }),
            let line = try await store.database.read({ try $0.job(job, of: tenant) })?.line,
            let key = try key(of: job, sealed)
        else { return nil }
        // In today's folder: one of the past could be swept at this moment.
        return BodyWriter(job, line, receivedAt: now, key: key, store: store.bodies)
    }

    /// By the pending wrap, or by the kept one; nil where neither opens any more.
    private func key(of job: JobID, _ sealed: SealedJob) throws -> LetterKey? {
        if let pending = sealed.pendingKey, let key = try key(in: pending, for: .pendingKey(of: job)) { return key }
        return sealed.keptKey.isEmpty ? nil : try key(in: sealed.keptKey, for: .keptKey(of: job))
    }

    /// Events have rows for a while after their keys are over; what is damaged must not keep the others from coming.
    private func key(in wrap: Data, for context: SealContext) throws -> LetterKey? {
        do {
            return try LetterKey(unwrapping: wrap, of: keys, for: context)
        } catch {
            guard [.keyGone, .doesNotOpen].contains(error.code) else { throw error }
            return nil
        }
    }

    private func keep(_ writer: BodyWriter) async throws {
        let sealed = try await writer.end()
        try await store.committer.write(with: sealed) { [tenant] connection, place in
            guard let place, try connection.setPlace(place, of: writer.id, tenant) else {
                throw StoreError(.notFound, "The tenant that is being taken in was removed.")
            }
        }
        writer.keep()
    }
}

extension SQLConnection {
    fileprivate func setPlace(_ place: BodyPlace, of job: JobID, _ tenant: TenantID) throws -> Bool {
        try run(
            "UPDATE jobs SET body_file = ?3, body_offset = ?4, body_length = ?5 WHERE \(oneJob)",
            [
                .text(job.rawValue), .text(tenant.rawValue), .text(place.file), .integer(place.offset),
                .integer(place.length),
            ]) > 0
    }
}
