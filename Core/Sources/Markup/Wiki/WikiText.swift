// SPDX-License-Identifier: Apache-2.0

/// Text of a person as Jira's wiki renderer shows it letter by letter, whatever marks are in it.
///
/// A backslash before a sign that is neither letter nor digit makes it plain; before another backslash it breaks the line,
/// so that a backslash itself is written as an entity. Entities are shown as what they stand for, so that an ampersand that
/// would begin one is written as one.
struct WikiText {
    private(set) var written = ""
    private var rest: Substring.UnicodeScalarView
    private var before: Unicode.Scalar?

    /// `isLineStart` tells whether the text begins a line, where lists, headings and quotes are marked.
    init(_ text: String, isLineStart: Bool) {
        rest = text.unicodeScalars[...]
        if !isLineStart { before = " " }
        if isLineStart { escapeLineStart() }
        while let scalar = rest.popFirst() {
            append(scalar)
            before = scalar
        }
    }

    private static let marks = Set("{}[]|*_+^~!?@".unicodeScalars)
    /// What follows one of these may be a face: `:)`, `;)`, `(y)`.
    private static let faces = Set(":;(=".unicodeScalars)

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\\": written += "&#92;"
        case "&" where startsEntity: written += "&amp;"
        case "<": written += "&lt;"
        case ">": written += "&gt;"
        case "-" where !isInsideWord, _ where Self.marks.contains(scalar):
            written += "\\"
            written.unicodeScalars.append(scalar)
        case _ where Self.faces.contains(scalar) && startsFace:
            written += "\\"
            written.unicodeScalars.append(scalar)
        case "\0"..<" ", "\u{7F}": if scalar == "\t" { written += " " }
        default: written.unicodeScalars.append(scalar)
        }
    }

    /// `co-author`, `2026-05-03`: no strike-through begins or ends there.
    private var isInsideWord: Bool {
        (before?.properties.isWordLike ?? false) && (rest.first?.properties.isWordLike ?? false)
    }

    private var startsEntity: Bool {
        let name = rest.prefix(32).prefix { $0 != ";" }
        guard rest.dropFirst(name.count).first == ";" else { return false }
        let letters = name.first == "#" ? name.dropFirst() : name
        return !letters.isEmpty && letters.allSatisfy { $0.isASCII && $0.properties.isWordLike }
    }

    private var startsFace: Bool {
        guard let next = rest.first else { return false }
        return next == ")" || next == "(" || next == "-" || "DPpynixo/*!?+0".unicodeScalars.contains(next)
    }

    /// `# item`, `h1. heading`, `bq. quote`.
    private mutating func escapeLineStart() {
        let spaces = rest.prefix { $0 == " " || $0 == "\t" }
        rest = rest.dropFirst(spaces.count)
        guard let first = rest.first else { return }
        if first == "#" || first == "-" {
            written += "\\"
            written.unicodeScalars.append(first)
            rest = rest.dropFirst()
            before = first
            return
        }
        let word = rest.prefix(3)
        let isHeading = word.first == "h" && word.dropFirst().first.map { ("1"..."6").contains($0) } ?? false
        if word.count == 3, word.last == ".", isHeading || word.starts(with: "bq".unicodeScalars) {
            written.unicodeScalars.append(contentsOf: word.dropLast())
            written += "\\."
            rest = rest.dropFirst(3)
            before = "."
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isWordLike: Bool { isAlphabetic || numericType != nil }
}
