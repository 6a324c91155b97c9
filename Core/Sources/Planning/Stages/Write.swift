// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME
import Markup

/// What stands in the issue or comment? What the person wrote, without what they quoted.
func write(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    var body = readBody(&it)
    if body.isEmpty {
        it.find(.bodyEmpty)
        body = Document(text: it.letter.attachments.isEmpty ? "(no text)" : "(no text, see the attachments)")
    }
    let cut = body.cut(toFit: Jira.Limits.safeText)
    if cut.isCut {
        it.find(.bodyCut(Jira.Limits.safeText))
        it.bodyWasCut = true
    }
    it.body = introduced(cut.document, it)
    it.summary = summarise(&it)
    return nil
}

private func readBody(_ it: inout Deliberation) -> Document {
    if it.letter.isBodyUnpacked { it.find(.bodyUnpacked) }
    if let html = it.letter.html, let document = readHTML(html, &it) { return document }
    guard let text = it.letter.text, !text.allSatisfy(\.isWhitespace) else { return Document() }
    it.find(.bodyFromText)
    guard it.issue != nil else { return Document(text: text) }
    let trimmed = trim(text: text, subject: it.letter.subject)
    it.find(.trimmed(rule: trimmed.rule.rawValue, lines: lineCount(trimmed.elidedDocument.text)))
    return trimmed.document
}

/// Nil when the HTML shows nothing: some programs write an empty one beside the text.
private func readHTML(_ html: String, _ it: inout Deliberation) -> Document? {
    let trimmed = it.issue == nil ? nil : trim(html: html, subject: it.letter.subject)
    let document = trimmed?.document ?? Document(html: html)
    guard !document.isEmpty else { return nil }
    it.find(.bodyFromHTML)
    if let trimmed {
        it.find(.trimmed(rule: trimmed.rule.rawValue, lines: lineCount(trimmed.elidedDocument.text)))
        it.quotedImages = Set(trimmed.elidedDocument.imageContentIDs).subtracting(document.imageContentIDs)
    }
    return document
}

private func lineCount(_ text: String) -> Int {
    text.split(separator: "\n").count { !$0.allSatisfy(\.isWhitespace) }
}

/// The account that writes by the API is not the author: a first line says who is, unless the issue's reporter is.
private func introduced(_ body: Document, _ it: Deliberation) -> Document {
    let speaksForItself = it.issue == nil && it.reporter != nil && it.reporter != it.profile.defaultReporter
    guard !speaksForItself, let sender = it.letter.sender else { return body }
    let name = sender.name.isEmpty ? sender.address : "\(sender.name) <\(sender.address)>"
    let line = Block.paragraph([.text("From: \(name)", Marks(.em))])
    return Document(blocks: [line] + body.blocks, defects: body.defects)
}

private func summarise(_ it: inout Deliberation) -> String {
    guard it.issue == nil else { return "" }
    guard let summary = Summary(fitting: it.letter.subject) else {
        it.find(.subjectMissing(it.profile.defaultSummary))
        return Summary(fitting: it.profile.defaultSummary)?.rawValue ?? "-"
    }
    if summary.isShortened { it.find(.summaryCut) }
    return summary.rawValue
}
