// SPDX-License-Identifier: Apache-2.0

extension QuoteHeads {
    /// Whether a block of a mail's head lines begins here: a sender, and enough besides that it can be nothing else.
    func isHeaderBlock(at start: Int) -> Bool {
        guard let first = lines[start].label, first != .copy else { return false }
        var found: Phrases.Label = []
        var hasAddress = false
        var blanks = 0
        var strange = 0
        for line in lines[start...].prefix(16) {
            if line.isBlank {
                blanks += 1
                if blanks > 1 { break }
                continue
            }
            if let label = line.label {
                blanks = 0
                found.insert(label)
                hasAddress = hasAddress || label != .subject && line.text.utf8.contains(UInt8(ascii: "@"))
            } else {
                strange += 1
                if strange > 5 || blanks > 0 { break }
            }
        }
        guard found.contains(.from), found.contains(.date) || found.contains(.to) else { return false }
        let isWhole = found.isSuperset(of: [.from, .date, .subject]) || found.isSuperset(of: [.from, .to, .subject])
        return isWhole || found.isSuperset(of: [.from, .date, .to]) && hasAddress
    }

    /// Where the head lines of a mail begin that is announced here: in this line or, but for a title, the next.
    func headerBlock(behind announced: Int) -> Int? {
        (announced..<min(announced + 5, lines.count)).first { index in
            lines[index].label.map { $0 != .copy } ?? false && (index > announced || isHeaderBlock(at: index))
        }
    }

    /// The line behind the head lines: they end at the first blank line that no label follows.
    func endOfHeaderBlock(at start: Int) -> Int {
        var index = start
        while index < lines.count, index - start < 24 {
            if lines[index].isBlank {
                let next = (index..<min(index + 3, lines.count)).first { !lines[$0].isBlank }
                guard let next, lines[next].label != nil else { return index }
            }
            index += 1
        }
        return index
    }

    /// The head that Notes writes: a name, a date, and the words `To`, `cc`, `Subject` without colons.
    func isNotesBlock(at start: Int) -> Bool {
        guard start == 0 || lines[start - 1].isBlank, lines[start].label == nil else { return false }
        var wanted: [Phrases.Label] = [.to, .copy, .subject]
        var above: [TrimLine] = []
        for line in lines[start...].prefix(16) where !line.isBlank {
            if let label = line.bareLabel, label == wanted.first {
                wanted.removeFirst()
                if wanted.isEmpty { break }
            } else if wanted.count == 3 {
                above.append(line)
                if above.count > 3 { return false }
            }
        }
        let evidence = above.map { Evidence(in: $0.text[...]) }
        return wanted.isEmpty && evidence.contains { $0.hasDate || $0.hasYear || $0.hasTime }
    }
}
