// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The embedded engine: one writer, several readers, a write-ahead log that is flushed at each commit.
final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let path: String

    init(path: String) throws(StoreError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "martlet"
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // The pool chooses NORMAL, which may lose the last commits when power fails.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
            }
            try migrate()
        } catch {
            throw StoreError.of(error)
        }
    }

    private func migrate() throws {
        var migrator = DatabaseMigrator()
        for step in Migration.all {
            migrator.registerMigration(step.name) { try $0.execute(sql: step.sql) }
        }
        if try pool.read(migrator.hasBeenSuperseded) { throw Migration.superseded("data folder") }
        try migrator.migrate(pool)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        do {
            return try await pool.read { try body(SQLiteConnection(database: $0)) }
        } catch {
            throw StoreError.of(error)
        }
    }

    func snapshot<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await read(body)
    }

    /// Runs each of `writes` in a savepoint of one transaction, and gives what went wrong with each; blocks.
    ///
    /// A write that fails is undone alone. Where SQLite gives up the whole transaction, or the commit fails, all fail.
    func commit(_ writes: [@Sendable (any SQLConnection) throws -> Void]) -> [StoreError?] {
        pool.writeWithoutTransaction { database in
            var failures = [StoreError?](repeating: nil, count: writes.count)
            do {
                try database.execute(sql: "BEGIN IMMEDIATE")
                for (index, write) in writes.enumerated() {
                    failures[index] = try runApart(write, in: database)
                }
                try database.execute(sql: "COMMIT")
            } catch {
                rollBack(database)
                let failure = StoreError.of(error)
                return failures.map { $0 ?? failure }
            }
            return failures
        }
    }

    /// Throws only if the transaction is lost.
    private func runApart(_ write: (any SQLConnection) throws -> Void, in database: Database) throws -> StoreError? {
        let connection = SQLiteConnection(database: database)
        try connection.run("SAVEPOINT apart")
        do {
            try write(connection)
            try connection.run("RELEASE apart")
            return nil
        } catch {
            guard database.isInsideTransaction else { throw error }
            try connection.run("ROLLBACK TO apart")
            try connection.run("RELEASE apart")
            return StoreError.of(error)
        }
    }

    private func rollBack(_ database: Database) {
        guard database.isInsideTransaction else { return }
        do {
            try database.execute(sql: "ROLLBACK")
        } catch {
            // SQLite has rolled back by itself; the first error is the one that is told.
        }
    }

    func close() throws {
        try pool.close()
    }

    /// Of the database and its log.
    func size() async -> Int {
        [path, path + "-wal"].map { path in
            var status = stat()
            return stat(path, &status) == 0 ? Int(status.st_size) : 0
        }.reduce(0, +)
    }
}
