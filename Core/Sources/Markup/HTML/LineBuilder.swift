// SPDX-License-Identifier: Apache-2.0

/// Gathers the inlines of HTML into lines and the lines into paragraphs, white space collapsed as a browser does.
///
/// Mail seldom has true paragraphs: Gmail writes a `div` a line, Outlook a `p` a line, and a blank line is an empty one of
/// those. So lines are gathered first; lines that follow one another are one paragraph, blank lines part paragraphs.
struct LineBuilder {
    private var lines: [[Inline]] = []
    private var line: [Inline] = []
    /// True when the next white space would show: behind a word of the same line.
    private var takesSpace = false

    /// Text in which white space collapses.
    mutating func append(_ text: String, _ marks: Marks) {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return append(ascii: text, marks) }
        var words = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\n", "\t", "\r", "\u{C}":
                if takesSpace { words.append(" ") }
                takesSpace = false
            case "\u{200B}", "\u{FEFF}", "\u{34F}": continue
            case "\u{A0}":
                words.append(" ")
                takesSpace = true
            default:
                words.append(scalar)
                takesSpace = true
            }
        }
        add(String(words), marks)
    }

    private mutating func append(ascii text: String, _ marks: Marks) {
        var words: [UInt8] = []
        words.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if !byte.isHTMLSpace {
                words.append(byte)
                takesSpace = true
            } else if takesSpace {
                words.append(0x20)
                takesSpace = false
            }
        }
        add(String(decoding: words, as: UTF8.self), marks)
    }

    /// Text in which line ends and spaces stand as they are.
    mutating func append(preformatted text: String, _ marks: Marks) {
        for (index, piece) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if index > 0 { breakLine() }
            add(String(piece), marks)
            if !piece.isEmpty { takesSpace = true }
        }
    }

    mutating func append(_ image: Image) {
        line.append(.image(image))
        takesSpace = true
    }

    /// A `br`: ends the line, also an empty one.
    mutating func breakLine() {
        lines.append(line)
        line = []
        takesSpace = false
    }

    /// The edge of a block: what follows stands on a new line.
    mutating func endLine() {
        if line.isEmpty { takesSpace = false } else { breakLine() }
    }

    /// The edge of a true paragraph.
    mutating func endParagraph() {
        endLine()
        if lines.last.map({ !isBlank($0) }) ?? false { lines.append([]) }
    }

    /// Everything gathered, and begins anew.
    mutating func takeParagraphs() -> [[Inline]] {
        endLine()
        var paragraphs: [[Inline]] = []
        var paragraph: [Inline] = []
        for line in lines {
            if isBlank(line) {
                if !paragraph.isEmpty { paragraphs.append(paragraph) }
                paragraph = []
            } else {
                if !paragraph.isEmpty { paragraph.append(.hardBreak) }
                paragraph.append(contentsOf: linkingAddresses(withoutEndSpace(line)))
            }
        }
        if !paragraph.isEmpty { paragraphs.append(paragraph) }
        lines = []
        return paragraphs
    }

    private mutating func add(_ text: String, _ marks: Marks) {
        guard !text.isEmpty else { return }
        if case .text(var words, marks)? = line.last {
            // Without a second owner the words grow where they are.
            line.removeLast()
            words += text
            line.append(.text(words, marks))
        } else {
            line.append(.text(text, marks))
        }
    }

    private func isBlank(_ line: [Inline]) -> Bool { line.allSatisfy(\.isEmpty) }

    private func withoutEndSpace(_ line: [Inline]) -> [Inline] {
        var line = line
        while case .text(let text, let marks)? = line.last, text.last?.isWhitespace ?? true {
            line.removeLast()
            let end = text.lastIndex { !$0.isWhitespace }
            if let end {
                line.append(.text(String(text[...end]), marks))
                break
            }
        }
        return line
    }

    private func linkingAddresses(_ line: [Inline]) -> [Inline] {
        line.flatMap { inline in
            if case .text(let text, let marks) = inline { linked(text[...], marks) } else { [inline] }
        }
    }
}
