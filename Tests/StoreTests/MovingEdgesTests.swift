// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

extension MovingTests {
    /// That no row is another's, in the export and where it went.
    func checkOwners(in store: InstallationStore) async throws {
        var reader = try await TenantExport.open(file, passPhrase: passPhrase).rows()
        var accounts: [String] = []
        while let (table, row) = try reader.next() {
            let row = SQLRow(values: row)
            if table.name == TenantFile.accounts.name { accounts.append(try row.text(0)) }
            guard TenantFile.rows.contains(where: { $0.name == table.name }) else { continue }
            if let owner = TenantFile.owner(in: table) { #expect(try row.text(owner) == "acme", "\(table.name)") }
        }
        #expect(accounts == ["anna"])
        for table in TenantFile.rows {
            guard let owner = TenantFile.owner(in: table).map({ table.columns[$0] }) else { continue }
            let owners = try await store.database.read { connection in
                try connection.rows("SELECT DISTINCT \(owner) FROM \(table.name)").map { try $0.text(0) }
            }
            #expect(Set(owners).subtracting(["acme"]).isEmpty, "\(table.name)")
        }
    }

    @Test(
        "comes where events are so near to their end that they have no keys any more, swept or not",
        arguments: DatabaseEngine.available, [true, false])
    func nearlyOver(on engine: DatabaseEngine, isSwept: Bool) async throws {
        let place = try await Installation(engine)
        let left = try await filled(place)
        let tenant = try await left.store.tenant(acme)
        let event = try await tenant.keep("{}", .event)
        try await tenant.write(.finished(entry(event, line: .event)))
        place.now = noon.addingTimeInterval(7 * day - 1_800)
        if isSwept { _ = try await left.store.sweep() }
        _ = try await export(left.store)
        let newPlace = try await Installation(engine)
        newPlace.now = place.now
        let new = try await newPlace.open()
        let moved = try await take(new)
        #expect(moved.bodies == 3)
        #expect(moved.damaged == 0)
        let arrived = try await new.tenant(acme)
        #expect(try await arrived.wholeBody(of: left.done) == Array("Done".utf8))
        #expect(try await arrived.job(event)?.state == .done)
        #expect(await failure { _ = try await arrived.wholeBody(of: event) } == .unreadable)
        try await new.close()
        try await left.store.close()
    }

    @Test(
        "P10 keeps what it brought for its own terms, beside a tenant whose terms are shorter",
        arguments: DatabaseEngine.available)
    func shorterBeside(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let left = try await filled(place)
        let event = try await left.store.tenant(acme).keep("{}", .event)
        try await left.store.tenant(acme).write(.finished(entry(event, line: .event)))
        _ = try await export(left.store)
        let newPlace = try await Installation(engine)
        newPlace.now = noon.addingTimeInterval(day)
        let new = try await newPlace.open()
        let other = try #require(TenantID("other"))
        try await new.createTenant(other, name: "Other", at: noon)
        try await new.tenant(other).setTerms(Terms(mailDays: 2, eventDays: 2))
        _ = try await take(new)
        newPlace.now = noon.addingTimeInterval(6 * day)
        _ = try await new.sweep()
        let arrived = try await new.tenant(acme)
        #expect(try await arrived.wholeBody(of: left.done) == Array("Done".utf8))
        #expect(try await arrived.wholeBody(of: left.large) == plain(400_000))
        #expect(try await arrived.wholeBody(of: left.waits) == Array("Waits".utf8))
        #expect(try await arrived.wholeBody(of: event) == Array("{}".utf8))
        try await new.close()
        try await left.store.close()
    }

    @Test("comes with what waits for long, also where nothing was swept lately", arguments: DatabaseEngine.available)
    func waitsForLong(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        try await tenant.setTerms(Terms(mailDays: 2, eventDays: 2))
        let letter = try await tenant.keep("Letter")
        let event = try await tenant.keep("{}", .event)
        place.now = noon.addingTimeInterval(5 * day)
        _ = try await export(store)
        let newPlace = try await Installation(engine)
        newPlace.now = place.now
        let new = try await newPlace.open()
        #expect(try await take(new).bodies == 2)
        let arrived = try await new.tenant(acme)
        #expect(try await arrived.wholeBody(of: letter) == Array("Letter".utf8))
        #expect(try await arrived.wholeBody(of: event) == Array("{}".utf8))
        try await new.close()
        try await store.close()
    }

    @Test("keeps the keys of files beside issues where a sweep began before it came")
    func sweptMeanwhile() async throws {
        let place = try await Installation(.sqlite)
        let store = try await place.open()
        let owner = KeyOwner.tenant(acme.rawValue)
        try store.keys.create(owner)
        _ = try store.keys.keys(of: owner).seal(
            Data("key".utf8), as: .external, at: noon, for: .payload("holdings", "1"))
        place.now = noon.addingTimeInterval(10 * day)
        _ = try await store.sweep()
        #expect(try store.keys.periods().filter { $0.owner == owner }.map(\.retention) == [.external])
        try await store.close()
    }

    @Test("is taken in by one process at a time", arguments: DatabaseEngine.available)
    func alone(on engine: DatabaseEngine) async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        let place = try await Installation(engine)
        let new = try await place.open()
        let other = try await place.open(as: .beside)
        let lock = try #require(try await other.database.lockImports())
        #expect(await lock.isHeld)
        let error = await #expect(throws: StoreError.self) { try await take(new) }
        #expect(error?.description == "Another import is under way here.")
        #expect(try await new.database.read { try !$0.hasTenant(acme) })
        lock.letGo()
        #expect(try await take(new).bodies == 3)
        try await other.close()
        try await new.close()
        try await left.store.close()
    }

    @Test(
        "is taken in by one of several processes on one database, and by another when that one is gone",
        .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
    func aloneAmongProcesses() async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        let place = try await Installation(.postgreSQL)
        let address = try #require(place.database)
        func process(_ name: String) async throws -> InstallationStore {
            try await InstallationStore.open(
                folder: place.folder.path(name), database: try PostgreSQLAddress(url: address),
                bodies: .folder(place.folder.path("bodies"), isShared: true),
                keys: try KeyRing.open(folder: place.folder.path("keys"), master: place.master)
            ) { noon }
        }
        let (one, other) = (try await process("one"), try await process("other"))
        let lock = try #require(try await one.database.lockImports())
        let error = await #expect(throws: StoreError.self) { try await take(other) }
        #expect(error?.description == "Another import is under way here.")
        // Its machine lost the database: it must not go on as if it were alone.
        let name = String(address.split(separator: "/").last ?? "")
        let end =
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' "
            + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        try await Server.shared().run(end, in: name)
        #expect(await !lock.isHeld)
        #expect(try await take(other).bodies == 3)
        #expect(try await one.tenant(acme).wholeBody(of: left.done) == Array("Done".utf8))
        try await one.close()
        try await other.close()
        try await left.store.close()
    }

    @Test("keeps no longer than the operator allows from the next start, where the process ended as its keys had come")
    func narrowerAfterDeath() async throws {
        var limits = KeepingLimits()
        limits.terms = Terms(mailDays: 5, eventDays: 2)
        let place = try await Installation(.sqlite)
        let store = try await place.open(limits: limits)
        try await store.createTenant(acme, name: "Acme", at: noon)
        let tenant = try await store.tenant(acme)
        try await store.committer.write { connection in
            try connection.putTerms(.usual, of: acme, since: Date(timeIntervalSince1970: 0))
        }
        #expect(try await tenant.terms().now == .usual)
        try await store.close()
        let next = try await place.open(limits: limits)
        #expect(try await next.tenant(acme).terms().now == limits.terms)
        try await next.close()
    }

    @Test("lets nobody in before its keys are there, and gives nobody's name away meanwhile")
    func accountsOnTheirWay() async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        let place = try await Installation(.sqlite)
        let new = try await place.open()
        let late = try #require(TenantID("late"))
        try new.keys.expect(.tenant("late"), at: noon)
        try await new.committer.write { try $0.insertTenant(late, at: noon, payload: Data([1])) }
        try await put("anna", of: late, to: new)
        #expect(try await new.account(named: "anna") == nil)
        #expect(try await new.isTaken("Anna"))
        #expect(try await !new.isTaken("eve"))
        #expect(try await new.accounts().isEmpty)
        #expect(try await take(new).takenNames == ["anna"])
        try new.keys.create(.tenant("late"))
        #expect(try await new.account(named: "anna")?.role == .tenantAdmin(late))
        #expect(try await new.accounts().map(\.name) == ["anna"])
        try await new.close()
        try await left.store.close()
    }

    @Test("goes into a file of its own, by a name without a folder too, and over nobody's")
    func ownFile() async throws {
        let left = try await filled(try await Installation(.sqlite))
        let name = "\(UUID().uuidString).martlet"
        defer { unlink(name) }
        _ = try await left.store.exportTenant(acme, to: name, under: try key())
        #expect(try await TenantExport.open(name, passPhrase: passPhrase).tenant == acme)
        // Where somebody laid a way to another file.
        let victim = elsewhere.path("victim")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: victim))
        try FileManager.default.createSymbolicLink(atPath: file + ".new", withDestinationPath: victim)
        _ = try await export(left.store)
        #expect(try Data(contentsOf: URL(fileURLWithPath: victim)) == Data("mine".utf8))
        #expect(try await TenantExport.open(file, passPhrase: passPhrase).tenant == acme)
        #expect(!FileManager.default.fileExists(atPath: file + ".new"))
        try await left.store.close()
    }

    @Test("is refused where the id of a letter is none", arguments: ["../../martlet", "", "A"])
    func strangeID(_ id: String) async throws {
        for name in ["jobs", "flags", "audit", "marks"] {
            try? FileManager.default.removeItem(atPath: file)
            let forged = try SealedFile(file, under: try key())
            var writer = RowsWriter(TenantFile.all) { try forged.append($0) }
            try writer.write(SQLRow(values: [.text("acme"), .time(noon)]), of: 0)
            try writer.write(SQLRow(values: [.text("acme"), .time(noon), .blob(Data([1])), .integer(1)]), of: 1)
            let table = try #require(TenantFile.rows.first { $0.name == name })
            var row = table.columns.map { _ in SQLValue.null }
            if let owner = TenantFile.owner(in: table) { row[owner] = .text("acme") }
            row[try #require(TenantFile.job(in: table))] = .text(id)
            try writer.write(SQLRow(values: row), of: TenantFile.number(of: table))
            try writer.finish()
            try forged.finish()
            let error = await #expect(throws: StoreError.self, "\(name)") {
                try await TenantExport.open(file, passPhrase: passPhrase)
            }
            #expect(error?.description == "The export was changed or cut.")
        }
    }

    @Test(
        "is refused where a table lacks a column by which it is read",
        arguments: TenantFile.all.flatMap { table in
            let read =
                switch table.name {
                case "terms": table.columns
                case "tenants": ["id"]
                case "trail": ["owner"]
                case "jobs": ["id", "tenant"]
                default: table.name.hasPrefix("export") ? table.columns : ["tenant", "job"]
                }
            return read.filter(table.columns.contains).map { "\(table.name) \($0)" }
        })
    func fewerColumns(_ lacking: String) async throws {
        let name = String(lacking.prefix { $0 != " " })
        let tables = TenantFile.all.map { table in
            BackupTable(
                table.name, table.columns.filter { "\(table.name) \($0)" != lacking }.joined(separator: " "))
        }
        let forged = try SealedFile(file, under: try key())
        var writer = RowsWriter(tables) { try forged.append($0) }
        let values: [String: SQLValue] = [
            "tenant": .text("acme"), "owner": .text("acme"), "made_at": .time(noon), "since": .time(noon),
            "mail_days": .integer(30), "event_days": .integer(7), "name": .text("n"), "key": .blob(Data([1])),
            "password": .text("p"), "job": .text("\(newJobID(at: noon))"), "piece": .integer(1),
            "bytes": .blob(Data()),
        ]
        for (number, table) in tables.enumerated() where ["export", "tenants", name].contains(table.name) {
            let id = table.name == "tenants" ? "acme" : "\(newJobID(at: noon))"
            let row = table.columns.map { $0 == "id" ? .text(id) : values[$0] ?? .null }
            try writer.write(SQLRow(values: row), of: number)
        }
        try writer.finish()
        try forged.finish()
        let error = await #expect(throws: StoreError.self) {
            try await TenantExport.open(file, passPhrase: passPhrase)
        }
        #expect(error?.description == "The export was changed or cut.")
    }

    @Test("that died on its way in is removed a day later")
    func leftOver() async throws {
        let place = try await Installation(.sqlite)
        let store = try await place.open()
        try store.keys.expect(.tenant("acme"), at: noon)
        try await store.committer.write { try $0.insertTenant(acme, at: noon, payload: Data([1])) }
        place.now = noon.addingTimeInterval(day + 1)
        _ = try await store.sweep()
        #expect(try await store.database.read { try !$0.hasTenant(acme) })
        try await store.close()
    }

    @Test("brings its accounts but those whose name is another's, and none from a file that names two tenants")
    func accounts() async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        let place = try await Installation(.sqlite)
        let new = try await place.open()
        let other = try #require(TenantID("other"))
        try await new.createTenant(other, name: "Other", at: noon)
        try await put("Anna", of: other, to: new)
        #expect(try await take(new).takenNames == ["anna"])
        #expect(try await new.account(named: "anna")?.role == .tenantAdmin(other))
        try await new.close()
        // Sealed by who knows the pass phrase, and not made by us.
        try FileManager.default.removeItem(atPath: file)
        let forged = try SealedFile(file, under: try key())
        var writer = RowsWriter(TenantFile.all) { try forged.append($0) }
        try writer.write(SQLRow(values: [.text("acme"), .time(noon)]), of: 0)
        for id in ["acme", "other"] {
            try writer.write(
                SQLRow(values: [.text(id), .time(noon), .blob(Data([1])), .integer(1)]), of: 1)
        }
        try writer.finish()
        try forged.finish()
        #expect(await failure { _ = try await TenantExport.open(file, passPhrase: passPhrase) } == .damaged)
        try await left.store.close()
    }
}
