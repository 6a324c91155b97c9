// SPDX-License-Identifier: Apache-2.0

extension Phrases {
    /// The labels of a mail's head, as programs write them into a reply.
    /// What a head line says; as a set, what several say.
    struct Label: OptionSet {
        let rawValue: UInt8

        static let from = Label(rawValue: 1)
        static let date = Label(rawValue: 2)
        static let to = Label(rawValue: 4)
        static let subject = Label(rawValue: 8)
        static let copy = Label(rawValue: 16)
    }

    static let labels: [String: Label] = {
        let words: [(Label, String)] = [
            (
                .from,
                """
                from|no|од|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|от|от кого|від|kimden|gönderen|από|发件人|寄件者\
                |寄件人|差出人|보낸 사람|보낸사람|expéditeur|mittente|remitente|afzender|nadawca|odesílatel|odosielateľ\
                |expeditor|отправитель|відправник|จาก|từ|dari|من|מאת|saatja|nuo|šalje|pošiljatelj|frá|avsändare\
                |afsender|avsender|sender|nga|nork|bidaltzailea|remetente|послао|од|फ़्रॉम|प्रेषक|از|فرستنده\
                |المرسل|שולח|ผู้ส่ง|người gửi|pengirim|보낸이|보낸 이|送信者|发件者|sendandi|siuntėjas|sūtītājs|nosūtītājs\
                |mottatt fra|lähettänyt
                """
            ),
            (
                .date,
                """
                sent|date|sent on|gesendet|datum|gesendet am|envoyé|envoyé le|envoye|date d'envoi|enviado\
                |enviada em|enviado em|enviado el|enviada|fecha|data|inviato|data invio|verzonden|skickat|sendt\
                |dato|lähetetty|päivämäärä|wysłano|wysłane|data wysłania|odesláno|odoslané|dátum|küldve|elküldve\
                |trimis|дата|отправлено|дата отправки|надіслано|изпратено|gönderildi|tarih|gönderme tarihi\
                |αποστολή|ημερομηνία|στάλθηκε|发送时间|日期|寄件日期|傳送時間|發送時間|送信日時|日時|日付|보낸 날짜|보낸날짜|날짜|ngày|đã gửi\
                |dikirim|tanggal|تاريخ|التاريخ|تم الإرسال|נשלח|תאריך|วันที่|ส่ง|saadetud|poslano|kuupäev|time\
                |heure|hora|data e ora|послато|датум|nosūtīts|išsiųsta|dagsetning|datuma|bidalia|dërguar|तारीख\
                |भेजा गया|تاريخ الإرسال|تاریخ|ارسال شده|tarikh|date d’envoi|enviat|lähetyspäivä|odoslaná|vrijeme\
                |čas|时间|時間|寄送日期|傳送日期|보낸시간|보낸 시간|gửi lúc|thời gian|gönderilme tarihi|ημ/νία|ημ.
                """
            ),
            (
                .to,
                """
                to|за|an|à|a|para|aan|till|til|vastaanottaja|do|komu|címzett|către|кому|до|kime|alıcı|προς|收件人|收件者\
                |宛先|받는 사람|받는사람|đến|tới|kepada|إلى|אל|ถึง|za|prima|destinataire|destinataires|destinatario|ke|kam\
                |kellele|per|mottaker|pour|alla|mottagare|modtager|adresat|adresát|saajad|saaja|címzettek\
                |получатель|одержувач|получател|παραλήπτης|接收人|收件人姓名|受信者|받는이|받는 이|người nhận|penerima|المستلم\
                |المرسل إليه|נמען|ผู้รับ|به|گیرنده|प्रति|gavėjas|saņēmējs|viðtakandi|nori|primatelj|prejemnik\
                |saajale
                """
            ),
            (
                .subject,
                """
                subject|наслов|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet\
                |tárgy|subiect|тема|относно|konu|θέμα|主题|主旨|主題|件名|제목|chủ đề|tiêu đề|subjek|perihal|الموضوع|נושא\
                |เรื่อง|teema|tēma|tema|naslov|zadeva|efni|assumpte|subyek|objeto|предмет|gai|gaia|subjekt\
                |título|titre|titel|标题|標題|タイトル|제목명|موضوع|विषय|subjekti|tárgya|téma|konusu|judul|ämnesrad
                """
            ),
            (
                .copy,
                """
                cc|kopie|cópia|copia|kopia|kopi|kopio|копия|копія|抄送|副本|bilgi|másolat|κοιν|참조|نسخة|עותק|cc.|bcc\
                |reply-to|reply to|répondre à|responder a|rispondi a|risposta|antwoord aan|svara till|svar til\
                |odpowiedz do|ответить|cci|cco|ccn|bc|kopija|kopiu|másolatot kap|в копии|抄送人|密件副本|参照|숨은참조|kopya\
                |anhang|anlage|attachment|pièces jointes|allegati|bijlagen|priorität|priorité|prioridad\
                |importanza|belang|vigtighed|categories|kategorien|antwort an|importance|wichtigkeit|attachments\
                |anlagen|priority
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
