// SPDX-License-Identifier: Apache-2.0

/// Reads a pattern into a tree.
struct PatternParser {
    indirect enum Node {
        case set(ScalarSet)
        case check(PatternProgram.Assertion)
        case sequence([Node])
        case choice([Node])
        case repetition(Node, least: Int, most: Int?, isGreedy: Bool)
    }

    private(set) var ignoresCase = false
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
    }

    mutating func parse() throws(PatternError) -> Node {
        if starts(with: "(?i)") {
            ignoresCase = true
            position = 4
        }
        let node = try choice()
        guard position == scalars.count else { throw error(.unopened) }
        return node
    }

    private func error(_ code: PatternError.Code) -> PatternError { PatternError(code, at: position) }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func starts(with text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    // MARK: - Groups

    private mutating func choice() throws(PatternError) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw error(.tooDeep) }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(PatternError) -> Node {
        var nodes: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let node = try atom()
            nodes.append(try repeated(node))
        }
        return .sequence(nodes)
    }

    private mutating func atom() throws(PatternError) -> Node {
        guard let scalar = next else { throw error(.unclosed) }
        switch scalar {
        case "(": return try group()
        case "[": return .set(try bracket())
        case "*", "+", "?": throw error(.nothingToRepeat)
        default: break
        }
        position += 1
        switch scalar {
        case ".": return .set(ScalarSet(classes: [.any]))
        case "^": return .check(.lineStart)
        case "$": return .check(.lineEnd)
        case "\\": return try escape()
        default: return .set(ScalarSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group() throws(PatternError) -> Node {
        let start = position
        position += 1
        if next == "?" {
            guard starts(with: "?:") else { throw error(.unsupported) }
            position += 2
        }
        let node = try choice()
        guard take(")") else { throw PatternError(.unclosed, at: start) }
        return node
    }

    // MARK: - Repetition

    private mutating func repeated(_ node: Node) throws(PatternError) -> Node {
        let start = position
        guard let (least, most) = try times() else { return node }
        if let most, most < least || most > 200 { throw PatternError(.badRepetition, at: start) }
        if least > 200 { throw PatternError(.badRepetition, at: start) }
        let isGreedy = !take("?")
        if next == "*" || next == "+" || next == "?" { throw error(.nothingToRepeat) }
        return .repetition(node, least: least, most: most, isGreedy: isGreedy)
    }

    private mutating func times() throws(PatternError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{" else { return nil }
        let start = position
        position += 1
        guard let least = number() else {
            // A brace that repeats nothing is a brace.
            position = start
            return nil
        }
        if take("}") { return (least, least) }
        guard take(",") else { throw PatternError(.badRepetition, at: start) }
        let most = number()
        guard take("}") else { throw PatternError(.badRepetition, at: start) }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), 100_000)
            position += 1
        }
        return value
    }

    // MARK: - Classes

    private mutating func escape() throws(PatternError) -> Node {
        switch next {
        case "b": return check(.wordEdge)
        case "B": return check(.notWordEdge)
        default: return .set(try escapedSet())
        }
    }

    private mutating func check(_ assertion: PatternProgram.Assertion) -> Node {
        position += 1
        return .check(assertion)
    }

    /// What stands behind a backslash, inside and outside of brackets.
    private mutating func escapedSet() throws(PatternError) -> ScalarSet {
        guard let scalar = next else { throw error(.unclosed) }
        position += 1
        switch scalar {
        case "d": return ScalarSet(classes: [.digit])
        case "w": return ScalarSet(classes: [.word])
        case "s": return ScalarSet(classes: [.space])
        case "D": return ScalarSet(excluded: [.digit])
        case "W": return ScalarSet(excluded: [.word])
        case "S": return ScalarSet(excluded: [.space])
        case "n": return ScalarSet(ranges: [10...10])
        case "r": return ScalarSet(ranges: [13...13])
        case "t": return ScalarSet(ranges: [9...9])
        case _ where scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil):
            throw PatternError(.unsupported, at: position - 1)
        default: return ScalarSet(ranges: [scalar.value...scalar.value])
        }
    }

    private mutating func bracket() throws(PatternError) -> ScalarSet {
        let start = position
        position += 1
        var set = ScalarSet(isInverted: take("^"))
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            if scalar == "\\" {
                let escaped = try escapedSet()
                guard let only = escaped.ranges.first else {
                    set.classes += escaped.classes
                    set.excluded += escaped.excluded
                    continue
                }
                try takeRange(from: only.lowerBound, into: &set)
            } else {
                try takeRange(from: scalar.value, into: &set)
            }
        }
        guard take("]") else { throw PatternError(.unclosed, at: start) }
        return set
    }

    private mutating func takeRange(from first: UInt32, into set: inout ScalarSet) throws(PatternError) {
        let isRange = next == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
        guard isRange else { return set.ranges.append(first...first) }
        position += 1
        guard let last = next else { throw error(.unclosed) }
        position += 1
        var end = last.value
        if last == "\\" {
            guard let only = try escapedSet().ranges.first else { throw error(.badRange) }
            end = only.lowerBound
        }
        guard first <= end else { throw error(.badRange) }
        set.ranges.append(first...end)
    }
}
