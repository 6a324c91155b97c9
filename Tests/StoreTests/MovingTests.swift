// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Testing
import Vault

@testable import Store

@Suite("A tenant that moves")
struct MovingTests {
    let elsewhere: TemporaryFolder
    var file: String { elsewhere.path("acme.martlet") }
    let passPhrase = Secret("correct horse battery staple")
    let day: TimeInterval = 86_400

    init() throws {
        elsewhere = try TemporaryFolder()
    }

    /// What the house has that a tenant moves out of.
    struct Left {
        var place: Installation
        var store: InstallationStore
        var done: JobID
        var waits: JobID
        var large: JobID
    }

    func filled(_ place: Installation) async throws -> Left {
        let (store, tenant) = try await place.begin()
        try await tenant.put(.profile, desk, Data("profile".utf8), at: noon)
        try await tenant.put(Secret("secret"), named: "token", of: .profile, desk)
        try await tenant.setTerms(Terms(mailDays: 20, eventDays: 7))
        let done = try await tenant.keep("Done")
        try await tenant.write(.identified(done, as: "<a@x>", sender: "anna@example.org"))
        try await tenant.write(.planned(done, Data("plan".utf8)), .begun(action(done, 0), at: noon))
        try await tenant.write(
            .ended(action(done, 0), at: noon, result: Data("SUP-1".utf8)),
            .finished(entry(done, words: ["printer"])))
        try await tenant.flag(done, at: noon)
        let waits = try await tenant.keep("Waits")
        try await tenant.write(.planned(waits, Data("plan".utf8)), .begun(action(waits, 0), at: noon))
        guard case .kept(let large) = try await tenant.receive(plain(400_000), identity: "large") else {
            throw Unexpected()
        }
        try await tenant.write(.finished(entry(large, "commented")))
        try await tenant.write(.threaded(messageIDs: ["<a@x>"], issue: "10001", of: desk, at: noon))
        try await tenant.write(.commented(comment: "7", of: desk, by: "anna@example.org", at: noon))
        try await tenant.setPosition(Data("1:7".utf8), of: "desk", at: noon)
        for kind in HoldingKind.allCases {
            try await tenant.hold(kind, "1", about: "10001", Data("\(kind)".utf8), at: noon)
        }
        try await tenant.trail.add(Deed(by: "anna", what: "apply", about: ""), at: noon)
        try await put("anna", of: acme, to: store)
        // Of nobody who moves.
        let other = try #require(TenantID("other"))
        try await store.createTenant(other, name: "Other", at: noon)
        let his = try await store.tenant(other).keep("His")
        try await store.tenant(other).write(.planned(his, Data()), .finished(entry(his, words: ["printer"])))
        try await store.tenant(other).trail.add(Deed(by: "olga", what: "apply", about: ""), at: noon)
        try await put("olga", of: other, to: store)
        return Left(place: place, store: store, done: done, waits: waits, large: large)
    }

    func put(_ name: String, of tenant: TenantID, to store: InstallationStore) async throws {
        try await store.put(
            Account(
                name: name, role: .tenantAdmin(tenant),
                password: try PasswordHash(
                    of: Secret("open sesame"), cost: PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1))))
    }

    func export(_ store: InstallationStore) async throws -> MovedTenant {
        try? FileManager.default.removeItem(atPath: file)
        return try await store.exportTenant(acme, to: file, under: try key())
    }

    func key() throws -> TravelKey {
        try TravelKey(of: passPhrase, cost: PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1))
    }

    func take(_ store: InstallationStore, resumesWork: Bool = false) async throws -> MovedTenant {
        try await store.importTenant(
            try await TenantExport.open(file, passPhrase: passPhrase), resumesWork: resumesWork)
    }

    func checkAll(_ left: Left, in store: InstallationStore) async throws {
        let tenant = try await store.tenant(acme)
        #expect(try await store.tenants().map(\.name) == ["Acme"])
        #expect(try await store.accounts().map(\.name) == ["anna"])
        #expect(try await store.account(named: "anna")?.role == .tenantAdmin(acme))
        guard case .whole = try await tenant.trail.check() else { throw Unexpected() }
        #expect(try await tenant.configuration(.profile, desk)?.payload == Data("profile".utf8))
        #expect(try await tenant.secret(named: "token", of: .profile, desk) == Secret("secret"))
        #expect(try await tenant.terms().now == Terms(mailDays: 20, eventDays: 7))
        #expect(try await tenant.wholeBody(of: left.done) == Array("Done".utf8))
        #expect(try await tenant.wholeBody(of: left.waits) == Array("Waits".utf8))
        #expect(try await tenant.wholeBody(of: left.large) == plain(400_000))
        #expect(try await tenant.plan(of: left.done) == Data("plan".utf8))
        #expect(try await tenant.marks(of: left.waits).map(\.action) == [action(left.waits, 0)])
        #expect(try await tenant.audit(of: left.done)?.disposition == "created")
        #expect(try await tenant.audit(matching: AuditFilter(sender: "Anna@example.org")).map(\.job) == [left.done])
        #expect(try await tenant.audit(matching: AuditFilter(words: "Printer")).map(\.job) == [left.done])
        #expect(try await tenant.isFlagged(left.done))
        #expect(try await tenant.issue(forAnyOf: ["<a@x>"], of: desk) == "10001")
        #expect(try await tenant.sender(ofComment: "7", of: desk) == "anna@example.org")
        #expect(try await tenant.position(of: "desk") == Data("1:7".utf8))
        for kind in HoldingKind.allCases {
            #expect(try await tenant.holding(kind, "1") == Data("\(kind)".utf8), "\(kind)")
            #expect(try await tenant.holdings(kind, about: "10001").count == 1)
        }
        #expect(try await tenant.trail.entries(limit: 9).map(\.deed.what) == ["apply"])
        // A twin of what came before is known.
        #expect(try await tenant.receive([1], identity: "large") == .seenBefore(left.large))
    }

    @Test(
        "comes with all that is its own, and nothing of others, to either engine and back",
        arguments: DatabaseEngine.available, DatabaseEngine.available)
    func roundTrip(from one: DatabaseEngine, to other: DatabaseEngine) async throws {
        let left = try await filled(try await Installation(one))
        let out = try await export(left.store)
        #expect(out == MovedTenant(rows: 23, bodies: 3, accounts: 1))
        let newPlace = try await Installation(other)
        let new = try await newPlace.open()
        let came = try await take(new)
        #expect(came == out)
        try await checkAll(left, in: new)
        try await checkOwners(in: new)
        #expect(try await new.database.read { try $0.row("SELECT count(*) FROM jobs")?.integer(0) } == 3)
        // What was under way waits for a person, as after a restore.
        #expect(try await new.claim(.letter, limit: 9, at: .distantFuture).isEmpty)
        #expect(try await new.tenant(acme).job(left.waits)?.state == .parked)

        // And back, into the place that it came from.
        _ = try await export(new)
        try await left.store.removeTenant(acme)
        _ = try await take(left.store, resumesWork: true)
        #expect(try await left.store.tenant(acme).wholeBody(of: left.done) == Array("Done".utf8))
        #expect(try await left.store.tenants().count == 2)
        try await new.close()
        try await left.store.close()
    }

    @Test("goes on with what was under way if that is asked for", arguments: DatabaseEngine.available)
    func resumed(on engine: DatabaseEngine) async throws {
        let left = try await filled(try await Installation(engine))
        _ = try await export(left.store)
        let place = try await Installation(engine)
        let new = try await place.open()
        _ = try await take(new, resumesWork: true)
        #expect(try await new.claim(.letter, limit: 9, at: noon).map(\.id) == [left.waits])
        let tenant = try await new.tenant(acme)
        #expect(try await tenant.job(left.waits)?.state == .executing)
        try await tenant.write(
            .ended(action(left.waits, 0), at: noon, result: Data("SUP-2".utf8)), .finished(entry(left.waits)))
        // And it keeps what comes.
        let later = try await tenant.keep("Later")
        #expect(try await tenant.wholeBody(of: later) == Array("Later".utf8))
        try await new.close()
        try await left.store.close()
    }

    @Test(
        "P10, P41, P92 keeps its ends: none moves later, and what is over neither leaves nor arrives",
        arguments: DatabaseEngine.available)
    func ends(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let left = try await filled(place)
        let tenant = try await left.store.tenant(acme)
        let event = try await tenant.keep("{}", .event)
        try await tenant.write(.finished(entry(event, line: .event)))
        let ends = try await self.ends(left.store)
        _ = try await export(left.store)
        // The new house would keep all for 60 days.
        var limits = KeepingLimits()
        limits.terms = Terms(mailDays: 60, eventDays: 7)
        let newPlace = try await Installation(engine)
        newPlace.now = noon.addingTimeInterval(8 * day)
        let new = try await newPlace.open(limits: limits)
        #expect(try await take(new).bodies == 3)
        #expect(try await self.ends(new) == ends.filter { !$0.hasPrefix("jobs \(event)") })
        let arrived = try await new.tenant(acme)
        #expect(await failure { _ = try await arrived.wholeBody(of: event) } == .notFound)
        newPlace.now = noon.addingTimeInterval(20 * day)
        #expect(await failure { _ = try await arrived.wholeBody(of: left.done) } == .unreadable)
        newPlace.now = noon.addingTimeInterval(22 * day)
        let swept = try await new.sweep()
        #expect(swept.jobs == 2)
        #expect(swept.unreadable == 0)
        #expect(try await arrived.wholeBody(of: left.waits) == Array("Waits".utf8))
        // Nor is what waits cut when the day is over on which it came here.
        newPlace.now = noon.addingTimeInterval(40 * day)
        _ = try await new.sweep()
        #expect(try await arrived.wholeBody(of: left.waits) == Array("Waits".utf8))
        newPlace.now = noon
        let copy = try await newPlace.cut()
        let later = try await copy.open().tenant(acme)
        #expect(await failure { _ = try await later.wholeBody(of: left.done) } == .notFound)

        // What is over where it is, swept or not, does not leave, and its key neither.
        for (hours, isThere) in [(6.0, true), (24, false)] {
            place.now = noon.addingTimeInterval(20 * day + hours * 3_600)
            #expect(try await export(left.store).bodies == 1)
            let file = try await TenantExport.open(file, passPhrase: passPhrase)
            #expect(file.keys.keys.keys.contains("audit/\(Retention.audit.period(of: noon))") == isThere, "\(hours)")
        }
        try await new.close()
        try await left.store.close()
    }

    /// Of all rows that have an end.
    private func ends(_ store: InstallationStore) async throws -> [String] {
        try await store.database.read { connection in
            try [("jobs", "id"), ("audit", "job"), ("holdings", "kind")].flatMap { table, id in
                try connection.rows("SELECT \(id), kept_until FROM \(table) WHERE tenant = 'acme'").map {
                    "\(table) \(try $0.text(0)) \(try $0.timeIfAny(1)?.timeIntervalSince1970 ?? 0)"
                }
            }
        }.sorted()
    }

    @Test("keeps no longer than the new operator allows")
    func narrower() async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        var limits = KeepingLimits()
        limits.terms = Terms(mailDays: 5, eventDays: 2)
        let place = try await Installation(.sqlite)
        let new = try await place.open(limits: limits)
        _ = try await take(new)
        let tenant = try await new.tenant(acme)
        #expect(try await tenant.terms().now == limits.terms)
        place.now = noon.addingTimeInterval(5 * day)
        #expect(await failure { _ = try await tenant.wholeBody(of: left.done) } == .unreadable)
        try await new.close()
        try await left.store.close()
    }

    @Test("P91 shows nothing in the file to who has no pass phrase")
    func sealed() async throws {
        let place = try await Installation(.sqlite)
        let left = try await filled(place)
        let tenant = try await left.store.tenant(acme)
        let mark = "MARK-plain-text"
        try await tenant.put(Secret(mark), named: "password", of: .profile, desk)
        _ = try await tenant.keep(String(repeating: mark, count: 10_000))
        _ = try await export(left.store)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        for word in [mark, "acme", "Acme", "anna", "profile", "jobs", "audit", "scrypt"] {
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
        }
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        let error = await #expect(throws: StoreError.self) {
            try await TenantExport.open(file, passPhrase: Secret("another pass phrase"))
        }
        #expect(error?.description == "The pass phrase is not the one that this file was sealed with.")
        try await left.store.close()
    }

    @Test("is refused in words where the file was changed or cut anywhere, and leaves nothing")
    func damaged() async throws {
        let left = try await filled(try await Installation(.sqlite))
        _ = try await export(left.store)
        let url = URL(fileURLWithPath: file)
        let whole = try Data(contentsOf: url)
        func attempt(_ bytes: Data) async throws -> String? {
            try bytes.write(to: url)
            do {
                _ = try await TenantExport.open(file, passPhrase: passPhrase)
                return nil
            } catch {
                return "\(error)"
            }
        }
        let words = "The export was changed or cut."
        let head = TenantFile.firstLine.utf8.count
        let front = [0, 10, TravelKey.headCount, TravelKey.headCount + 30].map { head + $0 }
        for end in front + [whole.count / 2, whole.count - 1] {
            #expect(try await attempt(whole.prefix(end)) == words, "\(end)")
        }
        for place in [1, 10].map({ head + TravelKey.headCount + $0 }) + [whole.count / 3, whole.count - 1] {
            var changed = whole
            changed[place] ^= 1
            #expect(try await attempt(changed) == words, "\(place)")
        }
        #expect(try await attempt(whole + [0]) == words)
        for bytes in [Data(), Data("martlet rows 1\n\n".utf8)] {
            #expect(try await attempt(bytes) == "The file \(file) is no export of a tenant.")
        }
        try await left.store.close()
    }

    @Test("is refused in words where one of its name is, or no room, or no file", arguments: DatabaseEngine.available)
    func refused(on engine: DatabaseEngine) async throws {
        let left = try await filled(try await Installation(engine))
        _ = try await export(left.store)
        let place = try await Installation(engine)
        let (new, _) = try await place.begin()
        let error = await #expect(throws: StoreError.self) { try await take(new) }
        #expect(error?.description == "There is a tenant \"acme\" here already.")
        #expect(try await new.tenant(acme).configuration(.profile).isEmpty)
        try await new.close()
        var limits = KeepingLimits()
        limits.reserve = 1 << 60
        let small = try await Installation(engine)
        let full = try await small.open(limits: limits)
        let room = await #expect(throws: StoreError.self) { try await take(full) }
        #expect(room?.description == "The disk has no room for this tenant: 1152921504607 MB are needed.")
        #expect(try await full.tenants().isEmpty)
        try await full.close()
        let there = await #expect(throws: StoreError.self) {
            try await left.store.exportTenant(acme, to: file, under: try key())
        }
        #expect(there?.description == "There is a file \(file) already.")
        // Rows whose keys are lost, and not destroyed, are nobody's to remove.
        let lost = try await Installation(engine)
        let keyless = try await lost.open()
        try await keyless.committer.write { try $0.insertTenant(acme, at: noon, payload: Data([1])) }
        #expect(await failure { _ = try await take(keyless) } == .keysDoNotFit)
        #expect(try await keyless.database.read { try $0.hasTenant(acme) })
        try FileManager.default.removeItem(atPath: file)
        let none = await #expect(throws: StoreError.self) {
            try await TenantExport.open(file, passPhrase: passPhrase)
        }
        #expect(none?.description == "There is no file \(file).")
        try await left.store.close()
    }

    @Test(
        "leaves nothing where taking it in fails amid it, and comes at the next attempt",
        arguments: DatabaseEngine.available)
    func interrupted(on engine: DatabaseEngine) async throws {
        let left = try await filled(try await Installation(engine))
        _ = try await export(left.store)
        let place = try await Installation(engine)
        let new = try await place.open()
        // A letter of the same id is there, of another.
        let other = try #require(TenantID("other"))
        try await new.createTenant(other, name: "Other", at: noon)
        let his = try await new.tenant(other).keep("His")
        try await new.committer.write { connection in
            try connection.run(
                "UPDATE jobs SET id = ?1 WHERE id = ?2", [.text(left.large.rawValue), .text(his.rawValue)])
        }
        #expect(await failure { _ = try await take(new) } == .alreadyThere)
        #expect(try await new.tenants().map(\.name) == ["Other"])
        #expect(try await new.accounts().isEmpty)
        for table in ["configuration", "audit", "holdings", "message_ids", "terms"] {
            let rows = try await new.database.read {
                try $0.row("SELECT count(*) FROM \(table) WHERE tenant = 'acme'")?.integer(0)
            }
            #expect(rows == 0, "\(table)")
        }
        // A process that died amid it leaves rows without keys, which a sweep lets be while they may still be brought.
        try await new.removeTenant(other)
        try await new.committer.write { try $0.insertTenant(acme, at: noon, payload: Data([1])) }
        try new.keys.expect(.tenant("acme"), at: noon)
        _ = try await new.sweep()
        #expect(try await new.database.read { try $0.hasTenant(acme) })
        #expect(try await new.tenants().isEmpty)
        #expect(await failure { try await new.createTenant(acme, name: "Acme", at: noon) } == .alreadyThere)
        _ = try await take(new)
        #expect(try await new.tenant(acme).wholeBody(of: left.large) == plain(400_000))
        try await new.close()
        try await left.store.close()
    }
}
