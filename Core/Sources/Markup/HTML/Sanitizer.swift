// SPDX-License-Identifier: Apache-2.0

/// Rebuilds HTML from an allow-list, so that a browser can show it and nothing in it can run, load or reach out.
///
/// The sender's look is kept where it is harmless. A remote picture becomes the words `[image: ...]`: to load it would tell
/// the sender who read the mail, and when. Pictures of the mail itself keep their `cid:` address, which no browser loads.
///
/// What comes out is the same when it is read and written again, so that no parser behind us makes another tree of it:
/// some trees that the standard makes of broken HTML (a heading in a link in a heading) cannot be written at all, and are
/// rebuilt until they can.
public func sanitize(_ html: String) -> Sanitized { sanitize(html, within: .standard) }

func sanitize(_ html: String, within limits: HTMLLimits) -> Sanitized {
    var safe = sanitizedOnce(html, limits)
    // What we write is longer than what we read.
    var limits = limits
    limits.bytes = .max
    for _ in 0..<4 {
        let again = sanitizedOnce(safe.html, limits)
        if again.html == safe.html { return safe }
        safe.html = again.html
    }
    let plain = Document(HTMLTree(safe.html, limits: limits)).html
    return Sanitized(html: sanitizedOnce(plain, limits).html, removed: safe.removed)
}

private func sanitizedOnce(_ html: String, _ limits: HTMLLimits) -> Sanitized {
    let tree = HTMLTree(html, limits: limits)
    var sanitizer = Sanitizer(tree: tree)
    sanitizer.run()
    return Sanitized(html: sanitizer.output, removed: sanitizer.removed)
}

private struct Sanitizer {
    let tree: HTMLTree
    private(set) var output = ""
    private(set) var removed: [String]

    private enum Step {
        case enter(Int)
        case leave(String)
    }

    init(tree: HTMLTree) {
        self.tree = tree
        removed = tree.removed
        if tree.defects.contains(.sizeCut) { removed.append("end over the limit") }
    }

    mutating func run() {
        var steps = tree.nodes[HTMLTree.root].children.reversed().map(Step.enter)
        while let step = steps.popLast() {
            switch step {
            case .leave(let name): output += "</\(name)>"
            case .enter(let index):
                let node = tree.nodes[index]
                if node.isText {
                    output += escapedHTML(node.text)
                } else if node.name == "img" {
                    write(image: node)
                } else {
                    if let role = HTMLNames.roles[node.name] {
                        output += "<\(node.name)\(attributes(of: node))>"
                        // A line feed right behind the tag is not part of the text (HTML §13.2.6.4.7).
                        if node.name == "pre", beginsWithLineFeed(node) { output += "\n" }
                        if role != .void { steps.append(.leave(node.name)) }
                    }
                    steps.append(contentsOf: node.children.reversed().map(Step.enter))
                }
            }
        }
    }

    private func beginsWithLineFeed(_ node: HTMLTree.Node) -> Bool {
        node.children.first.map { tree.nodes[$0].text.utf8.first == UInt8(ascii: "\n") } ?? false
    }

    private mutating func note(_ name: String) {
        if !removed.contains(name) { removed.append(name) }
    }

    private mutating func attributes(of node: HTMLTree.Node) -> String {
        var written = ""
        for attribute in node.attributes {
            guard let value = allowed(attribute, of: node.name) else { continue }
            written += " \(attribute.name)=\"\(escapedHTML(value))\""
            if attribute.name == "href" { written += " rel=\"\(linkRelation)\"" }
        }
        return written
    }

    /// The value that an attribute may have; nil when it may not be there.
    private mutating func allowed(_ attribute: HTMLTree.Attribute, of element: String) -> String? {
        let value = attribute.value
        switch attribute.name {
        case "href":
            guard element == "a" else { return nil }
            if let address = linkTarget(value) { return address }
            // A place in the mail itself leads nowhere here, and is no danger.
            if !value.trimmed.isEmpty, value.trimmed.first != "#" { note("unsafe address") }
            return nil
        case "style":
            let style = SafeStyle(value)
            if style.isDangerous { note("unsafe style") }
            return style.text.isEmpty ? nil : style.text
        case "color", "bgcolor": return htmlColor(value)
        case "dir": return ["ltr", "rtl", "auto"].first { $0 == value.lowercased() }
        case "align", "valign": return value.utf8.count < 12 && value.utf8.allSatisfy(\.isLetter) ? value : nil
        case "lang": return value.utf8.count < 36 && value.utf8.allSatisfy { $0.isLetter || $0 == 0x2D } ? value : nil
        case "width", "height", "border", "colspan", "rowspan", "start", "size": return number(value)
        case "title", "alt": return value
        default: return nil
        }
    }

    /// At most four digits, perhaps with a percent sign.
    private func number(_ text: String) -> String? {
        let text = text.trimmed
        let digits = text.last == "%" ? text.dropLast() : text
        let isNumber = (1...4).contains(digits.utf8.count) && digits.allSatisfy { $0.isASCII && $0.isNumber }
        return isNumber ? String(text) : nil
    }

    private mutating func write(image node: HTMLTree.Node) {
        let source = (node["src"] ?? "").trimmed
        let attributes = attributes(of: node)
        if source.lowercased().hasPrefix("cid:") {
            output += "<img src=\"cid:\(escapedHTML(String(source.dropFirst(4))))\"\(attributes)>"
        } else if isPicture(source) {
            output += "<img src=\"\(escapedHTML(String(source)))\"\(attributes)>"
        } else {
            if !source.isEmpty { note("remote image") }
            let words = (node["alt"] ?? "").trimmed
            output += words.isEmpty ? "<span>[image]</span>" : "<span>[image: \(escapedHTML(String(words)))]</span>"
        }
    }

    /// Whether an address holds a picture itself, of a kind that only is a picture (SVG can run).
    private func isPicture(_ source: Substring) -> Bool {
        let kinds = ["png", "jpeg", "jpg", "gif", "webp", "bmp"]
        guard source.utf8.count <= 1 << 20, let comma = source.firstIndex(of: ",") else { return false }
        let head = source[..<comma].lowercased()
        guard kinds.contains(where: { head == "data:image/\($0);base64" }) else { return false }
        return source[comma...].dropFirst().utf8.allSatisfy { byte in
            byte.isLetter || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2F || byte == 0x3D
        }
    }
}
