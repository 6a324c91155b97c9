// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME
import Markup

/// What stands in the issue or comment? What the person wrote; a comment goes without what was quoted and signed.
func write(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    let trimmed = readBodies(&it)
    it.files = chooseFiles(it, trimmed)
    var body = trimmed?.document.removingImages(it.imagesLeftOut) ?? Document()
    body = cleaned(body, &it)
    if body.isEmpty {
        it.find(.bodyEmpty)
        body = Document(text: it.letter.attachments.isEmpty ? "(no text)" : "(no text, see the attachments)")
    }
    it.body = fitted(body, folding: trimmed, &it)
    it.summary = summarise(&it)
    return nil
}

// MARK: - Reading

/// Nil when the letter shows nothing.
private func readBodies(_ it: inout Deliberation) -> Trimmed? {
    if it.letter.isBodyUnpacked { it.find(.bodyUnpacked) }
    guard let (bodies, trimmed) = readable(it) else { return nil }
    let isHTML = bodies.contains { if case .html = $0 { true } else { false } }
    it.find(isHTML ? .bodyFromHTML : .bodyFromText)
    if bodies.count > 1 { it.find(.bodiesJoined(bodies.count)) }
    if !trimmed.isSearched { it.find(.expressionsStopped) }
    // A new issue is trimmed by delimiters alone.
    if it.issue != nil || trimmed.delimiter != nil {
        let lines = lineCount(trimmed.elidedDocument)
        it.find(.trimmed(by: ruleName(trimmed), lines: lines, it.elided))
    }
    return trimmed
}

/// The HTML of each body; its text where the HTML shows nothing, as some programs write it.
private func readable(_ it: Deliberation) -> (bodies: [Body], trimmed: Trimmed)? {
    let first = it.letter.bodies.compactMap { $0.html.map(Body.html) ?? $0.visibleText }
    let trimmed = trimming(first, it)
    if first.count == 1, !trimmed.document.isEmpty { return (first, trimmed) }
    let shown = it.letter.bodies.compactMap { $0.visibleHTML ?? $0.visibleText }
    if shown == first { return shown.isEmpty ? nil : (first, trimmed) }
    return shown.isEmpty ? nil : (shown, trimming(shown, it))
}

private func trimming(_ bodies: [Body], _ it: Deliberation) -> Trimmed {
    trim(
        bodies, keeping: it.issue == nil ? .letter : .answer, subject: it.letter.subject,
        delimiters: it.profile.trimming.delimiters)
}

extension ShownBody {
    fileprivate var visibleText: Body? {
        text.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : .text($0) }
    }

    fileprivate var visibleHTML: Body? {
        html.flatMap { Document(html: $0).isEmpty ? nil : .html($0) }
    }
}

private func ruleName(_ trimmed: Trimmed) -> String {
    trimmed.delimiter.map { "delimiter \"\($0.pattern)\"" } ?? "rule \(trimmed.rule.rawValue)"
}

private func lineCount(_ document: Document) -> Int {
    document.text.split(separator: "\n").count { !$0.allSatisfy(\.isWhitespace) }
}

private func cleaned(_ body: Document, _ it: inout Deliberation) -> Document {
    let expressions = it.profile.trimming.cleanups
    guard !expressions.isEmpty else { return body }
    let cleaned = body.removingMatches(of: expressions)
    for (expression, count) in zip(expressions, cleaned.counts) where count > 0 {
        it.find(.cleaned(expression.pattern, count))
    }
    if !cleaned.isComplete { it.find(.expressionsStopped) }
    return cleaned.document
}

// MARK: - Writing

/// The account that writes by the API is not the author: a first line says who is, unless the issue's reporter is.
private func introduction(_ it: Deliberation) -> [Block] {
    let speaksForItself = it.issue == nil && it.reporter != nil && it.reporter != it.profile.defaultReporter
    guard !speaksForItself, let sender = it.letter.sender else { return [] }
    let written = sender.name.isEmpty ? sender.address : "\(sender.name) <\(sender.address)>"
    return [.paragraph([.text("From: \(Jira.Limits.start(of: written, within: 500))", Marks(.em))])]
}

/// The text within Jira's limit, and below it, in the room that is left, what was carried along.
private func fitted(_ body: Document, folding trimmed: Trimmed?, _ it: inout Deliberation) -> Document {
    let names = it.imageNames
    let whole = LengthBudget(characters: Jira.Limits.safeText, bytes: Jira.Limits.document)
    let head = introduction(it)
    // Line feeds and the marks of a fold are text, too.
    let cut = body.cut(toFit: whole.without(Document(blocks: head).length(within: whole) + 2)) { names[$0] }
    if cut.isCut {
        it.find(.bodyCut(whole.characters))
        it.bodyWasCut = true
    }
    let document = Document(blocks: head + cut.document.blocks, defects: cut.document.defects)
    guard it.elided == .folded, let elided = trimmed?.elidedDocument, !elided.isEmpty else {
        return document
    }
    let taken = document.length(within: whole) { names[$0] }
    let part = elided.cut(toFit: whole.without(taken + 200)) { names[$0] }
    if part.isCut { it.find(.foldCut(lines: lineCount(elided) - lineCount(part.document))) }
    guard !part.document.isEmpty else { return document }
    let title = trimmed?.rule == .signature ? "Signature" : "Quoted text"
    return Document(
        blocks: document.blocks + [.expand(title: title, part.document.blocks)], defects: document.defects)
}

private func summarise(_ it: inout Deliberation) -> String {
    guard it.issue == nil else { return "" }
    // Of a longer subject Jira takes the beginning only.
    let beginning = String(String.UnicodeScalarView(it.letter.subject.unicodeScalars.prefix(2_000)))
    let subject = it.profile.trimming.cleanups.reduce(beginning) { subject, expression in
        expression.removingMatches(from: subject).text
    }
    guard let summary = Summary(fitting: subject) else {
        it.find(.subjectMissing(it.profile.defaultSummary))
        return Summary(fitting: it.profile.defaultSummary)?.rawValue ?? "-"
    }
    if summary.isShortened { it.find(.summaryCut) }
    return summary.rawValue
}
