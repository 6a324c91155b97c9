// SPDX-License-Identifier: Apache-2.0

import Markup
import Testing

@Suite("Trimming a text")
struct TrimTextTests {
    /// The line or lines above the quote, as programs write them, and whether they mark the quoted lines with `>`.
    static let heads: [(String, String, Trimmed.Rule)] = [
        ("English, Gmail", "On Sun, 3 May 2026 at 10:15, Ada Lovelace <ada@example.org> wrote:", .onDateWrote),
        (
            "English, wrapped", "On Sun, 3 May 2026 at 10:15, Ada Lovelace, Countess\n<ada@example.org> wrote:",
            .onDateWrote
        ),
        (
            "English, wrapped twice", "On May 3, 2026, at 10:15 AM, Ada\nLovelace <ada@example.org>\nwrote:",
            .onDateWrote
        ),
        ("English, Thunderbird", "On 5/3/26 10:15, Ada Lovelace wrote:", .onDateWrote),
        ("English, Outlook", "-----Original Message-----\nFrom: Ada\nSent: Sunday", .originalMessage),
        (
            "English, header block", "From: Ada <ada@example.org>\nSent: Sunday, May 3, 2026\nTo: Bob\nSubject: Engine",
            .headerBlock
        ),
        (
            "English, starred", "*From:* Ada <ada@example.org>\n*Date:* Sunday, May 3\n*To:* Bob\n*Subject:* Engine",
            .headerBlock
        ),
        (
            "Outlook, underscores",
            "________________________________\nFrom: Ada\nSent: May 3\nTo: Bob\nSubject: Engine", .ruleLine
        ),
        ("German, Gmail", "Am So., 3. Mai 2026 um 10:15 Uhr schrieb Ada Lovelace <ada@example.org>:", .onDateWrote),
        ("German, Thunderbird", "Am 03.05.26 um 10:15 schrieb Ada Lovelace:", .onDateWrote),
        (
            "German, Outlook",
            "Von: Ada <ada@example.org>\nGesendet: Sonntag, 3. Mai 2026 10:15\nAn: Bob\nBetreff: Maschine", .headerBlock
        ),
        ("German, old Outlook", "-----Ursprüngliche Nachricht-----\nVon: Ada", .originalMessage),
        ("French, Gmail", "Le dim. 3 mai 2026 à 10:15, Ada Lovelace <ada@example.org> a écrit :", .onDateWrote),
        ("French, no-break space", "Le 03/05/2026 à 10:15, Ada Lovelace a écrit\u{A0}:", .onDateWrote),
        (
            "French, Outlook", "De : Ada <ada@example.org>\nEnvoyé : dimanche 3 mai 2026\nÀ : Bob\nObjet : Machine",
            .headerBlock
        ),
        ("Spanish, Gmail", "El dom, 3 may 2026 a las 10:15, Ada Lovelace (<ada@example.org>) escribió:", .onDateWrote),
        (
            "Spanish, Outlook", "De: Ada <ada@example.org>\nEnviado: domingo, 3 de mayo\nPara: Bob\nAsunto: Motor",
            .headerBlock
        ),
        ("Portuguese, Gmail", "Em dom., 3 de mai. de 2026 às 10:15, Ada <ada@example.org> escreveu:", .onDateWrote),
        ("Italian, Gmail", "Il giorno dom 3 mag 2026 alle ore 10:15 Ada <ada@example.org> ha scritto:", .onDateWrote),
        (
            "Italian, Outlook", "Da: Ada <ada@example.org>\nInviato: domenica 3 maggio 2026\nA: Bob\nOggetto: Motore",
            .headerBlock
        ),
        ("Dutch, Gmail", "Op zo 3 mei 2026 om 10:15 schreef Ada Lovelace <ada@example.org>:", .onDateWrote),
        ("Dutch, Apple", "Op 3 mei 2026, om 10:15 heeft Ada <ada@example.org> het volgende geschreven:", .onDateWrote),
        ("Swedish", "Den sön 3 maj 2026 kl 10:15 skrev Ada Lovelace <ada@example.org>:", .onDateWrote),
        ("Danish", "Den søn. 3. maj 2026 kl. 10.15 skrev Ada Lovelace <ada@example.org>:", .onDateWrote),
        ("Norwegian", "søn. 3. mai 2026 kl. 10:15 skrev Ada Lovelace <ada@example.org>:", .onDateWrote),
        ("Finnish", "su 3. toukok. 2026 klo 10.15 Ada Lovelace (ada@example.org) kirjoitti:", .onDateWrote),
        ("Polish, Gmail", "niedz., 3 maj 2026 o 10:15 Ada <ada@example.org> napisał(a):", .onDateWrote),
        ("Polish, Thunderbird", "W dniu 3.05.2026 o 10:15, Ada Lovelace pisze:", .onDateWrote),
        ("Czech", "ne 3. 5. 2026 v 10:15 odesílatel Ada <ada@example.org> napsal:", .onDateWrote),
        ("Slovak", "Dňa 3. 5. 2026 o 10:15 Ada Lovelace napísala:", .onDateWrote),
        ("Hungarian", "Ada <ada@example.org> ezt írta (időpont: 2026. máj. 3., V, 10:15):", .onDateWrote),
        ("Romanian", "Pe dum., 3 mai 2026 la 10:15, Ada <ada@example.org> a scris:", .onDateWrote),
        ("Russian, Gmail", "вс, 3 мая 2026 г. в 10:15, Ада <ada@example.org>:", .onDateWrote),
        ("Russian, Thunderbird", "03.05.2026 10:15, Ада Лавлейс пишет:", .onDateWrote),
        (
            "Russian, Outlook", "От: Ада <ada@example.org>\nОтправлено: 3 мая 2026 г.\nКому: Боб\nТема: Машина",
            .headerBlock
        ),
        ("Ukrainian", "нд, 3 трав. 2026 р. о 10:15 Ада <ada@example.org> пише:", .onDateWrote),
        ("Bulgarian", "На нд, 3.05.2026 г. в 10:15 Ада <ada@example.org> написа:", .onDateWrote),
        ("Greek", "Στις Κυρ 3 Μαΐ 2026 στις 10:15 π.μ., ο χρήστης Ada <ada@example.org> έγραψε:", .onDateWrote),
        ("Turkish", "Ada <ada@example.org>, 3 May 2026 Paz, 10:15 tarihinde şunu yazdı:", .onDateWrote),
        ("Chinese, Gmail", "Ada <ada@example.org> 于2026年5月3日周日 10:15写道：", .onDateWrote),
        ("Chinese, Outlook", "发件人: Ada <ada@example.org>\n发送时间: 2026年5月3日 10:15\n收件人: Bob\n主题: 机器", .headerBlock),
        ("Chinese, QQ", "------------------ 原始邮件 ------------------\n发件人: Ada", .originalMessage),
        ("Japanese, Gmail", "2026年5月3日(日) 10:15 Ada <ada@example.org>:", .onDateWrote),
        ("Japanese, Outlook", "差出人: Ada <ada@example.org>\n送信日時: 2026年5月3日 10:15\n宛先: Bob\n件名: 機械", .headerBlock),
        ("Korean, Gmail", "2026년 5월 3일 (일) 오전 10:15, Ada <ada@example.org>님이 작성:", .onDateWrote),
        ("Vietnamese", "Vào CN, 3 thg 5, 2026 vào lúc 10:15 Ada <ada@example.org> đã viết:", .onDateWrote),
        ("Thai", "ในวันที่ อา. 3 พ.ค. 2569 เวลา 10:15 Ada <ada@example.org> เขียนว่า:", .onDateWrote),
        ("Indonesian", "Pada Min, 3 Mei 2026 pukul 10.15 Ada <ada@example.org> menulis:", .onDateWrote),
        ("Arabic", "\u{200F}في الأحد، 3 مايو 2026 في 10:15 ص كتب Ada <ada@example.org>:\u{200F}", .onDateWrote),
        ("Hebrew", "\u{202B}בתאריך יום א׳, 3 במאי 2026 ב-10:15 מאת Ada <ada@example.org> כתב:\u{202C}", .onDateWrote),
        ("Catalan", "Missatge de Ada <ada@example.org> del dia dg., 3 de maig 2026 va escriure:", .onDateWrote),
        ("Croatian", "ned, 3. svi 2026. u 10:15 Ada <ada@example.org> napisao je:", .onDateWrote),
        ("Notes", "-----Ada Lovelace <ada@example.org> wrote: -----\nTo: Bob", .originalMessage),
        ("Android", "-------- Original message --------\nFrom: Ada", .originalMessage),
        ("help desk", "##- Please type your reply above this line -##", .replyMarker),
    ]

    @Test("cuts at the head, whether the quote has marks or not", arguments: heads)
    func head(name: String, head: String, rule: Trimmed.Rule) {
        for quote in ["> The engine weaves.\n>\n> Ada", "The engine weaves.\n\nAda"] {
            let trimmed = trim(text: "Dear Ada,\n\nthank you.\nBob\n\n\(head)\n\n\(quote)\n")
            #expect(trimmed.reply == "Dear Ada,\n\nthank you.\nBob", "\(name)")
            #expect(trimmed.elided == "\(head)\n\n\(quote)", "\(name)")
            #expect(trimmed.rule == rule, "\(name)")
        }
    }

    static let whole = [
        "Plain words.\n\nNothing else.", "On Monday I wrote:\nhello", "In the log at 10:15 it wrote:\n\nERROR 5",
        "I quote him:\n\n> words\n\nand answer.", "> question one\n\nanswer one\n\n> question two\n\nanswer two",
        "From: Berlin\nTo: Munich\nTwo tickets, please.", "The date: today\nThe subject: trains", "-----\nA line above",
        "> only a quote", "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:\n> only a quote", "",
        "Sent from my desk in Rome, with love", "He said:\n- one\n- two", "a -- b\nc", "-- ",
        "Hello,\n\n> first\n\nyes\n\n> second\n\nno\n\nBob", "see 2026:\n12:30 lunch",
        "On 3 May 2026 at 10:15 the server wrote many lines to the log\nand then it stopped.",
    ]

    @Test("keeps the whole where nothing is carried along, or all of it", arguments: whole)
    func keepsWhole(text: String) {
        let trimmed = trim(text: text)
        #expect(lines(trimmed.reply) == lines(text))
        #expect(trimmed.elided == "")
        #expect([.none, .wholeKept].contains(trimmed.rule))
    }

    @Test("keeps answers between quoted lines and cuts only what follows the last of them")
    func interleaved() {
        let trimmed = trim(
            text: """
                Hi Ada,
                On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:
                > Does it weave?
                Yes.
                > Does it add?
                Yes, too.

                > Ada
                > Countess
                """)
        #expect(
            lines(trimmed.reply) == [
                "Hi Ada,", "> Does it weave?", "Yes.", "> Does it add?", "Yes, too.",
            ])
        #expect(
            lines(trimmed.elided) == [
                "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:", "> Ada", "> Countess",
            ])
        #expect(trimmed.rule == .onDateWrote)
    }

    @Test("takes a single quote above the whole answer away, and the line above each quote")
    func bottomPosting() {
        let head = "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:"
        let below = trim(text: "\(head)\n> Does it weave?\n> Ada\n\nIt does.\nBob")
        #expect(below.reply == "It does.\nBob")
        #expect(below.elided == "\(head)\n> Does it weave?\n> Ada")
        let between = trim(text: "\(head)\n> Does it weave?\n\nIt does.\n\n> Does it add?\n\nIt does.")
        #expect(lines(between.reply) == ["> Does it weave?", "It does.", "> Does it add?", "It does."])
        #expect(between.elided == head)
        let unmarked = trim(text: "\(head)\n\nDoes it weave?\n\nIt does.")
        #expect(unmarked.reply == "Does it weave?\n\nIt does.")
        #expect(unmarked.elided == head)
    }

    static let marks: [(String, String)] = [
        ("initials", "AL> It weaves.\nAL>\nAL> Ada"), ("bars", "| It weaves.\n|\n| Ada"),
        ("marks over marks", "> > It weaves.\n> > Ada\n>\n> Bob"),
        (
            "lines that a program broke",
            "> It weaves patterns of algebra just as the loom weaves flowers and\nleaves of silk.\n> Ada"
        ),
    ]

    @Test("knows quoted lines by other marks, too", arguments: marks)
    func otherMarks(name: String, quote: String) {
        let head = "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:"
        #expect(trim(text: "Thanks.\n\n\(head)\n\(quote)\n").reply == "Thanks.")
        #expect(trim(text: "Thanks.\n\n\(quote)\n").elided == quote)
    }

    static let unmarked = [
        "C> dir\nshows all", "| a | b |\n| c | d |", "| one bar",
        "> Is this question long enough that a program would have broken its line here?\nYes.\n> And this?\nNo.",
    ]

    @Test("takes no other line for a quoted one", arguments: unmarked)
    func otherLines(text: String) {
        #expect(trim(text: text).reply == text)
    }

    static let disclaimers = [
        "This e-mail and any attachments are confidential and intended solely for the addressee.\nIf you are not he, delete it.",
        "CONFIDENTIALITY NOTICE: what stands above is between the two of us.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
        "Ce message et ses pièces jointes peuvent contenir des informations confidentielles.",
        "Le informazioni contenute in questo messaggio sono riservate.",
        "Этот документ содержит конфиденциальную информацию и предназначен только адресату.",
        "__________________\nPlease consider the environment before printing this e-mail.\n__________________",
    ]

    @Test("takes a firm's disclaimer away, also below a signature", arguments: disclaimers)
    func disclaimer(disclaimer: String) {
        for signature in ["", "-- \nBob Babbage\n\n", "Sent from my iPhone\n\n"] {
            let trimmed = trim(text: "The contract is confidential.\n\n\(signature)\(disclaimer)\n")
            #expect(trimmed.reply == "The contract is confidential.")
            #expect(lines(trimmed.signature) == lines(signature, disclaimer))
        }
        #expect(trim(text: disclaimer).elided == "")
    }

    static let letters = [
        "I need these:\n-----\nThe blue one.\nThe green one. It must be here on Monday.",
        "Regards,\nBob\n\nPS: the door is open, please close it.", "Thanks,\nBob\nand the whole team",
        "Best regards to Ada.\nShe knows why.\nShe does.", "We spoke with regards to the bill.\nPlease pay.\nBob",
        "My phone broke.\nI got Outlook for it.", "Sent the parcel on Monday.\nBob",
        "Done.\n\nSent from my desk, which is so much better than any phone.",
    ]

    @Test("leaves lines that only look like a signature", arguments: letters)
    func lookalikes(text: String) {
        #expect(trim(text: text).reply == text)
    }

    @Test("takes telephone footers away, however many there are")
    func manyFooters() {
        let footers =
            "Sent from my iPhone\n\nVon meinem Mobiltelefon gesendet\n(sent from a phone)\nGet Outlook for iOS"
        let trimmed = trim(text: "Yes.\n\n\(footers)")
        #expect(trimmed.reply == "Yes.")
        #expect(trimmed.signature == footers)
    }

    @Test("takes a title with head lines below it for the edge of another mail in any language")
    func unknownLanguage() {
        let mail = "--- Blorg Zib ---\nFlim: Ada <ada@example.org>\nGrue: 3.5.2026\nZot: Bob\n\nGnurf."
        let trimmed = trim(text: "Yes.\n\n\(mail)")
        #expect(trimmed.reply == "Yes.")
        #expect(trimmed.rule == .originalMessage)
    }

    @Test("keeps the words of a forwarded mail where the sender wrote none")
    func onlyForwarded() {
        let head =
            "---------- Forwarded message ---------\nFrom: Ada <ada@example.org>\nDate: 3 May 2026\nSubject: Engine"
        let trimmed = trim(text: "\(head)\n\nIt weaves.\n\n-- \nAda")
        #expect(trimmed.reply == "It weaves.\n\n-- \nAda")
        #expect(trimmed.elided == head)
        #expect(trimmed.document == Document(text: "\(head)\n\nIt weaves.\n\n-- \nAda"))
        #expect(trimmed.forwarded?.before == "")
    }

    @Test("cuts quoted lines at the end, with the line that leads to them in a language that it does not know")
    func quotedLines() {
        let trimmed = trim(text: "Thanks!\n\nAda <ada@example.org> gnurf 3.5.2026:\n> a\n> b\n")
        #expect(trimmed.reply == "Thanks!")
        #expect(trimmed.elided == "Ada <ada@example.org> gnurf 3.5.2026:\n> a\n> b")
        #expect(trimmed.rule == .quotedLines)
    }

    static let signatures: [(String, String)] = [
        ("-- \nBob Babbage\nEngines Ltd.", "-- \nBob Babbage\nEngines Ltd."), ("--\nBob", "--\nBob"),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("Get Outlook for Android<https://aka.ms/x>", "Get Outlook for Android<https://aka.ms/x>"),
        ("Von meinem iPhone gesendet", "Von meinem iPhone gesendet"), ("Envoyé de mon iPhone", "Envoyé de mon iPhone"),
        ("Enviado desde mi iPhone", "Enviado desde mi iPhone"), ("Inviato da iPhone", "Inviato da iPhone"),
        ("Verstuurd vanaf mijn iPhone", "Verstuurd vanaf mijn iPhone"),
        ("Skickat från min iPhone", "Skickat från min iPhone"),
        ("Отправлено с iPhone", "Отправлено с iPhone"), ("iPhoneから送信", "iPhoneから送信"), ("发自我的iPhone", "发自我的iPhone"),
        ("Wysłane z iPhone'a", "Wysłane z iPhone'a"), ("iPhone'umdan gönderildi", "iPhone'umdan gönderildi"),
    ]

    @Test("takes the signature away, with or without a quote below", arguments: signatures)
    func signature(block: String, expected: String) {
        let quote = "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:\n> a"
        let alone = trim(text: "Yes.\n\n\(block)\n")
        #expect(alone.reply == "Yes.")
        #expect(lines(alone.signature) == lines(expected))
        #expect(alone.rule == .signature)
        let quoting = trim(text: "Yes.\n\n\(block)\n\n\(quote)\n")
        #expect(quoting.reply == "Yes.")
        #expect(lines(quoting.signature) == lines(expected))
        #expect(lines(quoting.elided) == lines(expected, quote))
        #expect(quoting.rule == .onDateWrote)
        let kept = trim(text: "Yes.\n\n\(block)\n\n\(quote)\n", keeping: .answerAndSignature)
        #expect(lines(kept.reply) == lines("Yes.", expected))
        #expect(lines(kept.signature) == lines(expected))
    }

    @Test("takes a signature or a list's footer below the quote for what it is")
    func footers() {
        let quote = "On Sun, 3 May 2026 at 10:15, Ada <ada@example.org> wrote:\n> a"
        for footer in ["Sent from my iPhone", "-- \nBob", "_______________\nlist mailing list\nhttps://e.org/listinfo"]
        {
            let trimmed = trim(text: "Yes.\n\n\(quote)\n\n\(footer)\n")
            #expect(trimmed.reply == "Yes.")
            #expect(lines(trimmed.elided) == lines(quote, footer))
        }
    }

    static let forwards = [
        "---------- Forwarded message ---------", "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Message transféré ---------", "-------- Mensaje reenviado --------", "Inizio messaggio inoltrato:",
        "---------- Doorgestuurd bericht ---------", "-------- Перенаправленное сообщение --------",
        "---------- 転送メッセージ ----------", "---------- Przekazana wiadomość ---------",
    ]

    @Test("keeps a forwarded mail, and parts it from the words above", arguments: forwards)
    func forward(head: String) {
        let mail = "From: Ada <ada@example.org>\nDate: 3 May 2026\nSubject: Engine\n\nIt weaves.\n\n-- \nAda"
        let trimmed = trim(text: "For you.\n\n\(head)\n\(mail)\n")
        #expect(trimmed.reply == "For you.")
        #expect(trimmed.elided == "\(head)\n\(mail)")
        #expect(trimmed.forwarded == Trimmed.Forwarded(before: "For you.", embedded: mail, isForward: true))
        #expect(trimmed.document == Document(text: "For you.\n\n\(head)\n\(mail)"))
        #expect(trimmed.rule == .forwarded)
    }

    @Test("takes the quote marks off a forwarded mail that has them throughout")
    func quotedForward() {
        let trimmed = trim(
            text: "For you.\n\n> Begin forwarded message:\n> \n> From: Ada\n> Subject: Engine\n>\n> It weaves.")
        #expect(trimmed.reply == "For you.")
        #expect(trimmed.forwarded?.before == "For you.")
        #expect(trimmed.forwarded?.embedded == "From: Ada\nSubject: Engine\n\nIt weaves.")
    }

    @Test(
        "takes a header block for a forwarded mail when the subject says so", arguments: [true, false])
    func subject(isForward: Bool) {
        let block = "From: Ada <ada@example.org>\nSent: 3 May\nTo: Bob\nSubject: Engine\n\nIt weaves."
        let trimmed = trim(text: "See below.\n\n\(block)", isForward: isForward)
        #expect(trimmed.reply == "See below.")
        #expect(
            trimmed.forwarded == Trimmed.Forwarded(before: "See below.", embedded: block, isForward: isForward))
        #expect(trimmed.document.text == (isForward ? "See below.\n\n\(block)" : "See below."))
    }

    @Test("leaves the admin's delimiter its part of a forwarded mail")
    func delimitedForward() throws {
        let forwarded = "FYI\n\n---------- Forwarded message ---------\nFrom: Ada\nSubject: Offer\n\nTen."
        let history = "--- ticket history ---\nold words"
        let trimmed = trim(
            text: "\(forwarded)\n\n\(history)", delimiters: [try TextPattern("--- ticket history")])
        #expect(trimmed.document == Document(text: forwarded))
        #expect(trimmed.elidedDocument == Document(text: history))
    }

    @Test("gives both parts as documents")
    func documents() {
        let trimmed = trim(text: "Yes.\n\nOn 3 May 2026, Ada <ada@example.org> wrote:\n> a")
        #expect(trimmed.document == Document(text: "Yes."))
        #expect(trimmed.elidedDocument.text == "On 3 May 2026, Ada <ada@example.org> wrote:\n\n> a")
    }

    @Test("puts every line that is not blank in the reply or in the elided part, once and in order")
    func partition() {
        let pieces =
            Self.heads.map(\.1) + Self.signatures.map(\.0) + Self.forwards + Self.whole
            + [
                "> a", "> > b", "", "", " ", "words", "____________", "---", "--", "answer", "\u{A0}",
                "> Begin forwarded message:", "Kind regards,\nBob Babbage\nAcme @ Rome", "AL> a\nAL> b", "| a\n| b",
                "This is for the sole use of the intended recipient and for nobody else.", "2026/05/03 Ada <ada@e.org>",
                "Ada\n03.05.2026 10:15\nTo\nBob\ncc\nSubject\nEngine",
            ] + MailLanguage.all.map(\.headerBlock) + MailLanguage.all.map(\.wrote)
        var chance = Chance(seed: 11)
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...9, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? ""
            }
            .joined(separator: Bool.random(using: &chance) ? "\n" : "\r\n")
            for policy in Keeping.allCases {
                let trimmed = trim(text: text, keeping: policy)
                #expect(lines(trimmed.reply, trimmed.elided).sorted() == lines(text).sorted())
                #expect(isOrdered(lines(trimmed.reply), within: lines(text)))
                #expect(isOrdered(lines(trimmed.elided), within: lines(text)))
                #expect(lines(trimmed.reply).isEmpty == lines(text).isEmpty)
                let home = policy == .answer ? trimmed.elided : trimmed.reply
                #expect(isOrdered(lines(trimmed.signature), within: lines(home)))
                #expect(isOrdered(lines(trimmed.forwarded?.before ?? ""), within: lines(text)))
                #expect(Document(text: trimmed.document.text).isEmpty == lines(text).isEmpty)
            }
        }
    }

    private func isOrdered(_ part: [String], within whole: [String]) -> Bool {
        var rest = whole[...]
        return part.allSatisfy { line in
            guard let place = rest.firstIndex(of: line) else { return false }
            rest = rest[(place + 1)...]
            return true
        }
    }
}
