// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

extension InstallationStore {
    /// Refuses an export of a tenant that is here, or that has no room.
    public func checkPlace(of export: TenantExport) async throws {
        let owner = KeyOwner.tenant(export.tenant.rawValue)
        let (isKnown, wasDestroyed): (Bool, Bool)
        do {
            (isKnown, wasDestroyed) = (try keys.has(owner), try keys.wasDestroyed(owner))
        } catch {
            throw StoreError.of(error)
        }
        if try await database.read({ try $0.hasTenant(export.tenant) }) {
            if isKnown { throw StoreError(.alreadyThere, "There is a tenant \"\(export.tenant)\" here already.") }
            if !wasDestroyed { throw StoreError.olderKeys(export.tenant) }
        }
        let needed = export.size + limits.reserve
        if try freeBytes < needed {
            let words = "The disk has no room for this tenant: \(needed / 1_000_000) MB are needed."
            throw StoreError(.diskFull, words)
        }
    }

    /// Takes a tenant in, beside a process that serves. Nobody sees anything of it before all is there, and nothing of it stays if
    /// that fails: its keys come last.
    ///
    /// What it keeps ends when it would have ended where it was, or earlier where this operator's bounds are narrower.
    ///
    /// - Parameter resumesWork: As for `restore`.
    public func importTenant(_ export: TenantExport, resumesWork: Bool) async throws -> MovedTenant {
        guard let lock = try await database.lockImports() else {
            throw StoreError(.inUse, "Another import is under way here.")
        }
        defer { lock.letGo() }
        try await checkPlace(of: export)
        let now = self.now()
        let owner = KeyOwner.tenant(export.tenant.rawValue)
        var arrival = TenantArrival(export: export, store: self, now: now)
        do {
            // Of an attempt that ended amid it.
            if try await database.read({ try $0.hasTenant(export.tenant) }) { try await removeRows(of: export.tenant) }
            try await onFileQueue { [keys] in
                if try keys.has(owner) { try keys.destroy(owner) }
                try keys.expect(owner, at: now)
            }
            try await arrival.bringAll()
            guard await lock.isHeld else {
                throw StoreError(
                    .inUse, "The database went away amid the import, and another may have begun: import it again.")
            }
            try await onFileQueue { [keys] in
                let kept = try export.keys.filtered(for: owner) { period in
                    [.pending, .pendingEvent].contains(period.retention)
                        || !Keeping.isOver(period, at: now, export.terms)
                }
                try keys.takeIn(kept, of: owner)
            }
        } catch {
            // Rows that another import may be bringing are left to it.
            if await lock.isHeld, (try? keys.has(owner)) == false { try? await removeRows(of: export.tenant) }
            throw TenantExport.damage(error)
        }
        try await settle(export.tenant, arrival.waiting, resumesWork)
        return arrival.moved
    }

    /// What needs the keys in their place.
    private func settle(_ id: TenantID, _ waiting: [WaitingState], _ resumesWork: Bool) async throws {
        let tenant = try await self.tenant(id)
        let now = self.now()
        try await holdTermsToBounds(of: id)
        let terms = try await tenant.terms().now
        try await tenant.shorten(to: terms)
        _ = try await tenant.renewPendingKeys(at: now, terms)
        try await committer.write { connection in
            connection.tell(.setUp)
            guard resumesWork else { return }
            for state in waiting { try connection.resume(state, id) }
            for line in Line.allCases { connection.tell(line.news) }
        }
        guard resumesWork else { return }
        for line in Line.allCases { changes.announce(line.news) }
    }
}

/// What a letter or event was at when it was exported.
struct WaitingState: Sendable {
    var job: SQLValue
    var state: SQLValue
    var dueAt: SQLValue
}

/// An export that is being taken in.
private struct TenantArrival {
    let export: TenantExport
    let store: InstallationStore
    let now: Date
    var moved = MovedTenant()
    var waiting: [WaitingState] = []
    private var batch: [(table: BackupTable, row: [SQLValue])] = []

    init(export: TenantExport, store: InstallationStore, now: Date) {
        self.export = export
        self.store = store
        self.now = now
    }

    mutating func bringAll() async throws {
        let bodies = ArrivingBodies(
            tenant: export.tenant, keys: try store.keys.keys(of: .tenant(export.tenant.rawValue), from: export.keys),
            store: store, now: now)
        var reader = try export.rows()
        try await withThrowingTaskGroup(of: Void.self) { group in
            var body: ArrivingBodies.Open?
            while let (table, row) = try reader.next() {
                if table.name == TenantFile.bodies.name {
                    try await flush()
                    try await bodies.take(SQLRow(values: row), &body, &group, &moved)
                } else if TenantFile.rows.contains(where: { $0.name == table.name }), let row = adjusted(table, row) {
                    batch.append((table, row))
                    if batch.count >= 500 { try await flush() }
                }
            }
            try await flush()
            try await group.waitForAll()
        }
        try await bringAccounts()
    }

    private mutating func flush() async throws {
        if batch.isEmpty { return }
        let (rows, tenant) = (batch, export.tenant)
        batch = []
        moved.rows += try await store.committer.write { connection in
            try rows.reduce(0) { $0 + (try connection.bring($1.row, $1.table, of: tenant) ? 1 : 0) }
        }
    }

    /// As it stands in the new house; nil where its time is over by now.
    private mutating func adjusted(_ table: BackupTable, _ row: [SQLValue]) -> [SQLValue]? {
        var row = row
        func column(_ name: String) -> Int? { table.columns.firstIndex(of: name) }
        let isUnfinished = column("state").map { !["done", "failed"].contains(row[$0].text) } ?? false
        if let end = column("kept_until").flatMap({ row[$0].number }), !isUnfinished,
            Double(end) <= now.timeIntervalSince1970 * 1000
        {
            return nil
        }
        guard table.name == "jobs", let id = column("id"), let state = column("state"), let due = column("due_at"),
            let line = column("line").flatMap({ row[$0].text }).flatMap(Line.init(rawValue:)),
            let file = column("body_file"), let offset = column("body_offset"), let length = column("body_length")
        else { return row }
        if isUnfinished, row[due].number != nil {
            waiting.append(WaitingState(job: row[id], state: row[state], dueAt: row[due]))
            (row[state], row[due]) = (.text(JobState.parked.rawValue), .null)
        }
        // Where it will be if it is long; until then, and if nothing of it came, there is no such file.
        row[file] = .text("\(line.folder(at: now))/\(row[id].text ?? "").body")
        (row[offset], row[length]) = (.integer(0), .integer(1))
        return row
    }

    private mutating func bringAccounts() async throws {
        for account in export.accounts {
            guard let password = PasswordHash(rawValue: account.password) else { throw TenantFile.damaged }
            if try await store.isTaken(account.name) {
                moved.takenNames.append(account.name)
            } else {
                try await store.put(
                    Account(name: account.name, role: .tenantAdmin(export.tenant), password: password))
                moved.accounts += 1
            }
        }
    }
}

extension SQLValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var number: Int64? { if case .integer(let number) = self { number } else { nil } }
}

extension SQLConnection {
    /// False where it belongs to a letter, an event or a record that did not come.
    fileprivate func bring(_ row: [SQLValue], _ table: BackupTable, of tenant: TenantID) throws -> Bool {
        let owners = ["marks": "jobs WHERE id", "flags": "jobs WHERE id", "words": "audit WHERE job"]
        if let owner = owners[table.name], let job = table.columns.firstIndex(of: "job") {
            let there = try self.row(
                "SELECT 1 FROM \(owner) = ?1 AND tenant = ?2", [row[job], .text(tenant.rawValue)])
            if there == nil { return false }
        }
        try run(table.insertion, row)
        return true
    }

    fileprivate func resume(_ waiting: WaitingState, _ tenant: TenantID) throws {
        try run(
            "UPDATE jobs SET state = ?3, due_at = ?4 WHERE \(oneJob) AND state = 'parked'",
            [waiting.job, .text(tenant.rawValue), waiting.state, waiting.dueAt])
    }
}
