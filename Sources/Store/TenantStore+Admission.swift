// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// Whether a letter or event may be taken in now.
public enum Admission: Sendable, Hashable {
    case freely
    /// The disk fills up: who brings more waits a little.
    case slowly
}

extension TenantStore {
    /// Throws `diskFull` or `quotaReached` where nothing more is to be taken in: who brings it keeps it, and tries again.
    public func admit() async throws -> Admission {
        let limits = store.limits
        if let quota = limits.tenantQuota, try await usedBytes() >= quota {
            throw StoreError(.quotaReached, "This tenant has all the room that it may have: \(quota / 1_000_000) MB.")
        }
        guard limits.reserve > 0 else { return .freely }
        let free = try store.freeBytes
        if free < limits.reserve {
            throw StoreError(.diskFull, "The disk of the data folder is almost full.", detail: "\(free) bytes are free")
        }
        return free < 2 * limits.reserve ? .slowly : .freely
    }

    /// Bytes of letters and events that are kept, as of a minute ago at most.
    private func usedBytes() async throws -> Int {
        let now = store.now()
        if let known = store.usage.value(of: id, at: now) { return known }
        let bytes = try await database.read { [id] in try $0.keptBytes(of: id) }
        store.usage.set(bytes, of: id, at: now)
        return bytes
    }
}

extension InstallationStore {
    /// Bytes that the disk of the data folder has for us, or that of the letters if it has less.
    public var freeBytes: Int {
        get throws { try min(DataFile.freeBytes(at: folder), bodies.freeBytes) }
    }
}

/// How much tenants have here, counted once a minute.
final class Usage: Sendable {
    private let known = Mutex<[TenantID: (bytes: Int, countedAt: Date)]>([:])

    func value(of tenant: TenantID, at now: Date) -> Int? {
        known.withLock { known in
            guard let found = known[tenant], abs(now.timeIntervalSince(found.countedAt)) < 60 else { return nil }
            return found.bytes
        }
    }

    func set(_ bytes: Int, of tenant: TenantID, at now: Date) {
        known.withLock { $0[tenant] = (bytes, now) }
    }

    func add(_ bytes: Int, of tenant: TenantID) {
        known.withLock { $0[tenant]?.bytes += bytes }
    }
}
