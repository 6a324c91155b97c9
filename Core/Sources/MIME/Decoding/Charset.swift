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
/// then to ISO-2022-JP by its escapes, then to a guess, which is windows-1252 for most.
func decoded(_ bytes: Bytes, as label: String?) -> DecodedText {
    let name = label.map(CharsetName.canonical)
    switch name {
    case nil, "us-ascii": return guessed(bytes)
    case "utf-8": return decodedUTF8(bytes)
    case "iso-2022-jp" where isPlainUTF8(bytes), "hz" where isPlainUTF8(bytes):
        return DecodedText(string: withoutMark(bytes), charset: "utf-8", isRelabelled: true)
    case "iso-2022-jp": return decodedJapanese(bytes)
    case .some(let name):
        if name == "windows-1252", let other = CharsetGuess.cyrillicName(bytes) {
            var text = decoded(bytes, as: other)
            text.isRelabelled = true
            return text
        }
        let output: [UInt8]
        let isLossy: Bool
        if let charset = SingleByteCharset.named(name) {
            (output, isLossy) = charset.decode(bytes)
        } else if name == "hz", let converter = CharsetConverter(from: "GB18030") {
            (output, isLossy) = ChineseMail.gbBytes(bytes).withUnsafeBufferPointer { converter.convert($0) }
        } else if let converter = CharsetConverter(from: CharsetName.iconvName(name, sample: bytes)) {
            (output, isLossy) = converter.convert(bytes)
        } else {
            var text = guessed(bytes)
            text.isUnknown = true
            return text
        }
        if isLossy, bytes.isUTF8 {
            return DecodedText(string: String(wellFormed: bytes), charset: "utf-8", isRelabelled: true)
        }
        return DecodedText(string: output.withUnsafeBufferPointer(withoutMark), charset: name, isLossy: isLossy)
    }
}

/// Raw header text: UTF-8 where it is valid, else the charset given, else a guess.
func decodedHeader(_ bytes: Bytes, charset: String?) -> String {
    if !bytes.contains(byte: 27), bytes.isUTF8 { return String(wellFormed: bytes) }
    if let charset, bytes.allBits >= 0x80 { return decoded(bytes, as: charset).string }
    return guessed(bytes).string
}

private func guessed(_ bytes: Bytes) -> DecodedText {
    if hasJapaneseEscape(bytes) {
        let text = decodedJapanese(bytes)
        if !text.isLossy { return text }
    }
    return guessedWithoutEscapes(bytes)
}

private func guessedWithoutEscapes(_ bytes: Bytes) -> DecodedText {
    if bytes.allBits < 0x80 {
        return DecodedText(string: String(wellFormed: bytes, isASCII: true), charset: "us-ascii")
    }
    if bytes.isUTF8 { return DecodedText(string: withoutMark(bytes), charset: "utf-8", isRelabelled: true) }
    return decodedByGuess(bytes)
}

private func decodedUTF8(_ bytes: Bytes) -> DecodedText {
    if bytes.isUTF8 { return DecodedText(string: withoutMark(bytes), charset: "utf-8") }
    // Text with some good sequences is UTF-8 that was damaged; text with none never was UTF-8.
    if hasMultibyteSequence(bytes) {
        let repaired = Array(String(bytes).utf8)
        return DecodedText(string: repaired.withUnsafeBufferPointer(withoutMark), charset: "utf-8", isLossy: true)
    }
    return decodedByGuess(bytes)
}

private func decodedJapanese(_ bytes: Bytes) -> DecodedText {
    guard let converter = CharsetConverter(from: "EUC-JP-MS") else { return guessedWithoutEscapes(bytes) }
    let (output, isLossy) = JapaneseMail.eucBytes(bytes).withUnsafeBufferPointer { converter.convert($0) }
    return DecodedText(
        string: output.withUnsafeBufferPointer { String($0) }, charset: "iso-2022-jp", isLossy: isLossy)
}

/// The label is missing or not true. What is called ISO-8859-1 in mail is windows-1252 (WHATWG Encoding §4.2).
private func decodedByGuess(_ bytes: Bytes) -> DecodedText {
    let name = CharsetGuess.name(bytes)
    if name != "windows-1252" {
        let text = decoded(bytes, as: name)
        if !text.isLossy, !text.isUnknown {
            return DecodedText(string: text.string, charset: name, isRelabelled: true)
        }
    }
    let output = SingleByteCharset.windows1252?.decode(bytes).output ?? Array(String(bytes).utf8)
    return DecodedText(
        string: output.withUnsafeBufferPointer { String(wellFormed: $0) }, charset: "windows-1252", isRelabelled: true)
}

/// QUIRK: glibc's iconv gives sequences beyond U+10FFFF for some charsets, so that its UTF-8 is checked here.
private func withoutMark(_ text: Bytes) -> String {
    let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
    return String(hasMark ? text[part: 3..<text.count] : text)
}

/// UTF-8 beyond ASCII, where a charset was named that has bytes of ASCII only.
private func isPlainUTF8(_ bytes: Bytes) -> Bool {
    bytes.allBits >= 0x80 && bytes.isUTF8 && !hasJapaneseEscape(bytes)
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
