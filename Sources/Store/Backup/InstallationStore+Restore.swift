// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
public import Vault

extension InstallationStore {
    /// Makes a data folder, and the rows of a database, out of a backup. Neither may hold anything yet, but what an interrupted
    /// restore of the same backup brought: that is looked through and gone on with.
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
                let restore = Restore(
                    backup: backup, folder: folder, address: address,
                    name: try name(ofRestoring: rows, resumesWork), resumesWork: resumesWork)
                return try restore.run(keys)
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    /// The same for the same backup alone.
    private static func name(ofRestoring rows: String, _ resumesWork: Bool) throws -> String {
        guard let file = FileHandle(forReadingAtPath: rows) else { return "" }
        var digester = Digester(.sha256)
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { digester.consume(piece) }
        return digester.finish() + (resumesWork ? " resuming" : " parked")
    }

    /// From the first start on nothing is a restore's any more.
    ///
    /// The folder's mark goes first: a folder that bears none and is not empty is refused, whatever the database says.
    func endRestore() async throws {
        if unlink("\(folder)/\(Restore.mark)") == 0 {
            try DataFile.flushFolder(folder)
        } else if errno != ENOENT {
            throw StoreError.system(errno, "unlink")
        }
        if try await database.read({ try $0.restore() }) != nil {
            try await committer.write { try $0.setRestore(nil) }
        }
    }

    /// Whether a restore into this folder came to its end, and nobody started from there yet.
    public static func isRestored(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(Restore.mark)")
    }
}

/// One way from a backup to a data folder and a database, to be gone as often as it is interrupted.
///
/// Each file has its name when all of it is there and durable, and is held against the backup's all the same; the rows come in
/// one transaction, which leaves the name of this restore in the database; the folder has its name last.
private struct Restore {
    let backup: String
    let folder: String
    let address: PostgreSQLAddress?
    /// Kept in folder and database until the first start.
    let name: String
    let resumesWork: Bool

    static let mark = "restored-from"

    private var new: String { folder + ".restoring" }
    private var rows: String { "\(backup)/\(InstallationStore.rowsName)" }

    func run(_ keys: KeyRing) throws -> BackedUp {
        let isThere = isMarked(folder)
        if !isThere {
            try checkIsEmpty()
            // Of another backup.
            if !isMarked(new) { try? FileManager.default.removeItem(atPath: new) }
            try DataFile.makeFolder(new)
            try makeMark()
        }
        let bodies = BodiesCopy(from: "\(backup)/bodies", to: (isThere ? folder : new) + "/bodies")
        let count = try bodies.restore()
        let done = BackedUp(
            rows: try fill(isThere ? folder : new), copiedFiles: count, removedTenants: try removedTenants(keys))
        if isThere { return done }
        rmdir(folder)
        if rename(new, folder) != 0 { throw StoreError.system(errno, "rename") }
        try DataFile.flushFolder((folder as NSString).deletingLastPathComponent)
        return done
    }

    private func isMarked(_ folder: String) -> Bool {
        FileManager.default.contents(atPath: "\(folder)/\(Self.mark)") == Data(name.utf8)
    }

    private func makeMark() throws {
        let file = try AppendedFile("\(new)/\(Self.mark)")
        try file.append(Array(name.utf8))
        try file.flush()
    }

    private func checkIsEmpty() throws {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        if try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty { return }
        throw StoreError(.alreadyThere, "The data folder \(folder) is not empty.")
    }

    private func removedTenants(_ keys: KeyRing) throws -> [String] {
        var removed: [String] = []
        var reader = try RowsReader(rows)
        while let (table, row) = try reader.next() {
            guard table.name == "tenants" else { if table.name == "jobs" { break } else { continue } }
            guard case .text(let id)? = row.first else { continue }
            if try keys.wasDestroyed(.tenant(id)), try !keys.has(.tenant(id)) { removed.append(id) }
        }
        return removed
    }

    /// Gives how many rows there are.
    private func fill(_ folder: String) throws -> Int {
        let database: any SQLDatabase =
            if let address {
                try PostgreSQLDatabase(address, as: .serving, folder: folder)
            } else {
                try SQLiteDatabase(path: folder + "/martlet.sqlite")
            }
        let count = Mutex(0)
        // In one transaction: a database that has a part of it only would do work twice.
        let failures = database.commit([{ connection in try fill(connection) { count.withLock { $0 += 1 } } }])
        try database.close()
        if let failure = failures[0] { throw failure }
        return count.withLock { $0 }
    }

    private func fill(_ connection: any SQLConnection, counting: () -> Void) throws {
        let isFilled = try connection.row("SELECT 1 FROM installation") != nil
        if isFilled, try connection.restore() != name {
            throw StoreError(.alreadyThere, "The database is not empty.")
        }
        var reader = try RowsReader(rows)
        while let (table, row) = try reader.next() {
            if !isFilled { try connection.run(table.insertion, row) }
            counting()
        }
        if isFilled { return }
        if !resumesWork { try connection.parkUnfinished() }
        try connection.setRestore(name)
    }
}

extension SQLConnection {
    fileprivate func parkUnfinished() throws {
        try run("UPDATE jobs SET state = 'parked', due_at = NULL WHERE due_at IS NOT NULL")
    }

    /// By which restore this database was filled, if nobody has served it since.
    fileprivate func restore() throws -> String? {
        try row("SELECT restore FROM installation WHERE restore IS NOT NULL")?.text(0)
    }

    fileprivate func setRestore(_ name: String?) throws {
        try run("UPDATE installation SET restore = ?1", [.text(ifAny: name)])
    }
}
