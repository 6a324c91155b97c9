// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// Reads plain text: blank lines part paragraphs, line ends are kept, `>` marks quotes, bare addresses become links.
    public init(text: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var reader = TextReader()
        self.init(blocks: reader.blocks(of: lines, level: 0))
    }
}

private struct TextReader {
    /// Quotes deeper than this stay in the last one, with their marks.
    static let deepest = 12

    mutating func blocks(of lines: [Substring], level: Int) -> [Block] {
        var blocks: [Block] = []
        var paragraph: [Substring] = []
        var quote: [Substring] = []
        func endParagraph() {
            if !paragraph.isEmpty { blocks.append(.paragraph(inlines(of: paragraph))) }
            paragraph = []
        }
        func endQuote() {
            if !quote.isEmpty { blocks.append(.blockquote(self.blocks(of: quote, level: level + 1))) }
            quote = []
        }
        for line in lines {
            if level < Self.deepest, line.first == ">" {
                endParagraph()
                let inside = line.dropFirst()
                quote.append(inside.first == " " ? inside.dropFirst() : inside)
            } else {
                endQuote()
                if line.allSatisfy(\.isWhitespace) { endParagraph() } else { paragraph.append(line) }
            }
        }
        endParagraph()
        endQuote()
        return blocks
    }

    private func inlines(of lines: [Substring]) -> [Inline] {
        var inlines: [Inline] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { inlines.append(.hardBreak) }
            inlines.append(contentsOf: linked(line, Marks()))
        }
        return inlines
    }
}
