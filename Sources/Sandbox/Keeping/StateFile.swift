// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Why a sandbox cannot use its file.
struct StateFileError: Error, CustomStringConvertible {
    let description: String
}

/// The file in which a sandbox keeps its state: a row of JSON for each thing, and the bytes of each file on an issue.
///
/// One process has it at a time. A write is flushed before it returns.
final class StateFile: Sendable {
    /// What is kept, each with ids of its own.
    enum Kind: String, Sendable {
        case site, rules, field, sequences
        case person, project, entry, link, webhook
        case issue, comment, file
        case organization, desk, request
        case oauth, code, refresh, token
    }

    struct Row: Sendable {
        let kind: Kind
        let id: String
        /// Nothing where the thing is gone.
        let value: Data?
    }

    private static let application = 0x4D_53_42_58
    private static let version = 2
    private let queue: DatabaseQueue

    /// Opens the file, or makes it.
    init(path: String) throws {
        do {
            var configuration = Configuration()
            configuration.busyMode = .immediateError
            configuration.label = "sandbox"
            // Before SQLite does, which gives the files beside it the same rights.
            let made = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
            if made >= 0 { Glibc.close(made) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                // First, so that nobody else writes to it while this process lives.
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                try Self.prepare(database)
                chmod(path, 0o600)
                // Only now, since it changes the file.
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            throw StateFileError(description: "\(path) is in use by another process.")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw StateFileError(description: "\(path) is no state of a sandbox.")
        } catch let error as DatabaseError {
            throw StateFileError(description: "\(path) cannot be used: \(error.message ?? "SQLite gives no reason").")
        } catch let refused as Refused {
            throw StateFileError(description: "\(path) \(refused.words)")
        }
    }

    private struct Refused: Error {
        let words: String
    }

    private static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        if isEmpty {
            try database.inTransaction {
                try database.execute(
                    sql: """
                        CREATE TABLE things (
                            place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, value BLOB NOT NULL,
                            UNIQUE (kind, id)
                        ) STRICT;
                        PRAGMA application_id = \(application);
                        PRAGMA user_version = \(version);
                        """)
                return .commit
            }
        } else if owner != application {
            throw Refused(words: "is no state of a sandbox.")
        } else if found != version {
            throw Refused(words: "was written by another version of Martlet.")
        }
    }

    /// All things of a kind, in the order in which they first came.
    func rows(of kind: Kind) throws -> [(id: String, value: Data)] {
        try queue.read { database in
            try GRDB.Row.fetchAll(
                database, sql: "SELECT id, value FROM things WHERE kind = ? ORDER BY place", arguments: [kind.rawValue]
            ).map { ($0[0], $0[1]) }
        }
    }

    func all<Thing: Decodable>(_ kind: Kind) throws -> [Thing] {
        try rows(of: kind).map { try JSONDecoder().decode(Thing.self, from: $0.value) }
    }

    /// A thing of which there is one.
    func one<Thing: Decodable>(_ kind: Kind, _ type: Thing.Type = Thing.self) throws -> Thing? {
        try rows(of: kind).first.map { try JSONDecoder().decode(type, from: $0.value) }
    }

    /// Things by their ids.
    func table<Thing: Decodable>(_ kind: Kind) throws -> [String: Thing] {
        let pairs = try rows(of: kind).map { ($0.id, try JSONDecoder().decode(Thing.self, from: $0.value)) }
        return Dictionary(pairs) { $1 }
    }

    /// All of it or nothing.
    func write(_ rows: [Row]) throws {
        guard !rows.isEmpty else { return }
        try queue.write { database in
            for row in rows {
                if let value = row.value {
                    try database.execute(
                        sql: """
                            INSERT INTO things (kind, id, value) VALUES (?, ?, ?)
                            ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value
                            """, arguments: [row.kind.rawValue, row.id, value])
                } else {
                    try database.execute(
                        sql: "DELETE FROM things WHERE kind = ? AND id = ?", arguments: [row.kind.rawValue, row.id])
                }
            }
        }
    }

    func close() {
        try? queue.close()
    }
}
