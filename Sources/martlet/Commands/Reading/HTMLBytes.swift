// SPDX-License-Identifier: Apache-2.0

import MIME

/// The text of an HTML file: charset by its byte order mark, else by its meta tag, else UTF-8 or windows-1252.
func decodedHTML(_ bytes: [UInt8]) -> String {
    // The charsets are known to MIME, which reads them from the head of a part.
    let head = "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\nContent-Type: text/html"
    let label = HTMLCharset.label(of: bytes).map { "; charset=\"\($0)\"" } ?? ""
    let message = parse([UInt8]((head + label + "\n\n").utf8) + bytes)
    return message.html ?? ""
}

private enum HTMLCharset {
    /// What the file itself says; only letters, digits and marks that names of charsets have.
    static func label(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "utf-8" }
        if bytes.starts(with: [0xFF, 0xFE]) { return "utf-16le" }
        if bytes.starts(with: [0xFE, 0xFF]) { return "utf-16be" }
        guard let declared = declared(in: bytes.prefix(4_096)) else { return nil }
        // A file whose meta tag can be read as ASCII is not UTF-16, whatever it says (HTML §13.2.3.2).
        return declared.hasPrefix("utf-16") ? "utf-8" : declared
    }

    private static func declared(in bytes: ArraySlice<UInt8>) -> String? {
        let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).lowercased()
        for meta in text.split(separator: "<meta", omittingEmptySubsequences: false).dropFirst() {
            let tag = meta.prefix { $0 != ">" }
            for piece in tag.split(separator: "charset", omittingEmptySubsequences: false).dropFirst() {
                let value = piece.drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }
                let name = value.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
                if piece.contains("="), !name.isEmpty, name.utf8.count < 40 { return String(name) }
            }
        }
        return nil
    }
}
