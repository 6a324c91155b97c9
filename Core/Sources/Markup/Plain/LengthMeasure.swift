// SPDX-License-Identifier: Apache-2.0

/// The length of blocks in the format in which they are longest.
struct LengthMeasure {
    let budget: LengthBudget
    let imageName: (String) -> String?

    /// Most documents are so short that they need not be written to be measured.
    func fits(_ blocks: [Block]) -> Bool {
        mostLength(of: blocks) <= budget.characters || length(of: blocks) <= budget.characters
    }

    /// In characters of the budget.
    func length(of blocks: [Block]) -> Int {
        let text = Document(blocks: namingImages(blocks)).text.utf16.count
        let document = Document(blocks: blocks)
        let wiki = document.wiki(namingImages: imageName).utf16.count
        let bytes = document.adf(namingImages: imageName).serialized.count
        let (share, overflow) = bytes.multipliedReportingOverflow(by: budget.characters)
        return max(text, wiki, overflow ? .max : share / budget.bytes)
    }

    /// The blocks as plain text shows them with the names of their pictures.
    private func namingImages(_ blocks: [Block]) -> [Block] {
        blocks.rewritten { inlines in
            inlines.map { inline in
                guard case .image(let image) = inline else { return inline }
                return .text(image.label(imageName))
            }
        } code: {
            $0
        }
    }

    /// No document of these blocks is longer: a byte of text is at most six characters when it is escaped.
    private func mostLength(of blocks: [Block]) -> Int {
        blocks.reduce(0) { sum, block in
            switch block {
            case .paragraph(let inlines), .heading(_, let inlines): sum + 64 + mostLength(of: inlines)
            case .bulletList(let items), .orderedList(_, let items):
                sum + items.reduce(64) { $0 + 64 + mostLength(of: $1.blocks) }
            case .blockquote(let blocks): sum + 64 + mostLength(of: blocks)
            case .expand(let title, let blocks): sum + 64 + title.utf8.count * 6 + mostLength(of: blocks)
            case .codeBlock(let text): sum + 64 + text.utf8.count * 6
            case .rule: sum + 64
            case .table(let rows):
                sum + rows.flatMap(\.cells).reduce(64 * rows.count) { $0 + 64 + mostLength(of: $1.blocks) }
            }
        }
    }

    private func mostLength(of inlines: [Inline]) -> Int {
        inlines.reduce(0) { sum, inline in
            switch inline {
            case .text(let text, let marks): sum + 64 + 6 * (text.utf8.count + (marks.link?.utf8.count ?? 0))
            case .hardBreak: sum + 8
            case .image(let image): sum + 64 + 6 * (image.label(imageName).utf8.count + (image.link?.utf8.count ?? 0))
            }
        }
    }
}
