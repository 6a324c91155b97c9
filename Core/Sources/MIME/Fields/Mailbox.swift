// SPDX-License-Identifier: Apache-2.0

/// A person or a list that mail goes to or comes from.
public struct Mailbox: Sendable, Hashable, Codable {
    /// Decoded; empty when there is none.
    public var name: String
    /// As written, without comments and blanks; empty when the field holds only words.
    public var address: String

    public init(name: String = "", address: String) {
        self.name = name
        self.address = address
    }
}

/// The mailboxes of an address field, groups flattened (RFC 5322 §3.4 with the obsolete syntax, and what is met
/// besides).
public func mailboxes(parsing value: String, limit: Int = Limits.standard.addresses) -> [Mailbox] {
    withBytes(value) { mailboxes(parsing: $0, limit: limit) }
}

func mailboxes(parsing value: Bytes, limit: Int) -> [Mailbox] {
    var scanner = MailboxScanner(value, limit: limit)
    return scanner.read()
}

private struct MailboxScanner {
    /// What was read since the last separator.
    private struct Draft {
        var phrase: [UInt8] = []
        var hasAt = false
        var hasQuotes = false
        var comment: String?
        var angle: String?
        var isSpaced = false
        var isEmpty: Bool { phrase.isEmpty && angle == nil && comment == nil }
    }

    private let bytes: Bytes
    private let limit: Int
    private var index = 0
    private var draft = Draft()
    private var found: [Mailbox] = []
    /// The last mailbox had words only, and may be the first half of `Doe, Jane <jane@example.com>`.
    private var mayBeHalfName = false
    private var isAtStart = true
    /// The quoted string that was looked at last; it goes on to the end of the field when its closing quote is missing.
    private var quoted = 0..<0
    private var isQuotedClosed = false

    /// How far behind `<` its `>` is looked for; no address is so long (RFC 5321 §4.5.3.1.3).
    private static let longestAngle = 2_000

    init(_ bytes: Bytes, limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    mutating func read() -> [Mailbox] {
        while index < bytes.count, found.count < limit {
            if isAtStart, !mayBeHalfName, let usual = UsualMailbox(bytes, from: index) {
                found.append(usual.mailbox)
                index = usual.end
            } else {
                isAtStart = false
                step()
            }
        }
        if found.count < limit { endMailbox() }
        return found
    }

    private mutating func step() {
        let byte = bytes[index]
        switch byte {
        case 0x2C: separate()  // ,
        case 0x3B:  // ;
            separate()
            mayBeHalfName = false
        case 0x3A: readColon()  // :
        case 0x3C: readAngle()  // <
        case 0x22: readQuoted()  // "
        case 0x28: readComment()  // (
        case 0x3D where isEncodedWord(): readEncodedWord()  // =
        default:
            if isSpace(byte) {
                draft.isSpaced = true
                index += 1
            } else {
                readAtom()
            }
        }
    }

    private mutating func separate() {
        endMailbox()
        index += 1
        isAtStart = true
    }

    /// The end of a group's name; elsewhere an ordinary character.
    private mutating func readColon() {
        index += 1
        let isGroup = draft.angle == nil && !draft.hasAt && !draft.phrase.isEmpty
        if isGroup {
            draft = Draft()
            mayBeHalfName = false
        } else if draft.angle == nil {
            draft.phrase.append(0x3A)
        }
    }

    private mutating func readAtom() {
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            if isSpace(byte) || byte == 0x2C || byte == 0x3B || byte == 0x3C || byte == 0x28 || byte == 0x3A { break }
            if byte == 0x22, index == start || bytes[index - 1] == 0x2E || bytes[index - 1] == 0x40 { break }
            if byte == 0x3D, index > start, isEncodedWord() { break }
            index += 1
        }
        if index == start { index += 1 }
        append(bytes[part: start..<index])
    }

    private func isEncodedWord() -> Bool {
        guard index + 1 < bytes.count, bytes[index + 1] == 0x3F else { return false }
        return EncodedWord.word(in: bytes, at: index) != nil
    }

    private mutating func readEncodedWord() {
        guard let word = EncodedWord.word(in: bytes, at: index) else { return }
        append(bytes[part: word.range])
        index = word.range.upperBound
    }

    private mutating func append(_ piece: Bytes) {
        if draft.isSpaced, !draft.phrase.isEmpty { draft.phrase.append(32) }
        draft.isSpaced = false
        draft.phrase.append(contentsOf: piece)
        if !draft.hasAt { draft.hasAt = piece.contains(byte: 0x40) }
    }

    /// A quoted string in a phrase loses its quotes; one before an `@` keeps them.
    private mutating func readQuoted() {
        let start = index
        guard let end = endOfQuotes(from: start) else {
            index += 1
            return
        }
        index = end
        if end < bytes.count, bytes[end] == 0x40 {
            append(bytes[part: start..<end])
            return
        }
        draft.hasQuotes = true
        let text = unescaped(bytes[part: start + 1..<end - 1])
        text.withUnsafeBufferPointer { append($0) }
    }

    /// Behind the closing quote; nil when it is missing. A quote inside of the string that was looked at last is escaped
    /// there, and ends where that one ends.
    private mutating func endOfQuotes(from start: Int) -> Int? {
        if !quoted.contains(start) || isQuotedClosed && start == quoted.upperBound - 1 {
            var look = start + 1
            while look < bytes.count, bytes[look] != 0x22 { look += bytes[look] == 0x5C ? 2 : 1 }
            isQuotedClosed = look < bytes.count
            quoted = start..<min(look + 1, bytes.count)
        }
        return isQuotedClosed ? quoted.upperBound : nil
    }

    private func unescaped(_ text: Bytes) -> [UInt8] {
        var out: [UInt8] = []
        var look = 0
        while look < text.count {
            if text[look] == 0x5C, look + 1 < text.count { look += 1 }
            out.append(text[look])
            look += 1
        }
        return out
    }

    private mutating func readComment() {
        var depth = 0
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x5C, index < bytes.count {
                text.append(bytes[index])
                index += 1
                continue
            }
            if byte == 0x29 { depth -= 1 }
            if depth == 0, byte == 0x29 { break }
            if depth > 0 { text.append(byte) }
            if byte == 0x28 { depth += 1 }
        }
        if !draft.hasAt || draft.angle != nil || draft.comment == nil {
            let comment = String(decoding: text, as: UTF8.self).trimmingSpaces()
            if !comment.isEmpty { draft.comment = comment }
        }
    }

    private mutating func readAngle() {
        index += 1
        while index < bytes.count, bytes[index] == 0x3C || isSpace(bytes[index]) { index += 1 }
        var address: [UInt8] = []
        var isRoute = index < bytes.count && bytes[index] == 0x40
        let isClosed = closesBeforeNextAngle()
        while index < bytes.count, bytes[index] != 0x3E {
            let byte = bytes[index]
            if !isClosed, byte == 0x2C || byte == 0x3B || byte == 0x3C { break }
            if byte == 0x22, let end = endOfQuotes(from: index) {
                address.append(contentsOf: bytes[part: index..<end])
                index = end
            } else if byte == 0x28 {
                let comment = draft.comment
                readComment()
                draft.comment = comment
            } else {
                if isRoute, byte == 0x3A {
                    address.removeAll()
                    isRoute = false
                } else if !isSpace(byte) {
                    address.append(byte)
                }
                index += 1
            }
        }
        while index < bytes.count, bytes[index] == 0x3E { index += 1 }
        let text = String(decoding: address, as: UTF8.self)
        if draft.angle == nil || !(draft.angle ?? "").utf8.contains(0x40) { draft.angle = text }
        draft.isSpaced = true
    }

    private mutating func closesBeforeNextAngle() -> Bool {
        var look = index
        let end = min(bytes.count, index + MailboxScanner.longestAngle)
        while look < end {
            if bytes[look] == 0x3E { return true }
            if bytes[look] == 0x3C { return false }
            if bytes[look] == 0x22, let end = endOfQuotes(from: look) { look = end } else { look += 1 }
        }
        return false
    }

    private mutating func endMailbox() {
        defer { draft = Draft() }
        if draft.isEmpty { return }
        var mailbox = draft.angle == nil ? bareMailbox() : angleMailbox()
        if mailbox.address.isEmpty, mailbox.name.isEmpty { return }
        let isWordsOnly = mailbox.address.isEmpty && draft.angle == nil && !draft.hasQuotes
        // QUIRK: `Doe, Jane <jane@example.com>` without quotes; RFC 5322 reads two mailboxes, people mean one.
        // malformed/comma-in-display-name.eml
        if mayBeHalfName, draft.angle != nil, !draft.phrase.isEmpty, !draft.hasQuotes, let half = found.popLast() {
            mailbox.name = "\(half.name), \(mailbox.name)"
        }
        mayBeHalfName = isWordsOnly
        found.append(mailbox)
    }

    private func angleMailbox() -> Mailbox {
        let name = decodingWords(String(decoding: draft.phrase, as: UTF8.self))
        let words = name.isEmpty ? decodingWords(draft.comment ?? "") : name
        return Mailbox(name: words, address: draft.angle ?? "")
    }

    /// `jane@example.com`, `jane@example.com (Jane)`, `Jane jane@example.com`, or words.
    private func bareMailbox() -> Mailbox {
        let comment = decodingWords(draft.comment ?? "")
        guard draft.hasAt else {
            let text = decodingWords(String(decoding: draft.phrase, as: UTF8.self))
            // QUIRK: some encode the whole field, address and all.
            if text.utf8.contains(0x40), text.utf8.count < draft.phrase.count,
                let inner = mailboxes(parsing: text, limit: 1).first, !inner.address.isEmpty
            {
                return inner
            }
            // QUIRK: `Jane (jane@example.com)`.
            if !text.isEmpty, isAddress(comment) { return Mailbox(name: text, address: comment) }
            return Mailbox(name: text.isEmpty ? comment : text, address: "")
        }
        if draft.hasQuotes, draft.phrase.first == 0x40 {
            return Mailbox(name: String(decoding: draft.phrase, as: UTF8.self), address: "")
        }
        let (words, address) = splitAddress(draft.phrase)
        let name = decodingWords(words)
        return Mailbox(name: name.isEmpty ? comment : name, address: address)
    }

    private func isAddress(_ text: String) -> Bool {
        withBytes(text) { $0.count(where: { $0 == 0x40 }) == 1 && !$0.contains(where: isSpace) }
    }

    /// The word with the `@` is the address, also with blanks around its dots and `@`.
    private func splitAddress(_ phrase: [UInt8]) -> (words: String, address: String) {
        guard let at = phrase.lastIndex(of: 0x40) else { return (String(decoding: phrase, as: UTF8.self), "") }
        var start = at
        var end = at + 1
        if start > 0, phrase[start - 1] == 32 { start -= 1 }
        while start > 0 {
            let byte = phrase[start - 1]
            if byte == 0x22, let open = phrase[..<(start - 1)].lastIndex(of: 0x22) {
                start = open
                continue
            }
            if byte == 32, !(start > 1 && phrase[start - 2] == 0x2E), phrase[start] != 0x2E { break }
            start -= 1
        }
        if end < phrase.count, phrase[end] == 32 { end += 1 }
        while end < phrase.count {
            if phrase[end] == 32, !(end + 1 < phrase.count && phrase[end + 1] == 0x2E), phrase[end - 1] != 0x2E {
                break
            }
            end += 1
        }
        let isQuoted = phrase[start] == 0x22
        let address = phrase[start..<end].filter { isQuoted || $0 != 32 }
        let words = Array(phrase[..<start] + phrase[end...])
        return (String(decoding: words, as: UTF8.self).trimmingSpaces(), String(decoding: address, as: UTF8.self))
    }
}
