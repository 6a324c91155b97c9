// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Planning
import Vault

/// What people did, entry by entry: sealed, and each chained to the one before it by a keyed hash.
///
/// Who can write to the database but has no key can neither change, add, reorder nor remove an entry without being found
/// out, except for cutting off the newest ones: a `TrailMark` that was written down elsewhere tells that too.
public struct Trail: Sendable {
    /// The tenant, or empty for the installation.
    let owner: String
    let keys: OwnerKeys
    let committer: Committer
    let database: any SQLDatabase

    /// Durable on return.
    public func add(_ deed: Deed, at time: Date) async throws {
        // In whole milliseconds, as the row has it.
        let time = Date(timeIntervalSince1970: (time.timeIntervalSince1970 * 1000).rounded() / 1000)
        for _ in 0..<10 {
            do {
                return try await append(deed, at: time)
            } catch let error as StoreError where error.code == .alreadyThere {
                // Another process was faster.
                continue
            }
        }
        throw StoreError(.busy, "The trail of deeds is being written by too many at once.")
    }

    private func append(_ deed: Deed, at time: Date) async throws {
        let plain = try JSONEncoder().encode(deed)
        try await committer.write { connection in
            let last = try connection.lastTrailRow(of: owner)
            let number = (last?.number ?? 0) + 1
            let payload = try keys.seal(plain, as: .configuration, at: time, for: context(number))
            let chain = chain(number, time, payload, after: last?.chain)
            try connection.add(TrailRow(number: number, doneAt: time, payload: payload, chain: chain), to: owner)
        }
    }

    /// The newest before an entry, newest first.
    public func entries(before number: Int = .max, limit: Int) async throws -> [TrailEntry] {
        try await database.read { try $0.trail(of: owner, before: number, limit: limit) }.map(opened)
    }

    /// Looks at every entry.
    ///
    /// - Parameter known: An entry that is known to have been there.
    public func check(knowing known: TrailMark? = nil) async throws -> TrailCheck {
        var last = TrailRow(number: 0, doneAt: .distantPast, payload: Data(), chain: Data())
        while true {
            let after = last.number
            let rows = try await database.read { try $0.trail(of: owner, after: after, limit: 1_000) }
            for row in rows {
                if let words = flaw(of: row, after: last, known) { return .broken(last.number + 1, words) }
                last = row
            }
            if rows.isEmpty { break }
        }
        if let known, known.number > last.number {
            return .broken(
                last.number + 1, "The trail ends at entry \(last.number), but entry \(known.number) was there.")
        }
        return last.number == 0 ? .empty : .whole(TrailMark(number: last.number, chain: hex(last.chain)))
    }

    private func flaw(of row: TrailRow, after last: TrailRow, _ known: TrailMark?) -> String? {
        let number = last.number + 1
        if row.number != number { return "Entry \(number) is missing." }
        let expected = chain(number, row.doneAt, row.payload, after: last.number == 0 ? nil : last.chain)
        if row.chain != expected || (try? opened(row)) == nil {
            return "Entry \(number) is not as it was written, or what stood before it is gone."
        }
        if known?.number == number, known?.chain != hex(row.chain) {
            return "Entry \(number) is not the one that was there."
        }
        return nil
    }

    private func opened(_ row: TrailRow) throws -> TrailEntry {
        do {
            let plain = try keys.open(row.payload, for: context(row.number))
            return TrailEntry(
                number: row.number, doneAt: row.doneAt, deed: try JSONDecoder().decode(Deed.self, from: plain))
        } catch {
            throw StoreError.of(error)
        }
    }

    private func chain(_ number: Int, _ time: Date, _ payload: Data, after last: Data?) -> Data {
        let milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded())
        let words = [owner, "\(number)", "\(milliseconds)", hex(payload), hex(last ?? Data())]
        return keys.hash(words.joined(separator: "\n"), for: .trail)
    }

    private func context(_ number: Int) -> SealContext {
        .payload("trail", "\(owner)/\(number)")
    }
}

extension TenantStore {
    /// What the tenant's admins did, and others to the tenant.
    public var trail: Trail {
        Trail(owner: id.rawValue, keys: keys, committer: committer, database: database)
    }
}

extension InstallationStore {
    /// What operators did.
    public var trail: Trail {
        Trail(owner: "", keys: systemKeys, committer: committer, database: database)
    }
}
