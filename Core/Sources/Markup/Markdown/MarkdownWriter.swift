// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document in CommonMark with tables and strike-through as GitHub has them; the text of persons is escaped.
    public var markdown: String {
        var writer = MarkdownWriter()
        writer.write(blocks, prefix: "")
        return writer.lines.joined(separator: "\n")
    }
}

private struct MarkdownWriter {
    private(set) var lines: [String] = []

    mutating func write(_ blocks: [Block], prefix: String) {
        var before: Block?
        for block in blocks {
            if before != nil { lines.append(prefix.trimmedEnd) }
            // Two lists in a row are one to a reader.
            if let before, before.isList, block.isList { lines += [prefix + "<!-- -->", prefix.trimmedEnd] }
            write(block, prefix: prefix)
            before = block
        }
    }

    private mutating func write(_ block: Block, prefix: String) {
        switch block {
        case .paragraph(let inlines): add(text(of: inlines, lineBreak: "  \n"), prefix: prefix)
        case .heading(let level, let inlines):
            let marks = String(repeating: "#", count: min(max(level, 1), 6))
            add("\(marks) \(text(of: inlines, lineBreak: " "))", prefix: prefix)
        case .bulletList(let items):
            for item in items { write(item, mark: "* ", prefix: prefix) }
        case .orderedList(let start, let items):
            for (index, item) in items.enumerated() { write(item, mark: "\(start &+ index). ", prefix: prefix) }
        case .blockquote(let blocks): write(blocks, prefix: prefix + "> ")
        case .codeBlock(let text):
            let fence = text.codeFence
            add("\(fence)\n\(text)\n\(fence)", prefix: prefix)
        case .rule: lines.append(prefix + "---")
        case .table(let rows): write(rows, prefix: prefix)
        case .expand(let title, let blocks):
            add("**\(MarkdownText(title, isLineStart: false).written)**", prefix: prefix)
            lines.append(prefix.trimmedEnd)
            write(blocks, prefix: prefix)
        }
    }

    private mutating func write(_ item: ListItem, mark: String, prefix: String) {
        let first = lines.count
        let indent = String(repeating: " ", count: mark.count)
        var before: Block?
        for block in item.blocks {
            // An inner list stands right below its words.
            if before != nil, !block.isList { lines.append(prefix.trimmedEnd) }
            write(block, prefix: prefix + indent)
            before = block
        }
        if lines.count == first { lines.append(prefix + indent) }
        lines[first] = prefix + mark + lines[first].dropping(utf8: prefix.utf8.count + mark.utf8.count)
    }

    private mutating func write(_ rows: [TableRow], prefix: String) {
        let width = rows.map(\.cells.count).max() ?? 0
        for (index, row) in rows.enumerated() {
            var cells = row.cells.map { cell in
                cell.blocks.map(oneLine).filter { !$0.isEmpty }.joined(separator: "<br>")
            }
            cells += repeatElement("", count: width - cells.count)
            lines.append(prefix + "| " + cells.joined(separator: " | ") + " |")
            if index == 0 { lines.append(prefix + "|" + String(repeating: " --- |", count: width)) }
        }
    }

    /// A block where only a line may stand.
    private func oneLine(_ block: Block) -> String {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): return text(of: inlines, lineBreak: "<br>")
        default:
            let lines = Document(blocks: [block]).text.split(separator: "\n")
            return lines.map { MarkdownText(String($0), isLineStart: true).written }.joined(separator: "<br>")
        }
    }

    private mutating func add(_ text: String, prefix: String) {
        for line in text.lines {
            lines.append(line.isEmpty ? prefix.trimmedEnd : prefix + line)
        }
    }

    // MARK: - Inlines

    private func text(of inlines: [Inline], lineBreak: String) -> String {
        var written = ""
        for (index, inline) in inlines.enumerated() {
            switch inline {
            case .hardBreak: written += lineBreak
            case .image(let image): written += text(of: image)
            case .text(let words, let marks):
                let next: Character? = if index + 1 < inlines.count { inlines[index + 1].firstCharacter } else { nil }
                written += text(
                    words, marks, isLineStart: written.isEmpty || written.hasSuffix("\n"), before: written.last,
                    after: next)
            }
        }
        return written
    }

    private func text(of image: Image) -> String {
        let label = MarkdownText(image.alternative, isLineStart: false).written
        let picture =
            switch image.source {
            case .contentID(let id): "![\(label)](<cid:\(id.droppingScalars("<>\n\r\\"))>)"
            case .url(let address): "![\(label)](\(encoded(address)))"
            }
        return image.link.flatMap(linkTarget).map { "[\(picture)](\(encoded($0)))" } ?? picture
    }

    private func text(
        _ words: String, _ marks: Marks, isLineStart: Bool, before: Character?, after: Character?
    ) -> String {
        let inside = words.trimmed
        guard !inside.isEmpty, marks != Marks() else { return MarkdownText(words, isLineStart: isLineStart).written }
        // White space just inside of a mark makes it plain text.
        let leading = words[..<inside.startIndex].map { _ in " " }.joined()
        let trailing = words[inside.endIndex...].map { _ in " " }.joined()
        var written =
            marks.style.contains(.code)
            ? code(String(inside)) : MarkdownText(String(inside), isLineStart: false).written
        let isFree = (leading.isEmpty ? before : " ").partsMarks && (trailing.isEmpty ? after : " ").partsMarks
        for (style, mark, element) in Self.marks where marks.style.contains(style) {
            // Beside a letter or another mark, a mark may not be seen as one.
            written = isFree && !mark.isEmpty ? mark + written + mark : "<\(element)>\(written)</\(element)>"
        }
        if let address = marks.link.flatMap(linkTarget) {
            written = address == words ? "<\(encoded(address))>" : "[\(written)](\(encoded(address)))"
        }
        return leading + written + trailing
    }

    private static let marks: [(Marks.Style, String, String)] = [
        (.sub, "", "sub"), (.sup, "", "sup"), (.strike, "~~", "del"), (.em, "_", "em"), (.strong, "**", "strong"),
    ]

    private func code(_ text: String) -> String {
        let fence = text.longestRun(of: "`") == 0 ? "`" : String(repeating: "`", count: text.longestRun(of: "`") + 1)
        return fence.count == 1 ? "`\(text)`" : "\(fence) \(text) \(fence)"
    }

    private func encoded(_ address: String) -> String { address.percentEncoded("()<>\\|") }
}

extension Inline {
    fileprivate var firstCharacter: Character? {
        if case .text(let text, _) = self { text.first } else { nil }
    }
}

extension Character? {
    /// Whether a mark is seen as one beside it: nothing, white space, or a sign that is no mark itself.
    fileprivate var partsMarks: Bool {
        guard let self else { return true }
        return self.isWhitespace || self.isPunctuation && !"*_~\\`".contains(self)
    }
}

extension Block {
    fileprivate var isList: Bool {
        switch self {
        case .bulletList, .orderedList: true
        default: false
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }

    fileprivate var codeFence: String { String(repeating: "`", count: max(3, longestRun(of: "`") + 1)) }

    fileprivate func longestRun(of mark: Unicode.Scalar) -> Int {
        var longest = 0
        var run = 0
        for scalar in unicodeScalars {
            run = scalar == mark ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
