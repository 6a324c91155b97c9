// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The Content-IDs of the pictures that stand in the text, in order, each once.
    public var imageContentIDs: [String] {
        var found: [String] = []
        var known: Set<String> = []
        for image in images {
            if case .contentID(let id) = image.source, known.insert(id).inserted { found.append(id) }
        }
        return found
    }

    /// The pictures that stand in the text, in order, each as often as it stands there.
    public var images: [Image] {
        var found: [Image] = []
        collect(blocks, into: &found)
        return found
    }

    /// The document without the pictures of these Content-IDs; a block that showed nothing else goes with them.
    public func removingImages(_ contentIDs: Set<String>) -> Document {
        guard !contentIDs.isEmpty else { return self }
        let blocks = blocks.rewritten { inlines in
            let rest = inlines.filter { !$0.isImage(of: contentIDs) }
            return rest.count == inlines.count ? inlines : rest.trimmedOfBreaks
        } code: {
            $0
        }
        return Document(blocks: blocks, defects: defects)
    }
}

extension Inline {
    fileprivate func isImage(of contentIDs: Set<String>) -> Bool {
        guard case .image(let image) = self, case .contentID(let id) = image.source else { return false }
        return contentIDs.contains(id)
    }
}

private func collect(_ blocks: [Block], into found: inout [Image]) {
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

private func collect(_ inlines: [Inline], into found: inout [Image]) {
    for case .image(let image) in inlines { found.append(image) }
}
