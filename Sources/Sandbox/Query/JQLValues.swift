// SPDX-License-Identifier: Apache-2.0

import Markup

/// What a query may name: Jira refuses a whole query for one project, status, type, priority or issue that is not there or that
/// the caller does not see.
extension SandboxJira {
    func checkValues(of clause: JQLClause) throws {
        let objections = objections(to: clause)
        guard objections.isEmpty else { throw JiraRefusal(status: 400, messages: objections) }
    }

    private func objections(to clause: JQLClause) -> [String] {
        switch clause {
        case .all(let clauses), .any(let clauses): clauses.flatMap(objections)
        case .none(let clause): objections(to: clause)
        case .term(let field, _, let values): values.compactMap { objection(to: $0, of: field) }
        }
    }

    private func objection(to value: String, of field: String) -> String? {
        if ["key", "issuekey", "issue", "id", "parent"].contains(field.lowercased()) {
            guard !isIssue(value) else { return nil }
            return Int(value) == nil
                ? "An issue with key '\(value)' does not exist for field '\(field)'."
                : "A value with ID '\(value)' does not exist for the field '\(field)'."
        }
        guard let known = known(field.lowercased()), !known.contains(where: { $0.lowercased() == value.lowercased() })
        else { return nil }
        return Int(value) == nil
            ? "The value '\(value)' does not exist for the field '\(field)'."
            : "A value with ID '\(value)' does not exist for the field '\(field)'."
    }

    private func isIssue(_ reference: String) -> Bool {
        (try? issue(reference)).map { sees($0, apiUser) } ?? false
    }

    /// Names and ids of what a field can be; nothing where any value will do.
    private func known(_ field: String) -> [String]? {
        switch field {
        case "project": browsable.flatMap { [$0.key, $0.name, String($0.id)] }
        case "issuetype", "type": IssueType.all.flatMap { [$0.name, String($0.id)] }
        case "status": Status.all.flatMap { [$0.name, String($0.id)] }
        case "priority": Priority.all.flatMap { [$0.name, String($0.id)] }
        case "resolution": Resolution.all.flatMap { [$0.name, String($0.id)] } + ["Unresolved"]
        default: nil
        }
    }
}
