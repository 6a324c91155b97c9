// SPDX-License-Identifier: Apache-2.0

/// Parts an HTML body into the sender's own words and what was carried along, by the structure that mail clients write.
///
/// Delimiters are held against each line of the text that shows; see ``trim(text:signature:subject:delimiters:)``.
public func trim(
    html: String, signature policy: SignaturePolicy = .elide, subject: String = "", delimiters: [TextPattern] = []
) -> Trimmed {
    let tree = HTMLTree(html)
    var reader = HTMLLineReader(tree: tree)
    reader.run()
    let lines = reader.lines
    let end = firstLine(of: lines.map(\.line.text), matching: delimiters)
    var scanner = TrimScanner(lines.map(\.line), isForward: isForward(subject: subject), end: end)
    let verdict = scanner.verdict()
    let part = { (isIn: (Int) -> Bool) in document(tree, lines, isIn) }

    var rule = verdict.rule(policy)
    var reply = part { verdict.isKept($0, policy) }
    var elided = part { !verdict.isKept($0, policy) }
    if reply.isEmpty, !elided.isEmpty {
        (reply, elided, rule) = (Document(tree), Document(), .wholeKept)
    }
    let isWhole = verdict.showsWhole && !elided.isEmpty
    return Trimmed(
        reply: reply.text, elided: elided.text,
        signature: rule == .wholeKept ? "" : part { verdict.fates[$0] == .signature }.text,
        forwarded: verdict.embedded.map { mail in
            Trimmed.Forwarded(
                before: part { $0 < mail.start }.text, embedded: part { $0 >= mail.head }.text,
                isForward: mail.isForward)
        },
        rule: rule, document: isWhole ? Document(tree) : reply, elidedDocument: isWhole ? Document() : elided)
}

/// The document of the lines that are wanted.
private func document(_ tree: HTMLTree, _ lines: [HTMLLine], _ isWanted: (Int) -> Bool) -> Document {
    var left: Set<Int> = []
    for (index, line) in lines.enumerated() where !isWanted(index) { left.formUnion(line.nodes) }
    return Document(tree, nodes: [HTMLTree.root], without: left)
}
