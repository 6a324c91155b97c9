// SPDX-License-Identifier: Apache-2.0

/// Text of a person as a reader of CommonMark shows it letter by letter.
struct MarkdownText {
    private(set) var written = ""

    init(_ text: String, isLineStart: Bool) {
        var rest = text.unicodeScalars[...]
        if isLineStart { takeLineStart(&rest) }
        var before: Unicode.Scalar? = written.unicodeScalars.last
        while let scalar = rest.popFirst() {
            append(scalar, before: before, after: rest)
            before = scalar
        }
    }

    private static let marks = Set("\\`*[]<>~|".unicodeScalars)

    private mutating func append(
        _ scalar: Unicode.Scalar, before: Unicode.Scalar?, after: Substring.UnicodeScalarView
    ) {
        let isEscaped =
            switch scalar {
            case "_": !(Self.isWordLike(before) && Self.isWordLike(after.first))
            case "!": after.first == "["
            case "&": after.first.map { $0 == "#" || $0.properties.isAlphabetic } ?? false
            default: Self.marks.contains(scalar)
            }
        if isEscaped { written += "\\" }
        if scalar.value >= 32 || scalar == "\t" { written.unicodeScalars.append(scalar) }
    }

    private static func isWordLike(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
    }

    /// `# heading`, `- item`, `1. item`, `=====`; four spaces before a line would make it code.
    private mutating func takeLineStart(_ rest: inout Substring.UnicodeScalarView) {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard let first = rest.first else { return }
        if "#-+=".unicodeScalars.contains(first) {
            written += "\\"
            return
        }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty, let mark = rest.dropFirst(digits.count).first, mark == "." || mark == ")" else { return }
        written.unicodeScalars.append(contentsOf: digits)
        written += "\\"
        rest = rest.dropFirst(digits.count)
    }
}
