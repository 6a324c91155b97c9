// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The Content-IDs of the pictures that stand in the text, in order, each once.
    public var imageContentIDs: [String] {
        var found: [String] = []
        collect(blocks, into: &found)
        return found
    }
}

private func collect(_ blocks: [Block], into found: inout [String]) {
    for block in blocks {
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines): collect(inlines, into: &found)
        case .bulletList(let items), .orderedList(_, let items): items.forEach { collect($0.blocks, into: &found) }
        case .blockquote(let blocks), .expand(_, let blocks): collect(blocks, into: &found)
        case .table(let rows): rows.flatMap(\.cells).forEach { collect($0.blocks, into: &found) }
        case .codeBlock, .rule: break
        }
    }
}

private func collect(_ inlines: [Inline], into found: inout [String]) {
    for case .image(let image) in inlines {
        if case .contentID(let id) = image.source, !found.contains(id) { found.append(id) }
    }
}
