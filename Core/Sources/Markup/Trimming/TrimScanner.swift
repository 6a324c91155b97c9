// SPDX-License-Identifier: Apache-2.0

/// Decides over the lines of a body which of them the sender wrote.
///
/// It errs on one side only: a quote that stays is a blemish, a line of the answer that goes is a loss.
struct TrimScanner {
    enum Fate {
        case own, quote, signature
    }

    struct Verdict {
        /// One for each line.
        var fates: [Fate]
        var rule: Trimmed.Rule
        var embedded: Embedded?
        /// From here on a delimiter of the administrator's took all; the number of lines where none did.
        var end: Int
    }

    /// A mail that stands in this one, to the end of the body.
    struct Embedded {
        /// The line that announces it.
        var start: Int
        /// The first of its head lines.
        var head: Int
        var isForward: Bool
        /// The sender wrote something above it.
        var isIntroduced: Bool
    }

    private let lines: [TrimLine]
    private let heads: QuoteHeads
    private let signatures: SignatureFinder
    private let saysForward: Bool
    /// From here on a delimiter of the administrator's took all.
    private var end: Int
    private var fates: [Fate]
    private var rule = Trimmed.Rule.none
    private var embedded: Embedded?
    /// No words of the sender stand before this line; it only grows.
    private var firstOwn = 0
    /// Where the footers begin that end the body.
    private var footerStart: Int?

    init(_ lines: [TrimLine], isForward: Bool, end: Int? = nil) {
        self.lines = lines
        heads = QuoteHeads(lines: lines)
        signatures = SignatureFinder(lines: lines)
        saysForward = isForward
        self.end = end ?? lines.count
        fates = lines.map { _ in .own }
    }

    mutating func verdict() -> Verdict {
        if end < lines.count, hasOwn(0..<end) {
            take(end..<lines.count, as: .quote, .delimiter)
        } else {
            end = lines.count
        }
        footerStart = signatures.start(in: 0..<end)
        scan()
        if embedded.map({ $0.isIntroduced && !$0.isForward }) ?? true {
            takeTrailingQuote()
            takeSignature()
        }
        if lines.indices.allSatisfy({ lines[$0].isBlank || fates[$0] != .own || heads.isRuleLine(at: $0) }),
            fates.contains(where: { $0 != .own })
        {
            return Verdict(fates: lines.map { _ in .own }, rule: .wholeKept, embedded: embedded, end: lines.count)
        }
        return Verdict(fates: fates, rule: rule, embedded: embedded, end: end)
    }

    // MARK: - What is known of the lines

    /// Whether the sender's own words stand in a range.
    private mutating func hasOwn(_ range: Range<Int>) -> Bool {
        while firstOwn < range.upperBound, !isOwn(firstOwn) { firstOwn += 1 }
        if range.contains(firstOwn) { return true }
        return firstOwn < range.lowerBound && range.contains(where: isOwn)
    }

    private func isOwn(_ index: Int) -> Bool {
        fates[index] == .own && !lines[index].isBlank && !lines[index].isQuoted && !heads.isRuleLine(at: index)
    }

    private func firstFilled(_ range: Range<Int>) -> Int? { range.first { !lines[$0].isBlank } }

    private mutating func take(_ range: Range<Int>, as fate: Fate, _ rule: Trimmed.Rule) {
        for index in range where fates[index] == .own { fates[index] = fate }
        if self.rule == .none { self.rule = rule }
    }

    // MARK: - Quotes

    private mutating func scan() {
        var index = 0
        while index < end {
            if lines[index].isBlank, lines[index].mark == nil {
                index += 1
            } else if let next = step(at: index) {
                index = max(next, index + 1)
            } else {
                return
            }
        }
    }

    /// Looks at one line; gives the next line to look at, nil when all that follows is settled.
    private mutating func step(at index: Int) -> Int? {
        let line = lines[index]
        if beginsForward(at: index) { return carry(from: index, .forwarded, isForward: true) }
        if case .rest(let rule)? = line.mark { return carry(from: index, rule, isForward: saysForward) }
        if case .quote(let rule)? = line.mark { return quote(head: index, body: index, rule) }
        guard !line.isQuoted else { return index + 1 }
        if heads.isReplyMarker(at: index) {
            guard hasOwn(0..<index) else { return index + 1 }
            take(withRuleLines(index)..<end, as: .quote, .replyMarker)
            return nil
        }
        if heads.isOriginalMessage(at: index) { return carry(from: index, .originalMessage, isForward: saysForward) }
        if heads.isHeaderBlock(at: index) {
            return carry(from: index, hint(at: index) ?? .headerBlock, isForward: saysForward)
        }
        if heads.isNotesBlock(at: index), hasOwn(0..<index) {
            return carry(from: index, .headerBlock, isForward: saysForward)
        }
        if let body = heads.endOfWroteHead(at: index) { return quote(head: index, body: body, .onDateWrote) }
        return index + 1
    }

    /// A forwarded mail, whose announcement may stand in the quote itself (Apple Mail), then as its first line.
    private func beginsForward(at index: Int) -> Bool {
        if lines[index].mark == .forward { return true }
        guard heads.isForwardHead(at: index) else { return false }
        return !lines[index].isQuoted || !(lines[..<index].last { !$0.isBlank }?.isQuoted ?? false)
    }

    private func hint(at index: Int) -> Trimmed.Rule? {
        if case .hint(let rule)? = lines[index].mark { rule } else { nil }
    }

    /// All from here on is another mail. Where nothing stands above it, its words are all that there is to show.
    private mutating func carry(from announced: Int, _ rule: Trimmed.Rule, isForward: Bool) -> Int? {
        let start = withRuleLines(announced)
        let head = heads.headerBlock(behind: announced)
        let isIntroduced = hasOwn(0..<start)
        if head != nil || isForward {
            embedded = Embedded(
                start: start, head: head ?? min(announced + 1, end), isForward: isForward, isIntroduced: isIntroduced)
        }
        var rule = isForward ? .forwarded : rule
        if rule == .headerBlock, start < announced { rule = .ruleLine }
        if isIntroduced {
            take(start..<end, as: .quote, rule)
        } else if let head {
            let body = min(heads.endOfHeaderBlock(at: head), end)
            if hasOwn(body..<end) { take(start..<body, as: .quote, rule) }
        }
        return nil
    }

    /// The first of the lines of underscores or the like that stand right above a line.
    private func withRuleLines(_ index: Int) -> Int {
        var start = index
        var above = index
        while above > 0, index - above < 4, lines[above - 1].isBlank || heads.isRuleLine(at: above - 1) {
            above -= 1
            if !lines[above].isBlank { start = above }
        }
        return start
    }

    /// A line that leads to a quote, and the quote. Where the sender's words follow it, the quoted lines are their
    /// context and stay, but for a single quote above the whole answer.
    private mutating func quote(head: Int, body: Int, _ rule: Trimmed.Rule) -> Int? {
        let body = min(body, end)
        let isIntroduced = hasOwn(0..<head)
        let lead = lines[head].isQuoted ? leadLine(above: head) : head
        guard let first = firstQuotedLine(head: head, body: body) else {
            // The quoted lines have no mark.
            if isIntroduced || firstFilled(body..<end) == nil {
                if isIntroduced { take(lead..<end, as: .quote, rule) }
                return nil
            }
            if hasOwn(body..<end) { take(head..<body, as: .quote, rule) }
            return body
        }
        var behind = first
        while behind < end, lines[behind].isBlank || lines[behind].isQuoted { behind += 1 }
        if isOnlyFooter(from: behind) {
            if hasOwn(0..<lead) {
                takeFooter(from: behind)
                take(lead..<end, as: .quote, rule)
            }
            return nil
        }
        let isContext = isIntroduced || lines[behind..<end].contains { $0.isQuoted && !$0.isBlank }
        take(lead..<(isContext ? first : behind), as: .quote, rule)
        return behind
    }

    /// The first line with a quote mark behind a head; a mark of the HTML may stand some lines above it.
    private func firstQuotedLine(head: Int, body: Int) -> Int? {
        guard let first = firstFilled(body..<end) else { return nil }
        // A line of nothing but marks is quoted, too.
        if lines[first].isQuoted { return (body...first).first { lines[$0].isQuoted } }
        guard case .quote? = lines[head].mark else { return nil }
        return (first..<min(first + 5, end)).first { lines[$0].isQuoted && !lines[$0].isBlank }
    }

    /// Quoted lines at the end, with a line above them that leads to them.
    private mutating func takeTrailingQuote() {
        let quoted = (0..<end).last { fates[$0] == .own && !lines[$0].isBlank && lines[$0].isQuoted }
        guard let last = quoted else { return }
        guard (last + 1..<end).allSatisfy({ fates[$0] == .own }), isOnlyFooter(from: last + 1) else { return }
        var start = last
        while start > 0, fates[start - 1] == .own, lines[start - 1].isQuoted || lines[start - 1].isBlank { start -= 1 }
        start = firstFilled(start..<end) ?? start
        let lead = leadLine(above: start)
        guard hasOwn(0..<lead) else { return }
        takeFooter(from: last + 1)
        take(lead..<end, as: .quote, .quotedLines)
    }

    /// The line that leads to a quote, when one stands right above it.
    private func leadLine(above start: Int) -> Int {
        guard let lead = (0..<start).last(where: { !lines[$0].isBlank }), start - lead <= 2, isLead(lines[lead]),
            fates[lead] == .own
        else { return start }
        return lead
    }

    /// A line such as `Ada Lovelace <ada@example.org> hat geschrieben:` in a language that we do not know.
    private func isLead(_ line: TrimLine) -> Bool {
        guard line.text.last == ":" || line.text.last == "：", line.text.count <= 200, !line.isQuoted else {
            return false
        }
        return line.text.contains("@") || line.text.count(where: \.isNumber) >= 4
    }

    // MARK: - Signatures

    /// Whether nothing of the sender's answer stands from here on: nothing, a signature, a footer.
    private func isOnlyFooter(from start: Int) -> Bool {
        guard let first = firstFilled(start..<end) else { return true }
        return footerStart.map { $0 <= first } ?? false
    }

    /// Those lines of a footer below a quote are the sender's signature.
    private mutating func takeFooter(from start: Int) {
        guard let first = firstFilled(start..<end) else { return }
        for index in first..<end where fates[index] == .own { fates[index] = .signature }
    }

    private mutating func takeSignature() {
        guard let last = (0..<end).last(where: { fates[$0] == .own && !lines[$0].isBlank && !lines[$0].isQuoted })
        else { return }
        let above = (0..<last).last { fates[$0] != .own || lines[$0].isQuoted && !lines[$0].isBlank }
        let region = (above.map { $0 + 1 } ?? 0)..<last + 1
        if let start = signatures.start(in: region), hasOwn(0..<start) {
            take(start..<last + 1, as: .signature, .signature)
        }
    }
}
