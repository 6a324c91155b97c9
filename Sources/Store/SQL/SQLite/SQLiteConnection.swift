// SPDX-License-Identifier: Apache-2.0

import GRDB

/// One connection of GRDB's pool, for as long as the pool gives it.
struct SQLiteConnection: SQLConnection {
    let database: Database

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: StatementArguments(values.map(\.databaseValue)))
        return database.changesCount
    }

    func rows(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow] {
        var out: [SQLRow] = []
        try forEach(sql, values) { out.append($0) }
        return out
    }

    func forEach(_ sql: String, _ body: (SQLRow) throws -> Void) throws {
        try forEach(sql, [], body)
    }

    /// Nobody else serves it.
    func tell(_ news: News) {}

    private func forEach(_ sql: String, _ values: [SQLValue], _ body: (SQLRow) throws -> Void) throws {
        let statement = try database.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(values.map(\.databaseValue)))
        while let row = try cursor.next() {
            try body(SQLRow(values: row.databaseValues.map(SQLValue.init)))
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let value): value.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .integer(Int64(value))
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob(value)
        }
    }
}
