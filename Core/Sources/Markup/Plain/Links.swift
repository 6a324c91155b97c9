// SPDX-License-Identifier: Apache-2.0

/// A piece of text with its bare `http`, `https` and `mailto` addresses made links.
func linked(_ text: Substring, _ marks: Marks) -> [Inline] {
    guard text.utf8.contains(UInt8(ascii: ":")), marks.link == nil else { return [.text(String(text), marks)] }
    var inlines: [Inline] = []
    var plainStart = text.startIndex
    var position = text.startIndex
    while let range = addressRange(in: text[position...]) {
        position = range.upperBound
        let words = String(text[range])
        // No longer address is taken for one.
        guard words.utf8.count <= 2_000, let address = safeAddress(words) else { continue }
        if plainStart < range.lowerBound { inlines.append(.text(String(text[plainStart..<range.lowerBound]), marks)) }
        var linkMarks = marks
        linkMarks.link = address
        inlines.append(.text(words, linkMarks))
        plainStart = range.upperBound
    }
    if plainStart < text.endIndex { inlines.append(.text(String(text[plainStart...]), marks)) }
    return inlines
}

/// Where the next address stands: from its scheme to the next space or bracket, without the mark that ends a sentence.
private func addressRange(in text: Substring) -> Range<Substring.Index>? {
    var searched = text
    while let colon = searched.firstIndex(of: ":") {
        let before = text[..<colon]
        let scheme = before.suffix(while: { $0.isASCII && $0.isLetter })
        let rest = text[text.index(after: colon)...]
        let isAddress =
            switch scheme.lowercased() {
            case "http", "https": rest.hasPrefix("//")
            case "mailto": rest.first.map { !$0.isWhitespace } ?? false
            default: false
            }
        if isAddress {
            let end = rest.firstIndex { $0.isWhitespace || "<>\"|\u{201D}\u{00BB}".contains($0) } ?? rest.endIndex
            return scheme.startIndex..<endOfAddress(rest[..<end])
        }
        searched = text[text.index(after: colon)...]
    }
    return nil
}

/// Without the marks behind it that belong to the sentence; a closing bracket belongs to the address when it was opened there.
private func endOfAddress(_ address: Substring) -> Substring.Index {
    var round = address.count { $0 == ")" } - address.count { $0 == "(" }
    var square = address.count { $0 == "]" } - address.count { $0 == "[" }
    var end = address.endIndex
    while end > address.startIndex {
        let last = address.index(before: end)
        switch address[last] {
        case ".", ",", ";", ":", "!", "?", "'", "*", "_": break
        case ")" where round > 0: round -= 1
        case "]" where square > 0: square -= 1
        default: return end
        }
        end = last
    }
    return end
}

extension Substring {
    /// The longest end of it whose characters all fulfil the predicate.
    fileprivate func suffix(while predicate: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
