// SPDX-License-Identifier: Apache-2.0

extension SplitMix {
    /// A letter as they come every day; each of thirteen kinds in turn.
    mutating func ordinaryLetter(_ seed: Int) -> String {
        switch seed % 13 {
        case 0: newsletter()
        case 1: ticket()
        case 2: invitation()
        case 3: receipt()
        case 4: list()
        case 5: parcel()
        case 6: calendarOfAbsences()
        default: letterOfPerson(seed / 13)
        }
    }

    /// Each of six kinds in turn.
    mutating func letterOfPerson(_ seed: Int) -> String {
        switch seed % 6 {
        case 0: personal()
        case 1: answer()
        case 2: answerInTheWorld()
        case 3: talkOfAbsence()
        case 4: forwardedReport()
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
            "Out of office? Read this on the beach", "Vacation: 50 % off", "Automatic reply: five templates",
            "Nicht im Büro? Unsere Bücher", "En congé : nos idées", "自動返信の使い方", "Mail delivery failed? Ask us",
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
            "[Ticket#2026112210000017] Undeliverable: Angebot", "[#812] Mail delivery failed: who can look?",
            "Ticket #4711: Automatic reply: Tea", "INC0012345 - Out of office note is not sent",
            "[rt.example.org #99] failure notice",
            "[ada/mail] Message could not be delivered to a list (#42)", "[TEA-9] Automatic reply: Tea",
        ])
        return letter(
            [
                "From: Desk <no-reply@\(domain())>", "To: \(person())", "Subject: \(subject)",
                "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: \(pick(["All", "OOF, AutoReply"]))",
            ], text("\(paragraph())\nStatus: 5.1.1\nAction: reopened\nAda wrote: the message could not be delivered."))
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

    /// What a person answers or forwards, in the words of mail programs of many countries.
    private mutating func answerInTheWorld() -> String {
        let prefix = pick([
            "Re:", "AW:", "Antw:", "SV:", "VS:", "R:", "RIF:", "RES:", "Odp:", "YNT:", "ATB:", "VÁ:", "Ответ:", "Отв:",
            "Відп:", "ΑΠ:", "השב:", "رد:", "回复:", "答复：", "回覆:", "回復：", "返信:", "답장:", "회신:", "Trả lời:", "Fwd:", "FW:",
            "WG:",
            "Doorst:", "VB:", "VL:", "I:", "TR:", "RV:", "ENC:", "PD:", "Továbbítás:", "İLT:", "TRS:", "Пересл:",
            "ΠΡΘ:",
            "הועבר:", "إعادة توجيه:", "转发:", "轉寄:", "転送:", "전달:", "Re[3]:", "RE(2):", "[tea] Re:", "[EXTERNAL] AW:",
            "EXTERN: SV:", "Re: Fwd:",
        ])
        let subject = pick([
            "Automatic reply: Tea", "Out of office", "Automatische Antwort: Angebot", "Abwesenheitsnotiz",
            "Réponse automatique : devis", "Respuesta automática: pedido", "Risposta automatica: preventivo",
            "Fuori ufficio: tè", "Resposta automática: pedido", "Automatisch antwoord: thee", "Autosvar: te",
            "Odpowiedź automatyczna: herbata", "Автоответ: чай", "Otomatik yanıt: çay", "自動返信: お茶", "自动回复: 茶",
            "자동 회신: 차", "Undeliverable: Tea", "Unzustellbar: Angebot", "Mail delivery failed", "退信: 茶",
        ])
        return letter(
            [
                "From: \(person())", "To: \(person())", "Subject: \(prefix) \(subject)", "In-Reply-To: <1@\(domain())>",
            ], text(paragraph()))
    }

    /// One who tells of an absence, new or in a thread, or asks about such notes.
    private mutating func talkOfAbsence() -> String {
        let subject = pick([
            "Out of office next week", "Out of office: 3 to 14 May", "On vacation until Monday",
            "Out of the office today",
            "Abwesend am Freitag", "Abwesenheitsnotiz einrichten", "Nicht im Büro", "Ich bin im Urlaub ab Montag",
            "En congé du 3 au 14 mai", "Absence du bureau", "Fuera de la oficina el lunes", "Fuori ufficio domani",
            "Ausente do escritório", "Afwezig op vrijdag", "Frånvarande i maj", "Poissa perjantaina", "Poza biurem",
            "Нет на месте до среды", "不在通知の書き方", "부재중 안내", "Automatic reply does not stop",
            "Automatic reply: how do I set it up?", "Auto-reply: broken since Monday", "Autoresponder for the desk",
            "自動返信：設定方法", "Vacation: who covers the desk?", "Urlaub: Vertretung im Mai", "Autosvarsfunktionen",
        ])
        let thread = pick(["", "In-Reply-To: <1@\(domain())>", "References: <0@\(domain())> <1@\(domain())>"])
        // A thread that a person goes on with has `Re:`; one who writes a subject anew names the absence plainly.
        let isPlain = !subject.lowercased().hasPrefix("auto") && !subject.hasPrefix("自動")
        return letter(
            ["From: \(person())", "To: \(person())", "Subject: \(subject)"]
                + (isPlain && !thread.isEmpty ? [thread] : []),
            text("\(paragraph()) I am out of the office and have no access to mail.\n"))
    }

    /// A report that somebody got and sends on, as a whole or in its parts.
    private mutating func forwardedReport() -> String {
        let kind = pick(["delivery-status", "disposition-notification", "feedback-report", "global-delivery-status"])
        let fields =
            "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
            + "Feedback-Type: abuse\nDisposition: automatic-action/MDN-sent-automatically; displayed\n"
        let report =
            "Content-Type: multipart/report; report-type=\(kind); boundary=r\n\n--r\n" + text("It came back.")
            + "--r\nContent-Type: message/\(kind)\n\n\(fields)--r--\n"
        let attached = pick([
            "Content-Type: message/\(kind)\n\n\(fields)",
            "Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON@\(domain())\nReturn-Path: <>\n"
                + "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n\(report)",
            "Content-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: a@b.example\nSubject: News\n\nx\n",
            "Content-Type: message/rfc822\n\nFrom: a@b.example\nSubject: Automatic reply: Tea\nX-Autoreply: yes\n\nx\n",
            "Content-Type: text/rfc822-headers\n\nFrom: a@b.example\nAuto-Submitted: auto-replied\n",
        ])
        let subject = pick([
            "What is this?", "Fwd: Undelivered Mail Returned to Sender", "WG: Unzustellbar: Angebot",
            "Mail comes back", "Is this ours?", "FW: Automatic reply: Tea", "转发: 退信",
        ])
        let words = pick([paragraph(), "", "We got an abuse report for an email message of ours.", "Siehe unten."])
        return letter(
            ["From: \(person())", "To: \(person())", "Subject: \(subject)"],
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + text(words) + "--b\n\(attached)\n--b--\n")
    }

    /// A shop or a courier tells where a parcel is, and wants no answer.
    private mutating func parcel() -> String {
        let subject = pick([
            "Delivery notification", "Delivery failed", "Delivery problem with order 4711",
            "Delivery status of 550-5.1.1",
            "Paket nicht zugestellt", "Zustellung fehlgeschlagen", "Paquete no entregado", "Pacote não entregue",
            "Посылка не доставлено", "Your parcel is on its way", "Delivery delayed until Monday",
        ])
        let words = pick([
            "We were unable to deliver your parcel.", "After three delivery attempts it went back.",
            "Ihr Paket konnte nicht zugestellt werden.", "No se pudo entregar su paquete.",
            "It has been rejected because of damage.",
        ])
        return letter(
            [
                "From: Courier <\(pick(["no-reply", "donotreply", "info", "tracking"]))@\(domain())>",
                "To: \(person())",
                "Subject: \(subject)", "Auto-Submitted: auto-generated",
            ], text("\(words) \(paragraph())")
        )
        .replacing("Return-Path: <bounce+7@", with: "Return-Path: <>\nX-Sent-By: <bounce+7@")
    }

    /// A program that keeps who is away.
    private mutating func calendarOfAbsences() -> String {
        let subject = pick([
            "Out of office: request approved", "Vacation: 3 requests wait", "Abwesend heute: Kim, Jo",
            "Abwesenheitsmeldung: neuer Antrag", "Absence du bureau : demande reçue", "Frånvarande idag",
        ])
        return letter(
            [
                "From: HR <\(pick(["no-reply", "noreply", "do-not-reply"]))@\(domain())>", "To: \(person())",
                "Subject: \(subject)", "Auto-Submitted: auto-generated",
                "Precedence: \(pick(["bulk", "list"]))",
            ], text(paragraph()))
    }
}
