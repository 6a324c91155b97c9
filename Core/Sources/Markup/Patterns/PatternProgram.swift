// SPDX-License-Identifier: Apache-2.0

/// An expression as steps of a machine that follows all ways at once (Thompson 1968, Pike 1987).
struct PatternProgram: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case take(ScalarSet)
        case check(Assertion)
        /// Goes on at both; the first is preferred.
        case split(Int, Int)
        case jump(Int)
        case match
    }

    enum Assertion: Sendable, Equatable {
        case lineStart, lineEnd, wordEdge, notWordEdge
    }

    private(set) var steps: [Step] = []
    /// Letters match in upper and lower case.
    let ignoresCase: Bool

    /// What looking at one place of a text costs beside the steps taken there.
    private(set) var overhead = 1

    static let longest = 1_000
    private var nodes = 0

    init(parsing pattern: String) throws(PatternError) {
        guard pattern.utf8.count <= 2_000 else { throw PatternError(.tooLong, at: 0) }
        var parser = PatternParser(pattern)
        let node = try parser.parse()
        ignoresCase = parser.ignoresCase
        try write(node)
        steps.append(.match)
        let ranges = steps.reduce(0) { if case .take(let set) = $1 { $0 + set.ranges.count } else { $0 } }
        overhead += (steps.count + ranges) / 16
    }

    private mutating func append(_ step: Step) throws(PatternError) {
        guard steps.count < Self.longest else { throw PatternError(.tooLong, at: 0) }
        steps.append(step)
    }

    private mutating func write(_ node: PatternParser.Node) throws(PatternError) {
        // An empty group takes no step and may be repeated all the same.
        nodes += 1
        guard nodes <= 10 * Self.longest else { throw PatternError(.tooLong, at: 0) }
        switch node {
        case .set(let set): try append(.take(set))
        case .check(let assertion): try append(.check(assertion))
        case .sequence(let nodes): for node in nodes { try write(node) }
        case .choice(let nodes): try write(choice: nodes)
        case .repetition(let node, let least, let most, let isGreedy):
            for _ in 0..<least { try write(node) }
            if let most {
                try write(optional: node, times: most - least, isGreedy)
            } else {
                try write(loop: node, isGreedy)
            }
        }
    }

    private mutating func write(choice nodes: [PatternParser.Node]) throws(PatternError) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index + 1 < nodes.count else {
                try write(node)
                break
            }
            let split = steps.count
            try append(.split(split + 1, 0))
            try write(node)
            ends.append(steps.count)
            try append(.jump(0))
            steps[split] = .split(split + 1, steps.count)
        }
        for end in ends { steps[end] = .jump(steps.count) }
    }

    private mutating func write(
        optional node: PatternParser.Node, times: Int, _ isGreedy: Bool
    ) throws(PatternError) {
        var splits: [Int] = []
        for _ in 0..<max(times, 0) {
            splits.append(steps.count)
            try append(.split(0, 0))
            try write(node)
        }
        for split in splits { steps[split] = branch(split + 1, steps.count, isGreedy) }
    }

    private mutating func write(loop node: PatternParser.Node, _ isGreedy: Bool) throws(PatternError) {
        let split = steps.count
        try append(.split(0, 0))
        try write(node)
        try append(.jump(split))
        steps[split] = branch(split + 1, steps.count, isGreedy)
    }

    private func branch(_ inside: Int, _ behind: Int, _ isGreedy: Bool) -> Step {
        isGreedy ? .split(inside, behind) : .split(behind, inside)
    }
}

/// Scalars that a step takes.
struct ScalarSet: Sendable, Equatable {
    enum Class: Sendable, Equatable {
        case digit, word, space, any
    }

    var ranges: [ClosedRange<UInt32>] = []
    var classes: [Class] = []
    /// Classes whose scalars are not in it: `\D`.
    var excluded: [Class] = []
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isIn =
            ranges.contains { $0.contains(scalar.value) } || classes.contains { Self.holds($0, scalar) }
            || excluded.contains { !Self.holds($0, scalar) }
        return isIn != isInverted
    }

    private static func holds(_ name: Class, _ scalar: Unicode.Scalar) -> Bool {
        switch name {
        case .digit: scalar.properties.numericType == .decimal
        case .word: scalar.isWordScalar
        case .space: scalar.properties.isWhitespace
        case .any: scalar != "\n" && scalar != "\r"
        }
    }
}

extension Unicode.Scalar {
    var isWordScalar: Bool {
        self == "_" || properties.isAlphabetic || properties.numericType == .decimal
            || properties.generalCategory == .nonspacingMark
    }
}
