// SPDX-License-Identifier: Apache-2.0

/// The words that mail programs put around a quote, in the languages that they speak; all lower case.
enum Phrases {
    /// What stands at or near the end of `On 3 May 2026, Ada wrote:`.
    static let wrote = [
        "wrote", "writes", "schrieb", "a écrit", "a ecrit", "escribió", "escribio", "va escriure", "escribiu",
        "escreveu",
        "ha scritto", "schreef", "geschreven", "geskryf", "skrev", "skreiv", "kirjoitti", "napisał", "pisze", "napsal",
        "napísal", "írta", "a scris", "написал", "пишет", "пишете", "написав", "пише", "написа", "напісаў", "έγραψε",
        "yazdı", "đã viết", "menulis", "kirjutas", "rakstīja", "rašė", "parašė", "skrifaði", "shkroi", "idatzi du",
        "napisao", "написао", "je oseba", "napisal", "写道", "寫道", "작성", "님이", "เขียนว่า", "เขียน", "كتب", "כתב", "כתבה",
        "نوشت", "ने लिखा", "ने लिखा है", "のメール", "書きました", "wrote on", "sendte", "ditulis",
    ]

    /// How such a line may begin; a line with a number near its beginning needs none of these.
    static let openers = [
        "on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "på ", "dne ", "dňa ", "dnia ", "w dniu ", "pe ",
        "în ",
        "на ", "στις ", "vào ", "pada ", "في ", "בתאריך", "ב-", "在", "於", "于", "no dia ", "ma ", "ref ", "dana ", "u ",
        "el dia ", "op die ", "në ", "στη ", "เมื่อ", "در ",
    ]

    /// `-----Original Message-----`.
    static let originalMessage = [
        "original message", "original-nachricht", "ursprüngliche nachricht", "originalnachricht", "message d'origine",
        "message d’origine", "message original", "message initial", "mensaje original", "mensagem original",
        "messaggio originale", "oorspronkelijk bericht", "origineel bericht", "opprinnelig melding",
        "original melding", "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse",
        "original meddelelse", "alkuperäinen viesti", "исходное сообщение", "оригинальное сообщение",
        "первоначальное сообщение", "вихідне повідомлення", "оригінальне повідомлення", "wiadomość oryginalna",
        "oryginalna wiadomość", "původní zpráva", "pôvodná správa", "eredeti üzenet", "mesaj original",
        "mesajul original", "orijinal mesaj", "özgün ileti", "αρχικό μήνυμα", "邮件原件", "原始邮件", "原始郵件",
        "原邮件", "元のメッセージ", "オリジナルメッセージ", "원본 메시지", "원본 메일", "الرسالة الأصلية", "הודעה מקורית",
        "izvorna poruka", "izvirno sporočilo", "pesan asli", "thư gốc", "missatge original", "algne kiri",
        "reply message", "reply separator", "оригинално съобщение",
    ]

    /// `---------- Forwarded message ---------`, `Begin forwarded message:`.
    static let forwarded = [
        "forwarded message", "begin forwarded message", "forwarded by", "start of forwarded message",
        "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitet von", "message transféré",
        "message transmis", "message réexpédié", "début du message réexpédié", "début du message transféré",
        "mensaje reenviado", "inicio del mensaje reenviado", "mensagem encaminhada", "mensagem reencaminhada",
        "início da mensagem encaminhada", "início da mensagem reencaminhada", "messaggio inoltrato",
        "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht",
        "vidarebefordrat meddelande",
        "vidarebefordrat mejl", "videresendt melding", "videresendt e-post", "videresendt meddelelse",
        "start på videresendt", "välitetty viesti", "välitetyn viestin alku", "edelleenlähetetty viesti",
        "пересылаемое сообщение", "перенаправленное сообщение", "переадресованное сообщение",
        "начало переадресованного сообщения", "переслане повідомлення", "przekazana wiadomość",
        "wiadomość przekazana dalej", "přeposlaná zpráva", "preposlaná správa", "továbbított üzenet",
        "továbbított levél", "mesaj redirecționat", "mesaj redirecţionat", "yönlendirilmiş ileti", "iletilen mesaj",
        "iletilen ileti", "yönlendirilen mesaj", "προωθημένο μήνυμα", "转发的邮件", "转发邮件", "轉寄郵件", "轉寄的郵件",
        "转发邮件信息", "転送メッセージ", "転送されたメッセージ", "전달된 메시지", "전달된 메일", "رسالة معاد توجيهها", "رسالة محولة",
        "הודעה שהועברה", "proslijeđena poruka", "posredovano sporočilo", "thư chuyển tiếp", "pesan terusan",
        "missatge reenviat", "препратено съобщение", "edastatud kiri",
    ]

    /// What stands above the text in the mails of a help desk.
    static let replyMarkers = [
        "reply above this line", "type your reply above", "reply above the line", "write above this line",
        "reply to this email above", "respond above this line", "antworten sie oberhalb dieser zeile",
        "oberhalb dieser zeile", "au-dessus de cette ligne", "por encima de esta línea", "acima desta linha",
        "sopra questa riga", "boven deze regel", "ovanför den här raden", "выше этой линии", "выше этой строки",
        "in replies all text above this line",
    ]

    /// The beginnings of lines that a telephone or a mail program adds.
    static let mobileFooters = [
        "sent from my ", "sent from mail for ", "sent from outlook", "sent from yahoo mail", "sent from proton",
        "sent from samsung", "sent from a mobile", "sent from the all new", "sent from fastmail", "sent from nine",
        "sent using ", "sent with ", "sent via ", "get outlook for ", "von meinem ", "gesendet von ",
        "gesendet mit ", "diese nachricht wurde von mein", "envoyé de mon ", "envoyé depuis ", "envoyé à partir de ",
        "envoyé avec ", "télécharger outlook", "enviado desde ", "enviado do ", "enviado a partir ", "enviado de mi ",
        "enviado de meu ", "enviat des ", "obtener outlook", "obter o outlook", "inviato da ", "inviato dal ",
        "scarica outlook", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ", "verzonden via ",
        "outlook downloaden", "skickat från ", "skickades från ", "hämta outlook", "sendt fra ", "sendt fra min ",
        "hent outlook", "lähetetty ", "hanki outlook", "wysłane z ", "wysłano z ", "pobierz outlook", "odesláno z ",
        "odoslané z ", "získejte outlook", "küldve ", "trimis de pe ", "trimis din ", "отправлено с ", "отправлено из ",
        "надіслано з ", "изпратено от ", "скачать outlook", "σταλμένο από ", "στάλθηκε από ", "发自我的", "从我的", "從我的",
        "寄自我的", "获取 outlook", "nokia からの", "나의 ", "내 ", "được gửi từ ", "đã gửi từ ", "gửi từ ",
        "dikirim dari ", "poslano s ", "poslano sa ", "poslano iz ", "saadetud minu ", "أرسلت من ", "נשלח מה", "ส่งจาก",
    ]

    /// The same, where the words stand at the end of the line.
    static let mobileFooterEnds = ["から送信", "で送信", "에서 보냄", "gönderildi", "gesendet", "からの送信", "से भेजा गया"]

    /// What the subject of a forwarded mail begins with, in front of its colon.
    static let forwardPrefixes: Set<String> = [
        "fw", "fwd", "wg", "tr", "rv", "enc", "i", "vs", "vb", "doorst", "pd", "ynt", "ilt", "i̇lt", "转发", "轉寄", "転送",
        "πρθ", "trs", "továbbítás", "redirecţionat", "rif", "vl", "переслать", "пересл", "إعادة توجيه", "הועבר", "전달",
    ]

    /// The labels of a mail's head, as programs write them into a reply.
    enum Label {
        case from, date, to, subject, copy
    }

    static let labels: [String: Label] = {
        let words: [(Label, String)] = [
            (
                .from,
                """
                from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|от|от кого|від|kimden|gönderen|από|发件人|寄件者|寄件人\
                |差出人|보낸 사람|보낸사람|expéditeur|mittente|remitente|afzender|nadawca|odesílatel|odosielateľ|expeditor\
                |отправитель|відправник|จาก|từ|dari|من|מאת|saatja|nuo|šalje|pošiljatelj|frá|avsändare|afsender|avsender
                """
            ),
            (
                .date,
                """
                sent|date|sent on|gesendet|datum|gesendet am|envoyé|envoyé le|envoye|date d'envoi|enviado|enviada em|enviado em\
                |enviado el|enviada|fecha|data|inviato|data invio|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|wysłano\
                |wysłane|data wysłania|odesláno|odoslané|dátum|küldve|elküldve|trimis|дата|отправлено|дата отправки|надіслано\
                |изпратено|gönderildi|tarih|gönderme tarihi|αποστολή|ημερομηνία|στάλθηκε|发送时间|日期|寄件日期|傳送時間|發送時間\
                |送信日時|日時|日付|보낸 날짜|보낸날짜|날짜|ngày|đã gửi|dikirim|tanggal|تاريخ|التاريخ|تم الإرسال|נשלח|תאריך|วันที่|ส่ง\
                |saadetud|poslano|kuupäev|time|heure|hora
                """
            ),
            (
                .to,
                """
                to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|кому|до|kime|alıcı|προς|收件人|收件者|宛先|받는 사람\
                |받는사람|đến|tới|kepada|إلى|אל|ถึง|za|prima|destinataire|destinataires|destinatario|ke|kam|kellele|per|mottaker
                """
            ),
            (
                .subject,
                """
                subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|tárgy|subiect|тема\
                |относно|konu|θέμα|主题|主旨|主題|件名|제목|chủ đề|tiêu đề|subjek|perihal|الموضوع|נושא|เรื่อง|teema|tēma|tema\
                |naslov|zadeva|efni|assumpte|subyek
                """
            ),
            (
                .copy,
                """
                cc|kopie|cópia|copia|kopia|kopi|kopio|копия|копія|抄送|副本|bilgi|másolat|κοιν|참조|نسخة|עותק|cc.|bcc|reply-to\
                |antwort an|importance|wichtigkeit|attachments|anlagen|priority
                """
            ),
        ]
        var labels: [String: Label] = [:]
        for (label, list) in words {
            for word in list.split(separator: "|") { labels[String(word)] = label }
        }
        return labels
    }()
}
