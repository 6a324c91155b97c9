// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document as a fragment of safe HTML: a handful of elements, every word and every address escaped.
    ///
    /// A picture of the message is written as `<img src="cid:...">`, a remote one as a link, so that nothing is loaded.
    public var html: String {
        var writer = HTMLWriter()
        writer.write(blocks)
        return writer.html
    }
}

private struct HTMLWriter {
    var html = ""

    mutating func write(_ blocks: [Block]) {
        for block in blocks { write(block) }
    }

    private mutating func write(_ block: Block) {
        switch block {
        case .paragraph(let inlines): element("p") { $0.write(inlines) }
        case .heading(let level, let inlines): element("h\(min(max(level, 1), 6))") { $0.write(inlines) }
        case .bulletList(let items): element("ul") { $0.write(items) }
        case .orderedList(let start, let items):
            element("ol", start == 1 ? "" : " start=\"\(start)\"") { $0.write(items) }
        case .blockquote(let blocks): element("blockquote") { $0.write(blocks) }
        case .codeBlock(let text):
            element("pre") { $0.html += escapedHTML(text.first == "\n" ? "\n" + text : text) }
        case .rule: html += "<hr>"
        case .table(let rows):
            element("table") { writer in
                for row in rows { writer.element("tr") { $0.write(row.cells) } }
            }
        case .expand(let title, let blocks):
            element("details") { writer in
                writer.element("summary") { $0.html += escapedHTML(title) }
                writer.write(blocks)
            }
        }
    }

    private mutating func element(_ name: String, _ attributes: String = "", inside: (inout HTMLWriter) -> Void) {
        html += "<\(name)\(attributes)>"
        inside(&self)
        html += "</\(name)>"
    }

    private mutating func write(_ items: [ListItem]) {
        for item in items { element("li") { $0.write(item.blocks) } }
    }

    private mutating func write(_ cells: [TableCell]) {
        for cell in cells {
            let columns = cell.columns > 1 ? " colspan=\"\(cell.columns)\"" : ""
            let rows = cell.rows > 1 ? " rowspan=\"\(cell.rows)\"" : ""
            element(cell.isHeader ? "th" : "td", columns + rows) { $0.write(cell.blocks) }
        }
    }

    private mutating func write(_ inlines: [Inline]) {
        for inline in inlines {
            switch inline {
            case .hardBreak: html += "<br>"
            case .text(let text, let marks): write(text, marks)
            case .image(let image): write(image)
            }
        }
    }

    private mutating func write(_ image: Image) {
        let alternative = escapedHTML(image.alternative)
        switch image.source {
        case .contentID(let id):
            let picture = "<img src=\"cid:\(escapedHTML(id))\" alt=\"\(alternative)\">"
            guard let link = image.link.flatMap(linkTarget) else { return html += picture }
            html += "<a href=\"\(escapedHTML(link))\" rel=\"\(linkRelation)\">\(picture)</a>"
        case .url(let address):
            write(image.alternative.isEmpty ? "[image]" : "[image: \(image.alternative)]", Marks(link: address))
        }
    }

    private mutating func write(_ text: String, _ marks: Marks) {
        var names = elements.filter { marks.style.contains($0.style) }.map(\.name)
        var opening = names.map { "<\($0)>" }.joined()
        if let color = marks.color {
            opening = "<span style=\"color: \(escapedHTML(color))\">" + opening
            names.insert("span", at: 0)
        }
        if let link = marks.link.flatMap(linkTarget) {
            opening = "<a href=\"\(escapedHTML(link))\" rel=\"\(linkRelation)\">" + opening
            names.insert("a", at: 0)
        }
        html += opening + escapedHTML(text) + names.reversed().map { "</\($0)>" }.joined()
    }

    private let elements: [(style: Marks.Style, name: String)] = [
        (.strong, "strong"), (.em, "em"), (.underline, "u"), (.strike, "s"), (.sub, "sub"), (.sup, "sup"),
        (.code, "code"),
    ]
}

/// What every link of ours says: no handle on our page, no address of our page, no vote for theirs.
let linkRelation = "noopener noreferrer nofollow"
