// SPDX-License-Identifier: Apache-2.0

import Store
import Testing

@testable import Console

@Suite("The trail") struct TrailTests {
    @Test("holds what an admin did, before it is done, and shows it to admins of this tenant alone")
    func admins() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let anna = try await Browser(house, as: "anna")
            _ = try await anna.get("/letters")
            _ = try await anna.get("/letters/\(letter)")
            _ = try await anna.get("/letters/\(letter)/source")
            _ = try await anna.get("/letters/\(letter)/message.eml")
            #expect(try await anna.post("/letters/\(letter)/rerun").status == 409)
            #expect(try await anna.post("/letters/\(letter)/rerun", ["token": "wrong"]).status == 403)
            let entries = try await house.store.tenant(acme).trail.entries(limit: 9)
            #expect(entries.map(\.deed.what) == ["rerun-letter", "download-letter", "read-letter", "sign-in"])
            #expect(entries.map(\.deed.by) == ["anna", "anna", "anna", "anna"])
            #expect(entries.map(\.deed.about) == ["\(letter)", "\(letter)", "\(letter)", ""])
            let page = try await anna.get("/trail")
            #expect(page.has("Nobody can change it unseen without the keys;"))
            for words in ["Asked to run a letter again", "Downloaded a letter", "Signed in", "\(letter)"] {
                #expect(page.has(words))
            }
            let otto = try await Browser(house, as: "otto")
            #expect(try await !otto.get("/trail").has("Downloaded a letter"))
            let olga = try await Browser(house, as: "olga")
            #expect(try await !olga.get("/installation/trail").has("anna"))
        }
    }

    @Test("of an operator's deed to a tenant is seen by both")
    func operators() async throws {
        try await withHouse { house in
            let olga = try await Browser(house, as: "olga")
            let anna = try await Browser(house, as: "anna")
            try await house.store.tenant(acme).stopAuditing()
            _ = try await olga.post("/installation/auditing/resume", ["tenant": "acme"])
            for page in [try await olga.get("/installation/trail"), try await anna.get("/trail")] {
                #expect(page.has("Asked to switch auditing on"))
                #expect(page.has("olga"))
            }
            let otto = try await Browser(house, as: "otto")
            #expect(try await !otto.get("/trail").has("olga"))
        }
    }

    @Test("is shown page by page")
    func pages() async throws {
        try await withHouse { house in
            let trail = try await house.store.tenant(acme).trail
            for number in 1...150 { try await trail.add(Deed(by: "x", what: "deed", about: "n\(number)."), at: noon) }
            let anna = try await Browser(house, as: "anna")
            let first = try await anna.get("/trail")
            #expect(first.has("n150.") && first.has("n52.") && !first.has("n51."))
            let link = try #require(first.text.firstMatch(of: #/href="(/trail\?before=\d+)"/#)).1
            let second = try await anna.get(String(link))
            #expect(second.has("n51.") && second.has("n1.") && !second.has("n52.") && !second.has("Earlier"))
        }
    }
}
