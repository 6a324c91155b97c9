// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store
import Testing

@testable import Console

@Suite("The page of a tenant's set-up") struct TermsTests {
    @Test("says for how long things are kept, and lets an admin change that within the operator's bounds")
    func terms() async throws {
        try await withHouse { house in
            let anna = try await Browser(house, as: "anna")
            let tenant = try await house.store.tenant(acme)
            let page = try await anna.get("/configuration")
            #expect(page.has("Letters, sent mail and reports are kept for 30 days, events for 7."))
            #expect(page.has("name=\"mail\" type=\"number\" min=\"2\" max=\"30\" value=\"30\""))

            let changed = try await anna.post("/configuration/terms", ["mail": "10", "event": "3"])
            #expect(changed.status == 303)
            #expect(try await tenant.terms().now == Terms(mailDays: 10, eventDays: 3))
            #expect(try await anna.post("/configuration/terms", ["mail": "20", "event": "3"]).status == 303)
            let later = try await anna.get("/configuration")
            #expect(later.has("Letters, sent mail and reports are kept for 10 days, events for 3."))
            #expect(later.has("From 2026-11-23 on it is 20 and 3 days, for what comes then."))
            #expect(later.has("value=\"20\""))

            let refused = try await anna.post("/configuration/terms", ["mail": "31", "event": "3"])
            #expect(refused.status == 409)
            #expect(refused.has("Mail can be kept for 2 to 30 days here, not for 31."))
            #expect(try await anna.post("/configuration/terms", ["mail": "x", "event": "3"]).status == 409)
            #expect(try await house.store.tenant(other).terms().now == .usual)
            #expect(try await anna.get("/trail").has("Asked to change how long things are kept"))
            let olga = try await Browser(house, as: "olga")
            #expect(try await olga.post("/configuration/terms", ["mail": "5", "event": "3"]).status == 403)
        }
    }
}

@Suite("Work that waits for long") struct WaitingPageTests {
    @Test("is said above the list of its line, and in the metrics, until it is done or discarded")
    func waiting() async throws {
        try await withHouse { house in
            let anna = try await Browser(house, as: "anna")
            let letter = try await house.keep()
            try await house.store.tenant(acme).park(letter, said: "The project is not there.")
            #expect(try await !anna.get("/letters").has("What waits is kept"))
            house.advance(8 * 86_400)
            let again = try await Browser(house, as: "anna")
            let words = "1 letter waits for more than 7 days. What waits is kept until it is done or discarded."
            #expect(try await again.get("/letters").has(words))
            #expect(try await !again.get("/events").has("What waits is kept"))
            let metrics = try await again.get("/metrics")
            #expect(metrics.has("martlet_waiting{line=\"letter\",days=\"1\"} 1\n"))
            #expect(metrics.has("martlet_waiting{line=\"letter\",days=\"7\"} 1\n"))
            #expect(metrics.has("martlet_waiting{line=\"letter\",days=\"25\"} 0\n"))
            #expect(metrics.has("martlet_waiting{line=\"event\",days=\"1\"} 0\n"))
            try await house.store.tenant(acme).discardParked(letter)
            #expect(try await !again.get("/letters").has("What waits is kept"))
        }
    }
}

@Suite("The page of a letter or an event") struct SentMailTests {
    @Test("P46 leads to the mail as it was sent, for the tenant's admins alone, and each look is in the trail")
    func sentMail() async throws {
        try await withHouse { house in
            let event = try await house.keep("{}", .event)
            try await house.finish(event, .notified, line: .event)
            let anna = try await Browser(house, as: "anna")
            #expect(try await !anna.get("/events/\(event)").has("The mail as it was sent"))
            #expect(try await anna.get("/events/\(event)/mail").status == 404)
            let mail = "Subject: News\r\n\r\nIt is mended.\r\n"
            try await house.store.tenant(acme).hold(
                .sent, "\(event).0", about: event.rawValue, Data(mail.utf8), at: noon)
            #expect(try await anna.get("/events/\(event)").has("href=\"/events/\(event)/mail\""))
            let sent = try await anna.get("/events/\(event)/mail")
            #expect(sent.text == mail)
            #expect(sent.header("Content-Disposition") == "attachment; filename=\"mail.eml\"")
            #expect(try await anna.get("/trail").has("Read a letter"))
            #expect(try await Browser(house, as: "otto").get("/events/\(event)/mail").status == 404)
            #expect(try await Browser(house, as: "olga").get("/events/\(event)/mail").status == 403)
        }
    }

    @Test("P46 leads to each mail that a letter's sender and others got")
    func mailsOfLetter() async throws {
        try await withHouse { house in
            let letter = try await house.keepDone()
            for (number, words) in ["To the sender", "To the team"].enumerated() {
                try await house.store.tenant(acme).hold(
                    .sent, "\(letter).\(number)", about: letter.rawValue, Data("\r\n\(words)".utf8),
                    at: noon.addingTimeInterval(Double(number)))
            }
            let anna = try await Browser(house, as: "anna")
            let page = try await anna.get("/letters/\(letter)")
            let links = ["/letters/\(letter)/mail", "/letters/\(letter)/mail?number=2"]
            for (number, link) in links.enumerated() {
                #expect(page.has("<a href=\"\(link)\" download>Mail \(number + 1) of 2 as it was sent</a>"))
            }
            #expect(try await anna.get(links[0]).text == "\r\nTo the sender")
            #expect(try await anna.get(links[1]).text == "\r\nTo the team")
            for number in ["0", "3", "x", "-1", "9223372036854775807"] {
                #expect(try await anna.get("\(links[0])?number=\(number)").status == 404)
            }
        }
    }
}
