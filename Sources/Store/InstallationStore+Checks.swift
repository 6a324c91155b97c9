// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Planning
import Vault

/// What an operator wants to know to be true.
extension InstallationStore {
    /// What is damaged in the database, in words; nil where a server looks after that.
    public func flaws() async throws -> [String]? {
        try await database.flaws()
    }

    /// Much of the disk that the database's file has, and neither uses nor can give back; else 0.
    public func heldBytes() async throws -> Int {
        try await database.heldBytes()
    }

    /// Keys of periods that were over by then, and rows that were, tenants among them: a sweep should have destroyed them.
    public func overdue(by time: Date) async throws -> (keys: Int, rows: Int) {
        var histories: [KeyOwner: TermHistory] = [:]
        for tenant in try await tenants() {
            histories[.tenant(tenant.id.rawValue)] = try await database.read { try $0.termHistory(of: tenant.id) }
        }
        let count = try await onFileQueue { [keys, histories] in
            do {
                return try keys.periods().filter {
                    Keeping.isOver($0, at: time, histories[$0.owner] ?? TermHistory(changes: []))
                }.count
            } catch {
                throw StoreError.of(error)
            }
        }
        return (count, try await database.read { try $0.overdueRows(by: time) })
    }

    /// When all that was over was destroyed last; nil where it never was.
    public func sweptAt() async throws -> Date? {
        try await database.read { try $0.sweptAt() }
    }

    /// When the newest letter, event or deed came: nothing comes from the future.
    public func newestTime() async throws -> Date? {
        try await database.read { try $0.newestTime() }
    }
}

extension SQLConnection {
    fileprivate func overdueRows(by time: Date) throws -> Int {
        let counts = [
            "SELECT count(*) FROM jobs WHERE kept_until <= ?1 AND state IN ('done', 'failed')",
            "SELECT count(*) FROM audit WHERE kept_until <= ?1", "SELECT count(*) FROM holdings WHERE kept_until <= ?1",
            "SELECT count(*) FROM tenants WHERE ends_at <= ?1",
        ]
        return try counts.map { try row($0, [.time(time)])?.integer(0) ?? 0 }.reduce(0, +)
    }

    fileprivate func newestTime() throws -> Date? {
        try ["SELECT max(received_at) FROM jobs", "SELECT max(done_at) FROM trail"].compactMap {
            try row($0)?.timeIfAny(0)
        }.max()
    }
}
