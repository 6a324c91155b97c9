// SPDX-License-Identifier: Apache-2.0

// The subjects by which absence notes and bounces go, in the languages that mail programs write them in.

extension AutomaticSign {
    /// The sign in a decoded subject. A subject that answers or forwards (`Re: Out of office`) was written by a person.
    static func inSubject(_ subject: String) -> AutomaticSign? {
        let text = subject.lowercased().split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        for (kind, phrases) in [(Kind.outOfOfficeSubject, outOfOffice), (.bounceSubject, bounces)] {
            if let phrase = phrases.first(where: { text.hasPrefix($0) }) {
                return AutomaticSign(kind: kind, value: phrase, evidence: "Subject: \(subject.prefix(200))")
            }
        }
        return nil
    }

    /// What such subjects begin with. Words that people begin their own subjects with (`on leave`, `absence`) are not
    /// among them.
    private static let outOfOffice = [
        // English
        "out of office", "out-of-office", "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response",
        "auto-response", "autoresponse", "automated reply", "automated response", "vacation:", "on vacation",
        "i am out of the office", "i'm out of the office", "i am on leave",
        // German
        "abwesend", "abwesenheitsnotiz", "abwesenheitsmeldung", "abwesenheitsbenachrichtigung",
        "automatische antwort", "autom. antwort", "automatische abwesenheit", "nicht im büro", "urlaub:",
        "ich bin im urlaub", "auto-antwort", "autoantwort", "außer haus", "ausser haus",
        // French
        "réponse automatique", "absence du bureau", "absent du bureau", "en congé", "message d'absence",
        "réponse d'absence",
        // Spanish
        "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "autorespuesta",
        // Italian
        "risposta automatica", "fuori ufficio", "fuori sede",
        // Portuguese
        "resposta automática", "resposta automatica", "ausente do escritório", "fora do escritório",
        // Dutch
        "automatisch antwoord", "afwezig", "niet aanwezig", "buiten kantoor", "automatische beantwoording",
        // Danish, Norwegian, Swedish, Finnish
        "autosvar", "automatisk svar", "automatiskt svar", "ikke til stede", "ej på kontoret",
        "automaattinen vastaus",
        // Polish, Czech, Slovak, Hungarian, Romanian
        "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "automatická odpověď",
        "mimo kancelář", "automatická odpoveď", "automatikus válasz", "házon kívül", "răspuns automat",
        // Russian, Ukrainian, Greek, Turkish
        "автоответ", "автоматический ответ", "нет на месте", "автоматична відповідь", "αυτόματη απάντηση",
        "otomatik yanıt", "ofis dışında", "otomatik cevap",
        // Japanese, Chinese, Korean
        "自動応答", "自動返信", "不在通知", "自动答复", "自动回复", "自動回覆", "자동 회신", "부재중",
        // Catalan, Slovenian, Croatian, Bulgarian, Estonian, Latvian, Lithuanian
        "resposta automàtica", "samodejni odgovor", "automatski odgovor", "автоматичен отговор", "automaatvastus",
        "automātiskā atbilde", "automatinis atsakymas",
    ]

    private static let bounces = [
        "undelivered mail returned to sender", "undeliverable", "delivery status notification",
        "mail delivery failed", "mail delivery failure", "mail delivery system", "failure notice", "returned mail",
        "undelivered mail", "message delivery failure", "mail system error", "unzustellbar", "nicht zustellbar",
        "zustellung fehlgeschlagen", "non remis", "non distribuable", "échec de la remise", "mensaje no entregado",
        "impossibile recapitare", "mancato recapito", "não entregue", "onbestelbaar", "niet bestelbaar",
        "kan ikke leveres", "går inte att leverera", "недоставленное сообщение", "не доставлено", "配信不能", "无法投递",
        "无法送达",
    ]
}
