// SPDX-License-Identifier: Apache-2.0

/// Parts an HTML body into the sender's own words and what was carried along, by the structure that mail clients write.
public func trim(html: String, signature policy: SignaturePolicy = .elide, subject: String = "") -> Trimmed {
    let tree = HTMLTree(html)
    var reader = HTMLLineReader(tree: tree)
    reader.run()
    let lines = reader.lines
    let verdict = TrimScanner(lines.map(\.line), isForward: isForward(subject: subject)).verdict()
    let signature = policy == .keep ? 0..<0 : verdict.signature
    let isElided = { (index: Int) in index >= verdict.quoteStart || signature.contains(index) }
    let part = { (isIn: (Int) -> Bool) in document(tree, lines, isIn) }

    let kept = part { !isElided($0) }
    let elided = part(isElided)
    let forwarded = verdict.forwardStart.map { start in
        Trimmed.Forwarded(before: part { $0 < start }.text, embedded: part { $0 >= start }.text)
    }
    if kept.isEmpty, !elided.isEmpty {
        let whole = Document(tree)
        return Trimmed(
            reply: whole.text, elided: "", signature: "", forwarded: forwarded, rule: .wholeKept, document: whole,
            elidedDocument: Document())
    }
    return Trimmed(
        reply: kept.text, elided: elided.text, signature: part(verdict.signature.contains).text, forwarded: forwarded,
        rule: policy == .keep && verdict.rule == .signature ? .none : verdict.rule, document: kept,
        elidedDocument: elided)
}

/// The document of the lines that are wanted.
private func document(_ tree: HTMLTree, _ lines: [HTMLLine], _ isWanted: (Int) -> Bool) -> Document {
    var left: Set<Int> = []
    for (index, line) in lines.enumerated() where !isWanted(index) { left.formUnion(line.nodes) }
    return Document(tree, nodes: [HTMLTree.root], without: left)
}
