// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Planning
import Synchronization
import Testing
import Vault

@testable import Store

/// How SQLite finds what statements ask for; PostgreSQL has the same indexes.
@Suite("A look-up")
struct QueryPlanTests {
    /// Of these an installation has few rows.
    private static let small: Set = ["tenants", "installation", "terms", "processes"]
    /// An erasure opens each, since what they say is sealed.
    private static let commentSenders = "SELECT hash, payload FROM comment_senders WHERE tenant = ?1"
    /// Indexes of nothing but the work that a sweep has to do.
    private static let workLists: Set = ["jobs_dropped", "jobs_marked", "jobs_unmarked"]

    @Test("of a claim, a sweep, a change of states or an erasure reads no whole table, nor all that a tenant has")
    func plans() async throws {
        let place = try Installation()
        let (store, tenant) = try await place.begin()
        let steps = try await statements(of: store) { try await work(store, tenant, place) }
        #expect(steps.count > 30)
        for table in ["jobs", "audit", "holdings", "comment_senders", "marks", "words"] {
            #expect(steps.keys.contains { $0.hasPrefix("DELETE FROM \(table) ") })
        }
        let earlier = steps.first { $0.key.hasSuffix("ORDER BY id LIMIT 200") }
        #expect(earlier?.value == ["SEARCH jobs USING INDEX jobs_unfinished (tenant=? AND line=? AND id<?)"])
        for (sql, plan) in steps {
            for step in plan where Self.isWide(step) && sql != Self.commentSenders { Issue.record("\(step): \(sql)") }
        }
    }

    @Test("of the rows that go with another finds them by an index")
    func references() async throws {
        let place = try Installation()
        let (store, _) = try await place.begin()
        let missing = try await store.database.read { connection in
            try connection.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").flatMap {
                let table = try $0.text(0)
                let indexes = try Self.indexes(of: table, connection)
                return try Self.references(from: table, connection).filter { columns in
                    !indexes.contains { $0.starts(with: columns) }
                }.map { "\(table): \($0)" }
            }
        }
        #expect(missing == [])
    }

    /// All that is looked up often, or for each letter.
    private func work(_ store: InstallationStore, _ tenant: TenantStore, _ place: Installation) async throws {
        let (done, waits) = (try await tenant.keep("Ada <ada@example.com>"), try await tenant.keep("waits"))
        let event = try await tenant.keep("{}", .event)
        for line in Line.allCases {
            _ = try await store.claim(line, limit: 1, at: noon)
            _ = try await store.nextDue(line)
            _ = try await store.interrupted(line, at: noon)
        }
        try await tenant.write(.identified(done, as: "<1@x>", sender: "ada@example.com"), .planned(done, Data()))
        _ = try await tenant.lettersBefore(waits, in: "jira/1", at: noon)
        _ = try await tenant.writeTimes(before: waits, in: "jira/1", at: noon)
        try await tenant.write(.begun(action(done, 0), at: noon))
        _ = try await tenant.marks(of: done)
        try await tenant.write(
            .ended(action(done, 0), at: noon, result: Data()),
            .finished(entry(done, words: ["printer", "jam"])))
        #expect(try await tenant.audit(matching: AuditFilter(words: "printer")).count == 1)
        #expect(
            try await tenant.audit(matching: AuditFilter(sender: "ada@example.com", words: "Jam printer")).count == 1)
        try await tenant.write(.finished(entry(event, line: .event)))
        try await tenant.retry(waits, at: noon, said: "Later.")
        try await tenant.park(waits, said: "A person has to look.")
        try await tenant.takeUp(waits, at: noon, said: "Again.")
        #expect(try await tenant.erase(.address("ada@example.com")).erased.count == 1)
        place.now = noon.addingTimeInterval(5 * 86_400)
        _ = try await store.sweep()
        place.now = noon.addingTimeInterval(40 * 86_400)
        _ = try await store.sweep()
    }

    /// Each statement that was run, with the steps of its plan.
    private func statements(
        of store: InstallationStore, while work: () async throws -> Void
    ) async throws -> [String: [String]] {
        let found = Found()
        // One after the other, readers are always the same one.
        _ = try await store.database.read { $0.record(in: found) }
        _ = try await store.committer.write { $0.record(in: found) }
        try await work()
        return try await store.database.read { connection in
            try found.statements.withLock { $0 }.reduce(into: [:]) { out, sql in
                let count = sql.matches(of: /\?(\d+)/).compactMap { Int($0.1) }.max() ?? 0
                let plan = try connection.rows(
                    "EXPLAIN QUERY PLAN \(sql)", Array(repeating: SQLValue.null, count: count))
                out[sql] = try plan.map { try $0.text(3) }
            }
        }
    }

    private static func isWide(_ step: String) -> Bool {
        let words = step.split(separator: " ").map(String.init)
        guard words.count > 1, !small.contains(words[1]) else { return false }
        if words[0] == "SCAN" {
            return step.hasPrefix("SCAN CONSTANT") || ["earlier", "hits"].contains(words[1])
                ? false : words.last.map { !workLists.contains($0) } ?? true
        }
        // Of unfinished work there is little.
        return step.hasSuffix("(tenant=?)") && !step.contains("INDEX jobs_unfinished ")
    }

    private static func references(from table: String, _ connection: any SQLConnection) throws -> [[String]] {
        var columns: [Int: [String]] = [:]
        for row in try connection.rows("SELECT id, \"from\" FROM pragma_foreign_key_list('\(table)') ORDER BY id, seq")
        {
            columns[try row.integer(0), default: []].append(try row.text(1))
        }
        return Array(columns.values)
    }

    private static func indexes(of table: String, _ connection: any SQLConnection) throws -> [[String]] {
        try connection.rows("SELECT name FROM pragma_index_list('\(table)')").map { index in
            try connection.rows("SELECT name FROM pragma_index_info('\(index.text(0))')").map { try $0.text(0) }
        }
    }
}

/// What a connection was told.
private final class Found: Sendable {
    let statements = Mutex<Set<String>>([])

    func add(_ sql: String) {
        let isLookUp = ["SELECT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0 + " ") }
        if isLookUp { statements.withLock { _ = $0.insert(sql) } }
    }
}

extension SQLConnection {
    fileprivate func record(in found: Found) {
        (self as? Store.SQLiteConnection)?.database.trace { event in
            if case .statement(let statement) = event { found.add(statement.sql) }
        }
    }
}
