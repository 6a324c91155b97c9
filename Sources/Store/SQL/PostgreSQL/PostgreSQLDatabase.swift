// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A database on a server: one connection that writes, a few that read.
final class PostgreSQLDatabase: SQLDatabase {
    private let address: PostgreSQLAddress
    private let writer: Mutex<PostgreSQLConnection>
    private let readers: PostgreSQLReaders
    private let copy: CopyBeforeUpgrade
    private let processes = Mutex<Processes?>(nil)
    /// By which what this process tells is known from what others do.
    private let voice = UUID().uuidString
    /// Whether there may be others to tell.
    private let tells: Bool
    private let listener = Mutex<PostgreSQLListener?>(nil)

    /// - Parameters:
    ///   - isShared: Whether several processes may serve the database, which then all must allow.
    ///   - folder: The data folder, which gets a copy of the rows before an upgrade.
    ///   - steps: Those of today, but for tests of an upgrade.
    init(
        _ address: PostgreSQLAddress, as role: InstallationStore.Role, isShared: Bool = false, folder: String,
        steps: [Migration] = Migration.all
    ) throws {
        self.address = address
        tells = role == .beside || isShared
        let copy = CopyBeforeUpgrade(address: address, folder: folder)
        self.copy = copy
        readers = PostgreSQLReaders(address)
        writer = Mutex(
            PostgreSQLConnection(address) { connection in
                if role == .serving { try connection.takeServersLock(isShared: isShared) }
                try connection.migrate(by: steps, after: copy)
            })
        try writer.withLock { try $0.open() }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        do {
            return try await readers.read(body)
        } catch {
            throw StoreError.of(error)
        }
    }

    /// Over a connection of its own, which it may keep for long.
    func snapshot<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await onFileQueue { [address] in
            let connection = PostgreSQLConnection(address)
            try connection.open()
            try connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let result = try body(connection)
            try connection.script("COMMIT")
            return result
        }
    }

    func commit(_ writes: [@Sendable (any SQLConnection) throws -> Void]) -> [StoreError?] {
        writer.withLock { connection in
            var failures = [StoreError?](repeating: nil, count: writes.count)
            do {
                do {
                    try transact(by: connection) { for write in writes { try write(connection) } }
                } catch {
                    guard try connection.undo() else { throw error }
                    if writes.count == 1 { return [StoreError.of(error)] }
                    try transact(by: connection) {
                        // What it waited for was waited for already, and who serves must tell others in time that it does.
                        try connection.script("SET LOCAL lock_timeout = '1s'")
                        for index in writes.indices { failures[index] = try connection.runApart(writes[index]) }
                    }
                }
            } catch {
                // A new session for what comes next: it knows of nothing that is half done.
                connection.close()
                let failure = StoreError.of(error)
                return failures.map { $0 ?? failure }
            }
            return failures
        }
    }

    private func transact(by connection: PostgreSQLConnection, _ body: () throws -> Void) throws {
        let (processes, start) = (processes.withLock { $0 }, Date.steady)
        try connection.begin {
            if let processes { try connection.checkPresence(of: processes.own) }
        }
        try body()
        if tells { try connection.sendNews(from: voice) }
        try connection.commit()
        processes?.confirm(at: start)
    }

    func fence(_ processes: Processes) {
        self.processes.withLock { $0 = processes }
    }

    func listen(_ hear: @escaping @Sendable (News) -> Void) {
        listener.withLock { $0 = PostgreSQLListener(address, voice: voice, hear) }
    }

    var hearing: Hearing { listener.withLock { $0?.hearing ?? .noOthers } }

    func lockImports() async throws -> (any DatabaseLock)? {
        try await onFileQueue { [address] in try PostgreSQLLock(address, number: PostgreSQLLock.imports) }
    }

    func size() async throws -> Int {
        try await read { try $0.row("SELECT pg_database_size(current_database())")?.integer(0) ?? 0 }
    }

    var readerLoad: ReaderLoad? { readers.load }

    /// The server looks after its own files.
    func flaws() async throws -> [String]? { nil }

    func tidy(at now: Date) { copy.tidy(at: now) }

    /// Its autovacuum lets room be used again.
    func giveBackSome(_ connection: any SQLConnection) -> Bool { false }

    func heldBytes() -> Int { 0 }

    func close() {
        listener.withLock { $0 = nil }
        writer.withLock { $0.close() }
        readers.close()
    }
}

extension PostgreSQLConnection {
    /// The server passes them on with the commit, and equal ones once.
    fileprivate func sendNews(from voice: String) throws {
        for one in news { try send("\(one.rawValue) \(voice)") }
    }

    /// Throws only if the transaction is lost.
    fileprivate func runApart(_ write: @Sendable (any SQLConnection) throws -> Void) throws -> StoreError? {
        try post("SAVEPOINT apart", [])
        do {
            try write(self)
            try post("RELEASE apart", [])
            try settle()
            return nil
        } catch {
            guard try undo(to: "apart") else { throw error }
            return StoreError.of(error)
        }
    }

    /// Held as long as the session lives, so that a process that lost its connection writes only if nobody else began.
    ///
    /// Waits a little for the session of one that just ended.
    fileprivate func takeServersLock(isShared: Bool) throws {
        do {
            try run("SELECT pg_advisory_lock\(isShared ? "_shared" : "")(\(PostgreSQLLock.servers))")
        } catch let error as StoreError where error.code == .busy {
            throw StoreError(
                .inUse,
                isShared
                    ? "Another Martlet is serving this database alone, with letters in a folder of its own."
                    : "Another Martlet is serving this database. Several can, if all keep letters in the same place: see "
                        + "\"bodies\" in the settings, in a bucket or in a folder that is \"shared\".")
        }
    }

    /// Throws where others took this process for dead; keeps them from it up to the end of the transaction.
    fileprivate func checkPresence(of process: String) throws {
        if try row("SELECT 1 FROM processes WHERE id = ?1 FOR KEY SHARE", [.text(process)]) == nil {
            throw StoreError(
                .displaced, "Other processes took this one for dead, since it was not heard of, and have its work.")
        }
    }

    fileprivate func migrate(by steps: [Migration], after copy: CopyBeforeUpgrade) throws {
        try script("BEGIN; SELECT pg_advisory_xact_lock(\(PostgreSQLLock.migrations))")
        try script("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
        let done = Set(try rows("SELECT name FROM migrations").map { try $0.text(0) })
        if !done.isSubset(of: steps.map(\.name)) { throw Migration.superseded("database") }
        if !done.isEmpty, done.count < steps.count { try copy.make() }
        for step in steps where !done.contains(step.name) {
            try script(step.postgreSQL)
            try run("INSERT INTO migrations (name) VALUES (?1)", [.text(step.name)])
        }
        try script("COMMIT")
    }
}
