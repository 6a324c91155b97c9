// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An entry of a trail, still sealed.
struct TrailRow: Sendable {
    var number: Int
    var doneAt: Date
    var payload: Data
    var chain: Data
}

extension SQLConnection {
    func add(_ row: TrailRow, to owner: String) throws {
        try run(
            "INSERT INTO trail (owner, number, done_at, payload, chain) VALUES (?1, ?2, ?3, ?4, ?5)",
            [.text(owner), .integer(row.number), .time(row.doneAt), .blob(row.payload), .blob(row.chain)])
    }

    func lastTrailRow(of owner: String) throws -> TrailRow? {
        try row(
            """
            SELECT number, done_at, payload, chain FROM trail WHERE owner = ?1 ORDER BY number DESC LIMIT 1
            """, [.text(owner)]
        ).map(TrailRow.init)
    }

    /// The newest before a number, newest first.
    func trail(of owner: String, before number: Int, limit: Int) throws -> [TrailRow] {
        try rows(
            """
            SELECT number, done_at, payload, chain FROM trail WHERE owner = ?1 AND number < ?2 \
            ORDER BY number DESC LIMIT ?3
            """, [.text(owner), .integer(number), .integer(limit)]
        ).map(TrailRow.init)
    }

    /// The first after a number, in their order.
    func trail(of owner: String, after number: Int, limit: Int) throws -> [TrailRow] {
        try rows(
            """
            SELECT number, done_at, payload, chain FROM trail WHERE owner = ?1 AND number > ?2 \
            ORDER BY number LIMIT ?3
            """, [.text(owner), .integer(number), .integer(limit)]
        ).map(TrailRow.init)
    }
}

extension TrailRow {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            number: try row.integer(0), doneAt: try row.time(1), payload: try row.blob(2), chain: try row.blob(3))
    }
}
