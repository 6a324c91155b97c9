// SPDX-License-Identifier: Apache-2.0

/// The subset of JQL that the sandbox answers.
indirect enum JQLClause: Equatable, Sendable {
    case all([JQLClause])
    case any([JQLClause])
    case none(JQLClause)
    case term(field: String, comparison: JQLComparison, values: [String])
}

enum JQLComparison: String, Sendable {
    case equals = "="
    case differs = "!="
    case contains = "~"
    case lacks = "!~"
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case isIn = "in"
    case isNotIn = "not in"
    case isEmpty = "is"
    case isNotEmpty = "is not"
}

/// Reads JQL, and refuses in Jira's words what it cannot read. Depth and length are bounded by the text's own limit.
struct JQLParser {
    private let tokens: [JQLToken]
    private var next = 0
    private var depth = 0

    /// The clause of a query, or nil where nothing restricts it. What stands behind `order by` is read over.
    static func clause(_ text: String) throws -> JQLClause? {
        guard text.utf8.count <= 20_000 else { throw JiraRefusal.badRequest("The JQL query is too long.") }
        var parser = JQLParser(tokens: try jqlTokens(text))
        if parser.tokens.isEmpty || parser.isAtOrder { return nil }
        let clause = try parser.disjunction()
        if let token = parser.peek, !parser.isAtOrder {
            throw JiraRefusal.badRequest(
                "Error in the JQL Query: Expecting either 'OR' or 'AND' but got '\(token.text)'. "
                    + "(line 1, character \(token.place))")
        }
        return clause
    }

    private init(tokens: [JQLToken]) { self.tokens = tokens }

    private var peek: JQLToken? { next < tokens.count ? tokens[next] : nil }

    private var isAtOrder: Bool {
        next + 1 < tokens.count && tokens[next].isWord("order") && tokens[next + 1].isWord("by")
    }

    private mutating func take(word: String) -> Bool {
        guard peek?.isWord(word) == true else { return false }
        next += 1
        return true
    }

    private mutating func take(sign: String) -> Bool {
        guard peek?.isSign(sign) == true else { return false }
        next += 1
        return true
    }

    private mutating func disjunction() throws -> JQLClause {
        var clauses = [try conjunction()]
        while take(word: "or") { clauses.append(try conjunction()) }
        return clauses.count == 1 ? clauses[0] : .any(clauses)
    }

    private mutating func conjunction() throws -> JQLClause {
        var clauses = [try negation()]
        while take(word: "and") { clauses.append(try negation()) }
        return clauses.count == 1 ? clauses[0] : .all(clauses)
    }

    private mutating func negation() throws -> JQLClause {
        depth += 1
        defer { depth -= 1 }
        guard depth < 50 else { throw JiraRefusal.badRequest("The JQL query is too complex.") }
        if take(word: "not") || take(sign: "!") { return .none(try negation()) }
        guard take(sign: "(") else { return try term() }
        let clause = try disjunction()
        guard take(sign: ")") else {
            throw JiraRefusal.badRequest("Error in the JQL Query: Expecting ')' before the end of the query.")
        }
        return clause
    }

    private mutating func term() throws -> JQLClause {
        let field = try fieldName()
        let comparison = try comparison(of: field)
        let values: [String]
        switch comparison {
        case .isIn, .isNotIn: values = try list()
        case .isEmpty, .isNotEmpty:
            guard take(word: "empty") || take(word: "null") else { throw missingValue() }
            values = []
        default: values = [try value()]
        }
        return .term(field: field, comparison: comparison, values: values)
    }

    /// `summary`, `"Epic Link"`, or `issue.property[martlet.mail].messageIDs`.
    private mutating func fieldName() throws -> String {
        guard let token = peek, token.kind != .sign else {
            guard let token = peek else {
                throw JiraRefusal.badRequest(
                    "Error in the JQL Query: Expecting a field name at the end of the query.")
            }
            throw JiraRefusal.badRequest(
                "Error in the JQL Query: Expecting a field name but got '\(token.text)'. "
                    + "(line 1, character \(token.place))")
        }
        next += 1
        var name = token.text
        if take(sign: "[") {
            name += "[" + (peek?.text ?? "") + "]"
            next = min(next + 1, tokens.count)
            guard take(sign: "]") else {
                throw JiraRefusal.badRequest("Error in the JQL Query: Expecting ']' before the end of the query.")
            }
            if let path = peek, path.kind == .word, path.text.hasPrefix(".") {
                name += path.text
                next += 1
            }
        }
        return name
    }

    private mutating func comparison(of field: String) throws -> JQLComparison {
        if take(word: "in") { return .isIn }
        if take(word: "is") { return take(word: "not") ? .isNotEmpty : .isEmpty }
        if take(word: "not") {
            if take(word: "in") { return .isNotIn }
        } else if let token = peek, token.kind == .sign, let comparison = JQLComparison(rawValue: token.text) {
            next += 1
            return comparison
        }
        guard let token = peek else {
            throw JiraRefusal.badRequest(
                "Error in the JQL Query: Expecting operator before the end of the query. The valid operators are "
                    + "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.")
        }
        throw JiraRefusal.badRequest(
            "Error in the JQL Query: Expecting operator but got '\(token.text)'. The valid operators are '=', '!=', "
                + "'<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. "
                + "(line 1, character \(token.place))")
    }

    private func missingValue() -> JiraRefusal {
        guard let token = peek else {
            return .badRequest(
                "Error in JQL Query: Expecting either a value, list or function before the end of the query.")
        }
        return .badRequest(
            "Error in JQL Query: Expecting either a value, list or function but got '\(token.text)'. You must surround "
                + "'\(token.text)' in quotation marks to use it as a value. (line 1, character \(token.place))")
    }

    private mutating func value() throws -> String {
        guard let token = peek, token.kind != .sign else { throw missingValue() }
        next += 1
        guard token.kind == .word, take(sign: "(") else { return token.text }
        guard take(sign: ")") else { throw missingValue() }
        return token.text + "()"
    }

    private mutating func list() throws -> [String] {
        guard take(sign: "(") else { throw missingValue() }
        var values = [try value()]
        while take(sign: ",") { values.append(try value()) }
        guard take(sign: ")") else {
            throw JiraRefusal.badRequest("Error in the JQL Query: Expecting ')' before the end of the query.")
        }
        return values
    }
}
