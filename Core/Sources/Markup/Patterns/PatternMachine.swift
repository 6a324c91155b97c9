// SPDX-License-Identifier: Apache-2.0

/// Runs a program over a text, all ways at once, so that no scalar is looked at more than once for each step.
struct PatternMachine {
    private let program: PatternProgram
    private let text: [Unicode.Scalar]
    /// Below zero when it was stopped.
    private(set) var stepsLeft: Int

    private struct Thread {
        var step: Int
        var start: Int
    }

    /// Threads in the order of preference, at most one for a step.
    private struct ThreadList {
        var threads: [Thread] = []
        private var seen: [Bool]

        init(steps: Int) {
            seen = Array(repeating: false, count: steps)
        }

        mutating func enter(_ step: Int) -> Bool {
            guard !seen[step] else { return false }
            seen[step] = true
            return true
        }

        mutating func clear() {
            threads.removeAll(keepingCapacity: true)
            for index in seen.indices { seen[index] = false }
        }
    }

    init(_ program: PatternProgram, _ text: [Unicode.Scalar], steps: Int) {
        self.program = program
        self.text = text
        stepsLeft = steps
    }

    /// The first match at or behind a place, the preferred one there; nil when there is none.
    mutating func match(from start: Int, isAnchored: Bool) -> Range<Int>? {
        guard spend(on: 0) else { return nil }
        var current = ThreadList(steps: program.steps.count)
        var following = ThreadList(steps: program.steps.count)
        var found: Range<Int>?
        for position in start...max(start, text.count) {
            if found == nil, !isAnchored || position == start { add(0, start: position, at: position, to: &current) }
            if current.threads.isEmpty, isAnchored || found != nil { break }
            guard spend(on: current.threads.count) else { return nil }
            advance(current, at: position, to: &following, &found)
            swap(&current, &following)
            following.clear()
        }
        return found
    }

    private mutating func spend(on threads: Int) -> Bool {
        stepsLeft -= threads + program.overhead
        return stepsLeft >= 0
    }

    private func advance(
        _ current: ThreadList, at position: Int, to following: inout ThreadList, _ found: inout Range<Int>?
    ) {
        for thread in current.threads {
            switch program.steps[thread.step] {
            case .match:
                found = thread.start..<position
                // Those behind it are not preferred.
                return
            case .take(let set):
                if position < text.count, takes(set, text[position]) {
                    add(thread.step + 1, start: thread.start, at: position + 1, to: &following)
                }
            case .check, .split, .jump: continue
            }
        }
    }

    private func takes(_ set: ScalarSet, _ scalar: Unicode.Scalar) -> Bool {
        if set.contains(scalar) { return true }
        guard program.ignoresCase else { return false }
        let properties = scalar.properties
        return [properties.lowercaseMapping, properties.uppercaseMapping].contains { mapping in
            mapping.unicodeScalars.count == 1 && mapping.unicodeScalars.first.map(set.contains) ?? false
        }
    }

    /// Adds a thread, through all steps that take nothing.
    private func add(_ first: Int, start: Int, at position: Int, to list: inout ThreadList) {
        var waiting = [first]
        while let step = waiting.popLast() {
            guard list.enter(step) else { continue }
            switch program.steps[step] {
            case .jump(let target): waiting.append(target)
            case .split(let preferred, let other): waiting += [other, preferred]
            case .check(let assertion): if holds(assertion, at: position) { waiting.append(step + 1) }
            case .take, .match: list.threads.append(Thread(step: step, start: start))
            }
        }
    }

    private func holds(_ assertion: PatternProgram.Assertion, at position: Int) -> Bool {
        switch assertion {
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n" || text[position] == "\r"
        case .wordEdge: isWordEdge(position)
        case .notWordEdge: !isWordEdge(position)
        }
    }

    private func isWordEdge(_ position: Int) -> Bool {
        let before = position > 0 && text[position - 1].isWordScalar
        let after = position < text.count && text[position].isWordScalar
        return before != after
    }
}
