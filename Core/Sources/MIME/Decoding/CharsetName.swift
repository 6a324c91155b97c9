// SPDX-License-Identifier: Apache-2.0

/// The names by which charsets go in mail.
enum CharsetName {
    /// Lower case, and one name for what is one charset.
    static func canonical(_ label: String) -> String { commonName(label) ?? unusualName(label) }

    /// Most mail has one of these, so they are found without making a string.
    private static func commonName(_ label: String) -> String? {
        withBytes(label) { bytes in
            if bytes.isEqual(caseless: "utf-8") { return "utf-8" }
            if bytes.isEqual(caseless: "us-ascii") { return "us-ascii" }
            if bytes.isEqual(caseless: "iso-8859-1") { return "windows-1252" }
            return bytes.isEqual(caseless: "windows-1252") ? "windows-1252" : nil
        }
    }

    private static func unusualName(_ label: String) -> String {
        var name = String(decoding: label.utf8.lazy.map(lowered).filter(isOfName).prefix(80), as: UTF8.self)
        if name.hasPrefix("charset=") { name.removeFirst(8) }
        name.removeAll { $0 == "=" }
        if let known = aliases[name] { return known }
        for prefix in ["x-", "cs"] where name.hasPrefix(prefix) {
            if let known = aliases[String(name.dropFirst(prefix.count))] { return known }
        }
        return numbered(name) ?? name
    }

    /// What names of charsets are made of. iconv passes over the rest, so that one charset would have names without end.
    private static func isOfName(_ byte: UInt8) -> Bool {
        byte &- 97 < 26 || byte &- 48 < 10 || "._:+-=".utf8.contains(byte)
    }

    /// `iso8859_2`, `win-1251`, `windows1250`, `cp-850`, `ibm437`.
    private static func numbered(_ name: String) -> String? {
        let digits = name.utf8.reversed().prefix { $0 &- 48 < 10 }.reversed()
        guard !digits.isEmpty, let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        let stem = String(
            decoding: name.utf8.dropLast(digits.count).filter { lowered($0) &- 97 < 26 || $0 &- 48 < 10 }, as: UTF8.self
        )
        if ["iso8859", "iso08859"].contains(stem) { return "iso-8859-\(number)" }
        if (1250...1258).contains(number), ["windows", "win", "cp", "xcp", "mswindows", "ms", "ansi"].contains(stem) {
            return "windows-\(number)"
        }
        return ["cp", "ibm", "dos", "oem", "csibm", "xcp"].contains(stem) ? "cp\(number)" : nil
    }

    /// What iconv calls it. A wider sister is taken where mail under the narrow name holds its characters too.
    static func iconvName(_ canonical: String, sample: Bytes) -> String {
        switch canonical {
        case "gb2312", "gbk": return "GB18030"
        case "shift_jis": return "CP932"
        case "euc-kr": return "CP949"
        case "euc-jp": return "EUC-JP-MS"
        case "big5": return "BIG5-HKSCS"
        case "iso-8859-8-i", "iso-8859-8-e": return "ISO-8859-8"
        case "iso-8859-9": return "WINDOWS-1254"
        case "iso-8859-11", "tis-620": return "CP874"
        case "macintosh": return "MACINTOSH"
        case "utf-16": return startsWithMark(sample) ? "UTF-16" : isLittleEndian(sample) ? "UTF-16LE" : "UTF-16BE"
        default:
            if canonical.hasPrefix("windows-"), let number = Int(canonical.dropFirst(8)) { return "CP\(number)" }
            return canonical
        }
    }

    private static func startsWithMark(_ bytes: Bytes) -> Bool {
        bytes.count > 1 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF))
    }

    /// Latin text has its zero bytes at odd places when the low byte comes first.
    private static func isLittleEndian(_ bytes: Bytes) -> Bool {
        var odd = 0
        var even = 0
        for (index, byte) in bytes.prefix(1000).enumerated() where byte == 0 {
            if index & 1 == 1 { odd += 1 } else { even += 1 }
        }
        return odd > even
    }

    private static let aliases: [String: String] = {
        var names: [String: String] = [:]
        for (canonical, others) in groups {
            names[canonical] = canonical
            for other in others.split(separator: " ") { names[String(other)] = canonical }
        }
        return names
    }()

    private static let groups: [(String, String)] = [
        (
            "us-ascii",
            "ascii ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso646-us us 646 default none unknown unknown-8bit x-unknown 8bit 7bit"
        ),
        ("utf-8", "utf8 utf_8 unicode-1-1-utf-8 utf-8n utf8mb4 utf-8-strict unicode utf"),
        (
            "windows-1252",
            "iso-8859-1 iso8859-1 iso_8859-1 iso88591 latin1 latin-1 l1 iso-ir-100 iso_8859-1:1987 cp1252 ansi western iso-8859-01"
        ),
        ("gb2312", "gb_2312-80 chinese gb2312-80 hz-gb2312 euc-cn euccn"),
        ("gbk", "cp936 ms936 windows-936"),
        ("gb18030", "gb-18030"),
        ("hz", "hz-gb-2312"),
        ("big5", "big5-eten cn-big5 cp950 windows-950 big-5 chinesebig5"),
        ("big5-hkscs", "big5hkscs"),
        ("shift_jis", "shift-jis shiftjis sjis ms_kanji cp932 windows-31j windows-932 mskanji"),
        ("euc-jp", "eucjp euc_jp ujis"),
        ("iso-2022-jp", "iso2022jp jis iso-2022-jp-ms cp50220 cp50221"),
        (
            "euc-kr",
            "euckr ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 ks_c_5601-1989 korean cp949 windows-949 uhc ks_c-5601-1987"
        ),
        ("koi8-r", "koi8 koi8r koi"),
        ("koi8-u", "koi8u"),
        ("iso-8859-2", "latin2 latin-2 l2"),
        ("iso-8859-9", "latin5 latin-5 l5"),
        ("iso-8859-15", "latin9 latin-9 latin0 l9"),
        ("iso-8859-5", "cyrillic"),
        ("iso-8859-6", "arabic iso-8859-6-i iso-8859-6-e"),
        ("iso-8859-7", "greek greek8"),
        ("iso-8859-8", "hebrew visual iso-8859-8-i iso-8859-8-e logical"),
        ("tis-620", "tis620 windows-874 cp874"),
        ("macintosh", "mac macroman mac-roman mac_roman"),
        ("mac-cyrillic", "maccyrillic"),
        ("utf-7", "utf7 unicode-1-1-utf-7"),
        ("utf-16", "utf16 ucs-2 unicodefffe iso-10646-ucs-2"),
        ("utf-16le", "utf16le"),
        ("utf-16be", "utf16be"),
        ("utf-32", "utf32 ucs-4"),
    ]
}
