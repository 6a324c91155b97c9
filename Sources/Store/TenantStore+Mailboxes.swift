// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Vault

/// What is remembered about sources between runs.
extension TenantStore {
    /// How far a mailbox is read.
    public func setPosition(_ position: Data, of source: String, at time: Date) async throws {
        let sealed = try sealing {
            try keys.seal(position, as: .configuration, at: time, for: .payload("mailboxes", source))
        }
        try await committer.write { try $0.putPosition(sealed, of: source, id, at: time) }
    }

    public func position(of source: String) async throws -> Data? {
        guard let sealed = try await database.read({ try $0.position(of: source, id) }) else { return nil }
        return try sealing { try keys.open(sealed, for: .payload("mailboxes", source)) }
    }

    /// Changes what is kept, whoever else changes it at the same time.
    public func changePosition(
        of source: String, at time: Date, _ change: @escaping @Sendable (Data?) throws -> Data
    ) async throws {
        let context = SealContext.payload("mailboxes", source)
        try await committer.write { [id, keys] connection in
            let kept = try connection.lockPosition(of: source, id, at: time)
            let changed = try change(try kept.map { try keys.open($0, for: context) })
            let sealed = try keys.seal(changed, as: .configuration, at: time, for: context)
            try connection.putPosition(sealed, of: source, id, at: time)
        }
    }

    public func setHealth(_ health: SourceHealth) async throws {
        let sealed = try sealing {
            try keys.seal(
                Data(health.said.utf8), as: .configuration, at: health.checkedAt, for: .payload("health", health.source)
            )
        }
        try await committer.write { try $0.putHealth(health, of: id, sealed) }
    }

    public func removeHealth(of source: String) async throws {
        try await committer.write { try $0.removeHealth(of: source, id) }
    }

    public func health() async throws -> [SourceHealth] {
        let rows = try await database.read { connection in
            try connection.health(of: id).map { SealedHealth(health: $0.health, payload: $0.payload) }
        }
        return try rows.map { row in
            var health = row.health
            let said = try sealing { try keys.open(row.payload, for: .payload("health", health.source)) }
            health.said = String(decoding: said, as: UTF8.self)
            return health
        }
    }
}

private struct SealedHealth: Sendable {
    var health: SourceHealth
    var payload: Data
}
