// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
import Vault

extension TenantStore {
    /// What became of letters and events, newest first.
    public func audit(matching filter: AuditFilter) async throws -> [AuditEntry] {
        let now = store.now()
        let sender = filter.sender.map(hash(address:))
        let words = try filter.words.map(hashes(ofSought:))
        // Words of which none counts, or of a time that is over, are found nowhere.
        if let words, words.isEmpty || words.contains(where: \.isEmpty) { return [] }
        return try await database.read {
            try $0.audit(of: id, matching: filter, sender: sender, words: words ?? [], at: now)
        }.map(opened)
    }

    /// Of each word, as it may be in a record: each day has its own key, which ends with it.
    private func hashes(ofSought text: String) throws -> [[Data]] {
        let hashes = try sealing { try keys.hashes(of: SearchWords.sought(text), inAll: .audit) }
        // A database takes so many values at once: of ten years, the days of the first eight words.
        return Array(hashes.prefix(max(1, Self.mostHashes / max(1, hashes.first?.count ?? 1))))
    }

    private static let mostHashes = 30_000

    public func audit(of job: JobID) async throws -> AuditEntry? {
        let now = store.now()
        return try await database.read { try $0.audit(of: job, id, at: now) }.map(opened)
    }

    public func isAudited() async throws -> Bool {
        try await database.read { try $0.isAudited(id) }
    }

    /// Keeps no letter, event or record from now on, once its work is done (P16, P50). What is kept already stays to its
    /// end.
    ///
    /// There is no way back here: that is the operator's (P17).
    public func stopAuditing() async throws {
        _ = try await committer.write { try $0.setAudited(false, id) }
    }

    func opened(_ entry: AuditEntry) throws -> AuditEntry {
        var entry = entry
        entry.record = try sealing { try keys.open(entry.record, for: .audit(entry.job)) }
        return entry
    }
}
