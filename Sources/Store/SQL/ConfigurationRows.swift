// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// A tenant whose name is still sealed.
struct SealedTenant: Sendable {
    var id: TenantID
    var createdAt: Date
    var isAudited: Bool
    var endsAt: Date?
    var payload: Data
}

extension SQLConnection {
    // MARK: Tenants

    func insertTenant(_ id: TenantID, at time: Date, payload: Data) throws {
        tell(.setUp)
        try run(
            "INSERT INTO tenants (id, created_at, payload) VALUES (?1, ?2, ?3)",
            [.text(id.rawValue), .time(time), .blob(payload)])
    }

    func tenants() throws -> [SealedTenant] {
        try rows("SELECT id, created_at, is_audited, ends_at, payload FROM tenants ORDER BY id").map { row in
            SealedTenant(
                id: try row.tenantID(0), createdAt: try row.time(1), isAudited: try row.integer(2) == 1,
                endsAt: try row.timeIfAny(3), payload: try row.blob(4))
        }
    }

    /// Whether there is such a tenant, and nothing of it is over.
    func setEnd(_ end: Date?, of id: TenantID, at now: Date) throws -> Bool {
        try run(
            "UPDATE tenants SET ends_at = ?2 WHERE id = ?1 AND (ends_at IS NULL OR ends_at > ?3)",
            [.text(id.rawValue), .time(ifAny: end), .time(now)]) > 0
    }

    /// Nil where it has not ended, or is not there.
    func end(of id: TenantID) throws -> Date? {
        try row("SELECT ends_at FROM tenants WHERE id = ?1", [.text(id.rawValue)])?.timeIfAny(0)
    }

    /// Those whose grace is over.
    func tenants(endedBy now: Date) throws -> [TenantID] {
        try rows("SELECT id FROM tenants WHERE ends_at <= ?1 ORDER BY id", [.time(now)]).map { try $0.tenantID(0) }
    }

    /// Whether what is done is kept.
    func isAudited(_ id: TenantID) throws -> Bool {
        try row("SELECT is_audited FROM tenants WHERE id = ?1", [.text(id.rawValue)])?.integer(0) == 1
    }

    /// Whether there is such a tenant.
    func setAudited(_ isAudited: Bool, _ id: TenantID) throws -> Bool {
        try run(
            "UPDATE tenants SET is_audited = ?2 WHERE id = ?1",
            [.text(id.rawValue), .integer(isAudited ? 1 : 0)]) > 0
    }

    func sweptAt() throws -> Date? {
        try row("SELECT swept_at FROM installation")?.timeIfAny(0)
    }

    func setSwept(at time: Date) throws {
        try run("UPDATE installation SET swept_at = ?1", [.time(time)])
    }

    func hasTenant(_ id: TenantID) throws -> Bool {
        try row("SELECT 1 FROM tenants WHERE id = ?1", [.text(id.rawValue)]) != nil
    }

    /// The rows of which a tenant has many; gives how many went.
    func removeSomeRows(of id: TenantID, limit: Int) throws -> Int {
        let tables = [
            ("jobs", "id"), ("audit", "job"), ("message_ids", "hash"), ("comment_senders", "hash"), ("holdings", "id"),
        ]
        for (table, key) in tables {
            let removed = try run(
                """
                DELETE FROM \(table) WHERE tenant = ?1 AND \(key) IN \
                (SELECT \(key) FROM \(table) WHERE tenant = ?1 LIMIT ?2)
                """, [.text(id.rawValue), .integer(limit)])
            if removed > 0 { return limit }
        }
        return 0
    }

    /// With all rows that belong to it.
    func removeTenant(_ id: TenantID) throws {
        tell(.setUp)
        try run("DELETE FROM trail WHERE owner = ?1", [.text(id.rawValue)])
        try run("DELETE FROM tenants WHERE id = ?1", [.text(id.rawValue)])
    }

    func installation() throws -> Data? {
        try row("SELECT payload FROM installation")?.blob(0)
    }

    func setInstallation(_ payload: Data) throws {
        try run("INSERT INTO installation (id, payload) VALUES (1, ?1)", [.blob(payload)])
    }

    // MARK: Configuration

    func put(_ kind: ConfigurationKind, _ id: ConfigurationID, of tenant: TenantID, at time: Date, _ payload: Data)
        throws -> Int
    {
        tell(.setUp)
        let revision = try row(
            """
            INSERT INTO configuration (tenant, kind, id, revision, changed_at, payload) VALUES (?1, ?2, ?3, 1, ?4, ?5) \
            ON CONFLICT (tenant, kind, id) DO UPDATE SET revision = configuration.revision + 1, changed_at = ?4, payload = ?5 \
            RETURNING revision
            """, [.text(tenant.rawValue), .text(kind.rawValue), .text(id.rawValue), .time(time), .blob(payload)])
        return try revision?.integer(0) ?? 1
    }

    /// All rows of a tenant, those of a kind, or the one with this id; payloads are still sealed.
    func configuration(of tenant: TenantID, _ kind: ConfigurationKind? = nil, id: ConfigurationID? = nil) throws
        -> [ConfigurationRow]
    {
        try rows(
            """
            SELECT kind, id, revision, changed_at, payload FROM configuration \
            WHERE tenant = ?1 AND (CAST(?2 AS TEXT) IS NULL OR kind = ?2) AND (CAST(?3 AS TEXT) IS NULL OR id = ?3) \
            ORDER BY kind, id
            """, [.text(tenant.rawValue), .text(ifAny: kind?.rawValue), .text(ifAny: id?.rawValue)]
        ).map { row in
            guard let kind = ConfigurationKind(rawValue: try row.text(0)) else { throw SQLRow.wrongType }
            return ConfigurationRow(
                kind: kind, id: try row.configurationID(1), revision: try row.integer(2), changedAt: try row.time(3),
                payload: try row.blob(4))
        }
    }

    func remove(_ kind: ConfigurationKind, _ id: ConfigurationID, of tenant: TenantID) throws -> Bool {
        tell(.setUp)
        return try run(
            "DELETE FROM configuration WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
            [.text(tenant.rawValue), .text(kind.rawValue), .text(id.rawValue)]) > 0
    }

    // MARK: Secrets

    func putSecret(
        _ name: String, _ kind: ConfigurationKind, _ id: ConfigurationID, of tenant: TenantID, _ payload: Data
    ) throws {
        tell(.setUp)
        try run(
            """
            INSERT INTO secrets (tenant, kind, id, name, payload) VALUES (?1, ?2, ?3, ?4, ?5) \
            ON CONFLICT (tenant, kind, id, name) DO UPDATE SET payload = ?5
            """, [.text(tenant.rawValue), .text(kind.rawValue), .text(id.rawValue), .text(name), .blob(payload)])
    }

    /// Whether what was there was what is to be replaced.
    func replaceSecret(
        _ name: String, _ kind: ConfigurationKind, _ id: ConfigurationID, of tenant: TenantID, _ old: Data, by new: Data
    ) throws -> Bool {
        try run(
            "UPDATE secrets SET payload = ?6 WHERE tenant = ?1 AND kind = ?2 AND id = ?3 AND name = ?4 AND payload = ?5",
            [
                .text(tenant.rawValue), .text(kind.rawValue), .text(id.rawValue), .text(name), .blob(old), .blob(new),
            ]) == 1
    }

    func secret(_ name: String, _ kind: ConfigurationKind, _ id: ConfigurationID, of tenant: TenantID) throws -> Data? {
        try row(
            "SELECT payload FROM secrets WHERE tenant = ?1 AND kind = ?2 AND id = ?3 AND name = ?4",
            [.text(tenant.rawValue), .text(kind.rawValue), .text(id.rawValue), .text(name)]
        )?.blob(0)
    }
}
