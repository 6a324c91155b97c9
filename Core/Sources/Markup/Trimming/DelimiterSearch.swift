// SPDX-License-Identifier: Apache-2.0

/// Where the first line stands that one of the administrator's delimiters matches.
struct DelimiterSearch {
    private(set) var line: Int?
    private(set) var pattern: TextPattern?
    /// False when the delimiters took too many steps: the lines behind were not held against them.
    private(set) var isComplete = true

    /// Long lines are text, and cost time.
    private static let longest = 500

    init(_ bodies: [LaidOutBody], _ delimiters: [TextPattern], budget: ExpressionBudget = ExpressionBudget()) {
        guard !delimiters.isEmpty else { return }
        var budget = budget
        var number = 0
        for body in bodies {
            for index in body.lines.indices {
                let beginning = Array(body.shownLine(index).unicodeScalars.prefix(Self.longest))
                let first = delimiters.first { $0.matchesBeginning(of: beginning, steps: &budget.steps) }
                guard !budget.isSpent else {
                    isComplete = false
                    return
                }
                if let first {
                    (line, pattern) = (number, first)
                    return
                }
                number += 1
            }
        }
    }
}
