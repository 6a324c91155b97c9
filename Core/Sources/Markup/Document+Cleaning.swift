// SPDX-License-Identifier: Apache-2.0

extension Document {
    /// The document without what the administrator's expressions match, one expression after the other. Where the budget is
    /// spent, what they had not come to is as it was.
    ///
    /// A match lies within a paragraph, a heading or a piece of code; a line end in one is a line feed.
    public func removingMatches(of patterns: [TextPattern], within budget: inout ExpressionBudget) -> Cleaned {
        var blocks = blocks
        let counts = patterns.map { pattern in
            guard !budget.isSpent else { return 0 }
            var count = 0
            blocks = blocks.rewritten { inlines in
                guard !budget.isSpent else { return inlines }
                let matches = pattern.matches(in: inlines.scalars, steps: &budget.steps)
                count += matches.count
                return matches.isEmpty ? inlines : inlines.without(matches).trimmedOfBreaks
            } code: { code in
                guard !budget.isSpent else { return code }
                let matches = pattern.matches(in: Array(code.unicodeScalars), steps: &budget.steps)
                count += matches.count
                return matches.isEmpty ? code : code.without(matches)
            }
            return count
        }
        return Cleaned(document: Document(blocks: blocks, defects: defects), counts: counts)
    }

    /// A document that expressions went over.
    public struct Cleaned: Sendable, Equatable {
        public var document: Document
        /// How many matches of each expression were taken out.
        public var counts: [Int]

        public init(document: Document, counts: [Int]) {
            self.document = document
            self.counts = counts
        }
    }
}

/// What an administrator's expressions may take on one mail: some hundred milliseconds.
public struct ExpressionBudget: Sendable, Equatable {
    /// Below zero when it is spent.
    var steps: Int

    public init() {
        steps = 4_000_000
    }

    init(steps: Int) {
        self.steps = steps
    }

    public var isSpent: Bool { steps < 0 }
}

extension [Inline] {
    /// What an expression sees of a line: its words, a line feed for a break, U+FFFC for a picture.
    fileprivate var scalars: [Unicode.Scalar] { flatMap(\.scalars) }

    fileprivate func without(_ matches: [Range<Int>]) -> [Inline] {
        var start = 0
        var waiting = matches[...]
        return compactMap { inline in
            let end = start + inline.scalars.count
            defer { start = end }
            waiting = waiting.drop { $0.upperBound <= start }
            let inside = waiting.prefix { $0.lowerBound < end }.map { match in
                let part = match.clamped(to: start..<end)
                return part.lowerBound - start..<part.upperBound - start
            }
            guard !inside.isEmpty else { return inline }
            guard case .text(let text, let marks) = inline else { return nil }
            let rest = text.without(inside)
            return rest.isEmpty ? nil : .text(rest, marks)
        }
    }
}

extension Inline {
    fileprivate var scalars: [Unicode.Scalar] {
        switch self {
        case .text(let text, _): Array(text.unicodeScalars)
        case .hardBreak: ["\n"]
        case .image: ["\u{FFFC}"]
        }
    }
}

extension String {
    /// Without these ranges of scalars, which are in order.
    func without(_ matches: [Range<Int>]) -> String {
        let scalars = Array(unicodeScalars)
        var kept = String.UnicodeScalarView()
        var position = 0
        for match in matches {
            kept.append(contentsOf: scalars[position..<match.lowerBound])
            position = match.upperBound
        }
        kept.append(contentsOf: scalars[position...])
        return String(kept)
    }
}
