// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document as plain text: a line per block or break, list items with a mark, table cells split by a tab.
    ///
    /// The label of a link is written without its address. A blank line parts the blocks
    /// of the document itself; a picture is its alternative text.
    public var text: String { text(showingLinks: .labels) }

    /// As ``text``; the address of a link may stand behind its label, in angle brackets.
    public func text(showingLinks links: LinkText) -> String {
        var writer = TextWriter(links: links)
        writer.write(document: blocks)
        return writer.lines.joined(separator: "\n")
    }

    /// What plain text shows of a link.
    public enum LinkText: Sendable {
        case labels, labelsAndAddresses
    }
}

private struct TextWriter {
    let links: Document.LinkText
    var lines: [String] = []

    init(links: Document.LinkText) {
        self.links = links
    }

    mutating func write(document blocks: [Block]) {
        var before: Block?
        for block in blocks {
            if let before, before != .rule, block != .rule { lines.append("") }
            write(block, prefix: "")
            before = block
        }
    }

    private mutating func write(_ blocks: [Block], prefix: String) {
        for block in blocks { write(block, prefix: prefix) }
    }

    private mutating func write(_ block: Block, prefix: String) {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): add(words(of: inlines), prefix: prefix)
        case .codeBlock(let text): add(text, prefix: prefix)
        case .rule: lines.append(prefix + "---")
        case .bulletList(let items):
            for item in items { write(item, mark: "* ", prefix: prefix) }
        case .orderedList(let start, let items):
            for (index, item) in items.enumerated() { write(item, mark: "\(start &+ index). ", prefix: prefix) }
        case .blockquote(let blocks): write(blocks, prefix: prefix + "> ")
        case .table(let rows):
            for row in rows {
                let cells = row.cells.map { cell in
                    Document(blocks: cell.blocks).text(showingLinks: links).split(separator: "\n").joined(
                        separator: " ")
                }
                lines.append(prefix + cells.joined(separator: "\t"))
            }
        case .expand(let title, let blocks):
            add(title, prefix: prefix)
            write(blocks, prefix: prefix)
        }
    }

    private mutating func write(_ item: ListItem, mark: String, prefix: String) {
        let first = lines.count
        write(item.blocks, prefix: prefix + String(repeating: " ", count: mark.count))
        if lines.count == first { lines.append(prefix + mark) }
        lines[first] = prefix + mark + lines[first].dropping(utf8: prefix.utf8.count + mark.utf8.count)
    }

    private mutating func add(_ text: String, prefix: String) {
        for line in text.lines { lines.append(prefix + line) }
    }
}

extension TextWriter {
    private func words(of inlines: [Inline]) -> String {
        switch links {
        case .labels: inlines.plainText
        case .labelsAndAddresses: inlines.plainTextWithAddresses
        }
    }
}

extension [Inline] {
    /// The words, and behind each link where it leads, unless the words say it.
    fileprivate var plainTextWithAddresses: String {
        var text = ""
        var label = ""
        for (index, inline) in enumerated() {
            let words = [inline].plainText
            text += words
            guard let link = inline.link else { continue }
            label += words
            if index + 1 < count, self[index + 1].link == link { continue }
            let isSaid = String(label.trimmed).droppingScheme == link.droppingScheme
            if !isSaid { text += (text.last.map(\.isWhitespace) ?? true ? "<" : " <") + link + ">" }
            label = ""
        }
        return text
    }
}

extension Inline {
    fileprivate var link: String? {
        switch self {
        case .text(_, let marks): marks.link
        case .image(let image): image.link
        case .hardBreak: nil
        }
    }
}

extension String {
    /// Without `mailto:`, `http://` or `https://`.
    fileprivate var droppingScheme: String {
        for scheme in ["mailto:", "http://", "https://"] where hasPrefix(scheme) {
            return String(dropFirst(scheme.count).trimmed(of: "/"))
        }
        return String(trimmed(of: "/"))
    }
}

extension [Inline] {
    /// The words alone, a break as a line feed.
    var plainText: String {
        var text = ""
        for inline in self {
            switch inline {
            case .text(let words, _): text += words
            case .hardBreak: text += "\n"
            case .image(let image): text += image.alternative
            }
        }
        return text
    }
}
