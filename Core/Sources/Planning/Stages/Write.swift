// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME
import Markup

/// What stands in the issue or comment? What the person wrote; a comment goes without what was quoted and signed.
func write(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    let trimmed = readBodies(&it)
    it.files = try chooseFiles(it, trimmed)
    let shown = trimmed?.document.removingImages(it.imagesLeftOut) ?? Document()
    var (subject, body) = cleaned(it.issue == nil ? beginning(of: it.letter.subject) : "", shown, &it)
    if body.isEmpty {
        it.find(shown.isEmpty ? .bodyEmpty : .bodyCleanedAway)
        let hasFiles = it.files.contains { $0.exclusion == nil }
        body = Document(text: hasFiles ? "(no text, see the attachments)" : "(no text)")
    }
    it.body = fitted(body, folding: trimmed, &it)
    it.summary = summarise(subject, &it)
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
    for (defect, finding) in [(Document.Defect.sizeCut, Finding.htmlCut), (.pictureLost, .pictureLost)]
    where trimmed.document.defects.contains(defect) {
        it.find(finding)
        it.takesWholeLetter = true
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
        bodies, keeping: it.issue == nil ? .letter : .answer, isForward: it.letter.isForward,
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

/// Subject and body without what the profile's expressions match; they have one budget together.
private func cleaned(_ subject: String, _ body: Document, _ it: inout Deliberation) -> (String, Document) {
    let expressions = it.profile.trimming.cleanups
    guard !expressions.isEmpty else { return (subject, body) }
    var budget = ExpressionBudget()
    let title = Document(blocks: [.codeBlock(subject)]).removingMatches(of: expressions, within: &budget)
    let text = body.removingMatches(of: expressions, within: &budget)
    for (expression, count) in zip(expressions, zip(title.counts, text.counts).map(+)) where count > 0 {
        it.find(.cleaned(expression.pattern, count))
    }
    if budget.isSpent { it.find(.expressionsStopped) }
    return (title.document.text, text.document)
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
    let length = min(it.facts.textLimit ?? Jira.Limits.safeText, Jira.Limits.safeText)
    let whole = LengthBudget(characters: length, bytes: Jira.Limits.document * length / Jira.Limits.safeText)
    let head = introduction(it)
    // Line feeds and the marks of a fold are text, too.
    let cut = body.cut(toFit: whole.without(Document(blocks: head).length(within: whole) + 2)) { names[$0] }
    if cut.isCut {
        it.find(.bodyCut(whole.characters))
        it.takesWholeLetter = true
    }
    let document = Document(blocks: head + cut.document.blocks, defects: cut.document.defects)
    let fold = fold(trimmed, below: document, within: whole, &it)
    return Document(blocks: document.blocks + (fold.map { [$0] } ?? []), defects: document.defects)
}

/// What was carried along, as far as it has room; a finding says what became of it.
private func fold(
    _ trimmed: Trimmed?, below document: Document, within whole: LengthBudget, _ it: inout Deliberation
) -> Block? {
    // A new issue is trimmed by delimiters alone.
    guard let trimmed, it.issue != nil || trimmed.delimiter != nil else { return nil }
    let elided = trimmed.elidedDocument
    guard !elided.isEmpty else {
        it.find(.nothingTrimmed)
        return nil
    }
    let (names, lines, rule) = (it.imageNames, max(lineCount(elided), 1), ruleName(trimmed))
    guard it.elided == .folded else {
        it.leaveOut(.trimmed(by: rule, lines: lines))
        return nil
    }
    let taken = document.length(within: whole) { names[$0] }
    let part = elided.cut(toFit: whole.without(taken + 200)) { names[$0] }
    guard !part.document.isEmpty else {
        it.leaveOut(.foldLeftOut(by: rule, lines: lines))
        return nil
    }
    let shown = max(lineCount(part.document), 1)
    it.find(.folded(by: rule, lines: shown))
    if part.isCut { it.leaveOut(.foldCut(lines: max(lines - shown, 1))) }
    return .expand(title: trimmed.rule == .signature ? "Signature" : "Quoted text", part.document.blocks)
}

/// Of a longer subject Jira takes the beginning only.
private func beginning(of subject: String) -> String {
    String(String.UnicodeScalarView(subject.unicodeScalars.prefix(2_000)))
}

private func summarise(_ subject: String, _ it: inout Deliberation) -> String {
    guard it.issue == nil else { return "" }
    guard let summary = Summary(fitting: subject) else {
        let wasEmpty = Summary(fitting: beginning(of: it.letter.subject)) == nil
        it.find(wasEmpty ? .subjectMissing(it.profile.defaultSummary) : .subjectCleanedAway(it.profile.defaultSummary))
        return Summary(fitting: it.profile.defaultSummary)?.rawValue ?? "-"
    }
    if summary.isShortened { it.find(.summaryCut) }
    return summary.rawValue
}
