// SPDX-License-Identifier: Apache-2.0

/// Writes RFC 2047 encoded words in UTF-8, short enough to stand beside a field name within 78 columns, and never cut
/// inside of a character.
enum EncodedWordWriter {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var piece: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if piece.count + bytes.count > 39 {
                words.append(word(piece))
                piece = []
            }
            piece += bytes
        }
        if !piece.isEmpty || words.isEmpty { words.append(word(piece)) }
        return words
    }

    /// Q where it stays readable and short, B elsewhere.
    private static func word(_ bytes: [UInt8]) -> String {
        let escapes = bytes.count { !isLiteral($0) && $0 != 32 }
        let length = bytes.count + 2 * escapes
        if length <= 52, escapes * 3 <= bytes.count { return "=?utf-8?q?\(quoted(bytes))?=" }
        return "=?utf-8?b?\(String(decoding: base64(bytes), as: UTF8.self))?="
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for byte in bytes {
            if byte == 32 {
                out.append(0x5F)
            } else if isLiteral(byte) {
                out.append(byte)
            } else {
                appendEscape(byte, mark: 0x3D, to: &out)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Letters and digits only, which is safe in phrases too (RFC 2047 §5).
    private static func isLiteral(_ byte: UInt8) -> Bool {
        lowered(byte) &- 97 < 26 || byte &- 48 < 10 || byte == 0x2D || byte == 0x21 || byte == 0x2A || byte == 0x2B
            || byte == 0x2F
    }
}

/// `=E4` or `%E4`.
func appendEscape(_ byte: UInt8, mark: UInt8, to out: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    out.append(mark)
    out.append(digits[Int(byte >> 4)])
    out.append(digits[Int(byte & 15)])
}

/// Writes one parameter: plain, quoted, or in RFC 2231 sections.
enum ParameterWriter {
    static func tokens(name: String, value: String) -> [String] {
        let isASCII = value.utf8.allSatisfy { $0 < 0x80 }
        if isASCII, value.utf8.count <= 60, !value.contains("=?") { return ["\(name)=\(quotedIfNeeded(value))"] }
        let pieces = pieces(value)
        if pieces.count == 1 { return ["\(name)*=utf-8''\(pieces[0])"] }
        return pieces.enumerated().map { index, piece in
            "\(name)*\(index)*=\(index == 0 ? "utf-8''" : "")\(piece)\(index < pieces.count - 1 ? ";" : "")"
        }
    }

    private static func quotedIfNeeded(_ value: String) -> String {
        if !value.isEmpty, value.utf8.allSatisfy(isToken) { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func pieces(_ value: String) -> [String] {
        var pieces: [String] = []
        var piece: [UInt8] = []
        for byte in value.utf8 {
            if piece.count > 50 {
                pieces.append(String(decoding: piece, as: UTF8.self))
                piece = []
            }
            if isToken(byte), byte != 0x25, byte != 0x2A, byte != 0x27 {
                piece.append(byte)
            } else {
                appendEscape(byte, mark: 0x25, to: &piece)
            }
        }
        pieces.append(String(decoding: piece, as: UTF8.self))
        return pieces
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
    }
}
