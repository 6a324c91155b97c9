// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The rows of a server's database as they were before its schema changes, in the data folder: sealed as they are, and of use to the
/// Martlet before, as the `rows` of a backup.
struct CopyBeforeUpgrade: Sendable {
    let address: PostgreSQLAddress
    let path: String

    init(address: PostgreSQLAddress, folder: String) {
        self.address = address
        path = folder + "/postgresql" + SQLiteDatabase.beforeUpgrade
    }

    /// Reads by a session of its own, while that of the upgrade keeps others from changing the schema; blocks.
    func make() throws {
        let connection = PostgreSQLConnection(address)
        try connection.open()
        try connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        let tables = BackupTable.known(to: try connection.columns())
        try requireRoom(try connection.bytes(of: tables))
        _ = try BackupTable.write(tables, of: connection, to: path + ".new")
        try connection.script("COMMIT")
        if rename(path + ".new", path) != 0 { throw StoreError.system(errno, "rename") }
    }

    func requireRoom(_ bytes: Int) throws(StoreError) {
        if try DataFile.freeBytes(at: (path as NSString).deletingLastPathComponent) >= bytes { return }
        throw StoreError(
            .diskFull,
            "An upgrade copies the rows of the database first, and the disk of the data folder has no room for that: "
                + "\((bytes + 999_999) / 1_000_000) MB are needed.")
    }

    /// Takes the copy away when it is older than a week.
    func tidy(at now: Date) {
        SQLiteDatabase.removeCopy(path, at: now)
    }
}

extension PostgreSQLConnection {
    /// Of each table.
    fileprivate func columns() throws -> [String: Set<String>] {
        let rows = try rows(
            """
            SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
            WHERE table_schema = current_schema()
            """)
        return try rows.reduce(into: [:]) { try $0[$1.text(0), default: []].insert($1.text(1)) }
    }

    /// Of the rows alone.
    fileprivate func bytes(of tables: [BackupTable]) throws -> Int {
        let sizes = tables.map { "pg_table_size('\($0.name)')" }
        return try row("SELECT CAST(\(sizes.joined(separator: " + ")) AS BIGINT)")?.integer(0) ?? 0
    }
}
