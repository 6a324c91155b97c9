// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Planning
public import Vault

/// The console's accounts and sessions; names and tokens are kept as keyed hashes.
extension InstallationStore {
    /// Adds the account, or replaces the one of this name and ends its sessions.
    public func put(_ account: Account) async throws {
        let name = hash(account.name)
        let payload = try seal(account, as: .payload("accounts", hex(name)))
        let tenant: TenantID? = if case .tenantAdmin(let id) = account.role { id } else { nil }
        try await committer.write { connection in
            try connection.putAccount(name, tenant: tenant, payload)
            try connection.removeSessions(of: name)
        }
    }

    /// Nil also for one of a tenant that is being imported, or removed.
    public func account(named name: String) async throws -> Account? {
        let hash = hash(name)
        guard let found = try await database.read({ try $0.account(hash) }).map({ try account($0, hash) })
        else { return nil }
        return try isInForce(found) ? found : nil
    }

    /// Whether there is one of this name, in force or not: only a name that is free may be given to somebody.
    public func isTaken(_ name: String) async throws -> Bool {
        let hash = hash(name)
        return try await database.read { try $0.account(hash) } != nil
    }

    /// Those of a tenant whose keys are here, and of nobody's.
    private func isInForce(_ account: Account) throws -> Bool {
        guard case .tenantAdmin(let tenant) = account.role else { return true }
        do {
            return try keys.has(.tenant(tenant.rawValue))
        } catch {
            throw StoreError.of(error)
        }
    }

    public func accounts() async throws -> [Account] {
        let rows = try await database.read { connection in
            try connection.accounts().map { SealedRow(hash: $0.name, payload: $0.payload) }
        }
        return try rows.map { try account($0.payload, $0.hash) }.filter(isInForce).sorted { $0.name < $1.name }
    }

    /// Whether there was one. Its sessions end.
    @discardableResult
    public func removeAccount(named name: String) async throws -> Bool {
        let hash = hash(name)
        return try await committer.write { try $0.removeAccount(hash) }
    }

    public func begin(_ session: Session, token: Secret) async throws {
        let (hash, account) = (hash(token), hash(session.account))
        let kept = KeptSession(account: session.account, payload: session.payload)
        let payload = try seal(kept, as: .payload("sessions", hex(hash)))
        try await committer.write { try $0.putSession(hash, of: account, until: session.expiresAt, payload) }
    }

    /// The session of a token, unless it is over.
    public func session(_ token: Secret, at now: Date) async throws -> Session? {
        let hash = hash(token)
        let row = try await database.read { connection in
            try connection.session(hash, at: now).map { OpenSession(expiresAt: $0.expiresAt, payload: $0.payload) }
        }
        guard let row else { return nil }
        let kept: KeptSession = try open(row.payload, as: .payload("sessions", hex(hash)))
        return Session(account: kept.account, expiresAt: row.expiresAt, payload: kept.payload)
    }

    public func endSession(_ token: Secret) async throws {
        let hash = hash(token)
        try await committer.write { try $0.removeSession(hash) }
    }

    public func endSessions(expiredAt now: Date) async throws {
        try await committer.write { try $0.removeSessions(expiredAt: now) }
    }

    // MARK: Sealing

    private func hash(_ name: String) -> Data {
        systemKeys.hash(name.lowercased(), for: .account)
    }

    private func hash(_ token: Secret) -> Data {
        systemKeys.hash(token.reveal(), for: .session)
    }

    private func seal(_ account: Account, as context: SealContext) throws -> Data {
        try seal(
            KeptAccount(name: account.name, role: account.role, password: account.password.rawValue), as: context)
    }

    private func account(_ payload: Data, _ hash: Data) throws -> Account {
        let kept: KeptAccount = try open(payload, as: .payload("accounts", hex(hash)))
        guard let password = PasswordHash(rawValue: kept.password) else {
            throw StoreError(.damaged, "An account's password is damaged.")
        }
        return Account(name: kept.name, role: kept.role, password: password)
    }

    private func seal(_ value: some Encodable, as context: SealContext) throws -> Data {
        do {
            return try systemKeys.seal(
                try JSONEncoder().encode(value), as: .configuration, at: .distantPast, for: context)
        } catch {
            throw StoreError.of(error)
        }
    }

    private func open<Value: Decodable>(_ payload: Data, as context: SealContext) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: try systemKeys.open(payload, for: context))
        } catch {
            throw StoreError.of(error)
        }
    }
}

private struct SealedRow: Sendable {
    var hash: Data
    var payload: Data
}

private struct OpenSession: Sendable {
    var expiresAt: Date
    var payload: Data
}

private struct KeptAccount: Codable {
    var name: String
    var role: Account.Role
    var password: String
}

private struct KeptSession: Codable {
    var account: String
    var payload: Data
}
