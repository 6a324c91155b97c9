// SPDX-License-Identifier: Apache-2.0

/// Takes as many blocks from the beginning as fit a length.
struct Cutter {
    let measure: LengthMeasure

    func beginning(of blocks: [Block], fitting length: Int) -> [Block] {
        var left = length
        return cutting(blocks, to: &left).kept
    }

    private func cutting(_ blocks: [Block], to left: inout Int) -> (kept: [Block], isCut: Bool) {
        var kept: [Block] = []
        for block in blocks {
            // Two line feeds stand between two blocks.
            let length = measure.length(of: [block]) + 2
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
            left -= 20
            let blocks = cutting(blocks, to: &left).kept
            return blocks.isEmpty ? nil : .blockquote(blocks)
        case .expand(let title, let blocks):
            left -= title.utf16.count + 32
            guard left > 0 else { return nil }
            let blocks = cutting(blocks, to: &left).kept
            return blocks.isEmpty ? nil : .expand(title: title, blocks)
        case .table(let rows):
            let rows = cutting(rows, to: &left)
            return rows.isEmpty ? nil : .table(rows)
        case .codeBlock(let text):
            guard isFirst else { return nil }
            let text = longest(beginningOf: text) { measure.length(of: [.codeBlock(String($0))]) <= left }
            return text.isEmpty ? nil : .codeBlock(text)
        case .paragraph(let inlines):
            let inlines = isFirst ? beginning(of: inlines, fitting: left) : []
            return inlines.isEmpty ? nil : .paragraph(inlines)
        case .heading(let level, let inlines):
            let inlines = isFirst ? beginning(of: inlines, fitting: left) : []
            return inlines.isEmpty ? nil : .heading(level: level, inlines)
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

    private func cutting(_ rows: [TableRow], to left: inout Int) -> [TableRow] {
        var kept: [TableRow] = []
        for row in rows {
            left -= measure.length(of: [.table([row])]) + 1
            if left < 0 { break }
            kept.append(row)
        }
        return kept
    }

    private func beginning(of inlines: [Inline], fitting left: Int) -> [Inline] {
        var left = left
        var kept: [Inline] = []
        for inline in inlines {
            let length = measure.length(of: [.paragraph([inline])])
            if length <= left {
                kept.append(inline)
                left -= length
                continue
            }
            if case .text(let text, let marks) = inline {
                let part = longest(beginningOf: text) { part in
                    measure.length(of: [.paragraph([.text(String(part), marks)])]) <= left
                }
                if !part.isEmpty { kept.append(.text(part, marks)) }
            }
            break
        }
        return kept
    }

    /// The longest beginning that fits and ends before a space, else the longest that fits.
    private func longest(beginningOf text: String, _ fits: (Substring) -> Bool) -> String {
        // No text of more units than the budget has fits, so that no more of it is looked at.
        let near = text.prefix(measure.budget.characters)
        let ends = Array(near.indices) + [near.endIndex]
        var (least, most) = (0, ends.count - 1)
        while least < most {
            let middle = (least + most + 1) / 2
            if fits(near[..<ends[middle]]) { least = middle } else { most = middle - 1 }
        }
        let longest = near[..<ends[least]]
        guard longest.endIndex < text.endIndex, let space = longest.suffix(200).lastIndex(where: \.isWhitespace)
        else {
            return String(longest)
        }
        return String(longest[..<space])
    }
}
