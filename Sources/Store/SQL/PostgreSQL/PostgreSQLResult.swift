// SPDX-License-Identifier: Apache-2.0

import CPostgreSQL
import Foundation

/// An answer of the server; only a good one can be made.
final class PostgreSQLResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer?, of session: OpaquePointer?) throws(StoreError) {
        guard let result else { throw StoreError.unreachableDatabase(said(by: session)) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            defer { PQclear(result) }
            // A broken connection has no state; the server's own errors have.
            let state = PQresultErrorField(result, CInt(UInt8(ascii: "C"))).map { String(cString: $0) }
            throw StoreError.postgreSQL(state: state, said(by: session))
        }
        self.result = result
    }

    deinit {
        PQclear(result)
    }

    /// Which statement was done, in the server's words.
    var command: String { String(cString: PQcmdStatus(result)) }

    var changedRows: Int {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    func rows() throws(StoreError) -> [SQLRow] {
        let columns = PQnfields(result)
        var rows: [SQLRow] = []
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            for column in 0..<columns { values.append(try value(row, column)) }
            rows.append(SQLRow(values: values))
        }
        return rows
    }

    private func value(_ row: CInt, _ column: CInt) throws(StoreError) -> SQLValue {
        if PQgetisnull(result, row, column) == 1 { return .null }
        guard let start = PQgetvalue(result, row, column) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        switch PQftype(result, column) {
        case Self.bigint, Self.integer:
            let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return .integer(bytes.count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value))
        case Self.text: return .text(String(decoding: bytes, as: UTF8.self))
        case Self.bytea: return .blob(Data(bytes))
        default: throw SQLRow.wrongType
        }
    }

    // The types that the statements of this folder ask for (PostgreSQL: pg_type.dat).
    private static let bytea: Oid = 17
    private static let bigint: Oid = 20
    private static let integer: Oid = 23
    private static let text: Oid = 25
}

/// Values on their way to the server: bytes as they are, all else as text that the server reads by the column's type.
struct PostgreSQLParameters {
    private var bytes: [CChar] = []
    private var starts: [Int?] = []
    private var lengths: [CInt] = []
    private var formats: [CInt] = []

    init(_ values: [SQLValue]) {
        for value in values {
            switch value {
            case .null: add(nil, format: 0)
            case .integer(let number): add("\(number)".utf8, format: 0)
            case .text(let text): add(text.utf8, format: 0)
            case .blob(let data): add(data, format: 1)
            }
        }
    }

    private mutating func add(_ value: (some Collection<UInt8>)?, format: CInt) {
        starts.append(value.map { _ in bytes.count })
        lengths.append(CInt(value?.count ?? 0))
        formats.append(format)
        guard let value else { return }
        bytes.append(contentsOf: value.lazy.map { CChar(bitPattern: $0) })
        bytes.append(0)
    }

    private mutating func add(_ value: String.UTF8View?, format: CInt) {
        add(value.map(Array.init), format: format)
    }

    func withPointers<T>(
        _ body: ([UnsafePointer<CChar>?], [CInt], [CInt]) throws -> T
    ) rethrows -> T {
        try bytes.withUnsafeBufferPointer { buffer in
            try body(starts.map { start in start.flatMap { buffer.baseAddress?.advanced(by: $0) } }, lengths, formats)
        }
    }
}
