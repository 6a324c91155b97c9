// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Rows of any engine as bytes: a table's number and its values, each with its kind. Numbers are big-endian.
///
/// The file begins with `martlet rows 1`, a line for each table with its columns, and an empty line, so that a later schema
/// reads it too; it ends with a row of the table 255, so that one that was cut is known.
enum RowsFile {
    static let firstLine = "martlet rows 1"
    static let end: UInt8 = 255
}

/// Writes rows, many with one call of the system.
struct RowsWriter: Sendable {
    private let put: @Sendable ([UInt8]) throws -> Void
    private var waiting: [UInt8] = []

    /// - Parameter put: Takes the bytes, one piece after the other.
    init(_ tables: [BackupTable] = BackupTable.all, to put: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.put = put
        let lines = [RowsFile.firstLine] + tables.map(\.description)
        waiting = Array((lines.joined(separator: "\n") + "\n\n").utf8)
    }

    mutating func write(_ row: SQLRow, of table: Int) throws {
        waiting.append(UInt8(table))
        for value in row.values { append(value) }
        if waiting.count > 1 << 20 { try flush() }
    }

    /// What was written before is given on.
    mutating func finish() throws {
        waiting.append(RowsFile.end)
        try flush()
    }

    private mutating func append(_ value: SQLValue) {
        switch value {
        case .null: waiting.append(0)
        case .integer(let number):
            waiting.append(1)
            append(UInt64(bitPattern: number))
        case .text(let text):
            waiting.append(2)
            append(UInt64(text.utf8.count))
            waiting += text.utf8
        case .blob(let data):
            waiting.append(3)
            append(UInt64(data.count))
            waiting += data
        }
    }

    private mutating func append(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { waiting.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private mutating func flush() throws {
        try put(waiting)
        waiting.removeAll(keepingCapacity: true)
    }
}

/// Reads what `RowsWriter` wrote.
struct RowsReader {
    /// What the rows are in, in words.
    struct Words: Sendable {
        var damaged: StoreError
        var newer: StoreError

        static let backup = Words(
            damaged: StoreError(.damaged, "The rows of the backup are damaged or were cut."),
            newer: Migration.superseded("backup"))
    }

    /// The next bytes, of which so many are wanted; none at the end.
    private let more: (_ wanted: Int) throws -> [UInt8]
    private let words: Words
    private var tables: [BackupTable] = []
    private var buffer: [UInt8] = []
    private var position = 0

    /// Of a backup.
    init(_ path: String) throws(StoreError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(.notFound, "There is no backup in this folder.")
        }
        try self.init(knowing: BackupTable.all, saying: .backup) { Array(try file.read(upToCount: $0) ?? Data()) }
    }

    init(
        knowing known: [BackupTable], saying words: Words, from more: @escaping (_ wanted: Int) throws -> [UInt8]
    ) throws(StoreError) {
        self.more = more
        self.words = words
        guard try line() == RowsFile.firstLine else { throw words.damaged }
        while true {
            let text = try line()
            if text.isEmpty { return }
            guard let table = BackupTable(text) else { throw words.damaged }
            if !table.isAmong(known) { throw words.newer }
            tables.append(table)
        }
    }

    /// The next row and its table; nil at the end.
    mutating func next() throws(StoreError) -> (table: BackupTable, row: [SQLValue])? {
        let number = try byte()
        if number == RowsFile.end { return nil }
        guard number < tables.count else { throw words.damaged }
        let table = tables[Int(number)]
        var values: [SQLValue] = []
        for _ in table.columns { values.append(try value()) }
        return (table, values)
    }

    private mutating func value() throws(StoreError) -> SQLValue {
        switch try byte() {
        case 0: return .null
        case 1: return .integer(Int64(bitPattern: try number()))
        case 2: return .text(String(decoding: try bytes(), as: UTF8.self))
        case 3: return .blob(Data(try bytes()))
        default: throw words.damaged
        }
    }

    private mutating func line() throws(StoreError) -> String {
        var out: [UInt8] = []
        while true {
            let next = try byte()
            if next == 0x0A { return String(decoding: out, as: UTF8.self) }
            out.append(next)
            if out.count > 1_000 { throw words.damaged }
        }
    }

    private mutating func number() throws(StoreError) -> UInt64 {
        var out: UInt64 = 0
        for _ in 0..<8 { out = out << 8 | UInt64(try byte()) }
        return out
    }

    private mutating func bytes() throws(StoreError) -> [UInt8] {
        let count = try number()
        // More than any row can hold: a damaged length must not take all memory.
        guard count <= 1 << 31 else { throw words.damaged }
        try fill(Int(count))
        defer { position += Int(count) }
        return Array(buffer[position..<position + Int(count)])
    }

    private mutating func byte() throws(StoreError) -> UInt8 {
        try fill(1)
        defer { position += 1 }
        return buffer[position]
    }

    /// Makes `count` bytes be there.
    private mutating func fill(_ count: Int) throws(StoreError) {
        while buffer.count - position < count {
            buffer.removeFirst(position)
            position = 0
            let piece: [UInt8]
            do {
                piece = try more(max(1 << 20, count - buffer.count))
            } catch {
                throw .of(error)
            }
            if piece.isEmpty { throw words.damaged }
            buffer += piece
        }
    }
}
