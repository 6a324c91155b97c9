// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One value of a row, in or out.
enum SQLValue: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob(Data)

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }

    static func text(ifAny value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }

    static func blob(ifAny value: Data?) -> SQLValue { value.map(SQLValue.blob) ?? .null }

    static func time(ifAny date: Date?) -> SQLValue { date.map(SQLValue.time) ?? .null }

    /// Milliseconds since 1970; the nearest that there is, of a time beyond all.
    static func time(_ date: Date) -> SQLValue {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        return .integer(Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max))
    }
}

/// One row of an answer, its columns in the order of the query.
struct SQLRow: Sendable {
    let values: [SQLValue]

    /// Throws if the column is not of this type, which the schema's constraints exclude.
    func integer(_ column: Int) throws(StoreError) -> Int {
        guard case .integer(let value) = values[column] else { throw Self.wrongType }
        return Int(value)
    }

    func text(_ column: Int) throws(StoreError) -> String {
        guard case .text(let value) = values[column] else { throw Self.wrongType }
        return value
    }

    func blob(_ column: Int) throws(StoreError) -> Data {
        guard case .blob(let value) = values[column] else { throw Self.wrongType }
        return value
    }

    func time(_ column: Int) throws(StoreError) -> Date {
        Date(timeIntervalSince1970: Double(try integer(column)) / 1000)
    }

    func isNull(_ column: Int) -> Bool {
        if case .null = values[column] { true } else { false }
    }

    func timeIfAny(_ column: Int) throws(StoreError) -> Date? {
        isNull(column) ? nil : try time(column)
    }

    func blobIfAny(_ column: Int) throws(StoreError) -> Data? {
        isNull(column) ? nil : try blob(column)
    }

    static let wrongType = StoreError(.damaged, "The database holds a value of a wrong type.")
}
