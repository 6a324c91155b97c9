// SPDX-License-Identifier: Apache-2.0

/// The forms that nearly all mail has, read without looking for others: `jane@example.com`, `Jane Doe <jane@example.com>`
/// and `"Doe, Jane" <jane@example.com>`.
struct UsualMailbox {
    let mailbox: Mailbox
    /// Behind the comma that ends it, or the end of the field.
    let end: Int

    /// Nil for every other form.
    init?(_ bytes: Bytes, from start: Int) {
        var scanner = UsualMailboxScanner(bytes: bytes, index: start)
        guard let mailbox = scanner.mailbox() else { return nil }
        scanner.skipBlanks()
        guard scanner.index == bytes.count || bytes[scanner.index] == 0x2C else { return nil }
        self.mailbox = mailbox
        end = min(scanner.index + 1, bytes.count)
    }
}

private struct UsualMailboxScanner {
    let bytes: Bytes
    var index: Int

    mutating func mailbox() -> Mailbox? {
        skipBlanks()
        guard index < bytes.count else { return nil }
        if bytes[index] == 0x22 { return quotedName() }
        let start = index
        let endsWords = UsualMailboxScanner.endsWords
        while index < bytes.count, endsWords[bytes[index]] == 0 { index += 1 }
        let words = bytes[part: start..<index].trimmed()
        if index < bytes.count, bytes[index] == 0x3C {
            guard !hasOddBlanks(words), let address = angle() else { return nil }
            return Mailbox(name: words.isEmpty ? "" : decodingWords(words), address: address)
        }
        guard words.contains(byte: 0x40), !words.contains(byte: 0x3F), !words.contains(where: isSpace) else {
            return nil
        }
        return Mailbox(address: String(words))
    }

    mutating func skipBlanks() {
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    }

    private mutating func quotedName() -> Mailbox? {
        let start = index + 1
        guard let end = bytes.index(of: 0x22, from: start), !bytes[part: start..<end].contains(byte: 0x5C) else {
            return nil
        }
        index = end + 1
        skipBlanks()
        guard index < bytes.count, bytes[index] == 0x3C, let address = angle() else { return nil }
        return Mailbox(name: decodingWords(bytes[part: start..<end]), address: address)
    }

    /// From `<` to behind `>`.
    private mutating func angle() -> String? {
        let start = index + 1
        index = start
        let endsAddress = UsualMailboxScanner.endsAddress
        while index < bytes.count, endsAddress[bytes[index]] == 0 { index += 1 }
        guard index < bytes.count, bytes[index] == 0x3E, index > start, bytes[start] != 0x40 else { return nil }
        index += 1
        return String(bytes[part: start..<index - 1])
    }

    /// Blanks that are not kept as they are.
    private func hasOddBlanks(_ words: Bytes) -> Bool {
        for index in words.indices where isSpace(words[index]) {
            if words[index] != 32 || words[index + 1] == 32 { return true }
        }
        return false
    }

    private static let endsWords = ByteTable { "\"(),:;<>".utf8.contains($0) ? 1 : 0 }
    private static let endsAddress = ByteTable { isSpace($0) || "\"(<>".utf8.contains($0) ? 1 : 0 }
}
