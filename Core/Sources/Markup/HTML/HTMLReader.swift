// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// Reads HTML as a browser would show it, without what only a browser can show.
    ///
    /// Time and memory are bounded for every input; what had to be left out for that is named in `defects`.
    public init(html: String) {
        self.init(HTMLTree(html))
    }

    init(_ tree: HTMLTree) {
        self.init(tree, nodes: [HTMLTree.root], without: [])
    }

    /// A part of the tree: the given nodes, one after the other, without those that are left out.
    init(_ tree: HTMLTree, nodes: [Int], without left: Set<Int>) {
        var reader = HTMLReader(tree: tree, left: left)
        self.init(blocks: reader.blocks(of: nodes, depth: 0), defects: tree.defects)
    }
}

private struct HTMLReader {
    let tree: HTMLTree
    let left: Set<Int>

    /// Lists, quotes and tables inside one another; deeper ones are read as if they were not there. No node is read twice,
    /// or the time would double with each level.
    private static let deepest = 12

    /// What a node inherits from those around it.
    private struct Context {
        var marks = Marks()
        var depth: Int
    }

    /// What has been read of the block that is being filled.
    private struct Filling {
        var blocks: [Block] = []
        var lines = LineBuilder()

        mutating func endText() {
            blocks.append(contentsOf: lines.takeParagraphs().map(Block.paragraph))
        }

        mutating func append(_ block: Block) {
            endText()
            blocks.append(block)
        }
    }

    mutating func blocks(of nodes: [Int], depth: Int) -> [Block] {
        var filling = Filling()
        for node in nodes { read(node, Context(depth: depth), into: &filling) }
        filling.endText()
        return filling.blocks
    }

    private func blocks(inside node: Int, _ context: Context) -> [Block] {
        var filling = Filling()
        var context = context
        context.depth += 1
        readChildren(of: node, context, into: &filling)
        filling.endText()
        return filling.blocks
    }

    private func readChildren(of node: Int, _ context: Context, into filling: inout Filling) {
        for child in tree.nodes[node].children { read(child, context, into: &filling) }
    }

    private func read(_ index: Int, _ context: Context, into filling: inout Filling) {
        let node = tree.nodes[index]
        guard !left.contains(index) else {
            if HTMLNames.roles[node.name] == .block { filling.lines.endLine() }
            return
        }
        if node.isText {
            if node.isPreformatted {
                filling.lines.append(preformatted: node.text, context.marks)
            } else {
                filling.lines.append(node.text, context.marks)
            }
            return
        }
        let style = node["style"].map(HTMLStyle.init)
        if style?.isHidden ?? false || node["hidden"] != nil { return }
        var context = context
        context.marks = context.marks.joined(with: node, style)
        read(node, at: index, style, context, into: &filling)
    }

    private func read(
        _ node: HTMLTree.Node, at index: Int, _ style: HTMLStyle?, _ context: Context, into filling: inout Filling
    ) {
        switch node.name {
        case "br": filling.lines.breakLine()
        case "hr": filling.append(.rule)
        case "img": picture(index, style, context, into: &filling)
        case "q":
            filling.lines.append("\"", context.marks)
            readChildren(of: index, context, into: &filling)
            filling.lines.append("\"", context.marks)
        case "h1", "h2", "h3", "h4", "h5", "h6": heading(node, at: index, context, into: &filling)
        case "p": paragraph(node, at: index, style, context, into: &filling)
        case "pre": preformatted(node, at: index, context, into: &filling)
        case "ul", "ol", "blockquote", "table":
            filling.lines.endParagraph()
            if context.depth < Self.deepest {
                container(node, at: index, context, into: &filling)
            } else {
                readChildren(of: index, context, into: &filling)
            }
            filling.lines.endParagraph()
        default:
            let role = HTMLNames.roles[node.name]
            let isBlock = role == .block || role == .item
            if isBlock { filling.lines.endLine() }
            readChildren(of: index, context, into: &filling)
            if isBlock { filling.lines.endLine() }
        }
    }

    /// A picture that cannot be had, by an address that means nothing in a mail, shows its words.
    private func picture(_ index: Int, _ style: HTMLStyle?, _ context: Context, into filling: inout Filling) {
        if var image = tree.image(index, style) {
            image.link = context.marks.link
            filling.lines.append(image)
        } else if let words = tree.wordsOfLostImage(index) {
            filling.lines.append(words, context.marks)
        }
    }

    // MARK: - Blocks of text

    private func heading(_ node: HTMLTree.Node, at index: Int, _ context: Context, into filling: inout Filling) {
        var context = context
        context.marks.style.remove(.strong)
        let inside = blocks(inside: index, context)
        let texts = inside.compactMap { if case .paragraph(let inlines) = $0 { inlines } else { nil } }
        // A heading that holds more than a line of text is somebody's layout.
        if texts.count == 1, inside.count == 1, let level = node.name.last.flatMap({ Int(String($0)) }) {
            filling.append(.heading(level: level, texts[0]))
        } else {
            filling.endText()
            filling.blocks.append(contentsOf: inside)
        }
    }

    private func paragraph(
        _ node: HTMLTree.Node, at index: Int, _ style: HTMLStyle?, _ context: Context, into filling: inout Filling
    ) {
        let isLine = node["class"]?.hasPrefix("Mso") ?? false || style?.hasNoMargin ?? false
        if isLine { filling.lines.endLine() } else { filling.lines.endParagraph() }
        readChildren(of: index, context, into: &filling)
        if isLine { filling.lines.endLine() } else { filling.lines.endParagraph() }
    }

    /// Mail programs put whole plain texts into `pre`; those stay text. Any other `pre` is code.
    private func preformatted(_ node: HTMLTree.Node, at index: Int, _ context: Context, into filling: inout Filling) {
        let isMailText = node["wrap"] != nil || node["class"]?.hasPrefix("moz-") ?? false || node["style"] != nil
        if isMailText || tree.containsMoreThanText(below: index) {
            filling.lines.endParagraph()
            readChildren(of: index, context, into: &filling)
            filling.lines.endParagraph()
        } else {
            let text = tree.text(of: index, without: left)
            if !text.isBlank { filling.append(.codeBlock(text)) }
        }
    }

    // MARK: - Blocks of blocks

    private func container(_ node: HTMLTree.Node, at index: Int, _ context: Context, into filling: inout Filling) {
        switch node.name {
        case "blockquote":
            let blocks = blocks(inside: index, context)
            if !blocks.isEmpty { filling.append(.blockquote(blocks)) }
        case "ul", "ol":
            let items = items(of: index, context)
            guard !items.isEmpty else { return }
            let start = node["start"].flatMap { Int($0) }.map { min(max($0, 0), 1_000_000) }
            filling.append(node.name == "ul" ? .bulletList(items) : .orderedList(start: start ?? 1, items))
        default:
            guard let rows = rows(of: index) else { return readChildren(of: index, context, into: &filling) }
            let written = rows.map { tableRow($0, context) }.filter { !$0.cells.allSatisfy(\.blocks.isEmpty) }
            if !written.isEmpty { filling.append(.table(written)) }
        }
    }

    private func items(of list: Int, _ context: Context) -> [ListItem] {
        var items: [ListItem] = []
        for child in tree.nodes[list].children where !left.contains(child) {
            let node = tree.nodes[child]
            if node.name == "li" {
                let blocks = blocks(inside: child, context)
                if !blocks.isEmpty { items.append(ListItem(blocks)) }
            } else {
                // Outlook puts the inner list beside its item, not into it.
                var filling = Filling()
                var inner = context
                inner.depth += 1
                read(child, inner, into: &filling)
                filling.endText()
                guard !filling.blocks.isEmpty else { continue }
                if items.isEmpty { items.append(ListItem([])) }
                items[items.count - 1].blocks.append(contentsOf: filling.blocks)
            }
        }
        return items
    }

    private func tableRow(_ cells: [Int], _ context: Context) -> TableRow {
        TableRow(
            cells.map { cell in
                let node = tree.nodes[cell]
                return TableCell(
                    blocks(inside: cell, context), isHeader: node.name == "th", columns: span(node["colspan"]),
                    rows: span(node["rowspan"]))
            })
    }

    private func span(_ text: String?) -> Int {
        min(max(text.flatMap { Int($0) } ?? 1, 1), 1_000)
    }

    /// The cells of a table row by row; nil when the table only lays out: a table or a quote is inside, or no row has
    /// two cells.
    private func rows(of table: Int) -> [[Int]]? {
        var rows: [[Int]] = []
        var waiting = tree.nodes[table].children.reversed().map { $0 }
        var cells: [Int] = []
        while let index = waiting.popLast() {
            guard !left.contains(index) else { continue }
            let node = tree.nodes[index]
            switch node.name {
            case "tr":
                let row = node.children.filter { ["td", "th"].contains(tree.nodes[$0].name) && !left.contains($0) }
                if !row.isEmpty { rows.append(row) }
                cells.append(contentsOf: row)
            case "caption": return nil
            default: waiting.append(contentsOf: node.children.reversed())
            }
        }
        let isLayout = tree.contains(["table", "blockquote"], below: cells)
        return isLayout || rows.allSatisfy { $0.count < 2 } ? nil : rows
    }
}

extension HTMLTree {
    /// The text below a node, line breaks as line feeds, all white space kept.
    func text(of node: Int, without left: Set<Int> = []) -> String {
        var text = ""
        var waiting = [node]
        while let index = waiting.popLast() {
            guard !left.contains(index) else { continue }
            let node = nodes[index]
            text += node.name == "br" ? "\n" : node.text
            waiting.append(contentsOf: node.children.reversed())
        }
        return text
    }

    func isPreformatted(_ index: Int) -> Bool { nodes[index].isPreformatted }

    /// Whether a picture or a block stands in it.
    func containsMoreThanText(below node: Int) -> Bool {
        var waiting = nodes[node].children
        while let index = waiting.popLast() {
            let role = HTMLNames.roles[nodes[index].name]
            if role == .block || role == .item || nodes[index].name == "img" { return true }
            waiting.append(contentsOf: nodes[index].children)
        }
        return false
    }

    func contains(_ names: [String], below starts: [Int]) -> Bool {
        var waiting = starts
        while let index = waiting.popLast() {
            if names.contains(nodes[index].name) { return true }
            waiting.append(contentsOf: nodes[index].children)
        }
        return false
    }
}

extension Marks {
    /// What an element adds to the marks of the text in it.
    fileprivate func joined(with node: HTMLTree.Node, _ css: HTMLStyle?) -> Marks {
        var marks = self
        switch node.name {
        case "b", "strong": marks.style.insert(.strong)
        case "i", "em", "cite", "dfn", "var": marks.style.insert(.em)
        case "u", "ins": marks.style.insert(.underline)
        case "s", "strike", "del": marks.style.insert(.strike)
        case "code", "tt", "kbd", "samp": marks.style.insert(.code)
        case "sub": marks.style.insert(.sub)
        case "sup": marks.style.insert(.sup)
        case "a": if let link = node["href"].flatMap(safeAddress) { marks.link = link }
        case "font": if let color = node["color"].flatMap(htmlColor) { marks.color = told(color) }
        default: break
        }
        if let css { marks.join(css) }
        return marks
    }

    private mutating func join(_ css: HTMLStyle) {
        if let weight = css["font-weight"] {
            let isStrong = weight.hasPrefix("bold") || Int(weight).map { $0 >= 600 } ?? false
            if isStrong { style.insert(.strong) } else { style.remove(.strong) }
        }
        if let slant = css["font-style"] {
            if slant == "italic" || slant == "oblique" { style.insert(.em) } else { style.remove(.em) }
        }
        let decoration = css["text-decoration"] ?? css["text-decoration-line"] ?? ""
        if decoration.contains("underline"), link == nil { style.insert(.underline) }
        if decoration.contains("line-through") { style.insert(.strike) }
        if let color = css["color"].flatMap(htmlColor) { self.color = told(color) }
    }

    /// The colour when it says something: black, greys and the blue that Outlook writes replies in do not.
    private func told(_ color: String) -> String? {
        let channels = stride(from: 1, to: 7, by: 2).compactMap { offset in
            Int(color.dropFirst(offset).prefix(2), radix: 16)
        }
        guard let least = channels.min(), let most = channels.max() else { return nil }
        return most - least < 48 || color == "#1f497d" ? nil : color
    }
}
