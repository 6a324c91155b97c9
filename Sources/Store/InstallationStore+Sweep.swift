// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// What a sweep destroyed.
public struct Swept: Sendable, Hashable {
    public var keys = 0
    /// Letters and events, as they came.
    public var jobs = 0
    public var records = 0
    public var files = 0
    /// Waiting work whose key opens no more.
    public var unreadable = 0

    public var isNothing: Bool { self == Swept() }
}

extension InstallationStore {
    /// Destroys what is kept no longer: first the keys, so that nothing of it opens anywhere, then rows and files.
    ///
    /// Nobody needs it for access to end, which is at the very second; work that is not done is never cut.
    public func sweep() async throws -> Swept {
        let now = self.now()
        var swept = Swept()
        try await finishRemovals()
        for tenant in try await tenants() {
            swept.unreadable += try await self.tenant(tenant.id).renewPendingKeys(at: now)
        }
        swept.keys = try await onFileQueue { [keys] in
            do {
                return try keys.sweep { Keeping.isOver($0, at: now) }
            } catch {
                throw StoreError.of(error)
            }
        }
        swept.jobs = try await inBatches { try $0.removeJobs(keptUntil: now, limit: $1) }
        swept.records = try await inBatches { try $0.removeRecords(keptUntil: now, limit: $1) }
        try await committer.write { try $0.removeCommentSenders(seenBefore: now.addingTimeInterval(-Keeping.record)) }
        let named = try await database.read { try $0.bodyFiles(receivedBefore: now.addingTimeInterval(-Keeping.event)) }
        let dropped = try await database.read { try $0.droppedBodyFiles() }
        swept.files = try await onFileQueue { [bodies] in
            bodies.removeFolders(endedBefore: now, except: named) + bodies.remove(dropped)
        }
        return swept
    }

    /// In small commits, between which others get their turn.
    @discardableResult
    func inBatches(_ remove: @escaping @Sendable (any SQLConnection, Int) throws -> Int) async throws -> Int {
        let limit = 500
        var total = 0
        while true {
            let removed = try await committer.write { try remove($0, limit) }
            total += removed
            if removed < limit { return total }
        }
    }
}

extension TenantStore {
    /// Puts work that waits for long under a key of today, so that old keys for pending work can be destroyed: with these
    /// an old copy of the database would open what was finished since.
    ///
    /// Gives how many do not open at all: one that is damaged must not keep the others from being destroyed.
    func renewPendingKeys(at now: Date) async throws -> Int {
        let cutoff = Keeping.renewalCutoff(now)
        let waiting = try await database.read { try $0.pendingKeys(of: id, receivedBefore: cutoff) }
        var unreadable = 0
        for row in waiting where keys.isSealed(row.key, before: cutoff) {
            do {
                let key = try await key(of: row.job)
                let renewed = try sealing { try key.wrapped(as: .pending, at: now, for: .pendingKey(of: row.job)) }
                try await committer.write { try $0.setPendingKey(renewed, of: row.job, id) }
            } catch let error as StoreError where error.code == .unreadable {
                unreadable += 1
            } catch let error as StoreError where error.code == .notFound {
                // Discarded meanwhile.
                continue
            }
        }
        return unreadable
    }
}
