// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

/// What mail programs and people write around a letter in one language.
struct MailLanguage: CustomTestStringConvertible {
    let name: String
    /// The line above a quote.
    let wrote: String
    /// The labels of sender, date, recipient and subject in the head lines of an answered mail.
    let labels: String
    let original: String
    let forwarded: String
    let footer: String
    let closing: String

    var testDescription: String { name }

    init(
        _ name: String, _ wrote: String, _ labels: String, _ original: String, _ forwarded: String, _ footer: String,
        _ closing: String
    ) {
        self.name = name
        self.wrote = wrote
        self.labels = labels
        self.original = original
        self.forwarded = forwarded
        self.footer = footer
        self.closing = closing
    }

    var headerBlock: String {
        let values = ["Ada Lovelace <ada@example.org>", "3. 5. 2026 10:15", "Bob <bob@example.org>", "X1"]
        return zip(labels.split(separator: "|"), values).map { "\($0): \($1)" }.joined(separator: "\n")
    }

    static let all = [
        MailLanguage(
            "English", "On Sun, 3 May 2026 at 10:15, Ada Lovelace <ada@example.org> wrote:", "From|Sent|To|Subject",
            "Original Message", "Forwarded message", "Sent from my iPhone", "Kind regards,"),
        MailLanguage(
            "German", "Am So., 3. Mai 2026 um 10:15 Uhr schrieb Ada Lovelace <ada@example.org>:",
            "Von|Gesendet|An|Betreff", "Ursprüngliche Nachricht", "Weitergeleitete Nachricht",
            "Von meinem iPhone gesendet", "Mit freundlichen Grüßen"),
        MailLanguage(
            "French", "Le dim. 3 mai 2026 à 10:15, Ada Lovelace <ada@example.org> a écrit :", "De |Envoyé |À |Objet ",
            "Message d'origine", "Message transféré", "Envoyé de mon iPhone", "Bien cordialement,"),
        MailLanguage(
            "Spanish", "El dom, 3 may 2026 a las 10:15, Ada Lovelace (<ada@example.org>) escribió:",
            "De|Enviado|Para|Asunto", "Mensaje original", "Mensaje reenviado", "Enviado desde mi iPhone",
            "Un cordial saludo,"),
        MailLanguage(
            "Portuguese", "Em dom., 3 de mai. de 2026 às 10:15, Ada Lovelace <ada@example.org> escreveu:",
            "De|Enviado em|Para|Assunto", "Mensagem original", "Mensagem encaminhada", "Enviado do meu iPhone",
            "Atenciosamente,"),
        MailLanguage(
            "Italian", "Il giorno dom 3 mag 2026 alle ore 10:15 Ada Lovelace <ada@example.org> ha scritto:",
            "Da|Inviato|A|Oggetto", "Messaggio originale", "Messaggio inoltrato", "Inviato da iPhone",
            "Cordiali saluti"),
        MailLanguage(
            "Dutch", "Op zo 3 mei 2026 om 10:15 schreef Ada Lovelace <ada@example.org>:",
            "Van|Verzonden|Aan|Onderwerp", "Oorspronkelijk bericht", "Doorgestuurd bericht",
            "Verstuurd vanaf mijn iPhone", "Met vriendelijke groet,"),
        MailLanguage(
            "Swedish", "Den sön 3 maj 2026 kl 10:15 skrev Ada Lovelace <ada@example.org>:", "Från|Skickat|Till|Ämne",
            "Ursprungligt meddelande", "Vidarebefordrat meddelande", "Skickat från min iPhone",
            "Med vänliga hälsningar"),
        MailLanguage(
            "Danish", "Den søn. 3. maj 2026 kl. 10.15 skrev Ada Lovelace <ada@example.org>:", "Fra|Sendt|Til|Emne",
            "Oprindelig meddelelse", "Videresendt meddelelse", "Sendt fra min iPhone", "Med venlig hilsen"),
        MailLanguage(
            "Norwegian", "søn. 3. mai 2026 kl. 10:15 skrev Ada Lovelace <ada@example.org>:", "Fra|Dato|Til|Emne",
            "Opprinnelig melding", "Videresendt melding", "Sendt fra min mobil", "Vennlig hilsen"),
        MailLanguage(
            "Finnish", "su 3. toukok. 2026 klo 10.15 Ada Lovelace (ada@example.org) kirjoitti:",
            "Lähettäjä|Lähetetty|Vastaanottaja|Aihe", "Alkuperäinen viesti", "Välitetty viesti",
            "Lähetetty iPhonesta", "Ystävällisin terveisin"),
        MailLanguage(
            "Icelandic", "Þann sun., 3. maí 2026 kl. 10:15 skrifaði Ada Lovelace <ada@example.org>:",
            "Frá|Dagsetning|Til|Efni", "Upprunaleg skilaboð", "Framsend skilaboð", "Sent úr iPhone", "Bestu kveðjur"),
        MailLanguage(
            "Polish", "niedz., 3 maj 2026 o 10:15 Ada Lovelace <ada@example.org> napisał(a):", "Od|Wysłano|Do|Temat",
            "Wiadomość oryginalna", "Przekazana wiadomość", "Wysłane z iPhone'a", "Z poważaniem"),
        MailLanguage(
            "Czech", "ne 3. 5. 2026 v 10:15 odesílatel Ada Lovelace <ada@example.org> napsal:",
            "Od|Odesláno|Komu|Předmět", "Původní zpráva", "Přeposlaná zpráva", "Odesláno z iPhonu", "S pozdravem"),
        MailLanguage(
            "Slovak", "ne 3. 5. 2026 o 10:15 Ada Lovelace <ada@example.org> napísal(a):", "Od|Odoslané|Komu|Predmet",
            "Pôvodná správa", "Preposlaná správa", "Odoslané z iPhonu", "S pozdravom"),
        MailLanguage(
            "Hungarian", "Ada Lovelace <ada@example.org> ezt írta (időpont: 2026. máj. 3., V, 10:15):",
            "Feladó|Elküldve|Címzett|Tárgy", "Eredeti üzenet", "Továbbított üzenet", "iPhone-omról küldve",
            "Üdvözlettel,"),
        MailLanguage(
            "Romanian", "Pe dum., 3 mai 2026 la 10:15, Ada Lovelace <ada@example.org> a scris:",
            "De la|Trimis|Către|Subiect", "Mesaj original", "Mesaj redirecționat", "Trimis de pe iPhone-ul meu",
            "Cu stimă,"),
        MailLanguage(
            "Russian", "вс, 3 мая 2026 г. в 10:15, Ада Лавлейс <ada@example.org>:", "От|Отправлено|Кому|Тема",
            "Исходное сообщение", "Пересылаемое сообщение", "Отправлено с iPhone", "С уважением,"),
        MailLanguage(
            "Ukrainian", "нд, 3 трав. 2026 р. о 10:15 Ада Лавлейс <ada@example.org> пише:", "Від|Надіслано|Кому|Тема",
            "Вихідне повідомлення", "Переслане повідомлення", "Надіслано з iPhone", "З повагою,"),
        MailLanguage(
            "Bulgarian", "На нд, 3.05.2026 г. в 10:15 Ада Лавлейс <ada@example.org> написа:",
            "От|Изпратено|До|Относно", "Оригинално съобщение", "Препратено съобщение", "Изпратено от моя iPhone",
            "С уважение,"),
        MailLanguage(
            "Serbian", "нед, 3. мај 2026. у 10:15 Ада Лавлејс <ada@example.org> је написао/ла:", "Од|Датум|За|Наслов",
            "Оригинална порука", "Прослеђена порука", "Послато са iPhone-а", "Поздрав,"),
        MailLanguage(
            "Croatian", "ned, 3. svi 2026. u 10:15 Ada Lovelace <ada@example.org> napisao je:",
            "Od|Poslano|Prima|Predmet", "Izvorna poruka", "Proslijeđena poruka", "Poslano s iPhonea",
            "Srdačan pozdrav,"),
        MailLanguage(
            "Slovene", "V V ned., 3. maj 2026 ob 10:15 je oseba Ada Lovelace <ada@example.org> napisala:",
            "Od|Poslano|Za|Zadeva", "Izvirno sporočilo", "Posredovano sporočilo", "Poslano iz iPhonea",
            "Lep pozdrav,"),
        MailLanguage(
            "Greek", "Στις Κυρ 3 Μαΐ 2026 στις 10:15 π.μ., ο χρήστης Ada Lovelace <ada@example.org> έγραψε:",
            "Από|Αποστολή|Προς|Θέμα", "Αρχικό μήνυμα", "Προωθημένο μήνυμα", "Στάλθηκε από το iPhone μου",
            "Με εκτίμηση,"),
        MailLanguage(
            "Turkish", "Ada Lovelace <ada@example.org>, 3 May 2026 Paz, 10:15 tarihinde şunu yazdı:",
            "Kimden|Gönderildi|Kime|Konu", "Özgün İleti", "Yönlendirilmiş ileti", "iPhone'umdan gönderildi",
            "Saygılarımla,"),
        MailLanguage(
            "Estonian", "Kontakt Ada Lovelace (<ada@example.org>) kirjutas kuupäeval P, 3. mai 2026 kell 10:15:",
            "Saatja|Saadetud|Saaja|Teema", "Algne kiri", "Edastatud kiri", "Saadetud minu iPhone'ist",
            "Lugupidamisega"),
        MailLanguage(
            "Latvian", "Svētd., 2026. g. 3. maijs, plkst. 10:15 — lietotājs Ada (<ada@example.org>) rakstīja:",
            "No|Nosūtīts|Kam|Tēma", "Oriģinālais ziņojums", "Pārsūtītais ziņojums", "Nosūtīts no mana iPhone",
            "Ar cieņu"),
        MailLanguage(
            "Lithuanian", "2026-05-03, sk, 10:15 Ada Lovelace <ada@example.org> rašė:", "Nuo|Išsiųsta|Kam|Tema",
            "Pradinis laiškas", "Persiųstas laiškas", "Išsiųsta iš mano iPhone", "Pagarbiai"),
        MailLanguage(
            "Catalan", "Missatge de Ada Lovelace <ada@example.org> del dia dg., 3 de maig 2026 a les 10:15:",
            "De|Enviat|Per a|Assumpte", "Missatge original", "Missatge reenviat", "Enviat des del meu iPhone",
            "Salutacions,"),
        MailLanguage(
            "Chinese, simplified", "Ada Lovelace <ada@example.org> 于2026年5月3日周日 10:15写道：", "发件人|发送时间|收件人|主题",
            "原始邮件", "转发的邮件", "发自我的iPhone", "此致"),
        MailLanguage(
            "Chinese, traditional", "Ada Lovelace <ada@example.org> 於 2026年5月3日 週日 上午10:15寫道：",
            "寄件者|寄件日期|收件者|主旨", "原始郵件", "轉寄的郵件", "從我的 iPhone 傳送", "敬上"),
        MailLanguage(
            "Japanese", "2026年5月3日(日) 10:15 Ada Lovelace <ada@example.org>:", "差出人|送信日時|宛先|件名", "元のメッセージ",
            "転送メッセージ", "iPhoneから送信", "よろしくお願いいたします"),
        MailLanguage(
            "Korean", "2026년 5월 3일 (일) 오전 10:15, Ada Lovelace <ada@example.org>님이 작성:",
            "보낸 사람|보낸 날짜|받는 사람|제목", "원본 메시지", "전달된 메시지", "나의 iPhone에서 보냄", "감사합니다"),
        MailLanguage(
            "Vietnamese", "Vào CN, 3 thg 5, 2026 vào lúc 10:15 Ada Lovelace <ada@example.org> đã viết:",
            "Từ|Đã gửi|Đến|Chủ đề", "Thư gốc", "Thư chuyển tiếp", "Được gửi từ iPhone của tôi", "Trân trọng,"),
        MailLanguage(
            "Thai", "ในวันที่ อา. 3 พ.ค. 2569 เวลา 10:15 Ada Lovelace <ada@example.org> เขียนว่า:", "จาก|วันที่|ถึง|เรื่อง",
            "ข้อความต้นฉบับ", "ข้อความที่ส่งต่อ", "ส่งจาก iPhone ของฉัน", "ขอแสดงความนับถือ"),
        MailLanguage(
            "Indonesian", "Pada Min, 3 Mei 2026 pukul 10.15 Ada Lovelace <ada@example.org> menulis:",
            "Dari|Dikirim|Kepada|Perihal", "Pesan asli", "Pesan terusan", "Dikirim dari iPhone saya", "Salam,"),
        MailLanguage(
            "Arabic", "\u{200F}في الأحد، 3 مايو 2026 في 10:15 ص كتب Ada Lovelace <ada@example.org>:\u{200F}",
            "من|تاريخ الإرسال|إلى|الموضوع", "الرسالة الأصلية", "رسالة معاد توجيهها", "أرسلت من iPhone الخاص بي",
            "مع التحية"),
        MailLanguage(
            "Hebrew", "\u{202B}בתאריך יום א׳, 3 במאי 2026 ב-10:15 מאת Ada Lovelace <ada@example.org>:\u{202C}",
            "מאת|נשלח|אל|נושא", "הודעה מקורית", "הודעה שהועברה", "נשלח מה-iPhone שלי", "בברכה"),
        MailLanguage(
            "Persian", "در یکشنبه ۳ مهٔ ۲۰۲۶ ساعت ۱۰:۱۵ Ada Lovelace <ada@example.org> نوشت:",
            "از|تاریخ|به|موضوع", "پیام اصلی", "پیام بازارسال شده", "ارسال شده از iPhone من", "با احترام"),
        MailLanguage(
            "Hindi", "रवि, 3 मई 2026 को 10:15 बजे को Ada Lovelace <ada@example.org> ने लिखा:", "प्रेषक|तारीख|प्रति|विषय",
            "मूल संदेश", "अग्रेषित संदेश", "मेरे iPhone से भेजा गया", "सादर"),
    ]
}

@Suite("Trimming a letter", .serialized)
struct TrimLanguageTests {
    private let letter = "X2\n\nX3 X4.\nBob"
    private let old = "X5 X6.\n\nAda"

    @Test(
        "cuts at the line that a program writes above a quote, whether the quote has marks or not",
        arguments: MailLanguage.all)
    func wrote(language: MailLanguage) {
        for quote in ["> X5 X6.\n>\n> Ada", old] {
            let trimmed = trim(text: "\(letter)\n\n\(language.wrote)\n\n\(quote)\n")
            #expect(trimmed.reply == letter)
            #expect(trimmed.elided == "\(language.wrote)\n\n\(quote)")
            #expect(trimmed.rule == .onDateWrote)
        }
    }

    @Test("cuts at that line when it is broken in two", arguments: MailLanguage.all)
    func broken(language: MailLanguage) {
        let head = language.wrote.replacing("<ada@example.org>", with: "<\nada@example.org>", maxReplacements: 1)
        let trimmed = trim(text: "\(letter)\n\n\(head)\n\n> X5 X6.\n")
        #expect(trimmed.reply == letter)
        #expect(trimmed.forwarded == nil)
    }

    @Test("cuts at the head lines of the mail that is answered", arguments: MailLanguage.all)
    func headerBlock(language: MailLanguage) {
        for rule in ["", "________________________________\n"] {
            let trimmed = trim(text: "\(letter)\n\n\(rule)\(language.headerBlock)\n\n\(old)\n")
            #expect(trimmed.reply == letter)
            #expect(trimmed.elided == "\(rule)\(language.headerBlock)\n\n\(old)")
            #expect(trimmed.rule == (rule.isEmpty ? .headerBlock : .ruleLine))
            #expect(
                trimmed.forwarded
                    == Trimmed.Forwarded(
                        before: letter, embedded: "\(language.headerBlock)\n\n\(old)", isForward: false))
        }
    }

    @Test("cuts at a title above the mail that is answered", arguments: MailLanguage.all)
    func original(language: MailLanguage) {
        let title = "-----\(language.original)-----"
        let trimmed = trim(text: "\(letter)\n\n\(title)\n\(old)\n")
        #expect(trimmed.reply == letter)
        #expect(trimmed.elided == "\(title)\n\(old)")
        #expect(trimmed.rule == .originalMessage)
    }

    @Test("knows a mail that is forwarded", arguments: MailLanguage.all)
    func forwarded(language: MailLanguage) {
        let title = "---------- \(language.forwarded) ---------"
        let mail = "\(language.headerBlock)\n\n\(old)"
        let trimmed = trim(text: "\(letter)\n\n\(title)\n\(mail)\n")
        #expect(trimmed.reply == letter)
        #expect(trimmed.elided == "\(title)\n\(mail)")
        #expect(trimmed.forwarded == Trimmed.Forwarded(before: letter, embedded: mail, isForward: true))
        #expect(trimmed.rule == .forwarded)
        #expect(trimmed.document == Document(text: "\(letter)\n\n\(title)\n\(mail)"))
        #expect(trimmed.elidedDocument.isEmpty)
    }

    @Test("takes away what a telephone adds", arguments: MailLanguage.all)
    func footer(language: MailLanguage) {
        let trimmed = trim(text: "\(letter)\n\n\(language.footer)\n\n\(language.wrote)\n> X5\n")
        #expect(trimmed.reply == letter)
        #expect(trimmed.signature == language.footer)
        #expect(trim(text: "\(letter)\n\n\(language.footer)").rule == .signature)
    }

    @Test(
        "takes a closing away with a name and a title behind it, and leaves it with a name alone",
        arguments: MailLanguage.all)
    func closing(language: MailLanguage) {
        let signature = "\(language.closing)\n\nBob Babbage\nX7 @ Acme"
        let trimmed = trim(text: "\(letter)\n\n\(signature)\n")
        #expect(trimmed.reply == letter)
        #expect(trimmed.signature == signature)
        #expect(trim(text: "\(letter)\n\n\(language.closing)\nBob").elided == "")
    }
}
