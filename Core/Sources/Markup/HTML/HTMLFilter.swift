// SPDX-License-Identifier: Apache-2.0

/// Writes HTML anew with only the tags and attributes that we know, well formed, and within the limits.
///
/// What comes out has no comment, no script, no style sheet, no foreign element and no unquoted value, so that the parser
/// behind it and we cannot understand it differently; and it is known to be cheap to parse.
struct HTMLFilter {
    private(set) var output: [UInt8] = []
    private(set) var defects: [Document.Defect] = []
    /// Names of elements and attributes that were left out because they are dangerous, in the order first met.
    private(set) var removed: [String] = []

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: HTMLLimits
    private var open: [String: Int] = [:]
    private var skipped: [String: Int] = [:]
    private var depth = 0
    private var openStyles = 0
    private var elements = 0
    private var cellsAroundLink = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: HTMLLimits) {
        if bytes.count > limits.bytes {
            self.bytes = UnsafeBufferPointer(rebasing: bytes[..<limits.bytes])
            defects = [.sizeCut]
        } else {
            self.bytes = bytes
        }
        self.limits = limits
        output.reserveCapacity(self.bytes.count)
    }

    mutating func run() {
        var tokens = HTMLTokenizer(bytes)
        while let token = tokens.next() {
            switch token {
            case .text(let range): append(text: range)
            case .start(let name, let attributes): start(name, attributes)
            case .end(let name): end(name)
            case .rawText(let element, let range):
                switch element {
                case "textarea": append(text: range)
                case "xmp": append(literally: range)
                default: continue
                }
            }
        }
    }

    // MARK: - Tags

    private mutating func start(_ name: String, _ attributes: [HTMLTokenAttribute]) {
        if HTMLNames.dangerous.contains(name) { note(name) }
        guard let role = HTMLNames.roles[name] else { return noteAttributes(attributes) }
        if name == "a" { endLink() }
        elements += 1 + openStyles
        guard elements <= limits.elements else { return leaveOut(name, role, .tagsCut) }
        if role == .style, openStyles >= limits.openStyles { return leaveOut(name, role, .nestingCut) }
        if role.nests, depth >= limits.depth { return leaveOut(name, role, .nestingCut) }
        if role.nests {
            open[name, default: 0] += 1
            depth += 1
            if role == .style { openStyles += 1 }
        }
        write("<")
        write(HTMLNames.canonical[name] ?? name)
        write(attributes)
        write(">")
    }

    /// A link ends where the next one begins in the same cell. The parser knows; we only must not count it as open.
    private mutating func endLink() {
        let cells = open["td", default: 0] + open["th", default: 0]
        defer { cellsAroundLink = cells }
        guard let count = open["a"], count > 0, cells == cellsAroundLink else { return }
        open["a"] = count - 1
        depth -= 1
        openStyles -= 1
    }

    private mutating func end(_ name: String) {
        guard let role = HTMLNames.roles[name], role != .void || name == "br" else { return }
        if let count = skipped[name], count > 0 {
            skipped[name] = count - 1
            return
        }
        elements += 1 + openStyles
        guard elements <= limits.elements else { return note(.tagsCut) }
        if role.nests {
            guard let count = open[name], count > 0 else { return }
            open[name] = count - 1
            depth -= 1
            if role == .style { openStyles -= 1 }
        }
        write("</")
        write(HTMLNames.canonical[name] ?? name)
        write(">")
    }

    /// A tag that is over a limit: its place is kept as a line break when it would have begun a line.
    private mutating func leaveOut(_ name: String, _ role: HTMLNames.Role, _ defect: Document.Defect) {
        note(defect)
        if role != .void { skipped[name, default: 0] += 1 }
        if role != .style, !output.suffix(4).elementsEqual("<br>".utf8) { write("<br>") }
    }

    private mutating func write(_ attributes: [HTMLTokenAttribute]) {
        var seen: [String] = []
        for attribute in attributes {
            guard HTMLNames.attributes.contains(attribute.name) else {
                noteAttribute(attribute.name)
                continue
            }
            guard !seen.contains(attribute.name) else { continue }
            seen.append(attribute.name)
            write(" ")
            write(attribute.name)
            write("=\"")
            for byte in bytes[attribute.value] where byte != 0 {
                if byte == UInt8(ascii: "\"") { write("&quot;") } else { output.append(byte) }
            }
            write("\"")
        }
    }

    // MARK: - Text

    private mutating func append(text range: Range<Int>) {
        for byte in bytes[range] {
            switch byte {
            case 0: continue
            case UInt8(ascii: "<"): write("&lt;")
            default: output.append(byte)
            }
        }
    }

    private mutating func append(literally range: Range<Int>) {
        for byte in bytes[range] {
            switch byte {
            case 0: continue
            case UInt8(ascii: "<"): write("&lt;")
            case UInt8(ascii: "&"): write("&amp;")
            default: output.append(byte)
            }
        }
    }

    private mutating func write(_ text: String) { output.append(contentsOf: text.utf8) }

    // MARK: - What was left out

    private mutating func note(_ defect: Document.Defect) {
        if !defects.contains(defect) { defects.append(defect) }
    }

    private mutating func note(_ name: String) {
        if removed.count < 100, !removed.contains(name) { removed.append(name) }
    }

    private mutating func noteAttributes(_ attributes: [HTMLTokenAttribute]) {
        for attribute in attributes { noteAttribute(attribute.name) }
    }

    private mutating func noteAttribute(_ name: String) {
        if name.hasPrefix("on") || HTMLNames.dangerousAttributes.contains(name) { note(name) }
    }
}
