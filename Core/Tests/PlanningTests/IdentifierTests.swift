// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Testing

@Suite("A name of ours")
struct IdentifierTests {
    @Test(
        "of a tenant takes lower-case letters, digits and hyphens",
        arguments: ["a", "acme", "acme-2", "9", "a-", String(repeating: "x", count: 40)])
    func tenant(_ raw: String) {
        #expect(TenantID(raw)?.rawValue == raw)
        #expect(ConfigurationID(raw)?.description == raw)
    }

    @Test(
        "of a tenant takes nothing else",
        arguments: ["", "-a", "Acme", "a b", "a_b", "a.b", "ä", "a/b", "a\n", String(repeating: "x", count: 41)])
    func noTenant(_ raw: String) {
        #expect(TenantID(raw) == nil)
        #expect(ConfigurationID(raw) == nil)
    }

    @Test("of a job has 26 characters of Crockford's alphabet")
    func job() {
        let raw = "01J9ZZZZZZZZZZZZZZZZZZZZZZ"
        #expect(JobID(raw)?.description == raw)
        for raw in [
            "", "01J9", "01j9zzzzzzzzzzzzzzzzzzzzzz", "01J9ZZZZZZZZZZZZZZZZZZZZZI", "01J9ZZZZZZZZZZZZZZZZZZZZZ-",
        ] {
            #expect(JobID(raw) == nil)
        }
    }

    @Test("of an older job sorts before a younger one")
    func order() {
        let ids: [JobID] = ["01J9ZZZZZZZZZZZZZZZZZZZZZ9", "00000000000000000000000000", "01J9ZZZZZZZZZZZZZZZZZZZZZA"]
        #expect(
            ids.sorted() == ["00000000000000000000000000", "01J9ZZZZZZZZZZZZZZZZZZZZZ9", "01J9ZZZZZZZZZZZZZZZZZZZZZA"])
    }

    @Test("of an action says job, decider and place")
    func action() {
        let id = ActionID(job: Case.job, decider: "support", ordinal: 2)
        #expect(id.description == "00000000000000000000000000.support.2")
    }

    @Test("is refused in words when it is read")
    func decoding() throws {
        #expect(try JSONDecoder().decode([ConfigurationID].self, from: Data(#"["support"]"#.utf8)) == ["support"])
        #expect(words(of: [ConfigurationID].self, in: #"["Support"]"#) == #""Support" is not a valid name here"#)
        #expect(words(of: [TenantID].self, in: #"["a b"]"#) == #""a b" is not a valid name here"#)
    }
}

@Suite("A catch address")
struct AddressPatternTests {
    @Test(
        "matches without case, and with anything behind a plus",
        arguments: [
            "support@example.com", "Support@EXAMPLE.com", "support+printer@example.com", "support+@example.com",
            "support+a+b@example.com",
        ])
    func address(_ address: String) {
        let pattern: AddressPattern = "support@Example.com"
        #expect(pattern.matches(address))
    }

    @Test(
        "matches no other address",
        arguments: [
            "", "support", "@example.com", "support@", "support@example.com.evil.example", "xsupport@example.com",
            "supporter@example.com", "support@sub.example.com", "example.com", "support@example.org",
            "support@example.com@evil.example",
        ])
    func otherAddress(_ address: String) {
        let pattern: AddressPattern = "support@example.com"
        #expect(!pattern.matches(address))
    }

    @Test("of a whole domain matches each address there, and none of a domain above or below")
    func domain() {
        let pattern: AddressPattern = "@tickets.example.com"
        #expect(pattern.matches("a@tickets.example.com"))
        #expect(pattern.matches("A.b+c@Tickets.Example.com"))
        for other in ["@tickets.example.com", "a@example.com", "a@x.tickets.example.com", "a@xtickets.example.com"] {
            #expect(!pattern.matches(other))
        }
    }

    @Test("is refused when it is none", arguments: ["", "@", "support", "support@", "a b@example.com", "a@b\n.com"])
    func invalid(_ raw: String) {
        #expect(AddressPattern(raw) == nil)
    }

    @Test("is refused when it is longer than an address can be")
    func long() {
        #expect(AddressPattern(String(repeating: "a", count: 320) + "@example.com") == nil)
    }

    @Test("is kept as it was written")
    func raw() {
        #expect(("Support@Example.com" as AddressPattern).description == "Support@Example.com")
    }
}
