// SPDX-License-Identifier: Apache-2.0

/// Writes header fields: folded at 78 columns, RFC 2047 and RFC 2231 only where they are needed.
///
/// No value can end its field: line ends and other control characters become blanks before anything else is done.
struct HeaderWriter {
    private(set) var bytes: [UInt8] = []

    /// So that no line has more than 998 bytes (RFC 5322 §2.1.1).
    private static let longestToken = 900

    /// A field for people to read: a subject, a description.
    mutating func text(_ name: String, _ value: String) {
        field(name, tokens: HeaderWriter.tokens(ofText: HeaderWriter.safe(value)))
    }

    mutating func mailboxes(_ name: String, _ mailboxes: [Mailbox]) {
        guard !mailboxes.isEmpty else { return }
        var tokens: [String] = []
        for (index, mailbox) in mailboxes.enumerated() {
            var words = HeaderWriter.tokens(of: mailbox)
            if index < mailboxes.count - 1, let last = words.popLast() { words.append(last + ",") }
            tokens += words
        }
        field(name, tokens: tokens)
    }

    mutating func ids(_ name: String, _ ids: [MessageID]) {
        // One that is too long for a line cannot be written at all.
        let ids = ids.filter { $0.rawValue.utf8.count <= HeaderWriter.longestToken }
        guard !ids.isEmpty else { return }
        field(name, tokens: ids.map { HeaderWriter.safe($0.description) })
    }

    /// A field of tokens, such as a date or a type; folded at its blanks.
    mutating func structured(_ name: String, _ value: String, parameters: [(name: String, value: String)] = []) {
        var tokens = HeaderWriter.safe(value).split(separator: " ").map(String.init)
        for parameter in parameters {
            if let last = tokens.popLast() { tokens.append(last + ";") }
            tokens += ParameterWriter.tokens(name: parameter.name, value: HeaderWriter.safe(parameter.value))
        }
        field(name, tokens: tokens)
    }

    /// Ends the header.
    mutating func end() { bytes += [13, 10] }

    private mutating func field(_ name: String, tokens: [String]) {
        let name = HeaderWriter.safeName(name)
        guard !name.isEmpty else { return }
        bytes += Array(name.utf8) + [0x3A]
        var column = name.utf8.count + 1
        for (index, token) in tokens.enumerated() {
            // The first token stays beside the name, so that no line holds blanks only.
            if index > 0, column + 1 + token.utf8.count > 78 {
                bytes += [13, 10]
                column = 0
            }
            bytes.append(32)
            bytes += Array(token.utf8)
            column += 1 + token.utf8.count
        }
        bytes += [13, 10]
    }

    /// Control characters become blanks.
    static func safe(_ value: String) -> String {
        guard value.unicodeScalars.contains(where: isControl) else { return value }
        var out = String.UnicodeScalarView()
        for scalar in value.unicodeScalars { out.append(isControl(scalar) ? " " : scalar) }
        return String(out)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (scalar.value >= 127 && scalar.value < 160) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }

    /// Only what may stand in a field name (RFC 5322 §2.2).
    private static func safeName(_ name: String) -> String {
        String(decoding: name.utf8.filter { $0 > 32 && $0 < 127 && $0 != 0x3A }, as: UTF8.self)
    }

    // MARK: Words

    /// Words by blanks when the text is plain ASCII that folds and reads back the same; else encoded words.
    private static func tokens(ofText value: String) -> [String] {
        isPlain(value)
            ? value.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            : EncodedWordWriter.words(value)
    }

    private static func isPlain(_ value: String) -> Bool {
        guard !value.utf8.contains(where: { $0 >= 0x80 }), !value.contains("=?"), !value.contains("  ") else {
            return false
        }
        guard value.utf8.first != 32, value.utf8.last != 32 else { return false }
        return value.split(separator: " ").allSatisfy { $0.utf8.count <= longestToken }
    }

    private static func tokens(of mailbox: Mailbox) -> [String] {
        let address = address(mailbox.addressForTransport)
        let name = safe(mailbox.name)
        if name.isEmpty { return [address] }
        let words = isPlain(name) ? phrase(name) : EncodedWordWriter.words(name)
        return words + ["<\(address)>"]
    }

    /// What cannot stand in an address is left out, so that one address never becomes two.
    private static func address(_ address: String) -> String {
        let isQuoted = address.utf8.first == 0x22
        let kept = safe(address).unicodeScalars.filter { scalar in
            if scalar == " " || scalar == "<" || scalar == ">" { return isQuoted }
            return isQuoted
                || !(scalar == "," || scalar == ";" || scalar == "(" || scalar == ")" || scalar == "\""
                    || scalar == "\\")
        }
        let text = String(String.UnicodeScalarView(kept))
        guard isQuoted else { return text }
        return isWholeQuotedAddress(text)
            ? text : String(text.unicodeScalars.filter { !" <>,;()\"\\".unicodeScalars.contains($0) })
    }

    /// `"local part"@domain` with nothing strange behind the quotes.
    private static func isWholeQuotedAddress(_ text: String) -> Bool {
        withBytes(text) { bytes in
            var index = 1
            while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5C ? 2 : 1 }
            guard index + 1 < bytes.count, bytes[index + 1] == 0x40 else { return false }
            return bytes[part: index + 2..<bytes.count].allSatisfy { !isSpace($0) && !" <>,;()\"\\".utf8.contains($0) }
        }
    }

    private static func phrase(_ name: String) -> [String] {
        let isAtoms = name.utf8.allSatisfy {
            lowered($0) &- 97 < 26 || $0 &- 48 < 10 || "!#$%&'*+-/=?^_`{|}~ ".utf8.contains($0)
        }
        if isAtoms { return name.split(separator: " ").map(String.init) }
        // A quoted string cannot be folded here, as blanks count in it.
        if name.utf8.count > 200 { return EncodedWordWriter.words(name) }
        let escaped = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return ["\"\(escaped)\""]
    }
}
