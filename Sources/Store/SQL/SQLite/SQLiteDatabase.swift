// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The embedded engine: one writer, several readers, a write-ahead log that is flushed at each commit.
final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let path: String

    /// - Parameter steps: Those of today, but for tests of an upgrade.
    init(path: String, steps: [Migration] = Migration.all) throws(StoreError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.label = "martlet"
            configuration.prepareDatabase { try $0.giveBackPagesIfNew() }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // The pool chooses NORMAL, which may lose the last commits when power fails.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
            }
            try migrate(by: steps)
        } catch {
            throw StoreError.of(error)
        }
    }

    private func migrate(by steps: [Migration]) throws {
        var migrator = DatabaseMigrator()
        for step in steps {
            migrator.registerMigration(step.name) { try $0.execute(sql: step.sql) }
        }
        if try pool.read(migrator.hasBeenSuperseded) { throw Migration.superseded("data folder") }
        let done = try pool.read(migrator.appliedIdentifiers)
        if !done.isEmpty, done.count < steps.count {
            try copyBeforeUpgrade()
            learnToGiveBackPages()
        }
        try migrator.migrate(pool)
    }

    /// What was there before the schema changes, beside the database: sealed as it is, and of use to the Martlet before.
    private func copyBeforeUpgrade() throws {
        let copy = path + Self.beforeUpgrade
        unlink(copy + ".new")
        try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy + ".new"]) }
        chmod(copy + ".new", 0o600)
        if rename(copy + ".new", copy) != 0 { throw StoreError.system(errno, "rename") }
    }

    static let beforeUpgrade = ".before-upgrade"

    /// Writes a file anew that gives no pages back, since a Martlet made it that could not. It has been copied just now, so that the
    /// disk has the room; where that goes wrong all the same the file stays as it is, and the doctor says so.
    private func learnToGiveBackPages() {
        try? pool.writeWithoutTransaction { database in
            guard try !database.givesBackPages else { return }
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
        }
    }

    func giveBackSome(_ connection: any SQLConnection) throws -> Bool {
        let before = try connection.pages()
        guard before.canBeGivenBack, before.areManyFree else { return false }
        // Small enough that who waits for its commit hardly notices.
        _ = try connection.rows("PRAGMA incremental_vacuum(\(Self.pagesOfAStep))")
        return try connection.pages().free < before.free
    }

    private static let pagesOfAStep = 500

    func heldBytes() async throws -> Int {
        let pages = try await read { try $0.pages() }
        return !pages.canBeGivenBack && pages.areManyFree ? pages.free * pages.size : 0
    }

    func tidy(at now: Date) {
        Self.removeCopy(path + Self.beforeUpgrade, at: now)
    }

    /// Takes the copy of an upgrade away when it is older than a week.
    static func removeCopy(_ copy: String, at now: Date) {
        var status = stat()
        guard stat(copy, &status) == 0, now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > 7 * 86_400 else {
            return
        }
        unlink(copy)
    }

    func flaws() async throws -> [String]? {
        let found = try await read { connection in
            try connection.rows("PRAGMA integrity_check(5)").map { try $0.text(0) }.filter { $0 != "ok" }
                + connection.rows("PRAGMA foreign_key_check").map { "\(try $0.text(0)): a row belongs to nothing" }
        }
        return found
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

    var readerLoad: ReaderLoad? { nil }

    /// There is no other.
    func fence(_ processes: Processes) {}

    func listen(_ hear: @escaping @Sendable (News) -> Void) {}

    var hearing: Hearing { .noOthers }

    func lockImports() throws -> (any DatabaseLock)? {
        let folder = (path as NSString).deletingLastPathComponent
        let file = try DataFile(folder + "/importing", O_RDWR | O_CREAT)
        return try file.take() ? FileLock(file: file) : nil
    }

    func close() throws {
        // QUIRK: GRDB closes its writer first. Were readers left, the log would stay beside a file that is as large as before.
        pool.invalidateReadOnlyConnections()
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

extension Database {
    /// Must come before anything else is in the file.
    fileprivate func giveBackPagesIfNew() throws {
        guard !configuration.readonly, try Int.fetchOne(self, sql: "PRAGMA page_count") == 0 else { return }
        try execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
    }

    fileprivate var givesBackPages: Bool {
        get throws { try Int.fetchOne(self, sql: "PRAGMA auto_vacuum") == 2 }
    }
}

/// What of the file is used.
private struct Pages {
    var all: Int
    var free: Int
    /// In bytes.
    var size: Int
    var canBeGivenBack: Bool

    /// Fewer are soon used again.
    var areManyFree: Bool { free * 4 > all }
}

extension SQLConnection {
    fileprivate func pages() throws -> Pages {
        func value(_ name: String) throws -> Int { try row("PRAGMA \(name)")?.integer(0) ?? 0 }
        return Pages(
            all: try value("page_count"), free: try value("freelist_count"), size: try value("page_size"),
            canBeGivenBack: try value("auto_vacuum") == 2)
    }
}

private struct FileLock: DatabaseLock {
    let file: DataFile

    /// As long as the file is open.
    var isHeld: Bool { true }

    func letGo() { file.letGo() }
}
