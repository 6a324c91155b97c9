// SPDX-License-Identifier: Apache-2.0

/// The harmless part of a `style` attribute: properties of letters, boxes and tables, values of words, numbers and colours.
///
/// A value is taken only when each of its parts is a plain word, a number with a unit, a colour or a font name; so there is
/// no place for `url()`, `expression()`, an escape or a comment, however it is spelt.
struct SafeStyle {
    private(set) var text = ""
    /// True when something tried to run or to load.
    private(set) var isDangerous = false

    init(_ source: String) {
        let lowered = source.lowercased()
        let signs = [
            "url", "expression", "import", "javascript", "vbscript", "binding", "behavior", "behaviour", "\\", "/*",
        ]
        isDangerous = signs.contains { lowered.has($0) }
        guard source.utf8.count <= 4_096 else { return }
        let declarations = HTMLStyle(source).declarations.filter { declaration in
            Self.properties.contains(declaration.name) && Self.isPlain(declaration.value)
        }
        text = declarations.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
    }

    private static let properties: Set<String> = [
        "color", "background-color", "background", "font", "font-family", "font-size", "font-style", "font-weight",
        "text-align", "text-decoration", "text-indent", "text-transform", "line-height", "letter-spacing",
        "vertical-align", "white-space", "direction", "unicode-bidi", "list-style-type", "display", "margin",
        "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right",
        "padding-bottom", "padding-left", "border", "border-top", "border-right", "border-bottom", "border-left",
        "border-color", "border-style", "border-width", "border-collapse", "border-spacing", "width", "max-width",
        "height",
    ]

    private static func isPlain(_ value: String) -> Bool {
        guard !value.isEmpty, value.utf8.count <= 200 else { return false }
        let parts = value.split { $0 == " " || $0 == "," }
        return parts.allSatisfy(isPlainPart)
    }

    private static func isPlainPart(_ part: Substring) -> Bool {
        if part == "!important" { return true }
        if part.first == "#" { return htmlColor(String(part)) != nil }
        let word = part.first == "\"" || part.first == "'" ? part.dropFirst() : part
        let inside = word.last == "\"" || word.last == "'" ? word.dropLast() : word
        let isWord = inside.utf8.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "-") }
        return isWord || isLength(part)
    }

    /// A number that is not negative, of at most four digits before the point, and a unit.
    private static func isLength(_ part: Substring) -> Bool {
        let whole = part.prefix { $0.isASCII && $0.isNumber }
        var rest = part.dropFirst(whole.count)
        guard whole.count <= 4 else { return false }
        if rest.first == "." { rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber } }
        return ["", "px", "pt", "em", "rem", "ex", "ch", "cm", "mm", "in", "pc", "%"].contains(rest)
    }
}
