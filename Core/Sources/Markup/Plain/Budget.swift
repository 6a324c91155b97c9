// SPDX-License-Identifier: Apache-2.0

/// A document that keeps to a length.
public struct Cut: Sendable, Equatable {
    public var document: Document
    /// True when something was left out.
    public var isCut: Bool
}

extension Document {
    /// The beginning of the document that has at most so many characters of text, cut at the edge of a block.
    ///
    /// Characters are counted as Jira does, in UTF-16 units; marks and structure do not count. A list, table, quote or
    /// expand is cut between its parts; a paragraph is cut only when it is the first thing and does not fit alone.
    public func cut(toFit budget: Int) -> Cut {
        guard text.utf16.count > budget else { return Cut(document: self, isCut: false) }
        var left = max(budget, 0)
        var document = Document(blocks: cutting(blocks, to: &left).kept, defects: defects)
        // Marks of lists inside quotes inside lists are not counted one by one; where they tell, a block more goes.
        while document.text.utf16.count > budget, !document.blocks.isEmpty { document.blocks.removeLast() }
        return Cut(document: document, isCut: true)
    }
}

private func cutting(_ blocks: [Block], to left: inout Int) -> (kept: [Block], isCut: Bool) {
    var kept: [Block] = []
    for block in blocks {
        // Two line feeds stand between two blocks.
        let length = Document(blocks: [block]).text.utf16.count + 2
        if length <= left + 2 {
            left = max(left - length, 0)
            kept.append(block)
            continue
        }
        if let part = part(of: block, fitting: &left, isFirst: kept.isEmpty) { kept.append(part) }
        return (kept, true)
    }
    return (kept, false)
}

/// As much of a block as fits; nil when nothing of it does.
private func part(of block: Block, fitting left: inout Int, isFirst: Bool) -> Block? {
    switch block {
    case .bulletList(let items):
        let items = cutting(items, to: &left)
        return items.isEmpty ? nil : .bulletList(items)
    case .orderedList(let start, let items):
        let items = cutting(items, to: &left)
        return items.isEmpty ? nil : .orderedList(start: start, items)
    case .blockquote(let blocks):
        let blocks = cutting(blocks, to: &left).kept
        return blocks.isEmpty ? nil : .blockquote(blocks)
    case .expand(let title, let blocks):
        left -= title.utf16.count + 1
        guard left > 0 else { return nil }
        let blocks = cutting(blocks, to: &left).kept
        return blocks.isEmpty ? nil : .expand(title: title, blocks)
    case .table(let rows):
        var kept: [TableRow] = []
        for row in rows {
            left -= Document(blocks: [.table([row])]).text.utf16.count + 1
            if left < 0 { break }
            kept.append(row)
        }
        return kept.isEmpty ? nil : .table(kept)
    case .codeBlock(let text): return isFirst ? .codeBlock(beginning(of: text, fitting: left)) : nil
    case .paragraph(let inlines): return isFirst ? .paragraph(beginning(of: inlines, fitting: left)) : nil
    case .heading(let level, let inlines):
        return isFirst ? .heading(level: level, beginning(of: inlines, fitting: left)) : nil
    case .rule: return nil
    }
}

private func cutting(_ items: [ListItem], to left: inout Int) -> [ListItem] {
    var kept: [ListItem] = []
    for item in items {
        left -= 4
        guard left > 0 else { break }
        let blocks = cutting(item.blocks, to: &left)
        if !blocks.kept.isEmpty || !blocks.isCut { kept.append(ListItem(blocks.kept)) }
        if blocks.isCut { break }
    }
    return kept
}

private func beginning(of inlines: [Inline], fitting left: Int) -> [Inline] {
    var left = left
    var kept: [Inline] = []
    for inline in inlines {
        let length = [inline].plainText.utf16.count
        if length <= left {
            kept.append(inline)
            left -= length
        } else {
            if case .text(let text, let marks) = inline {
                kept.append(.text(beginning(of: text, fitting: left), marks))
            }
            break
        }
    }
    return kept
}

/// The longest beginning that fits and ends before a space, else the longest that fits.
private func beginning(of text: String, fitting left: Int) -> String {
    var end = text.startIndex
    var lastSpace: String.Index?
    var length = 0
    while end < text.endIndex {
        length += text[end].utf16.count
        if length > left { break }
        if text[end].isWhitespace { lastSpace = end }
        end = text.index(after: end)
    }
    return String(text[..<(lastSpace ?? end)])
}
