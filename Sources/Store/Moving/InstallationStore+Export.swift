// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
public import Vault

extension InstallationStore {
    /// Writes all that is kept of one tenant into one sealed file, beside a process that serves: its rows as they are at one
    /// moment, its keys, its accounts, and its letters and events as they came. What is over by now stays out, also if it is not
    /// swept yet.
    ///
    /// It can be taken in by another installation alone, under the same name: what is sealed is bound to that.
    public func exportTenant(_ id: TenantID, to path: String, under key: TravelKey) async throws -> MovedTenant {
        let tenant = try await self.tenant(id)
        do {
            if access(path, F_OK) == 0 { throw Self.isThere(path) }
            // Under another name until all is there.
            let file = try await onFileQueue { try SealedFile(path + ".new", under: key) }
            do {
                let moved = try await write(tenant, to: file)
                try await onFileQueue {
                    try Self.name(path + ".new", path)
                    let folder = (path as NSString).deletingLastPathComponent
                    try DataFile.flushFolder(folder.isEmpty ? "." : folder)
                }
                return moved
            } catch {
                unlink(path + ".new")
                throw error
            }
        } catch {
            throw StoreError.of(error)
        }
    }

    private static func isThere(_ path: String) -> StoreError {
        StoreError(.alreadyThere, "There is a file \(path) already.")
    }

    /// Never over another's file.
    private static func name(_ file: String, _ path: String) throws {
        if link(file, path) == 0 {
            unlink(file)
        } else if errno == EEXIST {
            throw isThere(path)
        } else if ![EPERM, EOPNOTSUPP].contains(errno) {
            throw StoreError.system(errno, "link")
        } else if rename(file, path) != 0 {
            // On a disk without second names.
            throw StoreError.system(errno, "rename")
        }
    }

    private func write(_ tenant: TenantStore, to file: SealedFile) async throws -> MovedTenant {
        let now = self.now()
        let id = tenant.id
        // Where nothing was swept lately, keys of what waits are over: by these terms the keys are left out below.
        let history = try await database.read { try $0.termHistory(of: id) }
        _ = try await tenant.renewPendingKeys(at: now, history.termsOfPendingKeys(at: now))
        var (writer, moved) = try await database.snapshot { connection in
            try Self.rows(of: id, at: now, connection, to: file)
        }
        // After the rows, so that what they need is there, or their time is over.
        for (name, key) in try await portableKeys(of: tenant, at: now).keys {
            let bytes = key.withUnsafeBytes { Data($0) }
            try writer.write(
                SQLRow(values: [.text(name), .blob(bytes)]), of: TenantFile.number(of: TenantFile.keys))
        }
        for account in try await accounts() where account.role == .tenantAdmin(id) {
            try writer.write(
                SQLRow(values: [.text(account.name), .text(account.password.rawValue)]),
                of: TenantFile.number(of: TenantFile.accounts))
            moved.accounts += 1
        }
        try await writeBodies(of: tenant, at: now, to: &writer, &moved)
        try writer.finish()
        try await onFileQueue { try file.finish() }
        return moved
    }

    private static func rows(
        of tenant: TenantID, at now: Date, _ connection: any SQLConnection, to file: SealedFile
    ) throws -> (RowsWriter, MovedTenant) {
        var writer = RowsWriter(TenantFile.all) { try file.append($0) }
        var moved = MovedTenant()
        try writer.write(
            SQLRow(values: [.text(tenant.rawValue), .time(now)]), of: TenantFile.number(of: TenantFile.mark))
        let terms = try connection.terms(of: tenant, at: now)
        for table in TenantFile.rows {
            let condition = TenantFile.condition(table, of: tenant, at: now, terms)
            try connection.forEach("\(table.selection) WHERE \(condition)") { row in
                try writer.write(row, of: TenantFile.number(of: table))
                moved.rows += 1
            }
        }
        return (writer, moved)
    }

    private func portableKeys(of tenant: TenantStore, at now: Date) async throws -> PortableKeys {
        let terms = try await database.read { try $0.termHistory(of: tenant.id) }
        let seconds = try await tenant.externalSeconds()
        return try await onFileQueue { [keys] in
            try keys.portableKeys(of: .tenant(tenant.id.rawValue)) { period in
                if period.retention == .external {
                    return seconds.contains(Int(period.start.timeIntervalSince1970))
                }
                return !Keeping.isOver(period, at: now, terms)
            }
        }
    }

    private func writeBodies(
        of tenant: TenantStore, at now: Date, to writer: inout RowsWriter, _ moved: inout MovedTenant
    ) async throws {
        let table = TenantFile.number(of: TenantFile.bodies)
        func row(_ job: JobID, _ piece: TenantFile.Piece, _ bytes: [UInt8] = []) -> SQLRow {
            SQLRow(values: [.text(job.rawValue), .integer(piece.rawValue), .blob(Data(bytes))])
        }
        var last: JobID?
        while true {
            let before = last
            let jobs = try await database.read {
                try $0.jobsWithBody(of: tenant.id, after: before, at: now, limit: 500)
            }
            for job in jobs {
                do {
                    for try await bytes in try await tenant.body(of: job) {
                        try writer.write(row(job, .more, bytes), of: table)
                    }
                    try writer.write(row(job, .end), of: table)
                    moved.bodies += 1
                } catch let error as StoreError where error.isGone || error.isDamage {
                    guard error.isDamage else { continue }
                    moved.damaged += 1
                    try writer.write(row(job, .none), of: table)
                }
            }
            last = jobs.last
            if jobs.count < 500 { return }
        }
    }
}

extension SQLConnection {
    /// Those whose bytes are kept, by their ids.
    fileprivate func jobsWithBody(of tenant: TenantID, after last: JobID?, at now: Date, limit: Int) throws -> [JobID] {
        try rows(
            """
            SELECT id FROM jobs WHERE tenant = ?1 AND id > ?2 AND (state NOT IN ('done', 'failed') OR kept_until > ?3) \
            AND (pending_key IS NOT NULL OR length(kept_key) > 0) ORDER BY id LIMIT ?4
            """, [.text(tenant.rawValue), .text(last?.rawValue ?? ""), .time(now), .integer(limit)]
        ).map { try $0.jobID(0) }
    }
}
