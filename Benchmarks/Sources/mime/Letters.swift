// SPDX-License-Identifier: Apache-2.0

import Kit
import MIME

/// Writes letters as mail programs write them.
struct Letters {
    private var chance: Chance
    private var number = 0

    init(seed: UInt64) { chance = Chance(seed: seed) }

    /// About 48 KB on average: text, HTML, attachments, charsets, letters inside of letters.
    mutating func mixed() -> [UInt8] {
        switch chance.number(0...99) {
        case 0..<25: letter(text(.english, letters: 4_000...30_000))
        case 25..<55: letter(alternative(letters: 5_000...30_000))
        case 55..<78: letter(withFiles(1...2, bytes: 8_000...180_000))
        case 78..<90: letter(text(chance.one(of: Language.all), letters: 3_000...15_000))
        default: letter(nested())
        }
    }

    /// 2 to 8 KB.
    mutating func small() -> [UInt8] {
        switch chance.number(0...99) {
        case 0..<40: letter(text(chance.happens(in: 50) ? .english : .german, letters: 400...4_500))
        case 40..<80: letter(alternative(letters: 300...1_500))
        case 80..<90: letter(text(chance.one(of: Language.all), letters: 300...1_500))
        default: letter(withFiles(1...1, bytes: 400...2_500))
        }
    }

    // MARK: Parts

    /// A header without its blank line, and a body.
    private struct Entity {
        var header: String
        var body: [UInt8]

        var bytes: [UInt8] { Array(header.utf8) + [13, 10] + body }
    }

    private mutating func text(_ language: Language, letters: ClosedRange<Int>, type: String = "plain") -> Entity {
        var words = language.paragraphs(&chance, letters: chance.number(letters))
        if type == "html" {
            let blocks = words.split(separator: "\r\n").map { "<p style=\"margin:0;color:#333\">\($0)</p>\r\n" }
            words = "<html><body><div class=\"x\">\r\n\(blocks.joined())</div></body></html>\r\n"
        }
        let raw = language.encoded(words)
        let encoding: String
        var body = raw
        if language.charset == "us-ascii" || language.charset == "iso-2022-jp" {
            encoding = "7bit"
        } else if chance.happens(in: 30) {
            encoding = "8bit"
        } else if language.separator.isEmpty || chance.happens(in: 20) {
            encoding = "base64"
            body = Letters.base64(raw)
        } else {
            encoding = "quoted-printable"
            body = Letters.quotedPrintable(raw)
        }
        return Entity(
            header: """
                Content-Type: text/\(type); charset="\(language.charset)"\r
                Content-Transfer-Encoding: \(encoding)\r

                """, body: body)
    }

    private mutating func alternative(letters: ClosedRange<Int>) -> Entity {
        var html = text(.german, letters: letters, type: "html")
        if chance.happens(in: 60) {
            let words = Language.german.paragraphs(&chance, letters: chance.number(letters))
            html = Entity(
                header: "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                body: Letters.quotedPrintable(
                    Array(
                        words.split(separator: "\r\n").map { "<p class=\"MsoNormal\">\($0)<br></p>\r\n" }.joined().utf8)
                ))
        }
        return multipart("alternative", [text(.german, letters: letters), html])
    }

    private mutating func withFiles(_ count: ClosedRange<Int>, bytes: ClosedRange<Int>) -> Entity {
        var parts = [
            bytes.lowerBound > 5_000 ? alternative(letters: 500...3_000) : text(.english, letters: 300...1_500)
        ]
        for _ in 0..<chance.number(count) {
            let (type, ending) = chance.one(of: [
                ("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg"),
            ])
            let name = chance.happens(in: 30) ? "=?utf-8?B?w5xiZXJzaWNodA==?=.\(ending)" : "report \(number).\(ending)"
            parts.append(
                Entity(
                    header: """
                        Content-Type: \(type); name="\(name)"\r
                        Content-Disposition: attachment; filename="\(name)"\r
                        Content-Transfer-Encoding: base64\r

                        """, body: Letters.base64(chance.bytes(chance.number(bytes)))))
        }
        return multipart("mixed", parts)
    }

    private mutating func nested() -> Entity {
        var inner = letter(
            chance.happens(in: 50) ? alternative(letters: 800...4_000) : withFiles(1...1, bytes: 5_000...40_000))
        for _ in 0..<chance.number(0...2) { inner = letter(forward(inner)) }
        return forward(inner)
    }

    private mutating func forward(_ inner: [UInt8]) -> Entity {
        let image = Entity(
            header:
                "Content-Type: image/png\r\nContent-ID: <logo@example.com>\r\nContent-Transfer-Encoding: base64\r\n",
            body: Letters.base64(chance.bytes(3_000)))
        return multipart(
            "mixed",
            [
                multipart("related", [alternative(letters: 500...2_000), image]),
                Entity(header: "Content-Type: message/rfc822\r\n", body: inner),
            ])
    }

    private mutating func multipart(_ kind: String, _ parts: [Entity]) -> Entity {
        let boundary = "----=_Part_\(chance.number(1000...9_999_999))_\(number).\(chance.number(1...9_999_999))"
        var body = Array("This is a multi-part message in MIME format.\r\n".utf8)
        for part in parts { body += Array("--\(boundary)\r\n".utf8) + part.bytes + [13, 10] }
        body += Array("--\(boundary)--\r\n".utf8)
        return Entity(header: "Content-Type: multipart/\(kind);\r\n\tboundary=\"\(boundary)\"\r\n", body: body)
    }

    // MARK: Head

    private mutating func letter(_ entity: Entity) -> [UInt8] {
        number += 1
        var head = ""
        for hop in 0..<chance.number(2...5) {
            head += """
                Received: from mx\(hop).example.net (mx\(hop).example.net [192.0.2.\(hop + 1)])\r
                \tby mail.example.org (Postfix) with ESMTPS id 4F\(chance.number(100_000...999_999))\r
                \tfor <help@example.org>; Mon, \(chance.number(1...28)) Mar 2026 10:0\(hop):00 +0000 (UTC)\r

                """
        }
        head += """
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s2048;\r
            \th=from:to:subject:date:message-id:mime-version; bh=\(token(44));\r
            \tb=\(token(70))\r
            \t \(token(72))\r
            Authentication-Results: mail.example.org; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=example.com\r
            From: \(person())\r
            To: \((0..<chance.number(1...4)).map { _ in person() }.joined(separator: ",\r\n\t"))\r
            Cc: \(person())\r
            Reply-To: <reply-\(number)@example.com>\r
            Subject: \(subject())\r
            Date: Mon, \(chance.number(1...28)) Mar 2026 \(chance.number(10...23)):\(chance.number(10...59)):07 +0100\r
            Message-ID: <\(token(24)).\(number)@mail.example.com>\r
            In-Reply-To: <\(token(24))@mail.example.org>\r
            References: \((0..<chance.number(1...4)).map { _ in "<\(token(24))@mail.example.org>" }.joined(separator: "\r\n\t"))\r
            X-Mailer: Letters 1.0\r
            X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,\r
            \tDKIM_VALID autolearn=ham version=4.0.0\r
            MIME-Version: 1.0\r

            """
        return Array(head.utf8) + entity.bytes
    }

    private mutating func person() -> String {
        let name = chance.one(of: [
            "Kim Doe", "\"Doe, Jane\"", "=?utf-8?Q?J=C3=BCrgen_M=C3=BCller?=", "=?iso-8859-1?Q?Bj=F8rn?= Hansen",
            "=?UTF-8?B?5bGx55Sw5aSq6YOO?=", "Support (EMEA) Team",
        ])
        return "\(name) <\(token(8).lowercased())@example.com>"
    }

    private mutating func subject() -> String {
        switch chance.number(0...2) {
        case 0: "Re: [HELP-\(number)] \(Language.english.sentence(&chance).prefix(60))"
        case 1: "=?utf-8?Q?Gr=C3=B6=C3=9Fere_=C3=84nderung_am?=\r\n =?utf-8?Q?_Drucker_im_3=2E_Stock?="
        default:
            "=?UTF-8?B?\(String(decoding: Letters.base64(Array("Störung \(number) – dringend".utf8)).dropLast(2), as: UTF8.self))?="
        }
    }

    private mutating func token(_ count: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        return String(decoding: (0..<count).map { _ in chance.one(of: letters) }, as: UTF8.self)
    }

    // MARK: Encodings

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 7 / 5 + 8)
        for (line, start) in stride(from: 0, to: bytes.count, by: 57).enumerated() {
            if line > 0 { out += [13, 10] }
            for index in stride(from: start, to: min(start + 57, bytes.count), by: 3) {
                let left = bytes.count - index
                let group =
                    UInt32(bytes[index]) << 16 | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
                    | UInt32(left > 2 ? bytes[index + 2] : 0)
                out.append(digits[Int(group >> 18)])
                out.append(digits[Int(group >> 12 & 63)])
                out.append(left > 1 ? digits[Int(group >> 6 & 63)] : 0x3D)
                out.append(left > 2 ? digits[Int(group & 63)] : 0x3D)
            }
        }
        return out + [13, 10]
    }

    private static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        var column = 0
        for byte in bytes {
            if byte == 10 || byte == 13 {
                if byte == 10 { out += [13, 10] }
                column = 0
                continue
            }
            if column > 72 {
                out += [0x3D, 13, 10]
                column = 0
            }
            if byte > 126 || byte < 32 || byte == 0x3D {
                out += [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                column += 3
            } else {
                out.append(byte)
                column += 1
            }
        }
        return out
    }
}
