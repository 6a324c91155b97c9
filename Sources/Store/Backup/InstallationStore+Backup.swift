// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a backup holds now.
public struct BackedUp: Sendable, Hashable {
    public var rows: Int
    /// Files that the backup lacked; all others were in it already.
    public var copiedFiles: Int
}

extension InstallationStore {
    private static let rowsName = "rows"
    private static let batchLimit = 5_000

    /// Brings a backup up to date, beside a process that serves: all rows as they are at one moment, and the sealed bodies
    /// that they name. Without the keys, which belong elsewhere (`KeyRing.copy`), taken after this.
    ///
    /// Until all is there the rows of the last time stay; a backup that was interrupted is gone on with by the next.
    public func backUp(to folder: String) async throws -> BackedUp {
        do {
            try await onFileQueue { try DataFile.makeFolder(folder) }
            let rows = "\(folder)/\(Self.rowsName)"
            let count = try await database.snapshot { connection in
                var writer = try RowsWriter(rows + ".new")
                var count = 0
                for (number, table) in BackupTable.all.enumerated() {
                    try connection.forEach(table.selection) { row in
                        try writer.write(row, of: number)
                        count += 1
                    }
                }
                try writer.finish()
                return count
            }
            // After the rows, so that each body that they name is there, or its time is over.
            return try await onFileQueue { [bodies] in
                let copied = try BodiesCopy(from: bodies.path, to: "\(folder)/bodies").bring()
                if rename(rows + ".new", rows) != 0 { throw StoreError.system(errno, "rename") }
                try DataFile.flushFolder(folder)
                return BackedUp(rows: count, copiedFiles: copied)
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    /// Makes a data folder, and the rows of a database, out of a backup. Neither may hold anything yet.
    public static func restore(
        _ backup: String, to folder: String, database address: PostgreSQLAddress? = nil
    ) async throws -> BackedUp {
        do {
            return try await onFileQueue {
                var reader = try RowsReader("\(backup)/\(rowsName)")
                guard try isEmpty(folder) else {
                    throw StoreError(.alreadyThere, "The data folder \(folder) is not empty.")
                }
                try DataFile.makeFolder(folder)
                let copied = try BodiesCopy(from: "\(backup)/bodies", to: folder + "/bodies").bring()
                let database: any SQLDatabase =
                    if let address {
                        try PostgreSQLDatabase(address, as: .serving)
                    } else {
                        try SQLiteDatabase(path: folder + "/martlet.sqlite")
                    }
                let rows = try fill(database, from: &reader)
                try database.close()
                return BackedUp(rows: rows, copiedFiles: copied)
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    private static func isEmpty(_ folder: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: folder) else { return true }
        return try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
    }

    /// In transactions of a bounded size, the first of which sees that there was nothing.
    private static func fill(_ database: any SQLDatabase, from reader: inout RowsReader) throws -> Int {
        var rows: [(table: Int, row: [SQLValue])] = []
        var total = 0
        var isFirst = true
        repeat {
            rows.removeAll(keepingCapacity: true)
            while rows.count < batchLimit, let next = try reader.next() { rows.append(next) }
            let batch = rows
            let mustBeEmpty = isFirst
            let failures = database.commit([
                { connection in
                    if mustBeEmpty, try connection.row("SELECT 1 FROM installation") != nil {
                        throw StoreError(.alreadyThere, "The database is not empty.")
                    }
                    for (table, row) in batch { try connection.run(BackupTable.all[table].insertion, row) }
                }
            ])
            if let failure = failures[0] { throw failure }
            isFirst = false
            total += rows.count
        } while rows.count == batchLimit
        return total
    }
}
