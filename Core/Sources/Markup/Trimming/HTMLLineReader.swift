// SPDX-License-Identifier: Apache-2.0

/// A line of an HTML body as it shows, and the nodes that make it.
struct HTMLLine {
    var line: TrimLine
    var nodes: [Int]
}

/// Lays HTML out in lines, so that text and HTML are trimmed by the same rules; the structure that mail clients write is
/// kept as marks on the lines.
struct HTMLLineReader {
    private(set) var lines: [HTMLLine] = []

    private let tree: HTMLTree
    private var text = ""
    private var nodes: [Int] = []
    private var quotes = 0
    private var signatures = 0
    private var mark: TrimLine.Mark?

    private enum Step {
        case enter(Int)
        case leave(endsLine: Bool, isQuote: Bool, isSignature: Bool)
    }

    init(tree: HTMLTree) {
        self.tree = tree
    }

    mutating func run() {
        var steps = [Step.enter(HTMLTree.root)]
        while let step = steps.popLast() {
            switch step {
            case .enter(let index): enter(index, &steps)
            case .leave(let endsLine, let isQuote, let isSignature):
                if endsLine { endLine() }
                if isQuote { quotes -= 1 }
                if isSignature { signatures -= 1 }
            }
        }
        endLine()
    }

    private mutating func enter(_ index: Int, _ steps: inout [Step]) {
        let node = tree.nodes[index]
        if node.isText { return add(text: node.text, index) }
        let style = node["style"].map(HTMLStyle.init)
        if style?.isHidden ?? false || node["hidden"] != nil { return }
        switch node.name {
        case "br":
            endLine(isBreak: true)
            return
        case "hr":
            endLine()
            text = "_____"
            nodes.append(index)
            endLine()
            return
        case "img":
            let words = tree.image(index, style) == nil ? tree.wordsOfLostImage(index) : " [image] "
            if let words {
                text += words
                nodes.append(index)
            }
            return
        case "td", "th": text += " "
        default: break
        }
        let role = HTMLNames.roles[node.name]
        let isCell = node.name == "td" || node.name == "th"
        let endsLine = (role == .block || role == .item) && !isCell
        if endsLine { endLine() }
        let structure = MailStructure(of: node, style)
        let isQuote = structure.isQuote || node.name == "blockquote" && followsHead
        if let found = structure.mark, quotes == 0 { mark = found }
        if isQuote { quotes += 1 }
        if structure.isSignature { signatures += 1 }
        steps.append(.leave(endsLine: endsLine, isQuote: isQuote, isSignature: structure.isSignature))
        steps.append(contentsOf: node.children.reversed().map(Step.enter))
    }

    private mutating func add(text words: String, _ index: Int) {
        text += words
        nodes.append(index)
        if words.last == "\n", tree.isPreformatted(index) { endLine(isBreak: true) }
    }

    private mutating func endLine(isBreak: Bool = false) {
        guard isBreak || !nodes.isEmpty else {
            text = ""
            return
        }
        let words = text.collapsed
        var line = TrimLine(words, isQuoted: quotes > 0)
        if !line.isBlank {
            line.mark = signatures > 0 ? .signature : mark
            mark = nil
        }
        lines.append(HTMLLine(line: line, nodes: nodes))
        text = ""
        nodes = []
    }

    /// Whether the line above is one that leads to a quote.
    private var followsHead: Bool {
        let above = lines.suffix(6).map(\.line).filter { !$0.isBlank }.suffix(4)
        return above.indices.contains { start in
            QuoteHeads(lines: Array(above[start...])).endOfWroteHead(at: 0) == above.endIndex - start
        }
    }
}

/// What an element is to a mail client.
private struct MailStructure {
    var mark: TrimLine.Mark?
    var isQuote = false
    var isSignature = false

    init(of node: HTMLTree.Node, _ style: HTMLStyle?) {
        let names = ((node["class"] ?? "") + " " + (node["id"] ?? "")).lowercased().split(separator: " ").prefix(16)
        for name in names { take(String(name).withoutPrefixes, element: node.name) }
        if node["name"]?.lowercased() == "quote" { quote(.htmlQuote) }
        if node.name == "blockquote" {
            let isCited = node["type"]?.lowercased() == "cite" || node["cite"] != nil
            let hasBar = style?["border-left"].map { !$0.hasPrefix("none") && !$0.hasPrefix("0") } ?? false
            if isCited, mark == nil { mark = .quote(.appleMail) }
            if hasBar, mark == nil { mark = .quote(.htmlQuote) }
            isQuote = isQuote || isCited || hasBar
        }
        if node.name == "div", let border = style?["border-top"], border.hasPrefix("solid"), mark == nil {
            mark = .hint(.outlook)
        }
    }

    private mutating func quote(_ rule: Trimmed.Rule) {
        mark = .quote(rule)
        isQuote = true
    }

    private mutating func take(_ name: String, element: String) {
        switch name {
        case "gmail_quote", "gmail_quote_container":
            mark = .quote(.gmail)
            isQuote = isQuote || element == "blockquote"
        case "yahoo_quoted": quote(.yahoo)
        case "moz-cite-prefix": mark = .quote(.thunderbird)
        case "divrplyfwdmsg", "appendonsend", "outlookmessageheader", "olk_src_body_section":
            mark = .rest(.outlook)
        case "protonmail_quote", "tutanota_quote", "zmail_extra", "isreplycontent", "quoted-mail", "mail-quote-block":
            quote(.htmlQuote)
        case "moz-forward-container", "isforwardcontent": mark = .forward
        case "gmail_signature", "moz-signature", "protonmail_signature_block", "yahoo-signature", "signature",
            "applemailsignature", "ms-outlook-mobile-signature", "divsignature":
            isSignature = true
        default:
            if name.hasPrefix("yahoo_quoted") { quote(.yahoo) }
            if name.hasPrefix("mail-editor-reference-message-container") { mark = .rest(.outlook) }
        }
    }
}

extension String {
    /// With one blank for all white space between two words, and none at the ends.
    fileprivate var collapsed: String {
        guard utf8.allSatisfy({ $0 < 0x80 }) else {
            return split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte != 0x20, !(0x09...0x0D).contains(byte) {
                bytes.append(byte)
            } else if bytes.last.map({ $0 != 0x20 }) ?? false {
                bytes.append(0x20)
            }
        }
        if bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without the `x_` that Outlook puts before names when a mail goes round again.
    fileprivate var withoutPrefixes: String {
        var rest = self[...]
        while rest.hasPrefix("x_") { rest = rest.dropFirst(2) }
        return String(rest)
    }
}
