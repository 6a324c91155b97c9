// SPDX-License-Identifier: Apache-2.0

/// Finds the lines that mail programs put above what they carry along.
struct QuoteHeads {
    let lines: [TrimLine]

    // MARK: - On 3 May 2026, Ada wrote:

    /// The line behind a head of one to four lines that begins here and ends in "wrote:".
    func endOfWroteHead(at start: Int) -> Int? {
        if isDatedName(at: start) { return start + 1 }
        // Only a line that ends in a colon can end a head.
        let last = (start..<min(start + 4, lines.count)).last { lines[$0].endsInColon }
        guard let last else { return nil }
        var window = ""
        for end in start...last {
            let line = lines[end]
            guard !line.isBlank, !line.isQuoted, !line.folded.isEmpty else { return nil }
            window += (window.isEmpty ? "" : " ") + line.folded
            guard window.utf8.count <= 400 else { return nil }
            guard line.endsInColon else { continue }
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
        Phrases.openers.begins(text)
    }

    private func beginsLikeHead(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        return hasOpener(text) && scalars.contains(where: \.isNumber)
            || scalars.prefix(24).contains(where: \.isNumber)
            || text.utf8.contains(UInt8(ascii: "@")) && (text.utf8.contains(UInt8(ascii: "<")) || hasVerb(text[...]))
            || text.utf8.last == UInt8(ascii: "<")
    }

    private func isWroteLine(_ line: String, quoted: Bool) -> Bool {
        let text = line.trimmedOfMarks
        guard hasVerb(text) else {
            // Gmail in Russian, Japanese and others writes no verb: `3 мая 2026 г. в 10:00, Ада <ada@example.org>:`
            guard text.dropLast().trimmed.last == ">" else { return false }
            let evidence = Evidence(in: text)
            return evidence.hasAddress && evidence.hasYear && evidence.hasTime
        }
        if quoted { return text.count <= 300 }
        let evidence = Evidence(in: text)
        if evidence.hasAddress { return beginsLikeHead(String(text)) || text.count <= 120 }
        return beginsLikeHead(String(text))
            && (evidence.hasYear || evidence.hasDate || evidence.hasTime && hasOpener(text))
    }

    private func hasVerb(_ text: Substring) -> Bool { Phrases.wrote.isWordIn(text.suffix(140)) }

    /// `2013/7/20 Ada Lovelace <ada@example.org>` or `2016-03-03 17:21 GMT+01:00 Ada`, alone on its line: what Gmail
    /// wrote in languages that it had no sentence for.
    private func isDatedName(at index: Int) -> Bool {
        let line = lines[index]
        guard line.firstByte.isDigit, !line.isQuoted, line.text.utf8.count <= 160 else { return false }
        let isAlone = index + 1 >= lines.count || lines[index + 1].isBlank || lines[index + 1].isQuoted
        guard isAlone, index == 0 || lines[index - 1].isBlank else { return false }
        let words = line.folded.split(separator: " ")
        guard words.count >= 3, let date = words.first, isDate(date) else { return false }
        let hasZone =
            words.count >= 4 && words[1].contains(":") && (words[2].hasPrefix("gmt") || words[2].hasPrefix("utc"))
        let name = words.last?.trimmed(of: ":") ?? ""
        return hasZone || name.hasSuffix(">") && name.contains("@")
    }

    /// `2013/7/20`, `2016-03-03`.
    private func isDate(_ word: Substring) -> Bool {
        let numbers = word.split(omittingEmptySubsequences: false) { "-/.".contains($0) }
        return numbers.count == 3 && numbers[0].count == 4
            && numbers.allSatisfy { !$0.isEmpty && $0.count <= 4 && $0.allSatisfy(\.isNumber) }
    }

    // MARK: - -----Original Message-----

    /// Also Notes' `-----Ada Lovelace <ada@example.org> wrote: -----`, and any other title above a mail's head lines.
    func isOriginalMessage(at index: Int) -> Bool {
        guard lines[index].beginsWithRule else { return false }
        let line = lines[index].folded
        if isDelimiter(line, of: Phrases.originalMessage) { return true }
        guard line.begins(with: "--"), line.hasSuffix("--"), line.utf8.count <= 200 else { return false }
        return hasVerb(line[...]) && line.has(":") || isTitle(at: index)
    }

    /// `---- words ----` in a language that we do not know, with head lines below it.
    private func isTitle(at index: Int) -> Bool {
        let words = lines[index].text.trimmed(of: "-–— ")
        guard (1...60).contains(words.count), words.contains(where: \.isLetter),
            let below = (index + 1..<min(index + 4, lines.count)).first(where: { !lines[$0].isBlank })
        else { return false }
        return isHeaderBlock(at: below) || isUnknownHeaderBlock(at: below)
    }

    /// Three lines of `Word: value`, one of them with an address.
    private func isUnknownHeaderBlock(at start: Int) -> Bool {
        let block = lines[start...].prefix(3)
        let areLabelled = block.allSatisfy { line in
            guard let colon = line.text.prefix(24).firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
            return colon > line.text.startIndex && line.text[colon...].count > 2
        }
        return block.count == 3 && areLabelled && block.contains { $0.text.contains("@") }
    }

    func isForwardHead(at index: Int) -> Bool {
        let line = lines[index].folded
        if lines[index].beginsWithRule, isDelimiter(line, of: Phrases.forwarded) { return true }
        guard lines[index].endsInColon, line.utf8.count <= 90 else { return false }
        let core = line.trimmedOfMarks.dropLast().trimmed
        return Phrases.forwarded.lengthOfBeginning(of: core) == core.utf8.count
    }

    /// A phrase with at least two dashes, stars or the like before it.
    private func isDelimiter(_ line: String, of phrases: PhraseTable) -> Bool {
        guard line.utf8.count <= 200 else { return false }
        let scalars = line.unicodeScalars
        let core = scalars.drop { "-_*=—–# ".unicodeScalars.contains($0) }
        guard scalars.distance(from: scalars.startIndex, to: core.startIndex) >= 2 else { return false }
        let words = Substring(core)
        return phrases.lengthOfBeginning(of: words).map { words.utf8.count - $0 <= 120 } ?? false
    }

    /// What a help desk puts above, or a forum below the place for an answer. Persons write of such a line, too: it counts
    /// between marks, or where it is all that its paragraph says.
    func isReplyMarker(at index: Int) -> Bool {
        let line = lines[index].folded
        guard line.utf8.count <= 160 else { return false }
        if Phrases.replyMarkers.isIn(line) { return isFramed(line) || isBareMarker(at: index) }
        guard index > 0, isRuleLine(at: index - 1) else { return false }
        return Phrases.previousReplies.contains(String(line.trimmedOfMarks))
    }

    /// `##- Please type your reply above this line -##`, `=== words`. Two stars make a person's words bold.
    private func isFramed(_ line: String) -> Bool {
        let marks = { (characters: any Sequence<Character>) in
            var counts = (stars: 0, others: 0)
            for character in characters {
                if character == "*" {
                    counts.stars += 1
                } else if "#-=_~<>+—–―".contains(character) {
                    counts.others += 1
                } else if character != " " {
                    break
                }
            }
            return counts
        }
        let (before, behind) = (marks(line), marks(line.reversed()))
        return max(before.others, behind.others) >= 2 || min(before.stars, behind.stars) >= 3
    }

    /// `Please reply above this line to add a comment.`
    private func isBareMarker(at index: Int) -> Bool {
        let isAlone = [index - 1, index + 1].allSatisfy { index in
            !lines.indices.contains(index) || lines[index].isBlank || lines[index].isQuoted || isRuleLine(at: index)
        }
        var words = lines[index].folded.trimmedOfMarks
        for courtesy in ["please ", "bitte ", "veuillez ", "por favor "] where words.begins(with: courtesy) {
            words = words.dropFirst(courtesy.count)
        }
        guard isAlone, let length = Phrases.replyMarkers.lengthOfBeginning(of: words) else { return false }
        let rest = Substring(words.utf8.dropFirst(length)).trimmed(of: " .!:")
        return rest.isEmpty || rest.begins(with: "to ")
    }

    /// A line of nothing but underscores, dashes or the like.
    func isRuleLine(at index: Int) -> Bool {
        guard lines[index].beginsWithRule else { return false }
        let scalars = lines[index].text.unicodeScalars
        guard scalars.prefix(3).count == 3, let first = scalars.first, "_-=—–*".unicodeScalars.contains(first) else {
            return false
        }
        return scalars.allSatisfy { $0 == first || $0 == " " }
    }
}

extension StringProtocol {
    /// Without stars, quotation marks and space at both ends.
    var trimmedOfMarks: SubSequence {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isMarkOrSpace }),
            let last = scalars.lastIndex(where: { !$0.isMarkOrSpace })
        else { return self[startIndex..<startIndex] }
        return self[first..<scalars.index(after: last)]
    }
}

extension Unicode.Scalar {
    fileprivate var isMarkOrSpace: Bool {
        switch self {
        case "*", "_", "\"", "'", "|": true
        default: isSpace
        }
    }

    fileprivate var isNumber: Bool {
        isASCII ? ("0"..."9").contains(self) : properties.numericType != nil
    }
}
