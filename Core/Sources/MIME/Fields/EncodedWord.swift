// SPDX-License-Identifier: Apache-2.0

/// Text with its RFC 2047 encoded words decoded.
///
/// Neighbours of one charset are joined before they are decoded, since many programs cut inside of a character. Blanks
/// inside of a word and
/// words that touch other text are taken as they were meant.
public func decodingWords(_ text: String) -> String {
    withBytes(text) { bytes in
        guard EncodedWord.first(in: bytes, from: 0) != nil else { return text }
        return EncodedWord.decode(bytes)
    }
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

    static func decode(_ bytes: Bytes) -> String {
        var out = ""
        var index = 0
        var pending: [UInt8] = []
        var charset: String?
        var isBehindWord = false
        func flush() {
            guard let label = charset else { return }
            out += pending.withUnsafeBufferPointer { decoded($0, as: label).string }
            pending.removeAll(keepingCapacity: true)
            charset = nil
        }
        while let word = first(in: bytes, from: index) {
            let gap = bytes[part: index..<word.range.lowerBound]
            if !isBehindWord || !gap.allSatisfy(isSpace) {
                flush()
                out += String(gap)
            }
            isBehindWord = true
            let label = word.charsetName(in: bytes)
            if label != charset { flush() }
            charset = label
            if let plain = word.unencodedText(in: bytes) {
                flush()
                out += plain
            } else {
                word.appendBytes(of: bytes, to: &pending)
            }
            index = word.range.upperBound
        }
        flush()
        out += String(bytes[part: index..<bytes.count])
        return withoutLineEnds(out)
    }

    /// Decoded line ends would let a header pretend to be several.
    private static func withoutLineEnds(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else { return text }
        return String(decoding: text.utf8.map { $0 == 10 || $0 == 13 || $0 == 0 ? 32 : $0 }, as: UTF8.self)
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

    /// The charset without its language (RFC 2231 §5), in lower case.
    private func charsetName(in bytes: Bytes) -> String {
        let name = bytes[part: charset]
        return lowercased(name[part: 0..<(name.index(of: 0x2A) ?? name.count)])
    }

    /// QUIRK: raw letters inside of a Q word are text already, whatever charset the word names.
    private func unencodedText(in bytes: Bytes) -> String? {
        let source = bytes[part: text]
        guard !isBase64, source.contains(where: { $0 >= 0x80 }), !source.contains(byte: 0x3D) else { return nil }
        return String(decoding: source.map { $0 == 0x5F ? 32 : $0 }, as: UTF8.self)
    }

    private func appendBytes(of bytes: Bytes, to out: inout [UInt8]) {
        let source = bytes[part: text]
        guard !isBase64 else {
            var decoder = Base64Decoder()
            decoder.decode(source, into: &out)
            decoder.finish(into: &out)
            return
        }
        var index = 0
        while index < source.count {
            if source[index] == 0x3D, index + 2 < source.count, let high = hexValue(source[index + 1]),
                let low = hexValue(source[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(source[index] == 0x5F ? 32 : source[index])
                index += 1
            }
        }
    }
}
