// SPDX-License-Identifier: Apache-2.0

extension Phrases {
    /// The beginnings of lines that a telephone or a mail program adds.
    static let mobileFooters: PhraseTable = [
        "sent from ", "send from ", "from my ", "sent by ", "sent using ", "sent with ", "sent via ",
        "get outlook for ",
        "get [outlook for ", "von meinem ", "von meiner ", "gesendet von ", "gesendet mit ", "gesendet aus ",
        "gesendet über ", "diese nachricht wurde von mein", "holen sie sich outlook", "outlook für ",
        "envoyé de mon ", "envoyé depuis ", "envoyé à partir de ", "envoyé avec ", "envoyé de ", "envoye de ",
        "télécharger outlook", "obtenez outlook", "obtenir outlook", "provenance : ", "enviado desde ", "enviado do ",
        "enviado a partir ", "enviado de mi ", "enviado de meu ", "enviado do meu ", "enviado com ", "enviado con ",
        "enviado por ", "enviado mediante ", "enviat des ", "enviat amb ", "obtener outlook", "obtén outlook",
        "obter o outlook", "baixe o outlook", "inviato da ", "inviato dal ", "inviato con ", "inviata da ",
        "scarica outlook", "ottieni outlook", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ",
        "verzonden via ",
        "verstuurd met ", "outlook downloaden", "outlook voor ", "skickat från ", "skickades från ", "skickat med ",
        "hämta outlook", "skaffa outlook", "sendt fra ", "sendt med ", "hent outlook", "få outlook", "lähetetty ",
        "hanki outlook", "wysłane z ", "wysłano z ", "wysłane za pomocą ", "wysłano za pomocą ", "pobierz outlook",
        "pobierz program outlook", "odesláno z ", "odesláno pomocí ", "odoslané z ", "odoslané cez ",
        "získejte outlook", "získajte outlook", "küldve ", "az outlook letöltése", "trimis de pe ", "trimis din ",
        "trimis cu ", "obțineți outlook", "descărcați outlook", "отправлено с ", "отправлено из ", "отправлено через ",
        "послано с ", "надіслано з ", "надіслано із ", "відправлено з ", "изпратено от ", "изпратено с ",
        "скачать outlook", "получить outlook", "отримати outlook", "завантажити outlook", "σταλμένο από ",
        "στάλθηκε από ", "εστάλη από ", "λήψη του outlook", "发自我的", "发自", "從我的", "从我的", "來自我的", "寄自我的",
        "获取 outlook", "获取outlook", "取得 outlook", "下載 outlook", "nokia からの", "outlook for ", "나의 ", "내 ",
        "ios용 outlook", "android용 outlook", "được gửi từ ", "đã gửi từ ", "gửi từ ", "tải outlook", "dikirim dari ",
        "dihantar dari ", "dapatkan outlook", "poslano s ", "poslano sa ", "poslano iz ", "poslato sa ", "послато са ",
        "preuzmi outlook", "saadetud minu ", "saadetud ", "nosūtīts no ", "išsiųsta iš ", "sent úr ", "sendt úr ",
        "أرسلت من ", "مرسل من ", "تم الإرسال من ", "נשלח מה", "נשלח מ", "ส่งจาก", "فرستاده شده از ", "ارسال شده از ",
        "dërguar nga ", "nire iphone", "enviado dende ",
    ]

    /// The same, where the words stand at the end of the line.
    static let mobileFooterEnds = [
        "から送信", "で送信", "からの送信", "에서 보냄", "에서 전송", "에서 발송", "gönderildi", "gesendet", "से भेजा गया", "傳送",
        "发送", "傳自", " from mobile", " from my mobile", " from phone", "bidalia", "bidalita", "küldve",
    ]

    /// "Sent from" is a footer only with one of these behind it.
    static let devices: PhraseTable = [
        "phone", "iphon", "ipad", "ipod", "android", "blackberry", "samsung", "galaxy", "outlook", "mail", "huawei",
        "xiaomi",
        "pixel", "windows", "mobil", "handy", "smartphone", "tablet", "nokia", "sony", "htc", "lg ", "redmi", "oneplus",
        "proton", "mobile", "cell", "gmx", "web.de", "app", "watch", "телефон", "планшет", "мобил", "смартфон",
        "айфон", "手机", "手機", "携帯", "スマートフォン", "스마트폰", "휴대폰", "아이폰", "nine", "spark", "superhuman",
        "mac", "kindle", "palm", "telefon", "téléphone", "teléfono", "portable", "celular", "móvil", "telemóvel",
        "cellulare", "telefono", "telefoon", "puhelin", "telefoni", "điện thoại", "ponsel", "הנייד", "אייפון", "هاتف",
        "آيفون", "آیفون", "گوشی", "มือถือ", "yahoo", "thunderbird", "motorola", "vivo", "oppo", "realme", "honor",
        "zimbra", "κινητό", "τηλέφωνο", "mutt", "evolution", "k-9", "alcatel", "asus", "fairphone", "fastmail",
    ]

    /// How certain it is that lines behind a closing are a signature.
    enum ClosingStrength {
        /// Said in business letters: name and title follow.
        case formal
        /// Said by anyone anywhere: what follows must look like an address.
        case casual
    }

    /// What people write above their names, without marks at the end.
    static let closings: [String: ClosingStrength] = {
        let formal = """
            regards|best regards|kind regards|warm regards|kindest regards|with kind regards|with best regards|many regards\
            |warmest regards|sincerely|yours sincerely|sincerely yours|yours faithfully|yours truly|respectfully\
            |best wishes|with best wishes|mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß\
            |mit besten grüßen|mit besten grüssen|freundliche grüße|freundliche grüsse|beste grüße|beste grüsse\
            |viele grüße|viele grüsse|schöne grüße|herzliche grüße|liebe grüße|mfg|hochachtungsvoll|cordialement\
            |bien cordialement|bien à vous|salutations|meilleures salutations|sincères salutations|sincèrement|saludos\
            |saludos cordiales|un saludo|un cordial saludo|cordiales saludos|atentamente|muy atentamente|reciba un saludo\
            |atenciosamente|atentamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos\
            |com os meus cumprimentos|saudações|cordiali saluti|distinti saluti|cordialmente|un cordiale saluto|saluti\
            |met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|mvg|groeten|groet\
            |hoogachtend|med vänliga hälsningar|med vänlig hälsning|vänliga hälsningar|vänlig hälsning|hälsningar|mvh\
            |med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|hilsen|de bedste hilsner\
            |ystävällisin terveisin|terveisin|parhain terveisin|z poważaniem|pozdrawiam|z wyrazami szacunku\
            |serdecznie pozdrawiam|s pozdravem|s přátelským pozdravem|s pozdravom|s úctou|üdvözlettel|tisztelettel\
            |cu stimă|cu respect|toate cele bune|с уважением|с наилучшими пожеланиями|з повагою|з найкращими побажаннями\
            |с уважение|поздрави|με εκτίμηση|με φιλικούς χαιρετισμούς|saygılarımla|saygılarımızla|iyi çalışmalar\
            |此致|敬礼|祝好|此致敬礼|敬上|敬具|よろしくお願いいたします|よろしくお願いします|감사합니다|감사드립니다|trân trọng|trân trọng cảm ơn|hormat saya\
            |salam hormat|salam|مع التحية|مع خالص التحية|تحياتي|בברכה|ขอแสดงความนับถือ|srdačan pozdrav|s poštovanjem\
            |lijep pozdrav|lep pozdrav|s spoštovanjem|lugupidamisega|parimate soovidega|ar cieņu|pagarbiai|kær kveðja\
            |bestu kveðjur|salutacions|atentament|agur bero bat|saúdos|با احترام|सादर|me respekt|med hilsen|поздрав
            """
        let casual = """
            thanks|thank you|many thanks|thanks a lot|thanks and regards|thanks & regards|thanks in advance|cheers|best\
            |all the best|take care|danke|vielen dank|grüße|gruß|lg|vg|merci|merci d'avance|bonne journée|amicalement\
            |gracias|muchas gracias|obrigado|obrigada|abraços|grazie|grazie mille|bedankt|dank je|alvast bedankt|tack\
            |tak|takk|kiitos|dzięki|díky|děkuji|ďakujem|köszönöm|mulțumesc|спасибо|дякую|благодаря|ευχαριστώ\
            |teşekkürler|谢谢|謝謝|ありがとうございます|cảm ơn|terima kasih|شكرا|תודה|hvala|aitäh|paldies|ačiū|gràcies
            """
        var closings: [String: ClosingStrength] = [:]
        for word in formal.split(separator: "|") { closings[String(word)] = .formal }
        for word in casual.split(separator: "|") { closings[String(word)] = .casual }
        return closings
    }()

    /// What only a disclaimer or a firm's footer says.
    static let disclaimers: PhraseTable = [
        "intended recipient", "intended solely for", "intended only for", "for the sole use of",
        "confidentiality notice",
        "may contain confidential", "contains confidential", "is confidential and", "are confidential and",
        "confidential and intended", "legally privileged", "received this email in error",
        "received this e-mail in error",
        "received this message in error", "received it in error", "before printing this e",
        "environment before printing",
        "virus-free.", "scanned for viruses", "this email has been checked for viruses", "this email has been scanned",
        "registered in england", "nicht der richtige adressat", "vertrauliche und/oder", "vertrauliche informationen",
        "vertraulich und", "irrtümlich erhalten", "nicht der beabsichtigte empfänger", "unbefugte weitergabe",
        "auf viren geprüft", "virenfrei", "informations confidentielles", "est confidentiel", "sont confidentiels",
        "destinataire de ce message", "reçu ce message par erreur", "avant d'imprimer", "sans virus",
        "información confidencial", "es confidencial", "este mensaje por error", "dirigido exclusivamente",
        "antes de imprimir", "libre de virus", "informação confidencial", "informações confidenciais", "é confidencial",
        "esta mensagem por engano", "destina-se exclusivamente", "livre de vírus", "informazioni contenute in quest",
        "strettamente riservat", "ricevuto questo messaggio per errore", "ricevete questo messaggio per errore",
        "uso esclusivo del destinatario", "prima di stampare", "privo di virus", "uitsluitend bestemd voor",
        "vertrouwelijke informatie", "ten onrechte ontvangen", "niet de geadresseerde", "virusvrij",
        "konfidentiell information", "avsett endast för", "avsedd mottagare", "fortrolige oplysninger",
        "fortrolig informasjon", "er ikke rette modtager", "rette vedkommende", "luottamuksellista tietoa",
        "luottamuksellinen", "informacje poufne", "jest poufna", "wyłącznie dla adresata",
        "nie jest pan/pani adresatem",
        "důvěrné informace", "je důvěrn", "dôverné informácie", "bizalmas információ", "informații confidențiale",
        "este confidențial", "конфиденциальную информацию", "является конфиденциальн", "конфіденційну інформацію",
        "поверителна информация", "εμπιστευτικές πληροφορίες", "εμπιστευτικό και", "gizli bilgiler", "gizlidir",
        "yalnızca gönderildiği kişi", "机密信息", "保密信息", "機密資訊", "機密情報", "誤って受信", "기밀 정보", "기밀정보",
        "thông tin bảo mật", "thông tin mật", "informasi rahasia", "معلومات سرية", "מידע סודי", "ข้อมูลที่เป็นความลับ",
        "povjerljive informacije", "zaupne informacije", "konfidentsiaalset", "konfidenciāl", "konfidencial",
        "trúnaðarupplýsingar", "informació confidencial", "اطلاعات محرمانه",
    ]

    /// What the footer of a mailing list has in it.
    static let listFooters: PhraseTable = [
        "mailing list", "unsubscribe", "listinfo", "mailinglist", "mailman", "liste de diffusion", "lista de correo",
        "se désabonner", "abbestellen",
    ]
}
