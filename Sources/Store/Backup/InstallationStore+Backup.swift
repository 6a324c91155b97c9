// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
public import Vault

/// What a backup holds now.
public struct BackedUp: Sendable, Hashable {
    public var rows: Int
    /// Files that the backup lacked or had otherwise.
    public var copiedFiles: Int
    /// Tenants of the backup that were removed since it was made: their keys are destroyed, and nothing of them comes back.
    public var removedTenants: [String] = []
}

extension InstallationStore {
    private static let rowsName = "rows"

    /// Brings a backup up to date, beside a process that serves: all rows as they are at one moment, and the sealed bodies
    /// that they name. Without the keys, which belong elsewhere (`KeyRing.copy`), taken after this.
    ///
    /// Until all is there the rows of the last time stay, with their bodies; a backup that was interrupted is gone on with.
    public func backUp(to folder: String) async throws -> BackedUp {
        do {
            let rows = "\(folder)/\(Self.rowsName)"
            try await onFileQueue { [systemKeys] in
                try DataFile.makeFolder(folder)
                if FileManager.default.fileExists(atPath: rows), try !Self.isOf(systemKeys, rows) {
                    throw StoreError(.keysDoNotFit, "The folder \(folder) holds the backup of another installation.")
                }
            }
            let count = try await database.snapshot { connection in
                try BackupTable.write(BackupTable.all, of: connection, to: rows + ".new")
            }
            // After the rows, so that each body that they name is there, or its time is over.
            try await onFileQueue { try DataFile.makeFolder("\(folder)/bodies") }
            let copied = try await bodies.copy(to: "\(folder)/bodies", at: now())
            try await onFileQueue {
                if rename(rows + ".new", rows) != 0 { throw StoreError.system(errno, "rename") }
                try DataFile.flushFolder(folder)
            }
            try await bodies.tidy("\(folder)/bodies")
            return BackedUp(rows: count, copiedFiles: copied)
        } catch {
            throw StoreError.of(error)
        }
    }

    /// Whether these rows are of the installation that these keys are of: the first row is its mark.
    private static func isOf(_ keys: OwnerKeys, _ rows: String) throws -> Bool {
        var reader = try RowsReader(rows)
        guard let (table, row) = try reader.next(), table.name == "installation", case .blob(let mark)? = row.last
        else { return false }
        return (try? keys.open(mark, for: .payload("installation", "1"))) != nil
    }

    /// Makes a data folder, and the rows of a database, out of a backup. Neither may hold anything yet.
    ///
    /// - Parameters:
    ///   - keys: The key store of the backup.
    ///   - resumesWork: Whether work that was under way is gone on with at once. It may have been done since the backup was
    ///     made, and would be done twice; so without this it waits for a person.
    public static func restore(
        _ backup: String, to folder: String, database address: PostgreSQLAddress? = nil, keys: KeyRing,
        resumesWork: Bool
    ) async throws -> BackedUp {
        do {
            let systemKeys = try keys.keys(of: .system)
            return try await onFileQueue {
                let rows = "\(backup)/\(rowsName)"
                guard try isOf(systemKeys, rows) else {
                    throw StoreError(.keysDoNotFit, "The keys are not those of this backup.")
                }
                guard try isEmpty(folder) else {
                    throw StoreError(.alreadyThere, "The data folder \(folder) is not empty.")
                }
                // Under another name until all is there.
                let new = folder + ".restoring"
                try? FileManager.default.removeItem(atPath: new)
                try DataFile.makeFolder(new)
                let copied = try BodiesCopy(from: "\(backup)/bodies", to: new + "/bodies").bring(at: .distantFuture)
                let count = try fill(address, new, from: rows, resumesWork)
                let removed = try removedTenants(in: rows, keys)
                rmdir(folder)
                if rename(new, folder) != 0 { throw StoreError.system(errno, "rename") }
                try DataFile.flushFolder((folder as NSString).deletingLastPathComponent)
                return BackedUp(rows: count, copiedFiles: copied, removedTenants: removed)
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    private static func removedTenants(in rows: String, _ keys: KeyRing) throws -> [String] {
        var removed: [String] = []
        var reader = try RowsReader(rows)
        while let (table, row) = try reader.next() {
            guard table.name == "tenants" else { if table.name == "jobs" { break } else { continue } }
            guard case .text(let id)? = row.first else { continue }
            if try keys.wasDestroyed(.tenant(id)), try !keys.has(.tenant(id)) { removed.append(id) }
        }
        return removed
    }

    private static func isEmpty(_ folder: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: folder) else { return true }
        return try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
    }

    private static func fill(
        _ address: PostgreSQLAddress?, _ folder: String, from rows: String, _ resumesWork: Bool
    ) throws -> Int {
        let database: any SQLDatabase =
            if let address {
                try PostgreSQLDatabase(address, as: .serving, folder: folder)
            } else {
                try SQLiteDatabase(path: folder + "/martlet.sqlite")
            }
        let count = Mutex(0)
        // In one transaction: a database that has a part of it only would do work twice.
        let failures = database.commit([
            { connection in
                if try connection.row("SELECT 1 FROM installation") != nil {
                    throw StoreError(.alreadyThere, "The database is not empty.")
                }
                var reader = try RowsReader(rows)
                while let (table, row) = try reader.next() {
                    try connection.run(table.insertion, row)
                    count.withLock { $0 += 1 }
                }
                if !resumesWork { try connection.parkUnfinished() }
            }
        ])
        try database.close()
        if let failure = failures[0] { throw failure }
        return count.withLock { $0 }
    }
}

extension SQLConnection {
    fileprivate func parkUnfinished() throws {
        try run("UPDATE jobs SET state = 'parked', due_at = NULL WHERE due_at IS NOT NULL")
    }
}
