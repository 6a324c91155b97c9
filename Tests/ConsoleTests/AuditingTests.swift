// SPDX-License-Identifier: Apache-2.0

import Store
import TestStores
import Testing

@testable import Console

@Suite("A tenant") struct TenantRemovalTests {
    @Test("is removed for good by an operator who writes its name, with its admins' sessions")
    func removed() async throws {
        try await withHouse { house in
            let olga = try await Browser(house, as: "olga")
            let anna = try await Browser(house, as: "anna")
            #expect(
                try await olga.get("/installation").text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    .contains(
                        "here and in every backup of the data. A copy of the keys that <code>martlet backup</code> made "
                            + "before still opens older data: make a new backup, which is written over it."))
            let unsure = try await olga.post("/installation/tenants/remove", ["tenant": "acme", "again": "acmee"])
            #expect(unsure.status == 409)
            #expect(unsure.has("The tenant&#39;s name was not written into the field as it is."))
            #expect(try await anna.get("/letters").status == 200)
            let done = try await olga.post("/installation/tenants/remove", ["tenant": "acme", "again": "acme"])
            #expect(done.status == 303)
            #expect(try await !olga.get("/installation").has("Tenant acme"))
            #expect(try await anna.get("/letters").header("Location") == "/sign-in")
            #expect(try await olga.get("/installation/trail").has("Asked to remove a tenant"))
            #expect(try await olga.get("/installation").has("Tenant other"))
        }
    }
}

@Suite("A tenant that has ended") struct EndedTenantPageTests {
    @Test("is read by its admins, who are told until when, as operators are; and not beyond that (P4)")
    func ended() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            _ = try await house.store.endTenant(acme, afterDays: 3)
            house.advance(1)
            let anna = try await Browser(house, as: "anna")
            #expect(
                try await anna.get("/letters").has(
                    "This tenant has ended: nothing is taken in, and nothing is sent. What is kept can be read and exported "
                        + "until 2026-11-25 12:00:00 UTC; then all of it is destroyed."))
            #expect(try await anna.get("/letters/\(letter)").has("Secret subject"))
            let olga = try await Browser(house, as: "olga")
            #expect(
                try await olga.get("/installation").has("<br>has ended, is destroyed on 2026-11-25 12:00:00 UTC</td>"))
            house.advance(3 * 86_400 - 3_600)
            let late = try await Browser(house, as: "anna")
            #expect(try await late.get("/letters/\(letter)").status == 200)
            house.advance(3_600)
            for path in ["/letters", "/letters/\(letter)"] { #expect(try await late.get(path).status == 404) }
            #expect(try await !Browser(house, as: "olga").get("/installation").has("Tenant acme"))
        }
    }
}

@Suite("Auditing") struct AuditingTests {
    @Test(
        "is switched off by a tenant's admin who was told the consequence, and on by an operator alone (P16, P17, P18)",
        arguments: DatabaseEngine.ends)
    func offAndOn(on engine: DatabaseEngine) async throws {
        try await withHouse(on: engine) { house in
            let anna = try await Browser(house, as: "anna")
            let olga = try await Browser(house, as: "olga")
            let tenant = try await house.store.tenant(acme)
            #expect(try await anna.get("/configuration").has("no report says why something happened"))
            let unsure = try await anna.post("/configuration/auditing/stop")
            #expect(unsure.status == 409)
            #expect(unsure.has("The box beside the button was not ticked."))
            #expect(try await tenant.isAudited())

            #expect(try await anna.post("/configuration/auditing/stop", ["sure": "yes"]).status == 303)
            #expect(try await !tenant.isAudited())
            #expect(try await house.store.tenant(other).isAudited())
            let page = try await anna.get("/configuration")
            #expect(page.has("Off: nothing is kept of what is done. An operator can switch it on again."))
            #expect(!page.has("Switch auditing"))

            #expect(try await anna.post("/installation/auditing/resume", ["tenant": "acme"]).status == 403)
            #expect(try await !tenant.isAudited())
            let installation = try await olga.get("/installation")
            #expect(installation.text.matches(of: #/name="tenant" value="(\w+)"/#).map { String($0.1) } == ["acme"])
            #expect(try await olga.post("/installation/auditing/resume", ["tenant": "acme"]).status == 303)
            #expect(try await tenant.isAudited())
        }
    }

    @Test("that is off leaves no page of what was done")
    func nothingToSee() async throws {
        try await withHouse { house in
            try await house.store.tenant(acme).stopAuditing()
            let letter = try await house.keepDone()
            let anna = try await Browser(house, as: "anna")
            #expect(try await !anna.get("/letters").has("Secret subject"))
            for path in ["", "/html", "/text", "/source", "/message.eml", "/report.json"] {
                #expect(try await anna.get("/letters/\(letter)\(path)").status == 404, "\(path)")
            }
        }
    }
}
