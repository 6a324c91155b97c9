// SPDX-License-Identifier: Apache-2.0

extension Message {
    /// The subject says that this carries another message on: `Fwd: ...`, `WG: ...`.
    public var isForward: Bool { SubjectPrefix.isForward(subject ?? "") }
}

/// What mail programs put before the subject that they answer or forward: `Re:`, `AW:`, `转发：`.
enum SubjectPrefix {
    /// The subject answers or forwards another one. Marks of lists and gateways may stand before it.
    static func stands(before subject: String) -> Bool { first(of: withoutMarks(subject)) != nil }

    /// The subject forwards another one. Marks of lists, gateways and tickets may stand before it.
    static func isForward(_ subject: String) -> Bool {
        first(of: withoutMarks(subject, .ofAll)).map(forwards.contains) ?? false
    }

    /// The word of the first prefix, in lower case.
    private static func first(of subject: String) -> String? {
        var rest = subject[...]
        // `EXTERN: AW: Tea`
        for _ in 0..<3 {
            guard let colon = rest.prefix(100).firstIndex(where: { $0 == ":" || $0 == "\u{FF1A}" }) else { return nil }
            let word = withoutCount(rest[..<colon])
            if answers.contains(word) || forwards.contains(word) { return word }
            guard gateways.contains(word) else { return nil }
            rest = rest[rest.index(after: colon)...].drop(while: \.isWhitespace)
        }
        return nil
    }

    enum Marks {
        /// What holds a number is the name of a ticket, and stays.
        case ofListsAndGateways
        case ofAll
    }

    /// Without `[tea]`, `[EXTERNAL]` and the like.
    static func withoutMarks(_ subject: String, _ marks: Marks = .ofListsAndGateways) -> String {
        var rest = subject[...]
        for _ in 0..<3 {
            rest = rest.drop(while: \.isWhitespace)
            guard rest.first == "[", let end = rest.prefix(60).firstIndex(of: "]"),
                marks == .ofAll || !rest[..<end].contains(where: \.isNumber)
            else { break }
            rest = rest[rest.index(after: end)...]
        }
        return String(rest.drop(while: \.isWhitespace))
    }

    /// `re` of `Re[2]`, `RE(3)`, `Re^2`; in lower case.
    private static func withoutCount(_ word: Substring) -> String {
        guard word.utf8.count <= 60 else { return "" }
        let isCount = { (sign: Character) in sign.isNumber || sign.isWhitespace || "[](){}^*".contains(sign) }
        var word = word.drop(while: isCount)
        while let last = word.last, isCount(last) { word.removeLast() }
        return word.lowercased()
    }

    private static let answers: Set<String> = [
        // Latin, English, German, Dutch, Scandinavian, Finnish
        "re", "reply", "aw", "antw", "antwort", "sv", "svar", "vs", "vast", "vastaus",
        // Italian, French, Spanish, Portuguese, Catalan, Romanian
        "r", "ri", "rif", "rép", "rep", "resp", "res", "rta", "răsp", "rasp",
        // Polish, Czech, Slovak, Hungarian, Slovenian, Croatian, Serbian
        "odp", "od", "vá", "válasz", "odg", "одг",
        // Turkish, Latvian, Lithuanian, Welsh, Indonesian, Vietnamese
        "ynt", "yan", "cev", "atb", "ats", "bls", "bal", "tl", "trả lời",
        // Russian, Ukrainian, Bulgarian, Greek
        "ответ", "отв", "на", "відп", "відповідь", "отг", "отговор", "απ", "απάντηση", "σχετ", "σχετικά",
        // Hebrew, Arabic, Persian, Thai
        "השב", "תשובה", "תגובה", "رد", "الرد", "پاسخ", "ตอบกลับ", "ตอบ",
        // Chinese, Japanese, Korean
        "回复", "答复", "回覆", "答覆", "回復", "返信", "回答", "답장", "회신", "답변",
    ]

    private static let forwards: Set<String> = [
        // English, German, Dutch, Scandinavian, Finnish, Icelandic
        "fw", "fwd", "forward", "wg", "wl", "doorst", "dfw", "vb", "videresendt", "vl", "fs",
        // Danish, Norwegian; an answer in Finnish
        "vs",
        // Italian, French, Spanish, Portuguese, Romanian
        "i", "inoltra", "inoltro", "tr", "trans", "rv", "reenv", "enc", "redir", "redirecţionat", "redirecționat",
        // Polish, Czech, Hungarian, Slovenian, Croatian
        "pd", "předáno", "přeposláno", "továbbítás", "továbbítva", "tovább", "tov", "posr", "proslj",
        // Turkish, Latvian, Lithuanian, Estonian, Indonesian, Vietnamese
        "ilt", "i̇lt", "pārs", "prs", "edasi", "trs", "chuyển tiếp",
        // Russian, Ukrainian, Bulgarian, Greek
        "пересл", "переслать", "пер", "перенаправлено", "прп", "πρθ", "προώθ",
        // Hebrew, Arabic, Persian, Thai
        "העבר", "הועבר", "إعادة توجيه", "تحويل", "فوروارد", "ส่งต่อ",
        // Chinese, Japanese, Korean
        "转发", "轉寄", "轉發", "轉送", "转寄", "転送", "전달",
    ]

    /// What gateways put before the subject of mail from outside.
    private static let gateways: Set<String> = [
        "ext", "extern", "external", "externe", "externo", "esterno", "extern mail", "external mail", "external email",
        "spam", "spam?", "suspected spam",
    ]
}
