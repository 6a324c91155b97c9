// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

/// A tenant whose subscription ends (P4).
extension InstallationStore {
    /// Takes nothing more in for a tenant, and does nothing of what waits. For so many days its people can still read what is
    /// kept; then nobody can, and the next sweep destroys its keys. Gives when that is.
    public func endTenant(_ id: TenantID, afterDays days: Int) async throws -> Date {
        guard (1...max(1, limits.graceDays)).contains(days) else {
            throw StoreError(
                .refusedTerms,
                "A tenant that ends can be kept for 1 to \(limits.graceDays) days here, not for \(days).")
        }
        let now = now()
        let end = now.addingTimeInterval(Double(days) * 86_400)
        guard try await committer.write({ try $0.setEnd(end, of: id, at: now) }) else { throw StoreError.noTenant(id) }
        return end
    }

    /// Serves a tenant that has ended again, as long as its grace is not over: what waits is gone on with.
    public func keepTenant(_ id: TenantID) async throws {
        let now = now()
        let isKept = try await committer.write { connection in
            connection.tell(.setUp)
            for line in Line.allCases { connection.tell(line.news) }
            return try connection.setEnd(nil, of: id, at: now)
        }
        guard isKept else { throw StoreError.noTenant(id) }
        for line in Line.allCases { changes.announce(line.news) }
    }

    /// How long a tenant that ends is kept, if nothing else is said, and at most.
    public var graceDays: Int { limits.graceDays }

    /// Whether nobody reads any more what ends then.
    public func isOver(_ end: Date?) -> Bool {
        end.map { $0 <= now() } ?? false
    }

    /// Destroys those whose grace is over, as `removeTenant` does; gives how many.
    func removeEnded(by now: Date) async throws -> Int {
        let ended = try await database.read { try $0.tenants(endedBy: now) }
        for id in ended {
            try await trail.add(Deed(by: "martlet", what: "purge-tenant", about: id.rawValue), at: now)
            try await removeTenant(id)
        }
        return ended.count
    }
}

extension TenantStore {
    /// When all of it is destroyed, where it has ended.
    public func endsAt() async throws -> Date? {
        try await database.read { [id] in try $0.end(of: id) }
    }
}
