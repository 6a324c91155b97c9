// SPDX-License-Identifier: Apache-2.0

/// Parts a plain text body into the sender's own words and what was carried along.
///
/// The subject tells a forwarded mail from an answer where the body alone does not (Outlook writes the same into both).
/// Everything from the first line on that one of the delimiters matches at its beginning goes, unless it is everything.
public func trim(
    text: String, signature policy: SignaturePolicy = .elide, subject: String = "", delimiters: [TextPattern] = []
) -> Trimmed {
    let raw = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let lines = trimLines(of: raw)
    let end = firstLine(of: raw, matching: delimiters)
    var scanner = TrimScanner(lines, isForward: isForward(subject: subject), end: end)
    let verdict = scanner.verdict()
    let part = { (isIn: (Int) -> Bool) in joined(raw.indices.filter(isIn), of: raw) }
    let reply = part { verdict.isKept($0, policy) }
    let whole = joined(Array(raw.indices), of: raw)
    let elided = part { !verdict.isKept($0, policy) }
    return Trimmed(
        reply: reply, elided: elided, signature: part { verdict.fates[$0] == .signature },
        forwarded: verdict.embedded.map { forwarded(raw, $0) }, rule: verdict.rule(policy),
        document: Document(text: verdict.showsWhole ? whole : reply),
        elidedDocument: Document(text: verdict.showsWhole ? "" : elided))
}

/// Long lines are text, and cost time.
func firstLine(of lines: [some StringProtocol], matching delimiters: [TextPattern]) -> Int? {
    guard !delimiters.isEmpty else { return nil }
    return lines.firstIndex { line in
        let beginning = line.unicodeScalars.prefix(500)
        return delimiters.contains { $0.matchesBeginning(of: String(String.UnicodeScalarView(beginning))) }
    }
}

extension TrimScanner.Verdict {
    func isKept(_ line: Int, _ policy: SignaturePolicy) -> Bool {
        switch fates[line] {
        case .own: true
        case .signature: policy == .keep
        case .quote: false
        }
    }

    func rule(_ policy: SignaturePolicy) -> Trimmed.Rule {
        policy == .keep && rule == .signature ? .none : rule
    }

    /// A forwarded mail is what the sender wants to be seen, and so is one without a word above it.
    var showsWhole: Bool {
        embedded.map { $0.isForward || !$0.isIntroduced } ?? false
    }
}

private func joined(_ indices: [Int], of raw: [Substring]) -> String {
    let isBlank = { (index: Int) in raw[index].isBlank }
    guard let first = indices.firstIndex(where: { !isBlank($0) }), let last = indices.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return indices[first...last].map { raw[$0] }.joined(separator: "\n")
}

/// The mail that stands in this one, without quote marks that all of it has.
private func forwarded(_ raw: [Substring], _ mail: TrimScanner.Embedded) -> Trimmed.Forwarded {
    var embedded = Array(raw[mail.head...])
    if embedded.allSatisfy({ $0.isBlank || $0.first == ">" }) {
        embedded = embedded.map { line in
            let inside = line.dropFirst()
            return inside.first == " " ? inside.dropFirst() : inside
        }
    }
    return Trimmed.Forwarded(
        before: joined(Array(0..<mail.start), of: raw), embedded: joined(Array(embedded.indices), of: embedded),
        isForward: mail.isForward)
}

/// Whether a subject says that the mail carries another one on: `Fwd: ...`, `WG: ...`.
func isForward(subject: String) -> Bool {
    guard let colon = subject.prefix(20).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
    return Phrases.forwardPrefixes.contains(subject[..<colon].trimmed.lowercased())
}
