// SPDX-License-Identifier: Apache-2.0

/// Decides over the lines of a body which of them the sender wrote.
///
/// It errs on one side only: a quote that stays is a blemish, a line of the answer that goes is a loss.
struct TrimScanner {
    struct Verdict: Equatable {
        /// From this line to the end all is carried along.
        var quoteStart: Int
        /// The sender's signature, above the quote.
        var signature: Range<Int>
        /// The line that a forwarded mail begins with; it and what follows stays.
        var forwardStart: Int?
        var rule: Trimmed.Rule
    }

    private let lines: [TrimLine]
    private let heads: QuoteHeads
    private let isForward: Bool

    init(_ lines: [TrimLine], isForward: Bool) {
        self.lines = lines
        heads = QuoteHeads(lines: lines)
        self.isForward = isForward
    }

    func verdict() -> Verdict {
        var verdict = cut()
        if verdict.forwardStart == nil {
            verdict.signature = signature(before: verdict.quoteStart)
            if !verdict.signature.isEmpty, verdict.rule == .none { verdict.rule = .signature }
        }
        let keepsNothing = !hasText(0..<verdict.quoteStart, without: verdict.signature)
        if keepsNothing, verdict.quoteStart < lines.count || !verdict.signature.isEmpty {
            return Verdict(
                quoteStart: lines.count, signature: 0..<0, forwardStart: verdict.forwardStart, rule: .wholeKept)
        }
        return verdict
    }

    private func hasText(_ range: Range<Int>, without hole: Range<Int> = 0..<0) -> Bool {
        range.contains { !lines[$0].isBlank && !hole.contains($0) && !heads.isRuleLine(at: $0) }
    }

    // MARK: - Quotes

    private func cut() -> Verdict {
        var index = 0
        while index < lines.count {
            if !lines[index].isBlank || lines[index].mark != nil {
                if beginsForward(at: index) { return forward(from: index) }
                switch step(at: index) {
                case .cut(let start, let rule):
                    if isForward, rule != .replyMarker { return forward(from: start) }
                    return quote(from: start, rule)
                case .skip(let next):
                    index = next
                    continue
                case .none: break
                }
            }
            index += 1
        }
        return trailingQuote()
    }

    /// A forwarded mail, whose announcement may stand in the quote itself (Apple Mail), then as its first line.
    private func beginsForward(at index: Int) -> Bool {
        if lines[index].mark == .forward { return true }
        guard heads.isForwardHead(at: index) else { return false }
        return !lines[index].isQuoted || !(lines[..<index].last { !$0.isBlank }?.isQuoted ?? false)
    }

    private enum Step {
        case none
        case skip(to: Int)
        case cut(at: Int, Trimmed.Rule)
    }

    private func step(at index: Int) -> Step {
        let line = lines[index]
        if case .rest(let rule)? = line.mark { return .cut(at: index, rule) }
        if case .quote(let rule)? = line.mark { return quoteStep(head: index, body: index, rule) }
        guard !line.isQuoted else { return .none }
        if heads.isReplyMarker(at: index), hasText(0..<index) { return .cut(at: index, .replyMarker) }
        if heads.isOriginalMessage(at: index) { return .cut(at: index, .originalMessage) }
        if heads.isHeaderBlock(at: index) { return .cut(at: index, hint(at: index) ?? .headerBlock) }
        if let body = heads.endOfWroteHead(at: index) { return quoteStep(head: index, body: body, .onDateWrote) }
        return .none
    }

    private func hint(at index: Int) -> Trimmed.Rule? {
        if case .hint(let rule)? = lines[index].mark { rule } else { nil }
    }

    /// A head whose quoted lines may be marked. Where the sender's own text follows them, nothing is cut here.
    private func quoteStep(head: Int, body: Int, _ rule: Trimmed.Rule) -> Step {
        guard let first = (body..<lines.count).first(where: { !lines[$0].isBlank }) else { return .cut(at: head, rule) }
        var start = first
        // A head of its own lines may stand between the mark and the quoted lines.
        if !lines[first].isQuoted, case .quote? = lines[head].mark {
            start = (first..<min(first + 5, lines.count)).first { lines[$0].isQuoted } ?? first
        }
        guard lines[start].isQuoted else { return .cut(at: head, rule) }
        var end = start
        while end < lines.count, lines[end].isBlank || lines[end].isQuoted { end += 1 }
        guard isOnlyFooter(from: end) else { return .skip(to: end) }
        return .cut(at: lines[head].isQuoted ? leadLine(above: head) : head, rule)
    }

    /// Whether nothing of the sender's answer stands from here on: nothing, a signature, a footer, or another old mail.
    private func isOnlyFooter(from start: Int) -> Bool {
        guard let first = (start..<lines.count).first(where: { !lines[$0].isBlank }) else { return true }
        if signature(before: lines.count, from: first).lowerBound == first { return true }
        return isListFooter(from: first)
    }

    /// What a mailing list puts under each mail: a line of underscores and not much behind it.
    private func isListFooter(from start: Int) -> Bool {
        let rest = lines[start...].filter { !$0.isBlank }
        let speaksOfList = rest.contains { line in
            ["mailing list", "unsubscribe", "listinfo", "mailinglist", "mailman"].contains { line.folded.has($0) }
        }
        return heads.isRuleLine(at: start) && rest.count <= 8 && speaksOfList
    }

    private func quote(from start: Int, _ rule: Trimmed.Rule) -> Verdict {
        var start = start
        var rule = rule
        // A line of underscores right above belongs to the head, as do blank lines.
        var above = start
        while above > 0, lines[above - 1].isBlank || heads.isRuleLine(at: above - 1) {
            above -= 1
            if heads.isRuleLine(at: above) {
                start = above
                if rule == .headerBlock { rule = .ruleLine }
            } else if start - above > 3 {
                break
            }
        }
        return Verdict(quoteStart: start, signature: 0..<0, forwardStart: nil, rule: rule)
    }

    private func forward(from start: Int) -> Verdict {
        Verdict(quoteStart: lines.count, signature: 0..<0, forwardStart: start, rule: .none)
    }

    /// Quoted lines at the end, with a line above them that leads to them.
    private func trailingQuote() -> Verdict {
        var start = lines.count
        while start > 0, !lines[start - 1].isQuoted || lines[start - 1].isBlank { start -= 1 }
        let none = Verdict(quoteStart: lines.count, signature: 0..<0, forwardStart: nil, rule: .none)
        guard start > 0, isOnlyFooter(from: start) else { return none }
        while start > 0, lines[start - 1].isQuoted || lines[start - 1].isBlank { start -= 1 }
        while lines[start].isBlank { start += 1 }
        return Verdict(quoteStart: leadLine(above: start), signature: 0..<0, forwardStart: nil, rule: .quotedLines)
    }

    /// The line that leads to a quote, when one stands right above it.
    private func leadLine(above start: Int) -> Int {
        guard let lead = (0..<start).last(where: { !lines[$0].isBlank }), start - lead <= 2, isLead(lines[lead]) else {
            return start
        }
        return lead
    }

    /// A line such as `Ada Lovelace <ada@example.org> hat geschrieben:` in a language that we do not know.
    private func isLead(_ line: TrimLine) -> Bool {
        guard line.text.last == ":" || line.text.last == "：", line.text.count <= 200 else { return false }
        return line.text.contains("@") || line.text.count(where: \.isNumber) >= 4
    }

    // MARK: - Signatures

    /// The signature that ends before `end`: a marked one, one behind `-- `, or the footer of a telephone.
    private func signature(before end: Int, from start: Int = 0) -> Range<Int> {
        guard let last = (start..<end).last(where: { !lines[$0].isBlank }) else { return end..<end }
        var first = last + 1
        while first > start, lines[first - 1].mark == .signature || lines[first - 1].isBlank { first -= 1 }
        while first <= last, lines[first].isBlank { first += 1 }
        let delimiter = (max(start, last - 40)...last).first { index in
            ["--", "—", "–"].contains(lines[index].text) && !lines[index].isQuoted
                && lines[index...last].count(where: { !$0.isBlank }) <= 16
                && !lines[index...last].contains(where: \.isQuoted)
        }
        if let delimiter { first = min(first, delimiter) }
        if first == last + 1 || first > start {
            let footers = (max(start, min(first, last + 1) - 4)..<min(first, last + 1)).filter { !lines[$0].isBlank }
            if let footer = footers.suffix(2).first(where: { isMobileFooter(lines[$0]) }) { first = footer }
        }
        return first <= last ? first..<end : end..<end
    }

    private func isMobileFooter(_ line: TrimLine) -> Bool {
        let text = line.folded.drop { "-_*[(<> ".contains($0) }
        guard !line.isQuoted, !text.isEmpty, text.count <= 100 else { return false }
        return Phrases.mobileFooters.contains { text.hasPrefix($0) }
            && hasDeviceName(text)
            || Phrases.mobileFooterEnds.contains { text.hasSuffix($0) || text.hasSuffix($0 + ".") }
                && hasDeviceName(text)
    }

    /// "Sent from my desk in Rome" is somebody's sentence.
    private func hasDeviceName(_ text: Substring) -> Bool {
        [
            "phone", "ipad", "ipod", "android", "blackberry", "samsung", "galaxy", "outlook", "mail", "huawei",
            "xiaomi",
            "pixel", "windows", "mobil", "handy", "smartphone", "tablet", "nokia", "sony", "htc", "lg ", "redmi",
            "oneplus",
            "proton", "mobile", "cell", "gmx", "web.de", "app", "watch", "телефон", "планшет", "мобил", "手机", "手機",
            "携帯",
            "스마트폰", "nine", "spark", "superhuman", "mac", "kindle", "palm", "telefon", "téléphone", "teléfono",
            "portable",
            "celular", "móvil",
        ].contains { text.has($0) }
    }
}
