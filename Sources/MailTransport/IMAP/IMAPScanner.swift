// SPDX-License-Identifier: Apache-2.0

/// A piece of a response: text up to a line's end or a literal, or a literal's bytes.
enum IMAPPart: Sendable, Equatable {
    case text([UInt8])
    case literal([UInt8])
    /// A message's bytes stood here; they were passed on and not kept.
    case passed
}

/// A word, a string or a list in parentheses: all that IMAP's answers are made of.
enum IMAPValue: Sendable, Equatable {
    case atom(String)
    case string([UInt8])
    case list([IMAPValue])
    case passed

    /// The text of an atom; nil for the rest.
    var word: String? {
        if case .atom(let word) = self { word } else { nil }
    }
}

/// Takes a response apart. Tolerant: odd bytes count as part of a word, missing ends are taken as there.
struct IMAPScanner {
    private static let deepest = 16

    private let parts: [IMAPPart]
    private var part = 0
    private var at = 0
    private var depth = 0

    init(_ parts: [IMAPPart]) {
        self.parts = parts
    }

    /// All values that are left.
    mutating func rest() throws(IMAPViolation) -> [IMAPValue] {
        var values: [IMAPValue] = []
        while let value = try next() { values.append(value) }
        return values
    }

    /// The next value; nil at the end of the response or of the list around it.
    mutating func next() throws(IMAPViolation) -> IMAPValue? {
        guard let byte = peek() else { return takeLiteral() }
        switch byte {
        case UInt8(ascii: "("):
            at += 1
            return try list()
        case UInt8(ascii: ")"):
            at += 1
            return depth > 0 ? nil : try next()
        case UInt8(ascii: "\""):
            at += 1
            return .string(quoted())
        default: return .atom(atom())
        }
    }

    private mutating func list() throws(IMAPViolation) -> IMAPValue {
        guard depth < Self.deepest else { throw IMAPViolation(words: "lists nested too deep") }
        depth += 1
        defer { depth -= 1 }
        return .list(try rest())
    }

    /// The next byte that is no space; nil at a literal and at the end. Steps over the end of a text that was read.
    private mutating func peek() -> UInt8? {
        while part < parts.count, case .text(let text) = parts[part] {
            while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
            if at < text.count { return text[at] }
            part += 1
            at = 0
        }
        return nil
    }

    private mutating func takeLiteral() -> IMAPValue? {
        guard part < parts.count else { return nil }
        defer { part += 1 }
        switch parts[part] {
        case .literal(let bytes): return .string(bytes)
        case .passed, .text: return .passed
        }
    }

    private mutating func quoted() -> [UInt8] {
        guard case .text(let text) = parts[part] else { return [] }
        var bytes: [UInt8] = []
        while at < text.count, text[at] != UInt8(ascii: "\"") {
            if text[at] == UInt8(ascii: "\\"), at + 1 < text.count { at += 1 }
            bytes.append(text[at])
            at += 1
        }
        at += 1
        return bytes
    }

    /// Up to a space or parenthesis, which within brackets belong to the word: `BODY[HEADER.FIELDS (FROM)]<0>`.
    private mutating func atom() -> String {
        guard case .text(let text) = parts[part] else { return "" }
        let start = at
        var brackets = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: " ") where brackets <= 0, UInt8(ascii: "(") where brackets <= 0,
                UInt8(ascii: ")") where brackets <= 0:
                return String(decoding: text[start..<at], as: UTF8.self)
            default: break
            }
            at += 1
        }
        return String(decoding: text[start...], as: UTF8.self)
    }
}
