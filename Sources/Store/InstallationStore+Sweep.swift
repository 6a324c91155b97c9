// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// What a sweep destroyed.
public struct Swept: Sendable, Hashable {
    /// Whose grace was over.
    public var tenants = 0
    public var keys = 0
    /// Letters and events, as they came.
    public var jobs = 0
    public var records = 0
    public var holdings = 0
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
        database.tidy(at: now)
        try await finishRemovals()
        // What does not go now must not keep what is over of others.
        let ended = await Result.of { try await removeEnded(by: now) }
        var histories: [KeyOwner: TermHistory] = [:]
        var external: [KeyOwner: Set<Int>] = [:]
        for tenant in try await tenants() {
            let rows = try await self.tenant(tenant.id)
            let history = try await rows.keepTerms(at: now)
            histories[.tenant(tenant.id.rawValue)] = history
            swept.unreadable += try await rows.renewPendingKeys(at: now, history.termsOfPendingKeys(at: now))
            swept.holdings += try await rows.removeHoldings(at: now)
            external[.tenant(tenant.id.rawValue)] = try await rows.externalSeconds()
        }
        swept.keys = try await destroyKeys(at: now, histories, except: external)
        swept.jobs = try await inBatches { try $0.removeJobs(keptUntil: now, limit: $1) }
        swept.records = try await inBatches { try $0.removeRecords(keptUntil: now, limit: $1) }
        let shortest = histories.values.reduce(Terms.usual) { $0.shortened(to: $1.terms(at: now)) }
        swept.files = try await removeFolders(endedBy: now, under: shortest)
        // What a bucket does not delete now it may still delete by its own rule.
        let dropped = await Result.of { try await removeDroppedBodies() }
        try await sweepMarks()
        // In small commits, between which others get their turn.
        while try await committer.write({ [database] in try database.giveBackSome($0) }) {}
        swept.files += try dropped.get()
        swept.tenants = try ended.get()
        try await committer.write { try $0.setSwept(at: now) }
        return swept
    }

    /// Removes the files of periods whose last letter or event is kept no longer, but those that are still named.
    ///
    /// - Parameter terms: The shortest that anybody has.
    private func removeFolders(endedBy now: Date, under terms: Terms) async throws -> Int {
        var removed = 0
        for line in Line.allCases {
            for name in try await bodies.folders(of: line) {
                guard let period = line.period(ofFolder: name),
                    Keeping.end(of: line, receivedAt: period.end, under: terms) <= now
                else { continue }
                let folder = "\(line.folder)/\(name)"
                let named = try await database.read { try $0.bodyFiles(in: folder) }
                removed += try await bodies.removeFolder(folder, except: named)
            }
        }
        return removed
    }

    /// Removes bodies whose keys went before their rows, each once.
    private func removeDroppedBodies() async throws -> Int {
        var removed = 0
        while true {
            let some = try await database.read { try $0.droppedBodies(limit: 500) }
            if some.isEmpty { return removed }
            removed += try await bodies.remove(some.map(\.file))
            try await committer.write { try $0.setBodiesRemoved(of: some.map(\.job)) }
        }
    }

    private func destroyKeys(
        at now: Date, _ histories: [KeyOwner: TermHistory], except external: [KeyOwner: Set<Int>]
    ) async throws -> Int {
        try await onFileQueue { [keys] in
            do {
                return try keys.sweep { period in
                    // Of a tenant that came meanwhile neither its terms nor its rows are known.
                    guard let history = histories[period.owner] else { return false }
                    if period.retention == .external {
                        // One that is being stored has its key before its row.
                        return period.end.addingTimeInterval(86_400) <= now
                            && external[period.owner]?.contains(Int(period.start.timeIntervalSince1970)) != true
                    }
                    return Keeping.isOver(period, at: now, history)
                }
            } catch {
                throw StoreError.of(error)
            }
        }
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
    /// Ends what the terms end by now that rows do not know of, and gives all terms.
    func keepTerms(at now: Date) async throws -> TermHistory {
        let history = try await database.read { try $0.termHistory(of: id) }
        let current = history.terms(at: now)
        // Once more after a change, in case the process ended amid it.
        if history.changes.contains(where: { abs($0.since.timeIntervalSince(now)) < 2 * 86_400 }) {
            try await shorten(to: current)
        }
        try await committer.write { [id] in
            try $0.removeCommentSenders(of: id, seenBefore: now.addingTimeInterval(-current.mail))
        }
        return history
    }

    /// Puts work that waits for long under a key of today, so that old keys for pending work can be destroyed: with these
    /// an old copy of the database would open what was finished since.
    ///
    /// Gives how many do not open at all: one that is damaged must not keep the others from being destroyed.
    func renewPendingKeys(at now: Date, _ terms: Terms) async throws -> Int {
        let latest = max(Keeping.renewalCutoff(.letter, now, terms), Keeping.renewalCutoff(.event, now, terms))
        let waiting = try await database.read { try $0.pendingKeys(of: id, receivedBefore: latest) }
        var unreadable = 0
        for row in waiting where keys.isSealed(row.key, before: Keeping.renewalCutoff(row.line, now, terms)) {
            do {
                let key = try await key(of: row.job)
                let renewed = try sealing {
                    try key.wrapped(as: row.line.pendingRetention, at: now, for: .pendingKey(of: row.job))
                }
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

extension Result where Failure == any Error {
    fileprivate static func of(_ body: () async throws -> Success) async -> Result {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
