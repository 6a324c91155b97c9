// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vault

/// What a backup holds now.
public struct BackedUp: Sendable, Hashable {
    public var rows: Int
    /// Files that the backup lacked or had otherwise.
    public var copiedFiles: Int
    /// Tenants of the backup that were removed since it was made: their keys are destroyed, and nothing of them comes back.
    public var removedTenants: [String] = []
}

extension InstallationStore {
    static let rowsName = "rows"

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
    static func isOf(_ keys: OwnerKeys, _ rows: String) throws -> Bool {
        var reader = try RowsReader(rows)
        guard let (table, row) = try reader.next(), table.name == "installation",
            let column = table.columns.firstIndex(of: "payload"), case .blob(let mark) = row[column]
        else { return false }
        return (try? keys.open(mark, for: .payload("installation", "1"))) != nil
    }
}
