// SPDX-License-Identifier: Apache-2.0

/// Bytes that became text.
struct DecodedText {
    var string: String
    /// The charset that was used, in lower case.
    var charset: String
    /// Some bytes mean nothing in that charset; U+FFFD stands for them.
    var isLossy = false
    /// The label was wrong: the text is readable in another charset only.
    var isRelabelled = false
    /// Nobody knows a charset of that name.
    var isUnknown = false
}

/// Text is never lost to a charset: a label that lies, is missing or unknown leads to UTF-8 when the bytes are valid,
/// then to ISO-2022-JP by its
/// escapes, then to windows-1252.
func decoded(_ bytes: Bytes, as label: String?) -> DecodedText {
    let name = label.map(CharsetName.canonical)
    switch name {
    case nil, "us-ascii": return guessed(bytes)
    case "utf-8": return decodedUTF8(bytes)
    case "windows-1252": return DecodedText(string: decodedWindows1252(bytes), charset: "windows-1252")
    case "iso-2022-jp": return decodedJapanese(bytes)
    case .some(let name):
        guard let converter = CharsetConverter(from: CharsetName.iconvName(name, sample: bytes)) else {
            var text = guessed(bytes)
            text.isUnknown = true
            return text
        }
        let (output, isLossy) = converter.convert(bytes)
        if isLossy, let valid = String(validating: bytes, as: UTF8.self) {
            return DecodedText(string: valid, charset: "utf-8", isRelabelled: true)
        }
        return DecodedText(
            string: withoutMark(String(decoding: output, as: UTF8.self)), charset: name, isLossy: isLossy)
    }
}

/// Raw header text: UTF-8 where it is valid, else the charset given, else a guess.
func decodedHeader(_ bytes: Bytes, charset: String?) -> String {
    if !bytes.contains(byte: 27), let text = String(validating: bytes, as: UTF8.self) { return text }
    if let charset, bytes.contains(where: { $0 >= 0x80 }) { return decoded(bytes, as: charset).string }
    return guessed(bytes).string
}

private func guessed(_ bytes: Bytes) -> DecodedText {
    if hasJapaneseEscape(bytes) {
        let text = decodedJapanese(bytes)
        if !text.isLossy { return text }
    }
    if let text = String(validating: bytes, as: UTF8.self) {
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        return DecodedText(string: withoutMark(text), charset: isASCII ? "us-ascii" : "utf-8", isRelabelled: !isASCII)
    }
    return DecodedText(string: decodedWindows1252(bytes), charset: "windows-1252", isRelabelled: true)
}

private func decodedUTF8(_ bytes: Bytes) -> DecodedText {
    if let text = String(validating: bytes, as: UTF8.self) {
        return DecodedText(string: withoutMark(text), charset: "utf-8")
    }
    // Text with some good sequences is UTF-8 that was damaged; text with none never was UTF-8.
    if hasMultibyteSequence(bytes) {
        return DecodedText(string: withoutMark(String(bytes)), charset: "utf-8", isLossy: true)
    }
    return DecodedText(string: decodedWindows1252(bytes), charset: "windows-1252", isRelabelled: true)
}

private func decodedJapanese(_ bytes: Bytes) -> DecodedText {
    guard let converter = CharsetConverter(from: "EUC-JP-MS") else { return guessed(bytes) }
    let (output, isLossy) = JapaneseMail.eucBytes(bytes).withUnsafeBufferPointer { converter.convert($0) }
    return DecodedText(string: String(decoding: output, as: UTF8.self), charset: "iso-2022-jp", isLossy: isLossy)
}

private func withoutMark(_ text: String) -> String {
    text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? String(text.unicodeScalars.dropFirst()) : text
}

private func hasMultibyteSequence(_ bytes: Bytes) -> Bool {
    var index = 0
    while index + 1 < bytes.count {
        if bytes[index] >= 0xC2, bytes[index] < 0xF5, bytes[index + 1] & 0xC0 == 0x80 { return true }
        index += 1
    }
    return false
}

/// `ESC $ B`, `ESC $ @`, `ESC ( J` and the like.
private func hasJapaneseEscape(_ bytes: Bytes) -> Bool {
    var start = 0
    while let escape = bytes.index(of: 27, from: start) {
        if escape + 2 < bytes.count {
            let second = bytes[escape + 1]
            let third = bytes[escape + 2]
            if second == 0x24, third == 0x42 || third == 0x40 || third == 0x28 { return true }
            if second == 0x28, third == 0x4A || third == 0x49 { return true }
        }
        start = escape + 1
    }
    return false
}

/// What is called ISO-8859-1 in mail is windows-1252 (WHATWG Encoding §4.2).
private func decodedWindows1252(_ bytes: Bytes) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 4)
    for byte in bytes {
        if byte < 0x80 {
            out.append(byte)
        } else {
            let scalar = byte < 0xA0 ? windows1252Controls[Int(byte) - 0x80] : UInt16(byte)
            if scalar < 0x800 {
                out.append(UInt8(0xC0 | scalar >> 6))
            } else {
                out.append(UInt8(0xE0 | scalar >> 12))
                out.append(UInt8(0x80 | scalar >> 6 & 63))
            }
            out.append(UInt8(0x80 | scalar & 63))
        }
    }
    return String(decoding: out, as: UTF8.self)
}

private let windows1252Controls: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
    0x0178,
]
