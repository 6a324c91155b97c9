// SPDX-License-Identifier: Apache-2.0

/// One body of a mail, in the form that is read. A mail may have several, one below the other.
public enum Body: Sendable, Equatable {
    case text(String)
    case html(String)
}

/// A body laid out in lines, and how some of them are written again.
struct LaidOutBody {
    let lines: [TrimLine]
    private let content: Content

    private enum Content {
        case text([Substring])
        case html(HTMLTree, [HTMLLine])
    }

    /// Some lines of a body.
    enum Passage {
        case text(String)
        case html(Document)

        var words: String {
            switch self {
            case .text(let text): text
            case .html(let document): document.text
            }
        }

        var document: Document {
            switch self {
            case .text(let text): Document(text: text)
            case .html(let document): document
            }
        }
    }

    init(_ body: Body) {
        switch body {
        case .text(let text):
            let raw = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            content = .text(raw)
            lines = trimLines(of: raw)
        case .html(let html):
            let tree = HTMLTree(html)
            var reader = HTMLLineReader(tree: tree)
            reader.run()
            content = .html(tree, reader.lines)
            lines = reader.lines.map(\.line)
        }
    }

    /// A line as a delimiter is held against it.
    func shownLine(_ index: Int) -> Substring {
        switch content {
        case .text(let raw): raw[index]
        case .html: lines[index].text[...]
        }
    }

    func passage(_ isWanted: (Int) -> Bool) -> Passage {
        switch content {
        case .text(let raw): return .text(joined(raw.indices.filter(isWanted), of: raw))
        case .html(let tree, let lines):
            var left: Set<Int> = []
            var isEmpty = true
            var losesPicture = false
            for (index, line) in lines.enumerated() {
                if isWanted(index) {
                    isEmpty = false
                    losesPicture = losesPicture || line.nodes.contains(where: tree.isWrittenPicture)
                } else {
                    left.formUnion(line.nodes)
                }
            }
            if isEmpty { return .html(Document(defects: tree.defects)) }
            var document = Document(tree, nodes: [HTMLTree.root], without: left)
            if losesPicture { document.defects.append(.pictureLost) }
            return .html(document)
        }
    }
}

/// Lines without the blank ones at both ends.
private func joined(_ indices: [Int], of raw: [Substring]) -> String {
    let isBlank = { (index: Int) in raw[index].isBlank }
    guard let first = indices.firstIndex(where: { !isBlank($0) }), let last = indices.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return indices[first...last].map { raw[$0] }.joined(separator: "\n")
}

extension [LaidOutBody.Passage] {
    var words: String { map(\.words).filter { !$0.isEmpty }.joined(separator: "\n\n") }

    var document: Document {
        let documents = map(\.document)
        guard documents.count != 1 else { return documents[0] }
        var defects: [Document.Defect] = []
        for defect in documents.flatMap(\.defects) where !defects.contains(defect) { defects.append(defect) }
        return Document(blocks: documents.flatMap(\.blocks), defects: defects)
    }
}
