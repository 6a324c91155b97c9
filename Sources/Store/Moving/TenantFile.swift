// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization
import Vault

/// A tenant on its way from one installation to another, in one file: a line that names it, the clear head of its `TravelKey`, and
/// a sealed stream of rows as a backup has them, then keys, accounts and bodies.
enum TenantFile {
    static let firstLine = "martlet tenant 1\n"

    static let mark = BackupTable("export", "tenant made_at")
    static let keys = BackupTable("export_keys", "name key")
    static let accounts = BackupTable("export_accounts", "name password")
    /// A piece of a letter or event as it came, its end, or that it is damaged.
    static let bodies = BackupTable("export_bodies", "job piece bytes")

    /// Of the schema, each after those that it refers to. Accounts are sealed by the installation's keys, and travel opened.
    static let rows = BackupTable.all.filter { !["installation", "accounts"].contains($0.name) }

    static let all = [mark] + rows + [keys, accounts, bodies]

    /// Whether it has all columns by which its rows are read here: an older Martlet may have written fewer of the schema's.
    static func isReadable(_ table: BackupTable) -> Bool {
        guard let whole = rows.first(where: { $0.name == table.name }) else {
            return [mark, keys, accounts, bodies].contains { $0.name == table.name && $0.columns == table.columns }
        }
        return [owner, job].allSatisfy { ($0(whole) == nil) == ($0(table) == nil) }
    }

    enum Piece: Int64 {
        case more, end, none
    }

    static let damaged = StoreError(.damaged, "The export was changed or cut.")

    static let words = RowsReader.Words(
        damaged: damaged,
        newer: StoreError(
            .newerSchema, "This export was made by a newer Martlet: import it with that version, or a later one."))

    static func number(of table: BackupTable) -> Int {
        all.firstIndex { $0.name == table.name }!
    }

    /// The column that says whose a row is; nil where its job does.
    static func owner(in table: BackupTable) -> Int? {
        let name =
            switch table.name {
            case "tenants": "id"
            case "trail": "owner"
            default: "tenant"
            }
        return table.columns.firstIndex(of: name)
    }

    /// The column with the id of a letter or event, which names files too; nil where there is none.
    static func job(in table: BackupTable) -> Int? {
        table.columns.firstIndex(of: table.name == "jobs" ? "id" : "job")
    }

    /// Which rows are a tenant's, and not over.
    static func condition(_ table: BackupTable, of tenant: TenantID, at now: Date, _ terms: Terms) -> String {
        func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }
        // An id has letters, digits and hyphens only.
        let own = "'\(tenant.rawValue)'"
        let time = milliseconds(now)
        let job = "tenant = \(own) AND (state NOT IN ('done', 'failed') OR kept_until > \(time))"
        let record = "tenant = \(own) AND kept_until > \(time)"
        return switch table.name {
        case "tenants": "id = \(own)"
        case "trail": "owner = \(own)"
        case "jobs": job
        case "marks": "job IN (SELECT id FROM jobs WHERE \(job))"
        case "flags": "tenant = \(own) AND job IN (SELECT id FROM jobs WHERE \(job))"
        case "audit": record
        case "words": "tenant = \(own) AND job IN (SELECT job FROM audit WHERE \(record))"
        case "holdings": "tenant = \(own) AND (kept_until IS NULL OR kept_until > \(time))"
        case "comment_senders":
            "tenant = \(own) AND seen_at > \(milliseconds(now.addingTimeInterval(-terms.mail)))"
        default: "tenant = \(own)"
        }
    }
}

/// Seals what is written into a file.
final class SealedFile: Sendable {
    private let file: AppendedFile
    private let stream: Mutex<SealedStream.Writer>

    init(_ path: String, under key: TravelKey) throws(StoreError) {
        // Of an attempt that ended amid it. Nobody else may have it open, nor say where it leads.
        unlink(path)
        file = try AppendedFile(path, O_EXCL)
        stream = Mutex(SealedStream.Writer(key: key))
        try file.append(Array(TenantFile.firstLine.utf8) + key.head)
    }

    func append(_ bytes: [UInt8]) throws {
        try write { stream, out throws(VaultError) in
            var failure: VaultError?
            bytes.withUnsafeBytes { bytes in
                do throws(VaultError) { try stream.append(bytes, into: &out) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    /// Durable on return.
    func finish() throws {
        try write { stream, out throws(VaultError) in try stream.finish(into: &out) }
        try file.flush()
    }

    private func write(
        _ body: (inout SealedStream.Writer, inout [UInt8]) throws(VaultError) -> Void
    ) throws {
        var out: [UInt8] = []
        try stream.withLock { try body(&$0, &out) }
        try file.append(out)
    }
}

/// What of a tenant moved.
public struct MovedTenant: Sendable, Hashable {
    public var rows = 0
    /// Letters and events, as they came.
    public var bodies = 0
    /// Letters and events whose bytes cannot be read, and did not move.
    public var damaged = 0
    public var accounts = 0
    /// Names of accounts that are another's in the new house, and were left out.
    public var takenNames: [String] = []
}
