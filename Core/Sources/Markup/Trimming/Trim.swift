// SPDX-License-Identifier: Apache-2.0

/// Parts a plain text body into the sender's own words and what was carried along.
///
/// The subject tells a forwarded mail from an answer where the body alone does not (Outlook writes the same into both).
public func trim(text: String, signature policy: SignaturePolicy = .elide, subject: String = "") -> Trimmed {
    let raw = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let lines = raw.map { TrimLine($0) }
    let verdict = TrimScanner(lines, isForward: isForward(subject: subject)).verdict()
    let signature = policy == .keep ? 0..<0 : verdict.signature
    let reply = (0..<verdict.quoteStart).filter { !signature.contains($0) }
    let elided = Array(signature) + Array(verdict.quoteStart..<raw.count).filter { !signature.contains($0) }
    let replyText = joined(reply, of: raw)
    let elidedText = joined(elided, of: raw)
    return Trimmed(
        reply: replyText, elided: elidedText, signature: joined(Array(verdict.signature), of: raw),
        forwarded: verdict.forwardStart.map { start in forwarded(raw, lines, from: start) },
        rule: policy == .keep && verdict.rule == .signature ? .none : verdict.rule,
        document: Document(text: replyText), elidedDocument: Document(text: elidedText))
}

private func joined(_ indices: [Int], of raw: [Substring]) -> String {
    let isBlank = { (index: Int) in raw[index].isBlank }
    guard let first = indices.firstIndex(where: { !isBlank($0) }), let last = indices.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return indices[first...last].map { raw[$0] }.joined(separator: "\n")
}

/// The forwarded mail without the line that only announces it, and without quote marks that all of it has.
private func forwarded(_ raw: [Substring], _ lines: [TrimLine], from start: Int) -> Trimmed.Forwarded {
    let heads = QuoteHeads(lines: lines)
    let isAnnounced = heads.isForwardHead(at: start) || heads.isOriginalMessage(at: start)
    var embedded = Array(raw[(isAnnounced ? start + 1 : start)...])
    let isQuoted = embedded.allSatisfy { $0.isBlank || $0.first == ">" }
    if isQuoted {
        embedded = embedded.map { line in
            let inside = line.dropFirst()
            return inside.first == " " ? inside.dropFirst() : inside
        }
    }
    return Trimmed.Forwarded(
        before: joined(Array(0..<start), of: raw), embedded: joined(Array(embedded.indices), of: embedded))
}

/// Whether a subject says that the mail carries another one on: `Fwd: ...`, `WG: ...`.
func isForward(subject: String) -> Bool {
    guard let colon = subject.prefix(20).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
    return Phrases.forwardPrefixes.contains(subject[..<colon].trimmed.lowercased())
}
