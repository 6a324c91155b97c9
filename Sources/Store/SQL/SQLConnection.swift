// SPDX-License-Identifier: Apache-2.0

/// What the statements of this folder speak to: SQLite or PostgreSQL, in the words that both understand.
///
/// Parameters are written `?1`, `?2` ... Used by one thread at a time.
protocol SQLConnection {
    /// Runs a statement and gives how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int

    /// Runs a statement of which nobody asks what it changed, maybe later: with what comes next, and before the end of the write
    /// that it belongs to, which fails where it does.
    func post(_ sql: String, _ values: [SQLValue]) throws

    func rows(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow]

    /// All rows of a statement, of which few are in memory at a time; within a transaction.
    func forEach(_ sql: String, _ body: (SQLRow) throws -> Void) throws

    /// Tells the other processes, when and if this transaction is committed.
    func tell(_ news: News)
}

extension SQLConnection {
    @discardableResult
    func run(_ sql: String) throws -> Int {
        try run(sql, [])
    }

    func post(_ sql: String, _ values: [SQLValue]) throws {
        try run(sql, values)
    }

    func rows(_ sql: String) throws -> [SQLRow] {
        try rows(sql, [])
    }

    func row(_ sql: String, _ values: [SQLValue] = []) throws -> SQLRow? {
        try rows(sql, values).first
    }
}
