// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

/// Whose letter became a comment, still sealed.
struct SealedSender: Sendable {
    var hash: Data
    var payload: Data
}

extension SQLConnection {
    func putMessageID(_ hash: Data, of tenant: TenantID, issue: Data, at time: Date, _ payload: Data) throws {
        try post(
            """
            INSERT INTO message_ids (tenant, hash, issue, seen_at, payload) VALUES (?1, ?2, ?3, ?4, ?5) \
            ON CONFLICT (tenant, hash) DO UPDATE SET issue = ?3, seen_at = ?4, payload = ?5
            """, [.text(tenant.rawValue), .blob(hash), .blob(issue), .time(time), .blob(payload)])
    }

    func removeMessageIDs(of issue: Data, _ tenant: TenantID) throws {
        try run("DELETE FROM message_ids WHERE tenant = ?1 AND issue = ?2", [.text(tenant.rawValue), .blob(issue)])
    }

    func messageID(_ hash: Data, of tenant: TenantID) throws -> Data? {
        try row(
            "SELECT payload FROM message_ids WHERE tenant = ?1 AND hash = ?2", [.text(tenant.rawValue), .blob(hash)]
        )?.blob(0)
    }

    func putCommentSender(_ hash: Data, of tenant: TenantID, at time: Date, _ payload: Data) throws {
        try post(
            """
            INSERT INTO comment_senders (tenant, hash, seen_at, payload) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (tenant, hash) DO UPDATE SET seen_at = ?3, payload = ?4
            """, [.text(tenant.rawValue), .blob(hash), .time(time), .blob(payload)])
    }

    func commentSender(_ hash: Data, of tenant: TenantID) throws -> Data? {
        try row(
            "SELECT payload FROM comment_senders WHERE tenant = ?1 AND hash = ?2",
            [.text(tenant.rawValue), .blob(hash)]
        )?.blob(0)
    }

    /// All of a tenant, still sealed.
    func commentSenders(of tenant: TenantID) throws -> [SealedSender] {
        try rows("SELECT hash, payload FROM comment_senders WHERE tenant = ?1", [.text(tenant.rawValue)]).map {
            SealedSender(hash: try $0.blob(0), payload: try $0.blob(1))
        }
    }

    func removeCommentSender(_ hash: Data, of tenant: TenantID) throws {
        try run(
            "DELETE FROM comment_senders WHERE tenant = ?1 AND hash = ?2", [.text(tenant.rawValue), .blob(hash)])
    }

    func putPosition(_ payload: Data, of source: String, _ tenant: TenantID, at time: Date) throws {
        try run(
            """
            INSERT INTO mailboxes (tenant, source, changed_at, payload) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (tenant, source) DO UPDATE SET changed_at = ?3, payload = ?4
            """, [.text(tenant.rawValue), .text(source), .time(time), .blob(payload)])
    }

    /// What is kept, that nobody else changes up to the end of the transaction; a row is made if there is none.
    func lockPosition(of source: String, _ tenant: TenantID, at time: Date) throws -> Data? {
        let kept = try row(
            """
            INSERT INTO mailboxes (tenant, source, changed_at, payload) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (tenant, source) DO UPDATE SET changed_at = ?3 RETURNING payload
            """, [.text(tenant.rawValue), .text(source), .time(time), .blob(Data())]
        )?.blob(0)
        return kept?.isEmpty == false ? kept : nil
    }

    func position(of source: String, _ tenant: TenantID) throws -> Data? {
        try row(
            "SELECT payload FROM mailboxes WHERE tenant = ?1 AND source = ?2", [.text(tenant.rawValue), .text(source)]
        )?.blob(0)
    }

    func putHealth(_ health: SourceHealth, of tenant: TenantID, _ payload: Data) throws {
        try run(
            """
            INSERT INTO health (tenant, source, is_online, changed_at, checked_at, payload) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
            ON CONFLICT (tenant, source) DO UPDATE SET is_online = ?3, changed_at = ?4, checked_at = ?5, payload = ?6
            """,
            [
                .text(tenant.rawValue), .text(health.source), .integer(health.isOnline ? 1 : 0),
                .time(health.changedAt), .time(health.checkedAt), .blob(payload),
            ])
    }

    func removeHealth(of source: String, _ tenant: TenantID) throws {
        try run(
            "DELETE FROM health WHERE tenant = ?1 AND source = ?2", [.text(tenant.rawValue), .text(source)])
    }

    /// What servers said is still sealed.
    func health(of tenant: TenantID) throws -> [(health: SourceHealth, payload: Data)] {
        try rows(
            "SELECT source, is_online, changed_at, checked_at, payload FROM health WHERE tenant = ?1 ORDER BY source",
            [.text(tenant.rawValue)]
        ).map { row in
            let health = SourceHealth(
                source: try row.text(0), isOnline: try row.integer(1) == 1, changedAt: try row.time(2),
                checkedAt: try row.time(3), said: "")
            return (health, try row.blob(4))
        }
    }
}
