// SPDX-License-Identifier: Apache-2.0

/// Text with its RFC 2047 encoded words decoded.
///
/// Neighbours of one charset are joined before they are decoded, since many programs cut inside of a character. Blanks
/// inside of a word and
/// words that touch other text are taken as they were meant.
public func decodingWords(_ text: String) -> String {
    withBytes(text) { bytes in
        guard let first = EncodedWord.first(in: bytes, from: 0) else { return text }
        return EncodedWord.decode(bytes, from: first)
    }
}

func decodingWords(_ bytes: Bytes) -> String {
    guard let first = EncodedWord.first(in: bytes, from: 0) else { return String(bytes) }
    return EncodedWord.decode(bytes, from: first)
}

/// `=?charset?B or Q?text?=`
struct EncodedWord {
    var range: Range<Int>
    var charset: Range<Int>
    var isBase64: Bool
    var text: Range<Int>

    static func first(in bytes: Bytes, from start: Int) -> EncodedWord? {
        var index = start
        while let equals = bytes.index(of: 0x3D, from: index) {
            if equals + 1 < bytes.count, bytes[equals + 1] == 0x3F, let word = word(in: bytes, at: equals) {
                return word
            }
            index = equals + 1
        }
        return nil
    }

    /// `first` is the first word of the text.
    static func decode(_ bytes: Bytes, from first: EncodedWord) -> String {
        var text = EncodedText(room: bytes.count + 16)
        var index = 0
        var next: EncodedWord? = first
        while let word = next {
            text.appendGap(bytes[part: index..<word.range.lowerBound], isFirst: index == 0)
            text.append(word, of: bytes)
            index = word.range.upperBound
            next = self.first(in: bytes, from: index)
        }
        text.appendGap(bytes[part: index..<bytes.count], isFirst: true)
        return text.string
    }

    static func word(in bytes: Bytes, at start: Int) -> EncodedWord? {
        guard let second = bytes.index(of: 0x3F, from: start + 2), second > start + 2, second - start < 80 else {
            return nil
        }
        for index in start + 2..<second where isSpace(bytes[index]) || bytes[index] == 0x3D { return nil }
        guard second + 2 < bytes.count, bytes[second + 2] == 0x3F else { return nil }
        let kind = lowered(bytes[second + 1])
        guard kind == 0x62 || kind == 0x71 else { return nil }
        guard let end = end(in: bytes, from: second + 3, isBase64: kind == 0x62) else { return nil }
        return EncodedWord(
            range: start..<end + 2, charset: start + 2..<second, isBase64: kind == 0x62, text: second + 3..<end)
    }

    /// Where `?=` stands that ends the word; a bare `?` before `=20` in Q text does not.
    private static func end(in bytes: Bytes, from start: Int, isBase64: Bool) -> Int? {
        var index = start
        while let mark = bytes.index(of: 0x3F, from: index) {
            guard mark + 1 < bytes.count else { return nil }
            if bytes[mark + 1] == 0x3D {
                let isEscape =
                    !isBase64 && mark + 3 < bytes.count && hexValue(bytes[mark + 2]) != nil
                    && hexValue(bytes[mark + 3]) != nil
                    && hasEnd(in: bytes, from: mark + 4)
                if !isEscape { return mark }
            } else if isBase64 || bytes[mark - 1] == 0x3D {
                return nil
            }
            index = mark + 1
        }
        return nil
    }

    private static func hasEnd(in bytes: Bytes, from start: Int) -> Bool {
        var index = start
        while index + 1 < bytes.count, !isSpace(bytes[index]) {
            if bytes[index] == 0x3F, bytes[index + 1] == 0x3D { return true }
            if bytes[index] == 0x3D, bytes[index + 1] == 0x3F { return false }
            index += 1
        }
        return false
    }

    /// The charset without its language (RFC 2231 §5).
    func charsetName(in bytes: Bytes) -> Bytes {
        let name = bytes[part: charset]
        return name[part: 0..<(name.index(of: 0x2A) ?? name.count)]
    }

    /// QUIRK: raw letters inside of a Q word are text already, whatever charset the word names.
    func isUnencoded(in bytes: Bytes) -> Bool {
        let source = bytes[part: text]
        return !isBase64 && source.allBits >= 0x80 && !source.contains(byte: 0x3D)
    }

    func appendBytes(of bytes: Bytes, to out: inout [UInt8]) {
        let source = bytes[part: text]
        guard !isBase64 else {
            var decoder = Base64Decoder()
            decoder.decode(source, into: &out)
            decoder.finish(into: &out)
            return
        }
        let digits = hexDigits
        out.append(atMost: source.count) { room in
            var index = 0
            var count = 0
            while index < source.count {
                let byte = source[index]
                index += 1
                room[count] = byte == 0x5F ? 32 : byte
                if byte == 0x3D, index + 1 < source.count {
                    let high = digits[source[index]]
                    let low = digits[source[index + 1]]
                    if high | low < 16 {
                        room[count] = high << 4 | low
                        index += 2
                    }
                }
                count += 1
            }
            return count
        }
    }
}

/// The text of encoded words as it grows.
private struct EncodedText {
    private var out: [UInt8] = []
    /// Where the decoded bytes of the last words begin, which share a charset.
    private var pending = 0
    private var charset: Bytes?

    init(room: Int) { out.reserveCapacity(room) }

    /// What stands between words; blanks between two of them are dropped (RFC 2047 §6.2).
    mutating func appendGap(_ gap: Bytes, isFirst: Bool) {
        guard isFirst || !gap.allSatisfy(isSpace) else { return }
        flush()
        out.append(contentsOf: gap)
    }

    mutating func append(_ word: EncodedWord, of bytes: Bytes) {
        let name = word.charsetName(in: bytes)
        if let charset, !charset.isEqual(caseless: name) { flush() }
        if word.isUnencoded(in: bytes) {
            flush()
            for byte in bytes[part: word.text] { out.append(byte == 0x5F ? 32 : byte) }
        } else {
            if charset == nil { pending = out.count }
            charset = name
            word.appendBytes(of: bytes, to: &out)
        }
    }

    /// Bytes that are UTF-8 already stay where they are.
    private mutating func flush() {
        guard let name = charset else { return }
        charset = nil
        let text: String? = out.withUnsafeBufferPointer {
            let bytes = $0[part: pending..<$0.count]
            if name.isEqual(caseless: "utf-8"), bytes.isUTF8, !bytes.hasPrefix("\u{FEFF}") { return nil }
            return decoded(bytes, as: lowercased(name)).string
        }
        guard let text else { return }
        out.removeLast(out.count - pending)
        out.append(contentsOf: text.utf8)
    }

    /// Decoded line ends would let a header pretend to be several, so they are blanks.
    var string: String {
        mutating get {
            flush()
            return out.withUnsafeMutableBufferPointer { bytes in
                for index in bytes.indices where bytes[index] == 10 || bytes[index] == 13 || bytes[index] == 0 {
                    bytes[index] = 32
                }
                return String(Bytes(bytes))
            }
        }
    }
}
