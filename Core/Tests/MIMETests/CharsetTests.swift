// SPDX-License-Identifier: Apache-2.0

import Glibc
import MIME
import Testing

@Suite("A charset")
struct CharsetTests {
    private func message(_ type: String, _ body: [UInt8]) -> Message {
        parse(Array("Content-Type: \(type)\n\n".utf8) + body)
    }

    @Test(
        "is read",
        arguments: [
            ("koi8-r", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4], "Привет"),
            ("koi8-u", [0xA6, 0xA7], "ії"),
            ("windows-1250", [0x5A, 0x61, 0xBF, 0xF3, 0xB3, 0xE6], "Zażółć"),
            ("windows-1251", [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2], "Привет"),
            ("windows-1252", [0x93, 0x35, 0x20, 0x80, 0x94, 0x85], "“5 €”…"),
            ("windows-1253", [0xC3, 0xE5, 0xE9, 0xDC], "Γειά"),
            ("windows-1254", [0x49, 0xFE, 0xFD, 0x6B], "Işık"),
            ("windows-1255", [0xF9, 0xEC, 0xE5, 0xED], "שלום"),
            ("windows-1256", [0xD3, 0xE1, 0xC7, 0xE3], "سلام"),
            ("windows-1257", [0xFE, 0xE0, 0x73, 0x69, 0x73], "žąsis"),
            ("windows-1258", [0x56, 0x69, 0xEA, 0xF2, 0x74], "Vi\u{1EC7}t"),
            ("iso-8859-2", [0xB1, 0xB3], "ął"),
            ("iso-8859-5", [0xBF, 0xE0], "Пр"),
            ("iso-8859-7", [0xC3, 0xE5], "Γε"),
            ("iso-8859-9", [0xFE, 0xFD], "şı"),
            ("iso-8859-15", [0xA4], "€"),
            ("tis-620", [0xCA, 0xC7], "สว"),
            ("cp850", [0x84, 0x94], "äö"),
            ("macintosh", [0x8A, 0x9A], "äö"),
            ("gb2312", [0xC4, 0xE3, 0xBA, 0xC3], "你好"),
            ("gb18030", [0x95, 0x32, 0x82, 0x36], "\u{20000}"),
            ("big5", [0xA7, 0x41, 0xA6, 0x6E], "你好"),
            ("shift_jis", [0x93, 0xFA, 0x96, 0x7B, 0x8C, 0xEA, 0xB1], "日本語ｱ"),
            ("euc-jp", [0xC6, 0xFC, 0xCB, 0xDC, 0xB8, 0xEC], "日本語"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x4B, 0x5C, 0x1B, 0x28, 0x42, 0x21], "日本!"),
            ("iso-2022-kr", [0x1B, 0x24, 0x29, 0x43, 0x0E, 0x3E, 0x48, 0x33, 0x67, 0x0F], "안녕"),
            ("euc-kr", [0xBE, 0xC8, 0xB3, 0xE7], "안녕"),
            ("hz-gb-2312", [0x7E, 0x7B, 0x44, 0x63, 0x3A, 0x43, 0x7E, 0x7D], "你好"),
            ("utf-7", [0x47, 0x72, 0x2B, 0x41, 0x50, 0x77, 0x2D, 0x6E], "Grün"),
            ("utf-16le", [0xE4, 0, 0x62, 0], "äb"), ("utf-16be", [0, 0xE4, 0, 0x62], "äb"),
            ("utf-16", [0xFE, 0xFF, 0, 0xE4], "ä"), ("utf-16", [0xFF, 0xFE, 0xE4, 0], "ä"),
            ("utf-32le", [0xE4, 0, 0, 0], "ä"),
        ] as [(String, [UInt8], String)])
    func reads(_ name: String, _ bytes: [UInt8], _ text: String) {
        let found = message("text/plain; charset=\(name)", bytes)
        #expect(Array(found.text.utf8) == Array(text.utf8))
        #expect(found.defects.isEmpty)
    }

    @Test(
        "is known by the names it goes by",
        arguments: [
            ("\"utf8\"", "utf-8"), ("UTF_8", "utf-8"), ("unicode-1-1-utf-7", "utf-7"), ("latin-1", "windows-1252"),
            ("ISO_8859-1:1987", "windows-1252"), ("cp1252", "windows-1252"), ("x-ansi", "windows-1252"),
            ("win-1251", "windows-1251"), ("cp-1251", "windows-1251"), ("x-cp1251", "windows-1251"),
            ("iso8859_15", "iso-8859-15"), ("iso-8859-8-i", "iso-8859-8"), ("x-sjis", "shift_jis"),
            ("windows-31j", "shift_jis"), ("csISO2022JP", "iso-2022-jp"), ("ks_c_5601-1987", "euc-kr"),
            ("x-gbk", "gbk"), ("cp936", "gbk"), ("x-euc-jp", "euc-jp"), ("cp950", "big5"), ("koi8", "koi8-r"),
            ("x-mac-cyrillic", "mac-cyrillic"), ("ansi_x3.4-1968", "us-ascii"), ("windows-874", "tis-620"),
            ("'us-ascii'", "us-ascii"), ("x-unknown", "us-ascii"), ("ibm437", "cp437"),
        ] as [(String, String)])
    func aliases(_ label: String, _ name: String) {
        let found = message("text/plain; charset=\(label)", Array("plain".utf8))
        #expect(found.parts[0].charset == name)
        #expect(found.text == "plain")
        #expect(found.defects.isEmpty)
    }

    @Test(
        "that is missing, unknown or not true is found out",
        arguments: [
            ("text/plain", Array("größer".utf8), "größer", "utf-8", []),
            ("text/plain", [0x67, 0x72, 0xFC, 0x6E], "grün", "windows-1252", [.wrongCharset]),
            ("text/plain; charset=utf-8", [0x67, 0x72, 0xFC, 0x6E], "grün", "windows-1252", [.wrongCharset]),
            ("text/plain; charset=us-ascii", Array("größer".utf8), "größer", "utf-8", [.wrongCharset]),
            ("text/plain; charset=no-such", Array("größer".utf8), "größer", "utf-8", [.unknownCharset, .wrongCharset]),
            ("text/plain; charset=iso-2022-jp", Array("größer".utf8), "größer", "utf-8", [.wrongCharset]),
            ("text/plain; charset=hz-gb-2312", Array("größer".utf8), "größer", "utf-8", [.wrongCharset]),
            ("text/plain; charset=no/such//x", [0x61], "a", "us-ascii", [.unknownCharset]),
            (
                "text/plain; charset=big5", Array("größer".utf8) + [0xE2, 0x82, 0xAC], "größer€", "utf-8",
                [.wrongCharset]
            ),
            (
                "text/plain", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42], "日", "iso-2022-jp", []
            ),
        ] as [(String, [UInt8], String, String, [Defect.Kind])])
    func found(_ type: String, _ bytes: [UInt8], _ text: String, _ charset: String, _ defects: [Defect.Kind]) {
        let found = message(type, bytes)
        #expect(found.text == text)
        #expect(found.parts[0].charset == charset)
        #expect(Set(found.defects.map(\.kind)) == Set(defects))
    }

    @Test(
        "that nobody names is guessed from the letters",
        arguments: [
            ("koi8-r", "Здравствуйте, принтер на третьем этаже снова без бумаги."),
            ("windows-1251", "Здравствуйте, принтер на третьем этаже снова без бумаги."),
            ("gb18030", "打印机又没有纸了，请您检查一下。谢谢！"),
            ("big5", "三樓的印表機又沒有紙了，請您檢查一下。謝謝！"),
            ("shift_jis", "三階のプリンターの用紙がまたなくなりました。確認してください。"),
            ("euc-jp", "三階のプリンターの用紙がまたなくなりました。確認してください。"),
            ("euc-kr", "삼층 프린터에 용지가 없습니다. 확인 부탁드립니다."),
            ("windows-1252", "Übergrößen für die Mädchen, schöne Grüße — naïve café, ça va, señor"),
            ("windows-1252", "ÄÖÜ"),
        ])
    func guessed(_ name: String, _ text: String) throws {
        let bytes = try #require(encoded(text, name))
        let found = message("text/plain", bytes)
        #expect(found.text == text)
        #expect(found.parts[0].charset == name)
        #expect(found.defects.map(\.kind) == [.wrongCharset])
        #expect(
            message("text/html", Array("<html><p class=\"x\">".utf8) + bytes + Array("</p>".utf8)).html?.contains(text)
                == true)
    }

    private func encoded(_ text: String, _ name: String) -> [UInt8]? {
        guard let converter = iconv_open(name, "UTF-8"), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var source = text.utf8.map { CChar(bitPattern: $0) }
        var target = [CChar](repeating: 0, count: source.count * 2)
        let written = source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target -> Int? in
                var (from, fromLeft) = (source.baseAddress, source.count)
                var (to, toLeft) = (target.baseAddress, target.count)
                return iconv(converter, &from, &fromLeft, &to, &toLeft) == -1 ? nil : target.count - toLeft
            }
        }
        return written.map { target[..<$0].map { UInt8(bitPattern: $0) } }
    }

    @Test(
        "of the West is not believed for Cyrillic words",
        arguments: [("iso-8859-1", "windows-1251"), ("windows-1252", "koi8-r"), ("latin1", "windows-1251")])
    func cyrillicUnderWesternLabel(_ label: String, _ name: String) throws {
        let text = "Здравствуйте, принтер на третьем этаже снова без бумаги.\n-- \nАнна\n"
        let found = message("text/plain; charset=\(label)", try #require(encoded(text, name)))
        #expect(found.text == text)
        #expect(found.parts[0].charset == name)
        #expect(found.defects.map(\.kind) == [.wrongCharset])
        let subject = try #require(encoded("Принтер снова без бумаги", name))
        let raw = Array("Content-Type: text/plain; charset=\(label)\nSubject: ".utf8) + subject + Array("\n\n".utf8)
        #expect(parse(raw).subject == "Принтер снова без бумаги")
    }

    @Test(
        "of the West is believed for Western words, however many accents they have",
        arguments: [
            "ÄÖÜ ÄÖÜ ÄÖÜ ÄÖÜ", "Übergrößen für die Mädchen, schöne Grüße", "Þórður ÁÐI Ævi ðæþö",
            "«áéíóú àèìòù âêîôû äëïöü»",
            "œuvres à l'été, où çà et là", "ÇĞÀÉ", "ÀÉÈÙÂÊÎÔÛËÏÜ !",
        ])
    func westernUnderItsLabel(_ text: String) {
        let bytes = encoded(text, "windows-1252") ?? []
        let found = message("text/plain; charset=iso-8859-1", bytes)
        #expect(found.parts[0].charset == "windows-1252")
        #expect(found.defects.isEmpty)
    }

    @Test(
        "goes by one name, whatever stands between its letters",
        arguments: ["ko!i8-r", "koi8-r()", "k\\\"oi8-r", "koi8-r=", "«koi8-r»"])
    func oddLabels(_ label: String) {
        let found = message("text/plain; charset=\"\(label)\"", [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4])
        #expect(found.text == "Привет")
        #expect(found.parts[0].charset == "koi8-r")
    }

    @Test("whose text is damaged keeps all that can be read")
    func lossy() {
        let found = message("text/plain; charset=shift_jis", [0x93, 0xFA, 0x80, 0x96, 0x7B])
        #expect(found.text.hasPrefix("日") && found.text.hasSuffix("本") && found.text.contains("\u{FFFD}"))
        #expect(found.defects.map(\.kind) == [.lossyText])
    }
}

@Suite("A charset whose converter goes beyond Unicode")
struct BeyondUnicodeTests {
    @Test("gives text that is valid", arguments: ["ucs-4le", "wchar_t", "utf-8!"])
    func valid(_ charset: String) {
        let body: [UInt8] = [0xFF, 0xFF, 0xFF, 0x7F, 0xF7, 0xBF, 0xBF, 0xBF, 0x41, 0, 0, 0]
        let message = parse(Array("Content-Type: text/plain; charset=\"\(charset)\"\n\n".utf8) + body)
        #expect(String(validating: Array(message.text.utf8), as: UTF8.self) == message.text)
        #expect(message.text.unicodeScalars.allSatisfy { $0.value <= 0x10FFFF })
    }
}
