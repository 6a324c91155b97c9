// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Testing
import Vault

@testable import Console

@Suite("Signing in") struct SignInTests {
    private let wrong = ["name": "anna", "password": "guess"]

    @Test("sets a cookie that scripts and other sites cannot use")
    func cookie() async throws {
        try await withHouse { house in
            let answer = try await Browser(house).post("/sign-in", ["name": "anna", "password": House.password])
            let cookie = answer.header("Set-Cookie") ?? ""
            #expect(answer.status == 303)
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
            #expect(cookie.contains("Max-Age=43200"))
        }
    }

    @Test("says the same of a wrong name and of a wrong password")
    func enumeration() async throws {
        try await withHouse { house in
            let one = try await Browser(house).post("/sign-in", wrong)
            let two = try await Browser(house).post("/sign-in", ["name": "nobody", "password": "guess"])
            #expect(one.status == 401 && two.status == 401)
            #expect(one.text == two.text)
            #expect(one.has("This name and password do not belong together."))
        }
    }

    @Test("is refused for a while after too many wrong passwords, for known and unknown names alike")
    func limit() async throws {
        try await withHouse { house in
            let browser = Browser(house)
            for _ in 0..<SignInLimits.attemptsPerName {
                #expect(try await browser.post("/sign-in", wrong).status == 401)
            }
            let refused = try await browser.post("/sign-in", ["name": "ANNA", "password": House.password])
            #expect(refused.status == 429)
            #expect(refused.has("Too many attempts to sign in. Try again in 15 minutes."))
            #expect(refused.header("Retry-After") == "900")
            house.advance(SignInLimits.window + 1)
            #expect(try await browser.post("/sign-in", ["name": "anna", "password": House.password]).status == 303)
        }
    }

    @Test("is limited for one address over all names") func addressLimit() {
        let limits = SignInLimits()
        for number in 0..<SignInLimits.attemptsPerAddress {
            #expect(limits.take(name: "name\(number)", address: "192.0.2.1", at: noon) == nil)
        }
        #expect(limits.take(name: "one more", address: "192.0.2.1", at: noon) == SignInLimits.window)
        #expect(limits.take(name: "one more", address: "192.0.2.2", at: noon) == nil)
    }

    @Test("lasts twelve hours, and ends with a click")
    func end() async throws {
        try await withHouse { house in
            let anna = try await Browser(house, as: "anna")
            house.advance(Sessions.length - 1)
            #expect(try await anna.get("/letters").status == 200)
            house.advance(2)
            #expect(try await anna.get("/letters").status == 303)
            let again = try await Browser(house, as: "anna")
            #expect(try await again.post("/sign-out").status == 303)
            #expect(try await again.get("/letters").status == 303)
        }
    }

    @Test("ends with the account")
    func removal() async throws {
        try await withHouse { house in
            let anna = try await Browser(house, as: "anna")
            try await house.store.removeAccount(named: "anna")
            #expect(try await anna.get("/letters").status == 303)
        }
    }

    @Test("is given to nobody by a name that is somebody's whose tenant is not there yet")
    func firstAccountsAreNobodys() async throws {
        try await withHouse { house in
            for account in try await house.store.accounts() {
                try await house.store.removeAccount(named: account.name)
            }
            let late = try #require(TenantID("late"))
            try await house.store.createTenant(late, name: "Late", at: noon)
            let password = try PasswordHash(of: Secret("open sesame"))
            try await house.store.put(Account(name: "admin", role: .tenantAdmin(late), password: password))
            try house.keys.destroy(.tenant("late"))
            let made = try await createFirstAccounts(in: house.store, tenant: acme, at: noon)
            #expect(made.map(\.name) == ["operator"])
        }
    }

    @Test("works for the first accounts, which are made once")
    func firstAccounts() async throws {
        try await withHouse { house in
            #expect(try await createFirstAccounts(in: house.store, tenant: acme, at: noon).isEmpty)
            for name in ["olga", "anna", "otto"] { try await house.store.removeAccount(named: name) }
            let made = try await createFirstAccounts(in: house.store, tenant: acme, at: noon)
            #expect(made.map(\.name) == ["operator", "admin"])
            let form = ["name": "admin", "password": made[1].password.reveal()]
            #expect(try await Browser(house).post("/sign-in", form).status == 303)
            #expect(try await createFirstAccounts(in: house.store, tenant: acme, at: noon).isEmpty)
        }
    }
}
