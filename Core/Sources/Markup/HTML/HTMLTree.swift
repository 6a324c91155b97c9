// SPDX-License-Identifier: Apache-2.0

import CGumbo

/// The tree that a browser would make of the HTML of a mail, in memory of ours, without anything that could run.
struct HTMLTree {
    struct Node {
        /// Lower case; empty for text.
        let name: String
        let text: String
        let attributes: [Attribute]
        let parent: Int
        /// White space and line ends in it show.
        let isPreformatted: Bool
        var children: [Int] = []

        var isText: Bool { name.isEmpty }

        subscript(attribute: String) -> String? {
            attributes.first { $0.name == attribute }?.value
        }
    }

    struct Attribute {
        let name: String
        let value: String
    }

    /// Parents stand before their children; the first is the body.
    private(set) var nodes: [Node] = []
    let defects: [Document.Defect]
    /// What was dangerous and is not in the tree, by name.
    let removed: [String]

    static let root = 0

    init(_ html: String, limits: HTMLLimits = .standard) {
        var html = html
        let filtered = html.withUTF8 { bytes in
            var filter = HTMLFilter(bytes, limits: limits)
            filter.run()
            return (output: filter.output, defects: filter.defects, removed: filter.removed)
        }
        defects = filtered.defects
        removed = filtered.removed
        nodes = [Node(name: "body", text: "", attributes: [], parent: -1, isPreformatted: false)]
        filtered.output.withUnsafeBytes { take($0.bindMemory(to: CChar.self)) }
    }

    private mutating func take(_ html: UnsafeBufferPointer<CChar>) {
        var options = kGumboDefaultOptions
        options.max_errors = 0
        guard let start = html.baseAddress, let parsed = gumbo_parse_with_options(&options, start, html.count) else {
            return
        }
        defer { gumbo_destroy_output(&options, parsed) }
        guard let root = parsed.pointee.root else { return }
        root.forEachChild { child in
            if child.pointee.type == GUMBO_NODE_ELEMENT, child.pointee.v.element.tag == GUMBO_TAG_BODY {
                takeChildren(of: child)
            }
        }
    }

    /// Copies the tree below a node without calling itself: how deep a mail nests is the sender's choice.
    private mutating func takeChildren(of body: UnsafeMutablePointer<GumboNode>) {
        var waiting: [(node: UnsafeMutablePointer<GumboNode>, parent: Int)] = []
        body.forEachChild { waiting.append(($0, Self.root)) }
        while let (node, parent) = waiting.popLast() {
            switch node.pointee.type {
            case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA:
                add(text: String(cString: node.pointee.v.text.text), to: parent)
            case GUMBO_NODE_ELEMENT, GUMBO_NODE_TEMPLATE:
                let element = node.pointee.v.element
                let name = String(cString: gumbo_normalized_tagname(element.tag))
                let index = nodes.count
                let attributes = attributes(of: element)
                let style = attributes.first { $0.name == "style" }.flatMap { HTMLStyle($0.value)["white-space"] }
                let isPreformatted = name == "pre" || style?.hasPrefix("pre") ?? nodes[parent].isPreformatted
                add(
                    Node(name: name, text: "", attributes: attributes, parent: parent, isPreformatted: isPreformatted))
                node.forEachChild { waiting.append(($0, index)) }
            default: continue
            }
        }
    }

    /// Text whose line ends show is a node a line, so that each line can be kept or left by itself.
    private mutating func add(text: String, to parent: Int) {
        guard nodes[parent].isPreformatted else {
            return add(Node(name: "", text: text, attributes: [], parent: parent, isPreformatted: false))
        }
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(where: \.isNewline).map { rest.index(after: $0) } ?? rest.endIndex
            add(Node(name: "", text: String(rest[..<end]), attributes: [], parent: parent, isPreformatted: true))
            rest = rest[end...]
        }
    }

    private mutating func add(_ node: Node) {
        nodes[node.parent].children.append(nodes.count)
        nodes.append(node)
    }

    private func attributes(of element: GumboElement) -> [Attribute] {
        var attributes: [Attribute] = []
        for index in 0..<Int(element.attributes.length) {
            guard let attribute = element.attributes[index, as: GumboAttribute.self]?.pointee else { continue }
            attributes.append(Attribute(name: String(cString: attribute.name), value: String(cString: attribute.value)))
        }
        return attributes
    }
}

extension UnsafeMutablePointer where Pointee == GumboNode {
    /// From the last to the first.
    fileprivate func forEachChild(_ body: (UnsafeMutablePointer<GumboNode>) -> Void) {
        guard pointee.type == GUMBO_NODE_ELEMENT || pointee.type == GUMBO_NODE_TEMPLATE else { return }
        let children = pointee.v.element.children
        for index in (0..<Int(children.length)).reversed() {
            if let child = children[index, as: GumboNode.self] { body(child) }
        }
    }
}

extension GumboVector {
    fileprivate subscript<Element>(index: Int, as type: Element.Type) -> UnsafeMutablePointer<Element>? {
        data?[index]?.assumingMemoryBound(to: type)
    }
}
