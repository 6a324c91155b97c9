// SPDX-License-Identifier: Apache-2.0

extension [Block] {
    /// The same blocks with other lines and other code; a block that so loses all that it showed is left out.
    func rewritten(_ lines: ([Inline]) -> [Inline], code: (String) -> String) -> [Block] {
        compactMap { block in
            let written = block.rewritten(lines, code: code)
            return written.isEmpty && !block.isEmpty ? nil : written
        }
    }
}

extension Block {
    fileprivate func rewritten(_ lines: ([Inline]) -> [Inline], code: (String) -> String) -> Block {
        func inside(_ blocks: [Block]) -> [Block] { blocks.rewritten(lines, code: code) }
        func items(_ items: [ListItem]) -> [ListItem] {
            items.compactMap { item in
                let blocks = inside(item.blocks)
                return blocks.isEmpty && !item.blocks.isEmpty ? nil : ListItem(blocks)
            }
        }
        switch self {
        case .paragraph(let inlines): return .paragraph(lines(inlines))
        case .heading(let level, let inlines): return .heading(level: level, lines(inlines))
        case .bulletList(let list): return .bulletList(items(list))
        case .orderedList(let start, let list): return .orderedList(start: start, items(list))
        case .blockquote(let blocks): return .blockquote(inside(blocks))
        case .expand(let title, let blocks): return .expand(title: title, inside(blocks))
        case .codeBlock(let text): return .codeBlock(code(text))
        case .rule: return .rule
        case .table(let rows):
            return .table(
                rows.map { row in
                    TableRow(
                        row.cells.map { cell in
                            var cell = cell
                            cell.blocks = inside(cell.blocks)
                            return cell
                        })
                })
        }
    }
}

extension [Inline] {
    /// Without breaks at both ends.
    var trimmedOfBreaks: [Inline] {
        var inlines = self[...]
        while inlines.first == .hardBreak { inlines = inlines.dropFirst() }
        while inlines.last == .hardBreak { inlines = inlines.dropLast() }
        return Array(inlines)
    }
}
