// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document in Jira's wiki markup, pictures named by what stands for them.
    public var wiki: String { wiki(namingImages: { _ in nil }) }

    /// The document in Jira's wiki markup, which Jira Data Center and REST version 2 take; the text of persons is escaped.
    ///
    /// A picture is `!name!`, where `name` is the file name of the attachment of that Content-ID.
    public func wiki(namingImages name: (_ contentID: String) -> String?) -> String {
        withoutActuallyEscaping(name) { name in
            let writer = WikiWriter(imageName: name)
            return writer.text(of: blocks)
        }
    }
}

private struct WikiWriter {
    let imageName: (String) -> String?

    func text(of blocks: [Block], isQuoted: Bool = false) -> String {
        blocks.map { text(of: $0, isQuoted: isQuoted) }.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func text(of block: Block, isQuoted: Bool) -> String {
        switch block {
        case .paragraph(let inlines): return text(of: inlines)
        case .heading(let level, let inlines):
            let words = text(of: inlines, breakingWith: " ")
            return words.isEmpty ? "" : "h\(min(max(level, 1), 6)). \(words)"
        case .bulletList(let items): return lines(of: items, marks: "*").joined(separator: "\n")
        case .orderedList(_, let items): return lines(of: items, marks: "#").joined(separator: "\n")
        case .blockquote(let blocks):
            let inside = text(of: blocks, isQuoted: true)
            // The renderer takes the next {quote} for the end.
            return isQuoted || inside.isEmpty ? inside : "{quote}\n\(inside)\n{quote}"
        case .codeBlock(let text): return preformatted(text)
        case .rule: return "----"
        case .table(let rows): return rows.map(line).joined(separator: "\n")
        case .expand(let title, let blocks):
            let title = title.droppingScalars("{}|\n\r")
            return "{panel:title=\(title)}\n\(text(of: blocks, isQuoted: isQuoted))\n{panel}"
        }
    }

    /// Nothing but the end mark is understood in it; text that has both end marks is written line by line.
    private func preformatted(_ text: String) -> String {
        let name = ["code", "noformat"].first { !text.has("{\($0)}") }
        guard let name else {
            return text.lines.map { WikiText(String($0), isLineStart: true).written }.joined(separator: "\n")
        }
        return "{\(name)}\n\(text)\n{\(name)}"
    }

    // MARK: - Lists and tables

    private func lines(of items: [ListItem], marks: String) -> [String] {
        items.flatMap { item in
            var words: [String] = []
            var inner: [String] = []
            for block in item.blocks {
                switch block {
                case .bulletList(let items): inner += lines(of: items, marks: marks + "*")
                case .orderedList(_, let items): inner += lines(of: items, marks: marks + "#")
                default: words.append(onOneLine(block))
                }
            }
            return ["\(marks) \(words.filter { !$0.isEmpty }.joined(separator: " \\\\ "))"] + inner
        }
    }

    private func line(of row: TableRow) -> String {
        var line = ""
        for cell in row.cells {
            let words = cell.blocks.map(onOneLine).filter { !$0.isEmpty }.joined(separator: " \\\\ ")
            line += (cell.isHeader ? "||" : "|") + (words.isEmpty ? " " : words)
        }
        return line + (row.cells.last?.isHeader ?? false ? "||" : "|")
    }

    /// A block where only a line may stand.
    private func onOneLine(_ block: Block) -> String {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): return text(of: inlines, breakingWith: " \\\\ ")
        case .bulletList(let items), .orderedList(_, let items):
            return items.map { $0.blocks.map(onOneLine).joined(separator: " ") }.joined(separator: " \\\\ ")
        case .blockquote(let blocks), .expand(_, let blocks):
            return blocks.map(onOneLine).joined(separator: " \\\\ ")
        case .codeBlock(let text):
            return text.lines.filter { !$0.isEmpty }.map { WikiText(String($0), isLineStart: false).written }
                .joined(separator: " \\\\ ")
        case .rule: return ""
        case .table(let rows):
            return rows.map { $0.cells.flatMap(\.blocks).map(onOneLine).joined(separator: " ") }
                .joined(separator: " \\\\ ")
        }
    }

    // MARK: - Inlines

    private func text(of inlines: [Inline], breakingWith lineBreak: String = "\n") -> String {
        var written = ""
        for (index, inline) in inlines.enumerated() {
            let isLineStart = written.isEmpty || written.hasSuffix("\n")
            switch inline {
            case .hardBreak: written += lineBreak
            case .image(let image): written += text(of: image)
            case .text(let words, let marks):
                let next: Character? = if index + 1 < inlines.count { inlines[index + 1].firstCharacter } else { nil }
                written += text(words, marks, isLineStart: isLineStart, before: written.last, after: next)
            }
        }
        return written
    }

    private func text(of image: Image) -> String {
        switch image.source {
        case .contentID(let id):
            guard let name = imageName(id), name.droppingScalars("!|\n\r") == name else {
                let words = WikiText(image.label { _ in nil }, isLineStart: false).written
                return image.link.map { link(words, to: $0) } ?? words
            }
            return image.link.map { link("!\(name)!", to: $0) } ?? "!\(name)!"
        case .url(let address):
            let label = image.alternative.isEmpty ? "image" : "image: \(image.alternative)"
            return link(WikiText(label, isLineStart: false).written, to: address)
        }
    }

    private func text(
        _ words: String, _ marks: Marks, isLineStart: Bool, before: Character?, after: Character?
    ) -> String {
        let inside = words.trimmed
        guard !inside.isEmpty, marks != Marks() else { return WikiText(words, isLineStart: isLineStart).written }
        // White space just inside of a mark makes it plain text.
        let leading = words[..<inside.startIndex]
        let trailing = words[inside.endIndex...]
        var written = WikiText(String(inside), isLineStart: false).written
        let isInWord =
            leading.isEmpty && (before?.isLetter ?? false) || trailing.isEmpty && (after?.isLetter ?? false)
        for (style, mark) in Self.marks where marks.style.contains(style) {
            let mark = isInWord ? "{\(mark)}" : mark
            written = mark + written + mark
        }
        if marks.style.contains(.code) { written = "{{\(written)}}" }
        if let color = marks.color { written = "{color:\(color)}\(written){color}" }
        if let address = marks.link { written = link(written, to: address) }
        return leading.map { _ in " " }.joined() + written + trailing.map { _ in " " }.joined()
    }

    private static let marks: [(Marks.Style, String)] = [
        (.strong, "*"), (.em, "_"), (.underline, "+"), (.strike, "-"), (.sup, "^"), (.sub, "~"),
    ]

    private func link(_ label: String, to address: String) -> String {
        guard let address = linkTarget(address) else { return label }
        return "[\(label)|\(address.percentEncoded("|[]{}\\"))]"
    }
}

extension Inline {
    fileprivate var firstCharacter: Character? {
        if case .text(let text, _) = self { text.first } else { nil }
    }
}
