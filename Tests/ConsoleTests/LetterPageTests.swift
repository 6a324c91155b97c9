// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Planning
import Store
import Testing

@testable import Console

@Suite("The pages of letters") struct LetterPageTests {
    @Test("escape whatever a letter says, also where a scalar is joined to a sign")
    func escaping() async throws {
        try await withHouse { house in
            let done = try await house.keepDone()
            let parked = try await house.keep()
            try await house.store.tenant(acme).park(parked, said: "No \(House.hostile)")
            let anna = try await Browser(house, as: "anna")
            let search = "/letters?sender=\(queryEncoded(House.hostile))"
            let words = "/letters?words=\(queryEncoded(House.hostile))"
            for path in [
                "/letters", "/letters/\(done)", "/letters/\(parked)", "/letters/\(done)/source", search, words,
            ] {
                let page = try await anna.get(path)
                #expect(page.status == 200)
                let bytes = Array(page.text.utf8)
                for tag in ["<script", "<img", "<b>", "\" onclick"] {
                    #expect(!contains(bytes, Array(tag.utf8)), "\(path) holds \(tag)")
                }
                #expect(page.has("&lt;script&gt;"), "\(path)")
            }
        }
    }

    /// By bytes, as a browser reads; a comparison of Swift strings would overlook joined scalars too.
    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: part) }
    }

    @Test("list letters by outcome, sender and words, page by page")
    func list() async throws {
        try await withHouse { house in
            for _ in 0..<WorkFilter.pageLength { _ = try await house.keepDone(.created) }
            let dropped = try await house.keepDone(.dropped)
            let parked = try await house.keep()
            try await house.store.tenant(acme).park(parked, said: "The project is not there.")
            let anna = try await Browser(house, as: "anna")
            let all = try await anna.get("/letters")
            #expect(all.has("Not finished") && all.has("The project is not there.") && all.has("Secret subject"))
            let next = try #require(all.text.firstMatch(of: #/href="([^"]+)" rel="next"/#)).1
            let second = try await anna.get(String(next).replacing("&amp;", with: "&"))
            #expect(second.status == 200)
            #expect(second.text.matches(of: #/href="\/letters\/[0-9A-Z]{26}"/#).count == 1)
            let some = try await anna.get("/letters?outcome=dropped")
            #expect(some.has("/letters/\(dropped)"))
            #expect(some.text.matches(of: #/href="\/letters\/[0-9A-Z]{26}"/#).count == 1)
            #expect(try await anna.get("/letters?outcome=parked").has("/letters/\(parked)"))
            #expect(try await anna.get("/letters?sender=nobody%40example.com").has("No letters to show."))
            #expect(try await anna.get("/letters?words=SECRET+help-7&outcome=dropped").has("/letters/\(dropped)"))
            #expect(try await anna.get("/letters?words=secret+toner").has("No letters to show."))
            let found = try await anna.get("/letters?words=secret")
            let more = try #require(found.text.firstMatch(of: #/href="([^"]+)" rel="next"/#)).1
            let rest = try await anna.get(String(more).replacing("&amp;", with: "&"))
            #expect(rest.has("value=\"secret\""))
            #expect(rest.text.matches(of: #/href="\/letters\/[0-9A-Z]{26}"/#).count == 1)
        }
    }

    @Test("show the report stage by stage, and the way to the issue")
    func report() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let page = try await Browser(house, as: "anna").get("/letters/\(letter)")
            #expect(page.has("Became issue HELP-7."))
            #expect(page.has("<h3>Screen</h3>") && page.has("Found &lt;script&gt;"))
            #expect(page.has("href=\"https://acme.atlassian.net/browse/HELP-7\""))
        }
    }

    @Test("show filtered HTML where nothing runs, and the source as text")
    func contents() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let anna = try await Browser(house, as: "anna")
            let html = try await anna.get("/letters/\(letter)/html")
            #expect(html.has("Hello <b>you</b>") && !html.has("<script") && !html.has("onclick="))
            #expect(!html.has("https://evil.example"))
            #expect(html.has("Left out: ") && html.has("remote image"))
            #expect(html.header("Content-Security-Policy")?.contains("sandbox") == true)
            #expect(try await anna.get("/letters/\(letter)/text").has("Hello you"))
            let source = try await anna.get("/letters/\(letter)/source")
            #expect(source.has("&lt;p onclick=&quot;steal()&quot;&gt;") && !source.has("are shown"))
            let file = try await anna.get("/letters/\(letter)/message.eml")
            #expect(file.text == House.letter)
            #expect(file.header("Content-Disposition") == "attachment; filename=\"message.eml\"")
        }
    }

    @Test("show a long source in part, and say so")
    func longSource() async throws {
        try await withHouse { house in
            let letter = try await house.keep(House.letter + String(repeating: "0123456789\r\n", count: 30_000))
            let page = try await Browser(house, as: "anna").get("/letters/\(letter)/source")
            #expect(page.has("Only the first 262 kB are shown"))
            #expect(page.text.utf8.count < 300_000)
        }
    }

    @Test("offer no letter of more than 10 MB once it is done, and none whose 30 days are over (P10, P11)")
    func gone() async throws {
        try await withHouse { house in
            let large = try await house.keep(House.letter + String(repeating: "x", count: 10_000_000))
            let anna = try await Browser(house, as: "anna")
            #expect(try await anna.get("/letters/\(large)").has("message.eml"))
            try await house.finish(large, .created)
            #expect(try await !anna.get("/letters/\(large)").has("message.eml"))
            #expect(try await !anna.get("/letters/\(large)").has("Run again"))
            for page in ["html", "text", "source", "message.eml"] {
                #expect(try await anna.get("/letters/\(large)/\(page)").status == 404, "\(page)")
            }
            let small = try await house.keepDone()
            #expect(try await anna.get("/letters/\(small)/text").status == 200)
            house.advance(30 * 86_400)
            let later = try await Browser(house, as: "anna")
            for page in ["", "/text", "/facts.json"] {
                #expect(try await later.get("/letters/\(small)\(page)").status == 404, "\(page)")
            }
            #expect(try await !later.get("/letters").has("Secret subject"))
        }
    }

    @Test("show what is in an event for an hour (P42)")
    func eventForAnHour() async throws {
        try await withHouse { house in
            let event = try await house.keep("{}", .event)
            try await house.plan(event)
            let anna = try await Browser(house, as: "anna")
            let report = "Nothing was decided yet."
            #expect(try await !anna.get("/events/\(event)").has(report))
            house.advance(3600)
            let later = try await anna.get("/events/\(event)")
            #expect(later.status == 200)
            #expect(later.has(report))
            #expect(later.has("\(event)"))
        }
    }

    @Test("make a case of five files (P27)")
    func caseFiles() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let anna = try await Browser(house, as: "anna")
            let envelope = try await anna.get("/letters/\(letter)/envelope.json")
            let kept = try JSONDecoder().decode(Envelope.self, from: Data(envelope.text.utf8))
            #expect(kept == Envelope(returnPath: "ada@example.com", recipients: ["support@example.com"]))
            let profile = try await anna.get("/letters/\(letter)/profile.json")
            #expect(try JSONDecoder().decode(Profile.self, from: Data(profile.text.utf8)).id == support)
            let facts = try await anna.get("/letters/\(letter)/facts.json")
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            #expect(try decoder.decode(Facts.self, from: Data(facts.text.utf8)).known.isEmpty)
            let report = try await anna.get("/letters/\(letter)/report.json")
            #expect(try decoder.decode(Plan.self, from: Data(report.text.utf8)).refusal == .bounce)
        }
    }
}

@Suite("What can be done about a letter") struct LetterActionTests {
    @Test("is to run it again once it is finished, when the warning is ticked")
    func rerun() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            let anna = try await Browser(house, as: "anna")
            #expect(try await anna.get("/letters/\(letter)").has("Jira gets another issue or comment"))
            #expect(try await anna.post("/letters/\(letter)/rerun").status == 409)
            #expect(try await house.store.tenant(acme).job(letter)?.state == .done)
            #expect(try await anna.post("/letters/\(letter)/rerun", ["sure": "yes"]).status == 303)
            #expect(try await house.store.tenant(acme).job(letter)?.state == .received)
            #expect(try await anna.post("/letters/\(letter)/rerun", ["sure": "yes"]).status == 409)
        }
    }

    @Test("is to discard it while it is parked")
    func discard() async throws {
        try await withHouse { house in
            let letter = try await house.keep()
            let anna = try await Browser(house, as: "anna")
            #expect(try await anna.post("/letters/\(letter)/discard", ["sure": "yes"]).status == 409)
            try await house.store.tenant(acme).park(letter, said: "The project is not there.")
            #expect(try await anna.post("/letters/\(letter)/discard", ["sure": "yes"]).status == 303)
            #expect(try await house.store.tenant(acme).job(letter) == nil)
            #expect(try await anna.get("/letters/\(letter)").status == 404)
        }
    }

    @Test("is not to try one of which only the header is kept")
    func onlyTheHeader() async throws {
        try await withHouse { house in
            let rows = try await house.store.tenant(acme)
            let body = try rows.newBody(.letter, receivedAt: noon)
            try body.append(Array("Subject: A film\r\n\r\n".utf8))
            let origin = Data(
                #"{"profile":"support","envelope":{"returnPath":"","recipients":[]},"isHeaderOnly":true}"#.utf8)
            let receipt = try await rows.receive(
                Arrival(source: "imap/box", body: body, payload: origin, parkedSaying: "It is too large."))
            guard case .kept(let letter) = receipt else { throw Unexpected() }
            let anna = try await Browser(house, as: "anna")
            let page = try await anna.get("/letters/\(letter)")
            #expect(page.has("It is too large."))
            #expect(!page.has("Try again now"))
            let answer = try await anna.post("/letters/\(letter)/retry")
            #expect(answer.status == 409)
            #expect(answer.has("Only its header is kept here: the letter itself is still in its mailbox."))
            #expect(try await rows.job(letter)?.state == .parked)
        }
    }

    @Test("is not to take it from a worker")
    func retry() async throws {
        try await withHouse { house in
            let letter = try await house.keep()
            let anna = try await Browser(house, as: "anna")
            #expect(try await house.store.claim(.letter, limit: 1, at: noon).count == 1)
            #expect(try await anna.post("/letters/\(letter)/retry").status == 409)
            try await house.store.tenant(acme).retry(letter, at: noon.addingTimeInterval(60), said: "Jira is down.")
            #expect(try await anna.get("/letters/\(letter)").has("Jira is down."))
            #expect(try await anna.post("/letters/\(letter)/retry").status == 303)
            #expect(try await house.store.tenant(acme).job(letter)?.dueAt == noon)
        }
    }

    @Test("let go of a parked letter whose file is gone")
    func damagedLetter() async throws {
        let folder = try TemporaryFolder()
        try await withHouse(in: folder) { house in
            let lost = try await house.keep(House.letter + String(repeating: "Hello again.\r\n", count: 40_000))
            try await house.store.tenant(acme).park(lost, said: "The project is not there.")
            let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            let bodies = files.filter { $0.hasSuffix(".body") }
            #expect(bodies.count == 1)
            for file in bodies { try FileManager.default.removeItem(atPath: folder.path(file)) }
            let anna = try await Browser(house, as: "anna")
            let page = try await anna.get("/letters/\(lost)")
            #expect(page.status == 200)
            #expect(page.has("(no subject)") && page.has("The project is not there.") && page.has("Discard"))
            #expect(try await anna.post("/letters/\(lost)/discard", ["sure": "yes"]).status == 303)
            #expect(try await house.store.tenant(acme).job(lost) == nil)
        }
    }
}
