// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Vault

extension TenantStore {
    /// Adds or replaces a row and gives its revision.
    @discardableResult
    public func put(
        _ kind: ConfigurationKind, _ id: ConfigurationID, _ payload: Data, at time: Date
    ) async throws -> Int {
        let sealed = try sealing {
            try keys.seal(payload, as: .configuration, at: time, for: .configuration(kind, id))
        }
        return try await committer.write { try $0.put(kind, id, of: self.id, at: time, sealed) }
    }

    /// Makes the rows of these kinds be these and no others, all at once: nobody sees a part of it. Secrets of what stays are
    /// kept.
    public func replaceConfiguration(
        by rows: [ConfigurationKind: [ConfigurationID: Data]], at time: Date
    ) async throws {
        let sealed = try sealing {
            try rows.map { kind, values in
                let values = try values.map { id, payload in
                    (id, try keys.seal(payload, as: .configuration, at: time, for: .configuration(kind, id)))
                }
                return (kind, values.sorted { $0.0 < $1.0 })
            }
        }
        try await committer.write { connection in
            for (kind, values) in sealed {
                let kept = Set(values.map(\.0))
                for row in try connection.configuration(of: self.id, kind) where !kept.contains(row.id) {
                    _ = try connection.remove(kind, row.id, of: self.id)
                }
                for (id, payload) in values { _ = try connection.put(kind, id, of: self.id, at: time, payload) }
            }
        }
    }

    public func configuration(_ kind: ConfigurationKind, _ id: ConfigurationID) async throws -> ConfigurationRow? {
        try await database.read { try $0.configuration(of: self.id, kind, id: id) }.first.map(opened)
    }

    /// All rows of a kind, by id.
    public func configuration(_ kind: ConfigurationKind) async throws -> [ConfigurationRow] {
        try await database.read { try $0.configuration(of: id, kind) }.map(opened)
    }

    /// All rows of all kinds as of one moment, by kind and id.
    public func configurationRows() async throws -> [ConfigurationRow] {
        try await database.read { try $0.configuration(of: id) }.map(opened)
    }

    /// Whether there was one. Its secrets go with it.
    @discardableResult
    public func remove(_ kind: ConfigurationKind, _ id: ConfigurationID) async throws -> Bool {
        try await committer.write { try $0.remove(kind, id, of: self.id) }
    }

    /// Keeps a password or token of a row that is there, sealed a second time under the key of credentials.
    public func put(
        _ secret: Secret, named name: String, of kind: ConfigurationKind, _ id: ConfigurationID
    ) async throws {
        let sealed = try seal(secret, for: .secret(name, kind, id))
        try await committer.write { try $0.putSecret(name, kind, id, of: self.id, sealed) }
    }

    /// Puts a secret in the place of the one that was read. False, and nothing is done, where that is not kept any more:
    /// somebody else was first, whichever process that is.
    public func replace(_ kept: KeptSecret, by secret: Secret) async throws -> Bool {
        let sealed = try seal(secret, for: .secret(kept.name, kept.kind, kept.id))
        return try await committer.write { connection in
            try connection.replaceSecret(kept.name, kept.kind, kept.id, of: self.id, kept.sealed, by: sealed)
        }
    }

    public func secret(
        named name: String, of kind: ConfigurationKind, _ id: ConfigurationID
    ) async throws -> Secret? {
        try await keptSecret(named: name, of: kind, id)?.secret
    }

    public func keptSecret(
        named name: String, of kind: ConfigurationKind, _ id: ConfigurationID
    ) async throws -> KeptSecret? {
        guard let sealed = try await database.read({ try $0.secret(name, kind, id, of: self.id) }) else { return nil }
        let context = SealContext.secret(name, kind, id)
        let secret = try sealing { Secret(bytes: try keys.open(try keys.open(sealed, for: context), for: context)) }
        return KeptSecret(secret: secret, name: name, kind: kind, id: id, sealed: sealed)
    }

    private func seal(_ secret: Secret, for context: SealContext) throws -> Data {
        try sealing {
            let inner = try keys.seal(
                secret.withUnsafeBytes { Data($0) }, as: .credential, at: .distantPast, for: context)
            return try keys.seal(inner, as: .configuration, at: .distantPast, for: context)
        }
    }

    private func opened(_ row: ConfigurationRow) throws -> ConfigurationRow {
        var row = row
        row.payload = try sealing { try keys.open(row.payload, for: .configuration(row.kind, row.id)) }
        return row
    }
}

/// A secret as it was kept when it was read.
public struct KeptSecret: Sendable {
    public let secret: Secret
    fileprivate let name: String
    fileprivate let kind: ConfigurationKind
    fileprivate let id: ConfigurationID
    fileprivate let sealed: Data
}
