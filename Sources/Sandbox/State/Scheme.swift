// SPDX-License-Identifier: Apache-2.0

/// What counts for all issues, for those of a project, of a type, or of a type in a project: the closest does.
struct Scheme<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    struct Rule: Codable, Equatable, Sendable {
        var project: Int?
        var type: Int?
        var value: Value

        fileprivate var closeness: Int { (project == nil ? 0 : 2) + (type == nil ? 0 : 1) }
    }

    private(set) var rules: [Rule] = []

    /// Sets what counts there, or takes it away.
    mutating func set(_ value: Value?, project: Int?, type: Int?) {
        rules.removeAll { $0.project == project && $0.type == type }
        if let value { rules.append(Rule(project: project, type: type, value: value)) }
        rules.sort { $0.closeness > $1.closeness }
    }

    mutating func forget(project: Int) {
        rules.removeAll { $0.project == project }
    }

    /// What the closest rule says that says anything.
    func value<Part>(project: Int, type: Int, _ part: (Value) -> Part?) -> Part? {
        for rule in rules where (rule.project ?? project) == project && (rule.type ?? type) == type {
            if let part = part(rule.value) { return part }
        }
        return nil
    }
}
