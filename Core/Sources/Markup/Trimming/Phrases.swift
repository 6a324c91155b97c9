// SPDX-License-Identifier: Apache-2.0

/// The words that mail programs put around a quote, in the languages that they speak; all lower case.
enum Phrases {
    /// What stands at or near the end of `On 3 May 2026, Ada wrote:`.
    static let wrote: PhraseTable = [
        "wrote", "writes", "schrieb", "geschrieben", "a écrit", "a ecrit", "écrivait", "escribió", "escribio",
        "va escriure", "missatge de", "ha escrit", "escribiu", "escreveu", "ha scritto", "scrive", "schreef",
        "geschreven", "geskryf",
        "skrev", "skreiv", "kirjoitti", "napisał", "pisze", "napsal", "napísal", "píše", "írta", "a scris", "написал",
        "пишет", "пишете", "написав", "пише", "написа", "напісаў", "έγραψε", "έγραψες", "yazdı", "yazmış", "đã viết",
        "menulis", "kirjutas", "rakstīja", "rašė", "parašė", "skrifaði", "shkroi", "ka shkruar", "idatzi du",
        "idatzi zuen", "napisao", "napisala", "написао", "je oseba", "napisal", "je pisal", "写道", "寫道", "写到", "作成",
        "작성", "님이", "님의 말", "เขียนว่า", "เขียน", "كتب", "كتبت", "כתב", "כתבה", "נכתב", "نوشت", "ने लिखा", "ने लिखा है",
        "のメール", "書きました", "のメッセージ", "wrote on", "sendte", "ditulis", "telah menulis", "rašo", "raksta",
        "escribe", "escreve", "a trimis", "lähetti",
    ]

    /// How such a line may begin; a line with a number near its beginning needs none of these.
    static let openers: PhraseTable = [
        "on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "på ", "dne ", "dňa ", "dnia ", "w dniu ", "pe ",
        "în ", "на ", "στις ", "vào ", "pada ", "في ", "בתאריך", "ב-", "在", "於", "于", "no dia ", "ma ", "ref ", "dana ",
        "u ", "el dia ", "op die ", "në ", "στη ", "στην ", "เมื่อ", "ในวันที่", "در ", "dia ", "nel giorno ", "a las ",
        "v ", "у ", "kell ", "þann ",
    ]

    /// `-----Original Message-----`.
    static let originalMessage: PhraseTable = [
        "original message", "original-nachricht", "ursprüngliche nachricht", "originalnachricht",
        "ursprüngliche e-mail", "urspruengliche nachricht", "message d'origine", "message d’origine",
        "message original", "message initial", "mensaje original", "mensagem original", "messaggio originale",
        "messaggio originario", "oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht",
        "opprinnelig melding", "opprinnelig e-post", "original melding", "original besked", "oprindelig besked",
        "ursprungligt meddelande", "originalmeddelande", "ursprungligt mejl", "oprindelig meddelelse",
        "oprindelig mail",
        "original meddelelse", "alkuperäinen viesti", "исходное сообщение", "оригинальное сообщение",
        "первоначальное сообщение", "исходное письмо", "вихідне повідомлення", "оригінальне повідомлення",
        "початкове повідомлення", "wiadomość oryginalna", "oryginalna wiadomość", "pierwotna wiadomość",
        "původní zpráva", "původní e-mail", "pôvodná správa", "eredeti üzenet", "mesaj original", "mesajul original",
        "mesaj inițial", "orijinal mesaj", "özgün ileti", "orjinal mesaj", "αρχικό μήνυμα", "邮件原件", "原始邮件",
        "原始郵件", "原邮件", "原郵件", "原信件", "元のメッセージ", "オリジナルメッセージ", "元のメール", "원본 메시지", "원본 메일", "원본메일",
        "원본메시지", "الرسالة الأصلية", "الرساله الاصليه", "הודעה מקורית", "ההודעה המקורית", "پیام اصلی", "izvorna poruka",
        "originalna poruka", "оригинална порука", "izvirno sporočilo", "pesan asli", "mesej asal", "thư gốc",
        "tin nhắn gốc", "ข้อความต้นฉบับ", "ข้อความเดิม", "missatge original", "algne kiri", "algne sõnum",
        "oriģinālais ziņojums", "sākotnējā ziņa", "originalus laiškas", "pradinis laiškas", "upprunaleg skilaboð",
        "mensaxe orixinal", "jatorrizko mezua", "mesazhi origjinal", "मूल संदेश", "reply message", "reply separator",
        "оригинално съобщение", "първоначално съобщение",
    ]

    /// `---------- Forwarded message ---------`, `Begin forwarded message:`.
    static let forwarded: PhraseTable = [
        "forwarded message", "begin forwarded message", "forwarded by", "start of forwarded message",
        "forwarded mail", "forwarded email", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
        "anfang der weitergeleiteten e-mail", "weitergeleitet von", "message transféré", "message transmis",
        "message réexpédié", "début du message réexpédié", "début du message transféré", "transféré par",
        "mensaje reenviado", "inicio del mensaje reenviado", "reenviado por", "mensagem encaminhada",
        "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada",
        "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "doorgestuurd bericht",
        "begin doorgestuurd bericht", "vidarebefordrat meddelande", "vidarebefordrat mejl", "vidarebefordrat brev",
        "börjar vidarebefordrat", "videresendt melding", "videresendt e-post", "videresendt meddelelse",
        "videresendt besked", "start på videresendt", "start på den videresendte", "välitetty viesti",
        "välitetyn viestin alku", "edelleenlähetetty viesti", "пересылаемое сообщение", "перенаправленное сообщение",
        "переадресованное сообщение", "пересланное сообщение", "начало переадресованного сообщения",
        "переслане повідомлення", "переадресоване повідомлення", "початок переадресованого", "przekazana wiadomość",
        "wiadomość przekazana dalej", "początek przekazywanej wiadomości", "przesłana wiadomość", "přeposlaná zpráva",
        "začátek přeposílané zprávy", "přeposlaný e-mail", "preposlaná správa", "začiatok preposlanej správy",
        "továbbított üzenet", "továbbított levél", "mesaj redirecționat", "mesaj redirecţionat", "mesaj retransmis",
        "începutul mesajului redirecționat", "yönlendirilmiş ileti", "iletilen mesaj", "iletilen ileti",
        "yönlendirilen mesaj", "iletilmiş mesaj", "προωθημένο μήνυμα", "αρχή προωθημένου μηνύματος", "转发的邮件",
        "转发邮件", "轉寄郵件", "轉寄的郵件", "转发邮件信息", "已转发邮件", "已轉寄的郵件", "轉寄訊息", "転送メッセージ",
        "転送されたメッセージ", "転送メール", "전달된 메시지", "전달된 메일", "전달된 이메일", "رسالة معاد توجيهها", "رسالة محولة",
        "بداية الرسالة المحولة", "הודעה שהועברה", "הודעה מועברת", "پیام بازارسال شده", "پیام هدایت شده",
        "proslijeđena poruka", "prosleđena poruka", "прослеђена порука", "posredovano sporočilo", "thư chuyển tiếp",
        "tin nhắn đã chuyển tiếp", "pesan terusan", "pesan yang diteruskan", "mesej dimajukan", "ข้อความที่ส่งต่อ",
        "missatge reenviat", "препратено съобщение", "edastatud kiri", "edastatud sõnum", "pārsūtītais ziņojums",
        "pārsūtīta ziņa", "persiųstas laiškas", "persiųsta žinutė", "framsend skilaboð", "áframsend skilaboð",
        "mensaxe reenviada", "birbidalitako mezua", "mesazh i përcjellë", "अग्रेषित संदेश",
    ]

    /// What stands above the text in the mails of a help desk.
    static let replyMarkers: PhraseTable = [
        "reply above this line", "type your reply above", "type your reply above this line", "reply above the line",
        "write above this line",
        "reply to this email above", "respond above this line", "please reply above", "reply above this email",
        "antworten sie oberhalb dieser zeile", "oberhalb dieser zeile", "über dieser zeile", "au-dessus de cette ligne",
        "par encima de esta línea", "por encima de esta línea", "encima de esta línea", "acima desta linha",
        "sopra questa riga", "sopra questa linea", "boven deze regel", "boven deze lijn", "ovanför den här raden",
        "ovanför denna rad", "over denne linje", "over denne linjen", "tämän rivin yläpuolelle",
        "powyżej tej linii", "powyżej tego wiersza", "nad tento řádek", "nad tímto řádkem", "nad tento riadok",
        "e fölé a sor fölé", "a vonal fölé", "deasupra acestei linii", "выше этой линии", "выше этой строки",
        "вище цього рядка", "над този ред", "πάνω από αυτή τη γραμμή", "bu satırın üzerine", "bu satırın üstüne",
        "在此行上方", "在此线以上", "この行の上に", "この線より上", "이 줄 위에", "phía trên dòng này", "di atas baris ini",
        "فوق هذا السطر", "מעל שורה זו", "เหนือบรรทัดนี้", "iznad ove linije", "nad to vrstico",
        "in replies all text above this line",
    ]

    /// What a forum puts between the place for an answer and what was said before, below a line of dashes.
    static let previousReplies: Set<String> = [
        "previous replies", "previous messages", "previous comments", "vorherige antworten", "frühere antworten",
        "réponses précédentes", "respuestas anteriores", "respuestas previas", "respostas anteriores",
        "risposte precedenti", "eerdere antwoorden", "vorige antwoorden", "tidigare svar", "tidligere svar",
        "aiemmat vastaukset", "poprzednie odpowiedzi", "předchozí odpovědi", "predchádzajúce odpovede",
        "korábbi válaszok", "előző válaszok", "răspunsuri anterioare", "предыдущие ответы", "попередні відповіді",
        "предишни отговори", "προηγούμενες απαντήσεις", "önceki yanıtlar", "önceki cevaplar", "之前的回复", "先前的回复",
        "先前的回覆", "以前的回复", "前の返信", "以前の返信", "이전 답글", "이전 답변", "trả lời trước", "balasan sebelumnya",
        "الردود السابقة", "תגובות קודמות", "การตอบกลับก่อนหน้า", "prethodni odgovori", "prejšnji odgovori",
        "eelmised vastused", "iepriekšējās atbildes", "ankstesni atsakymai", "respostes anteriors", "پاسخ‌های قبلی",
    ]
}
