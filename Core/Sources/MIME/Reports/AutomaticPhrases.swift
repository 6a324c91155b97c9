// SPDX-License-Identifier: Apache-2.0

// The subjects by which absence notes and bounces go, in the languages that mail programs write them in, and the
// sentences of mail servers.

extension AutomaticSign {
    /// The signs in a decoded subject. A subject that answers or forwards (`Re: Out of office`) was written by a
    /// person.
    static func inSubject(_ subject: String) -> [AutomaticSign] {
        // What programs put there stands near the front.
        let top = String(decoding: subject.utf8.prefix(1000), as: UTF8.self)
        let text = top.lowercased().split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        guard !SubjectPrefix.stands(before: text) else { return [] }
        func sign(_ kind: Kind, _ phrase: String) -> AutomaticSign {
            AutomaticSign(kind: kind, value: phrase, evidence: "Subject: \(subject.prefix(200))")
        }
        let words = SubjectPrefix.withoutMarks(text)
        if let phrase = replies.first(where: { begins(words, with: $0) }) {
            let rest = words.dropFirst(phrase.count).drop { $0 == " " }
            let isLabel = rest.first == ":" || rest.first == "\u{FF1A}"
            return [sign(isLabel ? .autoreplySubject : .outOfOfficeSubject, phrase)]
        }
        if let phrase = absences.first(where: { begins(words, with: $0) }) {
            return [sign(.outOfOfficeSubject, phrase)]
        }
        return bouncePhrase(inSubject: text).map { [sign(.bounceSubject, $0)] } ?? []
    }

    /// A phrase ends where a word ends; the scripts of East Asia know no blanks.
    private static func begins(_ text: String, with phrase: String) -> Bool {
        guard text.hasPrefix(phrase) else { return false }
        guard let last = phrase.unicodeScalars.last, last.value < 0x0E00, last.properties.isAlphabetic else {
            return true
        }
        let next = text.dropFirst(phrase.count).first
        return next.map { !$0.isLetter && !$0.isNumber } ?? true
    }

    /// Behind the number of a ticket (`[#8112]`, `Ticket#4711`) a person says it, or another tracker.
    private static func bouncePhrase(inSubject text: String) -> String? {
        let words = FoldedText(text)
        for phrase in bounces.lazy.filter({ !common.contains($0) }) + bounces.filter(common.contains) {
            guard let place = words.place(of: phrase) else { continue }
            let head = words.text(before: place)
            let isTicket = head.contains("#") || head.contains("[") && head.contains(where: \.isNumber)
            return isTicket ? nil : phrase
        }
        return nil
    }

    /// A sentence by which a mail server returns a mail.
    static func bouncePhrase(in message: Message) -> String? {
        guard let part = message.parts.first(where: { $0.text != nil && !message.isEmbedded($0) }) else { return nil }
        let words = FoldedText(part.text ?? "", limit: 4096)
        return sentences.first(where: words.contains)
    }

    /// What programs put before the subject that they answer. With a colon behind it is a sign of its own.
    private static let replies = [
        "automatic reply", "out of office reply", "out-of-office reply", "out of office autoreply", "vacation reply",
        "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse",
        "automated reply", "automated response", "automatic response", "autoresponder",
        "automatische antwort", "autom. antwort", "auto-antwort", "autoantwort", "automatische abwesenheit",
        "réponse automatique", "respuesta automática", "respuesta automatica", "autorespuesta",
        "risposta automatica", "resposta automática", "resposta automatica", "automatisch antwoord",
        "automatische beantwoording", "autosvar", "automatisk svar", "automatiskt svar", "automaattinen vastaus",
        "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "automatická odpověď",
        "automatická odpoveď", "automatikus válasz", "răspuns automat", "автоответ", "автоматический ответ",
        "автоматична відповідь", "αυτόματη απάντηση", "otomatik yanıt", "otomatik cevap", "自動応答", "自動返信",
        "自动答复", "自动回复", "自動回覆", "自動回復", "자동 회신", "자동 응답", "resposta automàtica", "samodejni odgovor",
        "automatski odgovor", "автоматичен отговор", "automaatvastus", "automātiskā atbilde",
        "automatinis atsakymas", "jawaban otomatis", "balasan otomatis", "trả lời tự động", "תשובה אוטומטית",
        "رد تلقائي", "ตอบกลับอัตโนมัติ",
    ]

    /// What absence notes begin with. Words that people begin their own subjects with (`on leave`, `absence`) are not
    /// among them.
    private static let absences = [
        // English
        "out of office", "out-of-office", "vacation:", "on vacation", "i am out of the office",
        "i'm out of the office", "i am on leave", "out of the office",
        // German
        "abwesend", "abwesenheitsnotiz", "abwesenheitsmeldung", "abwesenheitsbenachrichtigung",
        "abwesenheitsassistent", "nicht im büro", "urlaub:", "ich bin im urlaub", "außer haus", "ausser haus",
        // French
        "absence du bureau", "absent du bureau", "en congé", "message d'absence", "réponse d'absence",
        // Spanish, Italian, Portuguese
        "fuera de la oficina", "fuera de oficina", "fuori ufficio", "fuori sede", "ausente do escritório",
        "fora do escritório",
        // Dutch, Danish, Norwegian, Swedish
        "afwezig", "niet aanwezig", "buiten kantoor", "ikke til stede", "ej på kontoret", "frånvarande", "poissa",
        // Polish, Czech, Hungarian
        "poza biurem", "mimo kancelář", "házon kívül",
        // Russian, Turkish
        "нет на месте", "ofis dışında",
        // Japanese, Korean
        "不在通知", "不在のお知らせ", "부재중",
    ]

    /// Phrases that shops write of parcels, and persons of anything: they prove less.
    static let common: Set<String> = [
        "delivery status", "delivery report", "delivery notification", "delivery failure", "delivery failed",
        "delivery has failed", "delivery problem", "delivery delayed", "delivery error", "delivery incomplete",
        "failed delivery", "failure delivery", "not be delivered", "not delivered", "message status", "devuelto",
        "no entregado", "não entregue", "nicht zugestellt", "zustellung fehlgeschlagen", "fehler bei der zustellung",
        "nicht zustellbar", "не доставлено", "недоставлено", "반송",
        "unable to deliver", "failed recipient", "permanent error", "delivery attempts", "has been rejected because",
        "failure reasons", "delivery failed for the following reason", "bounced by", "nicht zugestellt werden",
        "konnte nicht zugestellt", "не было доставлено", "не может быть доставлено", "no se pudo entregar",
        "no se ha podido entregar", "お届けできません", "error occurred while trying to deliver",
    ]

    private static let bounces = [
        // English
        "undeliver", "undelivered", "delivery status", "mail failed", "returning to sender", "[bounce]",
        "non-deliverable", "delivery report",
        "delivery notification", "delivery failure", "delivery failed", "delivery has failed", "delivery problem",
        "delivery delayed", "delivery error", "delivery incomplete", "mail delivery", "message delivery",
        "failure notice", "failure delivery", "failed delivery", "failed mail", "returned mail", "mail returned",
        "returned to sender", "non delivery", "non-delivery", "nondeliver", "not be delivered", "not delivered",
        "mail system error", "warning: could not send message", "could not send message for past",
        "postmaster notify", "error sending your mail", "delayed mail", "considered unsolicited bulk email",
        "message you sent blocked", "your message was blocked", "mail failure", "message status", "bounced mail",
        "bounce notification", "rejected mail", "mail rejected", "message rejected",
        // German, French, Dutch
        "unzustellbar", "nicht zustellbar", "zustellung fehlgeschlagen", "nicht zugestellt",
        "fehler bei der zustellung",
        "non remis", "non distribuable", "échec de la remise", "échec de remise", "onbestelbaar", "niet bestelbaar",
        // Spanish, Italian, Portuguese
        "no se puede entregar", "mensaje no entregado", "no entregado", "devuelto", "impossibile recapitare",
        "mancato recapito", "non recapitabile", "não entregue", "não é possível entregar", "não entregável",
        // Danish, Norwegian, Swedish, Finnish
        "kan ikke leveres", "kunne ikke leveres", "går inte att leverera", "kan inte levereras", "ei voi toimittaa",
        "toimittaminen epäonnistui",
        // Polish, Czech, Hungarian, Romanian, Turkish
        "niedostarczalne", "nie można dostarczyć", "nedoručitelné", "nedoručiteľné", "kézbesíthetetlen",
        "nu se poate livra", "teslim edilemedi",
        // Russian
        "недоставленное сообщение", "не доставлено", "недоставлено", "не удается доставить", "не может быть доставлено",
        // Japanese, Chinese, Korean
        "配信不能", "配信できません", "送信できません", "メールエラー", "エラー通知", "不達", "配信エラー", "送信エラー",
        "无法投递", "无法送达", "無法投遞", "退信", "未送达", "传递失败", "傳遞失敗", "배달되지 않", "반송",
    ]

    private static let sentences = [
        "created automatically by mail delivery", "delivered to one or more of its",
        "delivered to one or more recipients",
        "be delivered to one or more", "this is the mail system at host", "this is the postfix program",
        "this is the qmail-send program", "able to deliver your message", "delivery to the following recipient",
        "delevery to the following recipient", "delivery has failed to these recipients",
        "did not reach the following recipient", "did not reach some or all of the intended",
        "transcript of session follows", "had permanent fatal errors", "had delivery problems",
        "had permanent delivery errors", "automatically generated delivery status notification",
        "unable to deliver", "wasn't delivered to", "was not delivered to:", "message could not be delivered",
        "could not be delivered to:", "this is the mailer-daemon", "mail delivery agent at", "dragonfly mail agent",
        "error occurred while trying to deliver", "cannot be delivered to the following",
        "could not be delivered to the following", "delivery status notification from",
        "trouble delivering your message",
        "requested action not taken", "your message could not be sent", "failed to send to identified host",
        "failed addresses follow", "failed recipient", "rejected by a remote mail server", "message was not delivered",
        "message has not been delivered", "mail could not be delivered", "following message to*was undeliverable",
        "following addresses failed", "following address failed", "failure reasons",
        "delivery failed for the following reason",
        "with responses from your group", "group you tried to contact", "message was undeliverable",
        "invalid final delivery userid", "user mailbox exceeds allowed size", "final-recipient:",
        "bounced by", "returned mail", "permanent error", "delivery attempts", "has been rejected because",
        "エラーのため送信できません", "送信できませんでした", "配信できませんでした", "送信に失敗しました", "お届けできません",
        "не может быть доставлено", "не было доставлено", "nicht zugestellt werden", "konnte nicht zugestellt",
        "n'a pas pu être remis", "n'a pas pu être distribué", "no se pudo entregar", "no se ha podido entregar",
        "non è stato possibile recapitare", "無法傳送", "无法送达",
    ]
}
