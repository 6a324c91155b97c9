// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

extension SQLConnection {
    func put(_ holding: Holding, about: Data?, of tenant: TenantID, _ payload: Data) throws {
        try post(
            """
            INSERT INTO holdings (tenant, kind, id, about, made_at, kept_until, payload) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant, kind, id) DO UPDATE SET about = excluded.about, \
            made_at = excluded.made_at, kept_until = excluded.kept_until, payload = excluded.payload
            """,
            [
                .text(tenant.rawValue), .text(holding.kind.rawValue), .text(holding.id), .blob(ifAny: about),
                .time(holding.madeAt), holding.keptUntil.map { .time($0) } ?? .null, .blob(payload),
            ])
    }

    /// Those whose time is over are left out, swept or not.
    func holdings(of tenant: TenantID, _ kind: HoldingKind, about: Data?, at now: Date) throws -> [Holding] {
        let values: [SQLValue] = [.text(tenant.rawValue), .text(kind.rawValue), .time(now)]
        return try rows(
            """
            SELECT id, made_at, kept_until FROM holdings WHERE tenant = ?1 AND kind = ?2 \
            AND (kept_until IS NULL OR kept_until > ?3)\(about == nil ? "" : " AND about = ?4") ORDER BY made_at, id
            """, values + (about.map { [.blob($0)] } ?? [])
        ).map {
            Holding(kind: kind, id: try $0.text(0), madeAt: try $0.time(1), keptUntil: try $0.timeIfAny(2))
        }
    }

    func holding(_ id: String, _ kind: HoldingKind, of tenant: TenantID, at now: Date) throws -> Data? {
        try row(
            """
            SELECT payload FROM holdings WHERE tenant = ?1 AND kind = ?2 AND id = ?3 \
            AND (kept_until IS NULL OR kept_until > ?4)
            """, [.text(tenant.rawValue), .text(kind.rawValue), .text(id), .time(now)]
        )?.blob(0)
    }

    func removeHolding(_ id: String, _ kind: HoldingKind, of tenant: TenantID) throws -> Bool {
        try run(
            "DELETE FROM holdings WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
            [.text(tenant.rawValue), .text(kind.rawValue), .text(id)]) > 0
    }

    func removeHoldings(_ kind: HoldingKind, about: Data, of tenant: TenantID) throws -> Int {
        try run(
            "DELETE FROM holdings WHERE tenant = ?1 AND kind = ?2 AND about = ?3",
            [.text(tenant.rawValue), .text(kind.rawValue), .blob(about)])
    }

    /// - Parameter end: Nil takes an end back.
    func setEnd(_ end: Date?, ofHoldings kind: HoldingKind, about: Data, of tenant: TenantID) throws -> Int {
        try run(
            "UPDATE holdings SET kept_until = ?4 WHERE tenant = ?1 AND kind = ?2 AND about = ?3",
            [
                .text(tenant.rawValue), .text(kind.rawValue), .blob(about), end.map { .time($0) } ?? .null,
            ])
    }

    func removeHoldings(of tenant: TenantID, keptUntil now: Date, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM holdings WHERE tenant = ?1 AND (kind, id) IN (SELECT kind, id FROM holdings \
            WHERE tenant = ?1 AND kept_until <= ?2 LIMIT ?3)
            """, [.text(tenant.rawValue), .time(now), .integer(limit)])
    }

    /// The times at which those of a kind that are there were made.
    func holdingTimes(of tenant: TenantID, _ kind: HoldingKind) throws -> [Date] {
        try rows(
            "SELECT DISTINCT made_at FROM holdings WHERE tenant = ?1 AND kind = ?2",
            [.text(tenant.rawValue), .text(kind.rawValue)]
        ).map { try $0.time(0) }
    }

    // MARK: Flags

    func flag(_ job: JobID, of tenant: TenantID, at time: Date) throws {
        try run(
            "INSERT INTO flags (tenant, job, flagged_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            [.text(tenant.rawValue), .text(job.rawValue), .time(time)])
    }

    func unflag(_ job: JobID, of tenant: TenantID) throws -> Bool {
        try run("DELETE FROM flags WHERE tenant = ?1 AND job = ?2", [.text(tenant.rawValue), .text(job.rawValue)]) > 0
    }

    func isFlagged(_ job: JobID, of tenant: TenantID) throws -> Bool {
        try row(
            "SELECT 1 FROM flags WHERE tenant = ?1 AND job = ?2", [.text(tenant.rawValue), .text(job.rawValue)]) != nil
    }
}
