// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Testing
import Vault

@Suite("Configuration")
struct ConfigurationTests {

    @Test("P3 stays over restarts, with a revision that counts its changes", arguments: DatabaseEngine.available)
    func stays(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, tenant) = try await place.begin()
        #expect(try await tenant.put(.profile, desk, Data("one".utf8), at: noon) == 1)
        #expect(try await tenant.put(.profile, desk, Data("two".utf8), at: noon.addingTimeInterval(1)) == 2)
        try await tenant.put(.source, desk, Data("box".utf8), at: noon)
        try await tenant.put(.profile, try #require(ConfigurationID("a")), Data("a".utf8), at: noon)
        try await store.close()
        let again = try await place.open().tenant(acme)
        let row = try #require(try await again.configuration(.profile, desk))
        #expect(row.payload == Data("two".utf8))
        #expect(row.revision == 2)
        #expect(row.changedAt == noon.addingTimeInterval(1))
        #expect(try await again.configuration(.profile).map(\.id.rawValue) == ["a", "desk"])
        #expect(try await again.configuration(.template).isEmpty)
        #expect(try await again.remove(.profile, desk))
        #expect(try await !again.remove(.profile, desk))
        #expect(try await again.configuration(.profile, desk) == nil)
    }

    @Test(
        "is replaced at once: nobody sees a part of it",
        arguments: DatabaseEngine.available)
    func isReplaced(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let names = ["one", "two"].compactMap(ConfigurationID.init)
        @Sendable func set(_ name: ConfigurationID) async throws {
            let row = [name: Data(name.rawValue.utf8)]
            try await tenant.replaceConfiguration(by: [.profile: row, .source: row, .outbound: row], at: noon)
        }
        try await tenant.put(.template, desk, Data("kept".utf8), at: noon)
        try await set(names[0])
        try await tenant.put(Secret("word"), named: "password", of: .source, names[0])
        let writing = Task { for round in 1...40 { try await set(names[round % 2]) } }
        for _ in 0..<200 {
            let rows = try await tenant.configurationRows()
            #expect(rows.map(\.kind) == [.outbound, .profile, .source, .template])
            #expect(Set(rows.prefix(3).map(\.id)).count == 1)
        }
        try await writing.value
        #expect(try await tenant.configurationRows().last?.payload == Data("kept".utf8))
        #expect(try await tenant.secret(named: "password", of: .source, names[0]) == nil)
        try await tenant.put(Secret("word"), named: "password", of: .source, names[0])
        try await set(names[0])
        #expect(try await tenant.secret(named: "password", of: .source, names[0]) == Secret("word"))
        #expect(try await tenant.configuration(.source, names[0])?.revision == 2)
    }

    @Test("P2 secrets are kept apart from their row, sealed twice, and go with it", arguments: DatabaseEngine.available)
    func secrets(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        let password = Secret("tr0ub4dor-marked")
        #expect(
            await failure { try await tenant.put(password, named: "password", of: .source, desk) } == .alreadyThere)
        try await tenant.put(.source, desk, Data("{}".utf8), at: noon)
        try await tenant.put(password, named: "password", of: .source, desk)
        #expect(try await tenant.secret(named: "password", of: .source, desk) == password)
        #expect(try await tenant.secret(named: "token", of: .source, desk) == nil)
        #expect(try await tenant.secret(named: "password", of: .outbound, desk) == nil)
        let row = try #require(try await tenant.configuration(.source, desk))
        #expect(row.payload == Data("{}".utf8))
        #expect(try await place.everything().range(of: Data("tr0ub4dor-marked".utf8)) == nil)
        try await tenant.remove(.source, desk)
        #expect(try await tenant.secret(named: "password", of: .source, desk) == nil)
    }

    @Test(
        "takes a secret in the place of the one that was read, and of no newer one",
        arguments: DatabaseEngine.available)
    func replaces(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (_, tenant) = try await place.begin()
        try await tenant.put(.source, desk, Data("{}".utf8), at: noon)
        try await tenant.put(Secret("one"), named: "password", of: .source, desk)
        let one = try #require(try await tenant.keptSecret(named: "password", of: .source, desk))
        #expect(one.secret == Secret("one"))
        #expect(try await tenant.replace(one, by: Secret("two")))
        #expect(try await tenant.secret(named: "password", of: .source, desk) == Secret("two"))
        #expect(try await !tenant.replace(one, by: Secret("three")))
        let two = try #require(try await tenant.keptSecret(named: "password", of: .source, desk))
        // The same words again are another secret: somebody has given them since.
        try await tenant.put(Secret("two"), named: "password", of: .source, desk)
        #expect(try await !tenant.replace(two, by: Secret("three")))
        try await tenant.remove(.source, desk)
        #expect(try await !tenant.replace(two, by: Secret("three")))
        #expect(try await tenant.secret(named: "password", of: .source, desk) == nil)
    }
}

@Suite("Accounts of the console")
struct AccountTests {
    private let hash: PasswordHash

    init() throws {
        hash = try PasswordHash(
            of: Secret("open sesame"), cost: PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 1))
    }

    @Test("are found by name in any case, with role and password", arguments: DatabaseEngine.available)
    func accounts(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        try await store.put(Account(name: "Operator", role: .operator, password: hash))
        try await store.put(Account(name: "anna", role: .tenantAdmin(acme), password: hash))
        try await store.close()
        let again = try await place.open()
        #expect(try await again.account(named: "operator")?.role == .operator)
        #expect(try await again.account(named: "ANNA")?.role == .tenantAdmin(acme))
        #expect(try await again.account(named: "anna")?.password.matches(Secret("open sesame")) == true)
        #expect(try await again.account(named: "eve") == nil)
        #expect(try await again.accounts().map(\.name) == ["Operator", "anna"])
        #expect(try await again.removeAccount(named: "anna"))
        #expect(try await again.account(named: "anna") == nil)
    }

    @Test("of a tenant that is not there are refused", arguments: DatabaseEngine.available)
    func unknownTenant(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        let role = Account.Role.tenantAdmin(try #require(TenantID("nobody")))
        #expect(
            await failure { try await store.put(Account(name: "eve", role: role, password: hash)) } == .alreadyThere)
    }

    @Test(
        "sign in for a time, and are out when it is over, the password changes, or they leave",
        arguments: DatabaseEngine.available)
    func sessions(on engine: DatabaseEngine) async throws {
        let place = try await Installation(engine)
        let (store, _) = try await place.begin()
        try await store.put(Account(name: "anna-the-admin", role: .operator, password: hash))
        let tokens = (0..<3).map { _ in newToken() }
        let session = Session(
            account: "anna-the-admin", expiresAt: noon.addingTimeInterval(60), payload: Data("csrf".utf8))
        for token in tokens { try await store.begin(session, token: token) }
        #expect(try await store.session(tokens[0], at: noon) == session)
        #expect(try await store.session(newToken(), at: noon) == nil)
        #expect(try await store.session(tokens[0], at: noon.addingTimeInterval(60)) == nil)
        try await store.endSession(tokens[0])
        #expect(try await store.session(tokens[0], at: noon) == nil)
        try await store.endSessions(expiredAt: noon)
        #expect(try await store.session(tokens[1], at: noon) == session)
        try await store.put(Account(name: "anna-the-admin", role: .operator, password: hash))
        #expect(try await store.session(tokens[1], at: noon) == nil)
        let dump = try await place.everything()
        for text in ["anna-the-admin", "csrf", tokens[1].reveal(), "$scrypt"] {
            #expect(dump.range(of: Data(text.utf8)) == nil, "\(text)")
        }
    }
}
