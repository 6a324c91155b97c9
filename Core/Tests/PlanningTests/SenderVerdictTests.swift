// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@testable import Planning

@Suite("The verdict on a sender")
struct SenderVerdictTests {
    private static let table: [(results: String, address: String, isPass: Bool)] = [
        ("dmarc=pass header.from=example.org", "ada@example.org", true),
        ("dmarc=pass header.from=EXAMPLE.org", "ada@Example.ORG", true),
        ("dkim=pass header.d=example.org", "ada@example.org", true),
        ("dkim=pass header.i=@example.org", "ada@example.org", true),
        ("spf=pass smtp.mailfrom=bounces@example.org", "ada@example.org", true),
        ("spf=pass smtp.mailfrom=example.org", "ada@example.org", true),
        ("dkim=fail header.d=example.org; spf=pass smtp.mailfrom=example.org", "ada@example.org", true),
        // A domain above or below counts as the same, as in relaxed alignment.
        ("dkim=pass header.d=mail.example.org", "ada@example.org", true),
        ("dkim=pass header.d=example.org", "ada@mail.example.org", true),
        // Other domains do not, however alike.
        ("dkim=pass header.d=evilexample.org", "ada@example.org", false),
        ("dkim=pass header.d=example.org.evil.example", "ada@example.org", false),
        ("dkim=pass header.d=org", "ada@example.org", false),
        ("dkim=pass header.d=shop.co.uk", "ada@bank.co.uk", false),
        ("spf=pass smtp.mailfrom=evil.example", "ada@example.org", false),
        ("spf=pass smtp.helo=example.org", "ada@example.org", false),
        ("spf=pass", "ada@example.org", false),
        ("spf=pass smtp.mailfrom=\"\"", "ada@example.org", false),
        ("x-custom=pass header.from=example.org", "ada@example.org", false),
        ("arc=pass header.from=example.org", "ada@example.org", false),
        ("dkim=neutral header.d=example.org", "ada@example.org", false),
        ("none", "ada@example.org", false),
        // What DMARC refutes, no other check saves.
        ("dmarc=fail header.from=example.org; dkim=pass header.d=example.org", "ada@example.org", false),
        ("dmarc=pass header.from=example.org; dmarc=fail header.from=example.org", "ada@example.org", false),
        ("dmarc=none header.from=example.org; dkim=pass header.d=example.org", "ada@example.org", true),
        // An address without a domain proves nothing.
        ("dkim=pass header.d=example.org", "ada", false),
        ("dkim=pass header.d=", "ada@", false),
        ("dkim=pass header.d=evil.example", "\"ada@example.org\"@evil2.example", false),
    ]

    @Test("is a pass only for the sender's own domain", arguments: table.indices)
    func alignment(_ row: Int) throws {
        let (results, address, isPass) = Self.table[row]
        let header = try #require(AuthenticationResults(parsing: "mx.example.com; \(results)"))
        #expect(header.verdict(on: address).isPass == isPass, "\(results) for \(address)")
    }

    @Test("says the checks and their results")
    func words() throws {
        let header = try #require(
            AuthenticationResults(parsing: "mx.example.com 1; dmarc=pass header.from=x.org; SPF=Fail (no)"))
        #expect(header.verdict(on: "a@x.org").words == "dmarc=pass, spf=fail")
        let empty = try #require(AuthenticationResults(parsing: "mx.example.com; none"))
        #expect(empty.verdict(on: "a@x.org").words == "nothing")
    }

    @Test("is taken from the topmost header of the server that the profile names, and of no other")
    func topmost() {
        let profile = Profile.support.with {
            $0.verification = .authenticationResults(authservID: "MX.example.com")
            $0.defaultReporter = "5b10a-desk"
        }
        let world = World(accounts: [.ada])
        let forgedBelow = """
            Authentication-Results: mx.example.com; dmarc=fail header.from=example.org
            Authentication-Results: mx.example.com; dmarc=pass header.from=example.org
            """
        #expect(world.plan(for: .of(forgedBelow), under: profile).ids.contains("identify.claim-unverified"))
        let other = "Authentication-Results: mx.example.com.evil.example; dmarc=pass header.from=example.org"
        let plan = world.plan(for: .of(other), under: profile)
        #expect(plan.ids.contains("identify.no-authentication-results"))
        #expect(plan.ids.contains("identify.claim-unverified"))
        let good = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org"
        #expect(world.plan(for: .of(good), under: profile).ids.contains("identify.account"))
    }
}

@Suite("Authentication results of a known server")
struct KnownServerTests {
    private func result(_ fields: String) -> String? {
        Letter.of(fields).authentication.first { $0.isFrom("mx.example.net") }?.results.first?.value
    }

    @Test("are not those of a name that begins or ends alike, nor of a version that nobody knows")
    func others() {
        #expect(result("Authentication-Results: mx.example.net.evil.example; dmarc=pass") == nil)
        #expect(result("Authentication-Results: evil.mx.example.net; dmarc=pass") == nil)
        #expect(result("Authentication-Results: evil.example (mx.example.net); dmarc=pass") == nil)
        #expect(result("Authentication-Results: mx.example.net 2; dmarc=pass") == nil)
        #expect(result("ARC-Authentication-Results: i=1; mx.example.net; dmarc=pass") == nil)
        #expect(result("X-Authentication-Results: mx.example.net; dmarc=pass") == nil)
    }

    @Test("are found behind comments, in quotes and in any case")
    func forms() {
        #expect(result("Authentication-Results: (a comment) MX.example.NET 1; dmarc=pass") == "pass")
        #expect(result("Authentication-Results: \"mx.example.net\"; dmarc=pass") == "pass")
        #expect(result("Authentication-Results: mx.example.net; (x=y;) dmarc (of a) = (b) fail") == "fail")
        #expect(result("Authentication-Results: mx.example.net;\n dmarc=fail reason=\"a; dkim=pass\"") == "fail")
    }
}
