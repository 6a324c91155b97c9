// SPDX-License-Identifier: Apache-2.0

/// Finds the lines that mail programs put above what they carry along.
struct QuoteHeads {
    let lines: [TrimLine]

    // MARK: - On 3 May 2026, Ada wrote:

    /// The line behind a head of one to four lines that begins here and ends in "wrote:".
    func endOfWroteHead(at start: Int) -> Int? {
        var window = ""
        for end in start..<min(start + 4, lines.count) {
            let line = lines[end]
            guard !line.isBlank, !line.isQuoted, !line.folded.isEmpty else { return nil }
            window += (window.isEmpty ? "" : " ") + line.folded
            guard window.utf8.count <= 400 else { return nil }
            let isOneLine = end == start
            if isOneLine
                ? isWroteLine(window, quoted: isQuoteNext(after: end)) : isWrappedHead(window, from: start, to: end)
            {
                return end + 1
            }
        }
        return nil
    }

    private func isQuoteNext(after index: Int) -> Bool {
        lines[(index + 1)...].prefix(8).first { !$0.isBlank }?.isQuoted ?? false
    }

    /// Several lines are a head only when the first begins like one and no later one is a head by itself.
    private func isWrappedHead(_ window: String, from start: Int, to end: Int) -> Bool {
        guard beginsLikeHead(lines[start].folded), isWroteLine(window, quoted: isQuoteNext(after: end)) else {
            return false
        }
        return !(start + 1...end).contains { index in
            beginsLikeHead(lines[index].folded) && hasOpener(lines[index].folded)
                && isWroteLine(lines[index...end].map(\.folded).joined(separator: " "), quoted: false)
        }
    }

    private func hasOpener(_ text: some StringProtocol) -> Bool {
        Phrases.openers.contains { text.hasPrefix($0) }
    }

    private func beginsLikeHead(_ text: some StringProtocol) -> Bool {
        hasOpener(text) && text.contains(where: \.isNumber) || text.prefix(24).contains(where: \.isNumber)
    }

    private func isWroteLine(_ line: String, quoted: Bool) -> Bool {
        let text = line.trimmedOfMarks
        guard let last = text.last, last == ":" || last == "：" else { return false }
        let evidence = Evidence(in: text)
        guard hasVerb(text) else {
            // Gmail in Russian, Japanese and others writes no verb: `3 мая 2026 г. в 10:00, Ада <ada@example.org>:`
            return text.dropLast().trimmed.last == ">" && evidence.hasAddress && evidence.hasYear && evidence.hasTime
        }
        if quoted { return text.count <= 300 }
        if evidence.hasAddress { return beginsLikeHead(text) || text.count <= 120 }
        return beginsLikeHead(text) && (evidence.hasYear || evidence.hasDate || evidence.hasTime && hasOpener(text))
    }

    private func hasVerb(_ text: Substring) -> Bool {
        let end = text.suffix(140)
        return Phrases.wrote.contains { verb in
            guard let range = end.lastRange(of: verb) else { return false }
            let isIdeographic = verb.unicodeScalars.first.map { $0.value >= 0x0E00 } ?? false
            guard range.lowerBound > end.startIndex, !isIdeographic else { return true }
            return !end[end.index(before: range.lowerBound)].isLetter
        }
    }

    // MARK: - -----Original Message-----

    /// Also Notes' `-----Ada Lovelace <ada@example.org> wrote: -----`.
    func isOriginalMessage(at index: Int) -> Bool {
        let line = lines[index].folded
        if isDelimiter(line, of: Phrases.originalMessage) { return true }
        guard line.hasPrefix("--"), line.hasSuffix("--"), line.utf8.count <= 200 else { return false }
        return hasVerb(line[...]) && line.has(":")
    }

    func isForwardHead(at index: Int) -> Bool {
        let line = lines[index].folded
        if isDelimiter(line, of: Phrases.forwarded) { return true }
        guard let last = line.last, last == ":" || last == "：", line.utf8.count <= 90 else { return false }
        let core = line.trimmedOfMarks.dropLast().trimmed
        return Phrases.forwarded.contains { core == $0[...] }
    }

    /// A phrase with at least two dashes, stars or the like before it.
    private func isDelimiter(_ line: String, of phrases: [String]) -> Bool {
        let marks: Set<Character> = ["-", "_", "*", "=", "—", "–", "#", " "]
        guard line.utf8.count <= 200, let first = line.first, marks.contains(first) else { return false }
        let core = line.drop { marks.contains($0) }
        guard line.count - core.count >= 2 else { return false }
        return phrases.contains { core.hasPrefix($0) && core.dropFirst($0.count).count <= 60 }
    }

    func isReplyMarker(at index: Int) -> Bool {
        let line = lines[index].folded
        return line.utf8.count <= 200 && Phrases.replyMarkers.contains { line.has($0) }
    }

    // MARK: - From: Sent: To: Subject:

    /// Whether a block of a mail's head lines begins here: a sender, and enough besides that it can be nothing else.
    func isHeaderBlock(at start: Int) -> Bool {
        guard let first = label(of: lines[start]), first != .copy else { return false }
        var found: Set<Phrases.Label> = []
        var hasAddress = false
        var blanks = 0
        var strange = 0
        for line in lines[start...].prefix(16) {
            if line.isBlank {
                blanks += 1
                if blanks > 1 { break }
                continue
            }
            if let label = label(of: line) {
                blanks = 0
                found.insert(label)
                hasAddress = hasAddress || label != .subject && line.text.contains("@")
            } else {
                strange += 1
                if strange > 5 || blanks > 0 { break }
            }
        }
        guard found.contains(.from), found.contains(.date) || found.contains(.to) else { return false }
        let isWhole = found.isSuperset(of: [.from, .date, .subject]) || found.isSuperset(of: [.from, .to, .subject])
        return isWhole || found.isSuperset(of: [.from, .date, .to]) && hasAddress
    }

    private func label(of line: TrimLine) -> Phrases.Label? {
        let text = line.folded.drop { $0 == "*" || $0 == "_" || $0 == " " }
        guard let colon = text.prefix(28).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
        let word = text[..<colon].trimmedOfMarks
        return Phrases.labels[String(word)]
    }

    /// A line of nothing but underscores, dashes or the like.
    func isRuleLine(at index: Int) -> Bool {
        let text = lines[index].text
        guard text.count >= 5, let first = text.first, "_-=—–*".contains(first) else { return false }
        return text.allSatisfy { $0 == first || $0 == " " }
    }
}

/// What in a line speaks for a head that a program wrote.
private struct Evidence {
    var hasYear = false
    var hasTime = false
    var hasDate = false
    let hasAddress: Bool

    init(in text: Substring) {
        hasAddress = text.contains("@")
        let characters = Array(text.unicodeScalars)
        var index = 0
        var marks: [Unicode.Scalar] = []
        while index < characters.count {
            guard characters[index].properties.numericType == .decimal else {
                index += 1
                marks = []
                continue
            }
            let start = index
            var value = 0
            while index < characters.count, let digit = characters[index].properties.numericValue, index - start < 6,
                characters[index].properties.numericType == .decimal
            {
                value = value * 10 + Int(digit)
                index += 1
            }
            let count = index - start
            // Years of the Buddhist, Persian and Islamic calendars count too.
            if count == 4,
                (1900...2100).contains(value) || (2500...2600).contains(value) || (1300...1500).contains(value)
            {
                hasYear = true
            }
            guard index + 1 < characters.count, characters[index + 1].properties.numericType == .decimal else {
                continue
            }
            let mark = characters[index]
            if mark == ":" { hasTime = true }
            if mark == "." || mark == "/" || mark == "-" {
                if marks.last == mark { hasDate = true }
                marks.append(mark)
                if mark == ".", count <= 2 { hasTime = hasTime || value < 24 }
                index += 1
            }
        }
    }
}

extension StringProtocol {
    /// Without stars, quotation marks and space at both ends.
    fileprivate var trimmedOfMarks: SubSequence {
        let isMark = { (character: Character) in character.isWhitespace || "*_\"'|".contains(character) }
        guard let first = firstIndex(where: { !isMark($0) }), let last = lastIndex(where: { !isMark($0) }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }

    /// Where a word stands last.
    fileprivate func lastRange(of word: String) -> Range<Index>? {
        var found: Range<Index>?
        var start = startIndex
        while let range = utf8.firstRange(ofUTF8: word, from: start) {
            found = range
            start = utf8.index(after: range.lowerBound)
        }
        return found
    }

    /// Whether a word stands in it, byte by byte.
    func has(_ word: String) -> Bool {
        utf8.firstRange(ofUTF8: word, from: startIndex) != nil
    }
}

extension Collection where Element == UInt8 {
    fileprivate func firstRange(ofUTF8 word: String, from start: Index) -> Range<Index>? {
        guard let first = word.utf8.first else { return nil }
        var rest = self[start...]
        while let found = rest.firstIndex(of: first) {
            rest = rest[found...]
            if rest.starts(with: word.utf8) { return found..<rest.index(found, offsetBy: word.utf8.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
