// SPDX-License-Identifier: Apache-2.0

/// Finds what mail programs and firms put under a letter: signatures, footers of telephones, disclaimers.
struct SignatureFinder {
    let lines: [TrimLine]
    private let heads: QuoteHeads

    init(lines: [TrimLine]) {
        self.lines = lines
        heads = QuoteHeads(lines: lines)
    }

    /// The first line of all that is no letter at the end of a range; nil when the letter goes to its end.
    func start(in range: Range<Int>) -> Int? {
        var end = range.upperBound
        // More footers than this nobody has; less of a letter than this is looked at.
        let range = max(range.lowerBound, range.upperBound - 400)..<range.upperBound
        for _ in 0..<64 {
            guard let last = (range.lowerBound..<end).last(where: { !lines[$0].isBlank }) else { break }
            let region = range.lowerBound..<last + 1
            guard let start = footer(in: region) ?? delimited(in: region) ?? closing(in: region) else {
                break
            }
            end = start
        }
        return end < range.upperBound && !lines[end..<range.upperBound].allSatisfy(\.isBlank) ? end : nil
    }

    /// One footer at the very end.
    private func footer(in region: Range<Int>) -> Int? {
        let last = region.upperBound - 1
        if lines[last].mark == .signature {
            var start = last
            while start > region.lowerBound, lines[start - 1].mark == .signature || lines[start - 1].isBlank {
                start -= 1
            }
            return (start...last).first { lines[$0].mark == .signature }
        }
        if isMobileFooter(lines[last]) { return last }
        // The address of a link may stand on a line of its own.
        if last > region.lowerBound, isAddress(lines[last].text), isMobileFooter(lines[last - 1]) { return last - 1 }
        return disclaimer(in: region) ?? listFooter(in: region)
    }

    private func isAddress(_ text: String) -> Bool {
        let inside = text.drop { $0 == "<" || $0 == "[" || $0 == "(" }
        return inside.hasPrefix("http") && !inside.contains(" ")
    }

    // MARK: - Behind a line of dashes

    /// What stands behind `-- ` (RFC 3676 §4.3), or behind a long line when it is short enough to be no text.
    private func delimited(in region: Range<Int>) -> Int? {
        let lowest = max(region.lowerBound, region.upperBound - 40)
        let quoted = (lowest..<region.upperBound).last { lines[$0].isQuoted }
        return ((quoted.map { $0 + 1 } ?? lowest)..<region.upperBound).first { index in
            let behind = lines[(index + 1)..<region.upperBound].filter { !$0.isBlank }
            switch lines[index].text {
            case "--", "- --", "-- --": return behind.count <= 24
            default:
                return isLongRule(at: index) && behind.count <= 8 && !behind.isEmpty
                    && behind.allSatisfy(isContactLine)
            }
        }
    }

    private func isLongRule(at index: Int) -> Bool {
        heads.isRuleLine(at: index) && lines[index].text.count >= 4
    }

    private func isContactLine(_ line: TrimLine) -> Bool {
        // A picture below a name may be what the letter is about.
        guard line.text.count <= 60, !line.text.contains("[image"), let last = line.text.last, !".?:".contains(last)
        else { return false }
        if line.folded.hasPrefix("ps") || line.folded.hasPrefix("p.s") { return false }
        return hasContact(line) || line.text.split(separator: " ").count <= 6
    }

    private func hasContact(_ line: TrimLine) -> Bool {
        line.text.contains("@") || line.folded.has("www.") || line.folded.has("http")
            || line.text.count(where: \.isNumber) >= 6
    }

    // MARK: - Behind a closing

    /// `Best regards,` with a name and more below it. With a name alone it is the end of the letter.
    private func closing(in region: Range<Int>) -> Int? {
        let near = max(region.lowerBound, region.upperBound - 12)..<region.upperBound
        return near.last { index in
            let words = String(lines[index].folded.trimmed(of: " ,.!;-–—"))
            guard let strength = Phrases.closings[words], !lines[index].isQuoted else { return false }
            let behind = lines[(index + 1)..<region.upperBound].filter { !$0.isBlank }
            guard (2...8).contains(behind.count), behind.allSatisfy(isContactLine) else { return false }
            return strength == .formal || behind.contains(where: hasContact)
        }
    }

    // MARK: - Disclaimers and footers

    /// A last paragraph that speaks of confidence, viruses or trees.
    private func disclaimer(in region: Range<Int>) -> Int? {
        let last = region.upperBound - 1
        if isRuleLine(at: last) {
            // A frame around it.
            guard let inside = (region.lowerBound..<last).last(where: { !lines[$0].isBlank }) else { return nil }
            return disclaimer(in: region.lowerBound..<inside + 1)
        }
        var start = last
        while start > region.lowerBound, last - start < 40, !lines[start - 1].isBlank, !isRuleLine(at: start - 1) {
            start -= 1
        }
        let words = lines[start...last].map(\.folded).joined(separator: " ")
        // A person too may write of an intended recipient: in a few sentences one such phrase proves nothing.
        let isFew = words.utf8.count < 200 && words.dropLast().contains { ".?!".contains($0) }
        guard words.utf8.count >= 40, Phrases.disclaimers.count(in: words) >= (isFew ? 2 : 1) else { return nil }
        guard start > region.lowerBound, !lines[start...last].contains(where: \.isQuoted) else { return nil }
        while start > region.lowerBound, isRuleLine(at: start - 1) { start -= 1 }
        return start
    }

    private func isRuleLine(at index: Int) -> Bool { heads.isRuleLine(at: index) }

    /// What a mailing list puts under each mail: a line of underscores and not much behind it.
    private func listFooter(in region: Range<Int>) -> Int? {
        let near = max(region.lowerBound, region.upperBound - 12)..<region.upperBound
        let rest = lines[near].map(\.folded)
        guard rest.contains(where: Phrases.listFooters.isIn) else { return nil }
        return near.last { index in
            let text = lines[index].text
            guard text.count >= 2, text.allSatisfy({ $0 == "_" }) || heads.isRuleLine(at: index) else { return false }
            let behind = lines[(index + 1)..<region.upperBound].filter { !$0.isBlank }
            return (1...8).contains(behind.count)
                && behind.contains { Phrases.listFooters.isIn($0.folded) }
        }
    }

    // MARK: - Telephones

    private func isMobileFooter(_ line: TrimLine) -> Bool {
        let text = line.folded.trimmed(of: " -–—_*[]()<>|\"'")
        guard !line.isQuoted, !text.isEmpty, text.count <= 160 else { return false }
        if Phrases.mobileFooters.begins(text) {
            // "From my phone the login fails" does, too.
            let isBare = ["from my ", "von meinem ", "von meiner "].contains { text.begins(with: $0) }
            if isBare, text.split(separator: " ").count > 4 { return false }
            // What stands behind a comma is a sentence: "Sent from my desk, which beats any phone."
            let device = text.prefix { !",;:".contains($0) }
            return device.split(separator: " ").count <= 12 && hasDeviceName(device)
                || text.split(separator: " ").count <= 6 && text.begins(with: "sent from my ")
        }
        let words = text.trimmed(of: ".!")
        // A longer line is somebody's sentence: "I have sent it from my other phone."
        guard hasDeviceName(words), words.split(separator: " ").count <= 5 else { return false }
        return Phrases.mobileFooterEnds.contains { words.hasSuffix($0) }
    }

    /// "Sent from my desk in Rome" is somebody's sentence.
    private func hasDeviceName(_ text: Substring) -> Bool {
        Phrases.devices.isIn(text)
    }
}

extension StringProtocol {
    /// Without these characters at both ends.
    func trimmed(of marks: String) -> SubSequence {
        guard let first = firstIndex(where: { !marks.contains($0) }),
            let last = lastIndex(where: { !marks.contains($0) })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
