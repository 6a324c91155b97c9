// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
import Vault

extension TenantStore {
    /// What became of letters and events, newest first.
    public func audit(matching filter: AuditFilter) async throws -> [AuditEntry] {
        let now = store.now()
        let sender = filter.sender.map(hash(address:))
        let sought = filter.words.map(SearchWords.sought) ?? []
        let words = try hashes(of: sought)
        // Words of which none counts, or of a time that is over, are found nowhere.
        if filter.words != nil, words.isEmpty || words.contains(where: \.isEmpty) { return [] }
        var (found, rest) = ([AuditEntry](), filter)
        while rest.limit > 0 {
            let page = try await database.read { [rest] in
                try $0.audit(of: id, matching: rest, sender: sender, words: words, at: now)
            }.map(opened)
            // A short hash may be that of another word by chance.
            found += try page.filter { try sought.isEmpty || $0.has(sought) }
            guard page.count == rest.limit, let last = page.last else { break }
            (rest.before, rest.limit) = (last.position, filter.limit - found.count)
        }
        return found
    }

    /// Of each word, as it may be in a record: each day has its own key, which ends with it.
    private func hashes(of sought: [String]) throws -> [[Data]] {
        if sought.isEmpty { return [] }
        let hashes = try sealing { try keys.hashes(of: sought, inAll: .audit) }
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

extension AuditEntry {
    fileprivate func has(_ words: [String]) throws -> Bool {
        try JSONDecoder().decode(AuditRecord.self, from: record).has(words)
    }
}
