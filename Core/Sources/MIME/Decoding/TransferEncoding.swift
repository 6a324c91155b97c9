// SPDX-License-Identifier: Apache-2.0

/// How the bytes of a part are written down (RFC 2045 §6).
public enum TransferEncoding: String, Sendable, Codable {
    /// `7bit`, `8bit` and `binary`: as they are.
    case identity
    case base64
    case quotedPrintable = "quoted-printable"
    case uuencode

    /// Nil for a name that is not known.
    init?(parsing value: Bytes) {
        var word = value.trimmed()
        if let end = word.firstIndex(where: { $0 == 0x3B || $0 == 0x28 || isSpace($0) }) { word = word[part: 0..<end] }
        while let last = word.last, last == 0x22 || last == 0x2E { word = word[part: 0..<word.count - 1] }
        while let first = word.first, first == 0x22 { word = word[part: 1..<word.count] }
        if word.isEqual(caseless: "base64") {
            self = .base64
            return
        }
        if word.isEqual(caseless: "quoted-printable") {
            self = .quotedPrintable
            return
        }
        switch lowercased(word) {
        // `8` is what is left of `8 bit`.
        case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7", "8", "none", "7bits", "8bits", "utf-8",
            "ascii":
            self = .identity
        case "base64", "base-64", "b", "base64encoding": self = .base64
        case "quoted-printable", "quotedprintable", "quoted_printable", "q": self = .quotedPrintable
        case "uuencode", "x-uuencode", "x-uue", "uue", "x-uu": self = .uuencode
        default: return nil
        }
    }
}
