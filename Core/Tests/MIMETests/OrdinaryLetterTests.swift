// SPDX-License-Identifier: Apache-2.0

import MIME
import Testing

@Suite("An ordinary letter")
struct OrdinaryLetterTests {
    @Test("is no bounce, no automatic reply and no complaint", arguments: 0..<500)
    func noFalseAlarm(_ seed: Int) {
        var random = SplitMix(state: UInt64(seed) &* 7_919)
        let letter = random.ordinaryLetter(seed)
        let message = parse(Array(letter.utf8))
        let nature = message.nature()
        #expect([.person, .list, .automatic].contains(nature.kind), "\(nature.evidence)\n\(letter)")
        #expect(!message.from.isEmpty)
    }
}

extension SplitMix {
    /// A letter as they come every day; each of eight kinds in turn.
    mutating func ordinaryLetter(_ seed: Int) -> String {
        switch seed % 8 {
        case 0: personal()
        case 1: answer()
        case 2: newsletter()
        case 3: ticket()
        case 4: invitation()
        case 5: receipt()
        case 6: list()
        default: talkAboutMail()
        }
    }

    private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &self) ?? "" }

    private mutating func person() -> String {
        let first = pick(["Ada", "Grace", "Jürgen", "Zoë", "Łukasz", "Mary", "健", "Анна", "José", "Ngozi"])
        let last = pick(["Hopper", "Müller", "Nowak", "O'Neil", "田中", "Петрова", "García", "Smith-Jones"])
        return "\(first) \(last) <\(pick(["a", "kim", "jo.doe", "sales", "p.m", "x_y"]))@\(domain())>"
    }

    private mutating func domain() -> String {
        pick(["example.org", "example.com", "mail.example.net", "shop.example"])
    }

    private mutating func paragraph() -> String {
        let sentences = [
            "The printer on the second floor is out of order again.", "Can you have a look before Friday?",
            "I could not deliver the documents in time, sorry.",
            "My mailbox is full of old drafts, so please be brief.",
            "The user was unknown to me until last week.", "We have moved to a new address.",
            "Please find the report attached.", "The delivery failed twice, says the courier.",
            "Ich bin nächste Woche nicht im Büro.", "Pouvez-vous me rappeler demain ?", "¿Cuándo llega el paquete?",
            "明日の会議の件でご連絡しました。", "Спасибо за ответ.", "Error 550 came up on line 5.1.1 of the script.",
            "The host was unknown, but charming.", "Your account was disabled by mistake.",
            "I am away until Monday.", "Nobody rejected the proposal.", "> quoted: it timed out", "See RFC 5322.",
        ]
        return (0..<Int.random(in: 1...6, using: &self)).map { _ in pick(sentences) }.joined(separator: " ")
    }

    private mutating func letter(_ head: [String], _ body: String) -> String {
        let received = "Received: from mx.\(domain()) by in.example.org; Tue, 3 Feb 2026 09:15:00 +0100"
        return
            ([received, "Return-Path: <\(pick(["a", "b-1", "bounce+7"]))@\(domain())>"] + head
            + ["Date: Tue, 3 Feb 2026 09:15:00 +0100", "Message-ID: <\(next())@\(domain())>", "MIME-Version: 1.0"])
            .joined(separator: "\n") + "\n" + body
    }

    private mutating func text(_ text: String) -> String { "Content-Type: text/plain; charset=utf-8\n\n\(text)\n" }

    private mutating func personal() -> String {
        let subject = pick([
            "Lunch?", "Question about the invoice", "Absence on Friday", "On leave next week", "Failure of the heating",
            "Delivery of the desks", "Mail for you", "Vacation: my plans", "Urlaub im Mai", "Rejected applicants",
            "Returned books", "Warning: slippery floor", "Notice of meeting", "不在届について",
        ])
        return letter(
            ["From: \(person())", "To: \(person())", "Subject: \(subject)"], text(paragraph() + "\n\n-- \nJo"))
    }

    private mutating func answer() -> String {
        let subject = pick([
            "Re: Out of office", "AW: Abwesenheitsnotiz", "Re: Automatic reply: Tea", "SV: Undeliverable: Tea",
            "Fwd: Mail delivery failed", "Re: failure notice", "TR: Réponse automatique", "Re: [TEA-12] Broken",
            "WG: Unzustellbar: Angebot",
        ])
        return letter(
            [
                "From: \(person())", "To: \(person())", "Subject: \(subject)", "In-Reply-To: <1@\(domain())>",
                "References: <0@\(domain())> <1@\(domain())>",
            ],
            text(
                "\(paragraph())\n\nOn Tuesday Jo wrote:\n> This message was created automatically by mail delivery software.\n> <a@b.example>: 550 user unknown"
            ))
    }

    private mutating func newsletter() -> String {
        let subject = pick([
            "News in May", "50 % off", "Delivery free this week", "Your weekly digest", "Automatic savings",
        ])
        return letter(
            [
                "From: \(person())", "To: \(person())", "Subject: \(subject)",
                "List-Unsubscribe: <https://\(domain())/u>",
                "Precedence: \(pick(["bulk", "list", "junk"]))", "X-Mailer: Letters 2.0", "Feedback-ID: 1:2:x",
            ], "Content-Type: text/html\n\n<p>\(paragraph())</p><p>Undeliverable mail is deleted.</p>\n")
    }

    private mutating func ticket() -> String {
        let subject = pick([
            "[TEA-7] Mail delivery is slow", "[#8112] New ticket: bounce of invoices",
            "Ticket closed: out of office reply",
            "[helpdesk] Comment added", "Case 00231 updated", "[JIRA] (NEST-4) Returned mail is not read",
        ])
        return letter(
            [
                "From: Desk <no-reply@\(domain())>", "To: \(person())", "Subject: \(subject)",
                "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: \(pick(["All", "OOF, AutoReply"]))",
            ], text("\(paragraph())\nStatus: 5.1.1\nAction: reopened"))
    }

    private mutating func invitation() -> String {
        letter(
            [
                "From: \(person())", "To: \(person())",
                "Subject: \(pick(["Invitation: Tea", "Accepted: Tea", "Canceled: Out of office day"]))",
            ],
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + text(paragraph())
                + "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n--b--\n"
        )
    }

    private mutating func receipt() -> String {
        letter(
            [
                "From: Shop <\(pick(["no-reply", "orders", "donotreply", "service"]))@\(domain())>", "To: \(person())",
                "Subject: \(pick(["Your receipt", "Order 550 shipped", "Delivery status of order 5.1.1", "Payment failed", "Parcel not delivered"]))",
            ], text("\(paragraph())\nTotal: 5,50"))
    }

    private mutating func list() -> String {
        letter(
            [
                "From: \(person())", "To: tea@lists.example.org",
                "Subject: [tea] \(pick(["Out of office replies again", "Undeliverable?", "Kettles"]))",
                "List-Id: <tea.lists.example.org>", "Precedence: list", "Sender: tea-bounces@lists.example.org",
                "X-BeenThere: tea@lists.example.org", "Errors-To: tea-bounces@lists.example.org",
            ], text(paragraph()))
    }

    /// A letter of one who writes about mail that came back.
    private mutating func talkAboutMail() -> String {
        let subject = pick([
            "Mail delivery failed, what now?", "Undeliverable mail since Monday", "Why do I get a failure notice?",
            "Bounce handling", "Automatic reply does not work", "Out of office note",
            "Delivery Status Notification - what is it",
        ])
        return letter(
            ["From: \(person())", "To: \(person())", "Subject: \(subject)"],
            text(
                "\(paragraph())\n\(pick(["Customers say that it hangs.", "Please help.", "See the log."]))\n550 5.1.1 user unknown"
            ))
    }
}
