// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document in Atlassian Document Format, images named by what stands for them.
    public var adf: JSONValue { adf(namingImages: { _ in nil }) }

    /// The document in Atlassian Document Format, version 1; valid by `@atlaskit/adf-schema` 57.3.4 for every document.
    ///
    /// ADF shows a picture only by an id of Atlassian's media store, which Jira's REST API does not give. A picture is
    /// therefore written as `[image: name]`, where `name` is the file name of the attachment of that Content-ID.
    public func adf(namingImages name: (_ contentID: String) -> String?) -> JSONValue {
        withoutActuallyEscaping(name) { name in
            let writer = ADFWriter(imageName: name)
            return ["version": 1, "type": "doc", "content": .array(writer.nodes(blocks, in: .root))]
        }
    }
}

/// Writes blocks where ADF takes them, and flattens them where it does not.
private struct ADFWriter {
    let imageName: (String) -> String?

    /// What the nodes stand in; each takes other nodes.
    enum Parent {
        case root, expand, nestedExpand, cell, blockquote, listItem

        var takesHeading: Bool { self != .blockquote && self != .listItem }
        var takesRule: Bool { takesHeading }
        var takesBlockquote: Bool { takesHeading }
        var takesTable: Bool { self == .root || self == .expand }
        var expandType: String? {
            switch self {
            case .root: "expand"
            case .expand, .cell: "nestedExpand"
            case .nestedExpand, .blockquote, .listItem: nil
            }
        }
    }

    func nodes(_ blocks: [Block], in parent: Parent) -> [JSONValue] {
        blocks.flatMap { nodes($0, in: parent) }
    }

    /// As `nodes`, but never empty: an empty paragraph stands where ADF wants at least one node.
    private func filled(_ blocks: [Block], in parent: Parent) -> JSONValue {
        let nodes = nodes(blocks, in: parent)
        return .array(nodes.isEmpty ? [paragraph([])] : nodes)
    }

    private func nodes(_ block: Block, in parent: Parent) -> [JSONValue] {
        switch block {
        case .paragraph(let inlines): return [paragraph(inlines)]
        case .heading(let level, let inlines):
            guard parent.takesHeading else { return [paragraph(inlines.map(\.strong))] }
            let level = min(max(level, 1), 6)
            return [["type": "heading", "attrs": ["level": .integer(level)], "content": content(inlines)]]
        case .bulletList(let items): return list("bulletList", items, attributes: nil)
        case .orderedList(let start, let items):
            return list("orderedList", items, attributes: ["order": .integer(max(start, 0))])
        case .blockquote(let blocks):
            guard parent.takesBlockquote else { return nodes(blocks, in: parent) }
            return [["type": "blockquote", "content": filled(blocks, in: .blockquote)]]
        case .codeBlock(let text):
            let text = cleaned(text)
            return [["type": "codeBlock", "content": text.isEmpty ? [] : [["type": "text", "text": .string(text)]]]]
        case .rule: return parent.takesRule ? [["type": "rule"]] : []
        case .table(let rows): return table(rows, in: parent)
        case .expand(let title, let blocks): return expand(title, blocks, in: parent)
        }
    }

    private func paragraph(_ inlines: [Inline]) -> JSONValue {
        ["type": "paragraph", "content": content(inlines)]
    }

    private func list(_ type: String, _ items: [ListItem], attributes: JSONValue?) -> [JSONValue] {
        let items: [JSONValue] = items.map { item in
            var content = nodes(item.blocks, in: .listItem)
            // The schema lets an item begin with a list, older readers of ADF do not.
            let first = content.first?["type"]?.stringValue
            if first != "paragraph" && first != "codeBlock" { content.insert(paragraph([]), at: 0) }
            return ["type": "listItem", "content": .array(content)]
        }
        guard !items.isEmpty else { return [] }
        var list: JSONValue = ["type": .string(type), "content": .array(items)]
        if let attributes { list["attrs"] = attributes }
        return [list]
    }

    private func table(_ rows: [TableRow], in parent: Parent) -> [JSONValue] {
        let rows = rows.filter { !$0.cells.isEmpty }
        guard parent.takesTable else { return nodes(rows.flatMap(\.cells).flatMap(\.blocks), in: parent) }
        guard !rows.isEmpty else { return [] }
        let nodes: [JSONValue] = rows.map { row in
            ["type": "tableRow", "content": .array(row.cells.map(cell))]
        }
        return [["type": "table", "content": .array(nodes)]]
    }

    private func cell(_ cell: TableCell) -> JSONValue {
        var attributes: [String: JSONValue] = [:]
        if cell.columns > 1 { attributes["colspan"] = .integer(cell.columns) }
        if cell.rows > 1 { attributes["rowspan"] = .integer(cell.rows) }
        return [
            "type": cell.isHeader ? "tableHeader" : "tableCell",
            "attrs": .object(attributes),
            "content": filled(cell.blocks, in: .cell),
        ]
    }

    private func expand(_ title: String, _ blocks: [Block], in parent: Parent) -> [JSONValue] {
        guard let type = parent.expandType else {
            return [paragraph([.text(title, Marks(.strong))])] + nodes(blocks, in: parent)
        }
        let inside: Parent = type == "expand" ? .expand : .nestedExpand
        return [
            [
                "type": .string(type), "attrs": ["title": .string(cleaned(title))],
                "content": filled(blocks, in: inside),
            ]
        ]
    }

    // MARK: - Inlines

    private func content(_ inlines: [Inline]) -> JSONValue {
        .array(inlines.compactMap(node))
    }

    private func node(_ inline: Inline) -> JSONValue? {
        switch inline {
        case .hardBreak: return ["type": "hardBreak"]
        case .text(let text, let marks): return textNode(text, marks)
        case .image(let image):
            switch image.source {
            case .contentID: return textNode(image.label(imageName), Marks(link: image.link))
            case .url(let address): return textNode(image.label(imageName), Marks(link: address))
            }
        }
    }

    private func textNode(_ text: String, _ marks: Marks) -> JSONValue? {
        let text = cleaned(text)
        guard !text.isEmpty else { return nil }
        var node: JSONValue = ["type": "text", "text": .string(text)]
        let marks = self.marks(marks)
        if !marks.isEmpty { node["marks"] = .array(marks) }
        return node
    }

    /// ADF joins `code` only with a link, and a link not with a colour.
    private func marks(_ marks: Marks) -> [JSONValue] {
        var nodes: [JSONValue] = []
        let link = marks.link.flatMap(linkTarget).map(cleaned)
        if let link { nodes.append(["type": "link", "attrs": ["href": .string(link)]]) }
        if marks.style.contains(.code) { return nodes + [["type": "code"]] }
        if marks.style.contains(.strong) { nodes.append(["type": "strong"]) }
        if marks.style.contains(.em) { nodes.append(["type": "em"]) }
        if marks.style.contains(.underline) { nodes.append(["type": "underline"]) }
        if marks.style.contains(.strike) { nodes.append(["type": "strike"]) }
        if marks.style.contains(.sub) {
            nodes.append(["type": "subsup", "attrs": ["type": "sub"]])
        } else if marks.style.contains(.sup) {
            nodes.append(["type": "subsup", "attrs": ["type": "sup"]])
        }
        if link == nil, let color = marks.color, isColor(color) {
            nodes.append(["type": "textColor", "attrs": ["color": .string(color)]])
        }
        return nodes
    }

    private func isColor(_ text: String) -> Bool {
        text.utf8.count == 7 && text.utf8.first == UInt8(ascii: "#") && text.dropFirst().allSatisfy(\.isHexDigit)
            && text.allSatisfy(\.isASCII)
    }

    /// Without the characters that XML, and with it parts of Jira, cannot hold.
    private func cleaned(_ text: String) -> String {
        let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0xEF || $0 == 0x0A || $0 == 0x09 }
        guard !isClean else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09, 0x20...0xFFFD, 0x10000...: scalars.append(scalar)
            default: continue
            }
        }
        return String(scalars)
    }
}

extension Image {
    /// What stands for it where no picture may: `[image: name]`, with the file name of the attachment where it has one.
    func label(_ name: (_ contentID: String) -> String?) -> String {
        var words = alternative
        if case .contentID(let id) = source, let name = name(id) { words = name }
        return words.isEmpty ? "[image]" : "[image: \(words)]"
    }
}

extension Inline {
    /// The same with strong letters.
    fileprivate var strong: Inline {
        guard case .text(let text, var marks) = self else { return self }
        marks.style.insert(.strong)
        return .text(text, marks)
    }
}
