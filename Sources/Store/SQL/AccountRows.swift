// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

extension SQLConnection {
    func putAccount(_ name: Data, tenant: TenantID?, _ payload: Data) throws {
        try run(
            """
            INSERT INTO accounts (name, tenant, payload) VALUES (?1, ?2, ?3) \
            ON CONFLICT (name) DO UPDATE SET tenant = ?2, payload = ?3
            """, [.blob(name), .text(ifAny: tenant?.rawValue), .blob(payload)])
    }

    func account(_ name: Data) throws -> Data? {
        try row("SELECT payload FROM accounts WHERE name = ?1", [.blob(name)])?.blob(0)
    }

    func accounts() throws -> [(name: Data, payload: Data)] {
        try rows("SELECT name, payload FROM accounts").map { (try $0.blob(0), try $0.blob(1)) }
    }

    func removeAccount(_ name: Data) throws -> Bool {
        try run("DELETE FROM accounts WHERE name = ?1", [.blob(name)]) > 0
    }

    func putSession(_ token: Data, of account: Data, until time: Date, _ payload: Data) throws {
        try run(
            """
            INSERT INTO sessions (token, account, expires_at, payload) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (token) DO UPDATE SET account = ?2, expires_at = ?3, payload = ?4
            """, [.blob(token), .blob(account), .time(time), .blob(payload)])
    }

    func session(_ token: Data, at now: Date) throws -> (expiresAt: Date, payload: Data)? {
        try row(
            "SELECT expires_at, payload FROM sessions WHERE token = ?1 AND expires_at > ?2", [.blob(token), .time(now)]
        ).map { (try $0.time(0), try $0.blob(1)) }
    }

    func removeSession(_ token: Data) throws {
        try run("DELETE FROM sessions WHERE token = ?1", [.blob(token)])
    }

    func removeSessions(of account: Data) throws {
        try run("DELETE FROM sessions WHERE account = ?1", [.blob(account)])
    }

    func removeSessions(expiredAt now: Date) throws {
        try run("DELETE FROM sessions WHERE expires_at <= ?1", [.time(now)])
    }
}
