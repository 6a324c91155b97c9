// SPDX-License-Identifier: Apache-2.0

/// How long a document may be in Jira.
public struct LengthBudget: Sendable, Equatable {
    /// UTF-16 units of its text, in plain text and in wiki markup: what Jira counts of ADF is not documented.
    public var characters: Int
    /// Bytes of its ADF.
    public var bytes: Int

    public init(characters: Int, bytes: Int) {
        self.characters = max(characters, 0)
        self.bytes = max(bytes, 1)
    }

    /// What is left when so many characters are taken.
    public func without(_ taken: Int) -> LengthBudget {
        let left = max(characters - taken, 0)
        return LengthBudget(characters: left, bytes: characters > 0 ? bytes / characters * left : bytes)
    }
}

/// A document that keeps to a length.
public struct Cut: Sendable, Equatable {
    public var document: Document
    /// True when something was left out.
    public var isCut: Bool
}

extension Document {
    /// The beginning of the document that keeps to a budget in every format of Jira's, cut at the edge of a block.
    ///
    /// A list, table, quote or expand is cut between its parts; a paragraph is cut only when it is the first thing and does not
    /// fit alone. Pictures count by the names that they will have.
    public func cut(
        toFit budget: LengthBudget, namingImages name: (_ contentID: String) -> String? = { _ in nil }
    ) -> Cut {
        withoutActuallyEscaping(name) { name in
            let measure = LengthMeasure(budget: budget, imageName: name)
            var target = budget.characters
            guard !measure.fits(blocks) else { return Cut(document: self, isCut: false) }
            while target > 0 {
                let kept = Cutter(measure: measure).beginning(of: blocks, fitting: target)
                let excess = measure.length(of: kept) - budget.characters
                if excess <= 0 { return Cut(document: Document(blocks: kept, defects: defects), isCut: true) }
                // Marks of lists inside quotes inside lists are not counted one by one.
                target -= max(excess, target / 8, 1)
            }
            return Cut(document: Document(defects: defects), isCut: true)
        }
    }

    /// How much of the budget the document takes, in characters.
    public func length(
        within budget: LengthBudget, namingImages name: (_ contentID: String) -> String? = { _ in nil }
    ) -> Int {
        withoutActuallyEscaping(name) { LengthMeasure(budget: budget, imageName: $0).length(of: blocks) }
    }
}
