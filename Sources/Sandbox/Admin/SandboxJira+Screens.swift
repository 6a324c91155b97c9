// SPDX-License-Identifier: Apache-2.0

import Markup

/// Which fields a new issue must have beside Jira's own, and how much text the site takes. For a rehearsal of what Martlet
/// does where a site wants more or takes less.
extension SandboxJira {
    static let requirable = [
        "assignee": "Assignee", "description": "Description", "duedate": "Due date", "environment": "Environment",
        "labels": "Labels",
    ]

    /// `{"required": ["duedate"], "textLimit": 10000}`; nothing else is required then, and without a limit it is Jira Cloud's.
    func setScreens(_ call: Call) throws -> Answer {
        let ids = (try call.object()["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard ids.allSatisfy({ Self.requirable[$0] != nil }) else {
            throw JiraRefusal.badField("required", "Known: \(Self.requirable.keys.sorted().joined(separator: ", ")).")
        }
        required = Set(ids)
        textLimit = min(try call.object()["textLimit"]?.integerValue ?? RichText.limit, RichText.limit)
        return Answer(200, ["required": .array(ids.map { .string($0) }), "textLimit": .integer(textLimit)])
    }

    func checkLengths(of issue: Issue, _ dialect: Dialect) throws {
        try issue.description?.check(textLimit, dialect, field: "description")
        try issue.environment?.check(textLimit, dialect, field: "environment")
    }

    func checkLength(of comment: RichText, _ dialect: Dialect) throws {
        try comment.check(textLimit, dialect, field: "comment")
    }

    /// Refuses a new issue that lacks something, with a complaint for each.
    func requireFields(_ fields: IssueFields) throws {
        let missing = required.filter { !fields.has($0) }
        guard !missing.isEmpty else { return }
        let complaints = missing.map { ($0, "\(Self.requirable[$0] ?? $0) is required.") }
        throw JiraRefusal(status: 400, errors: Dictionary(complaints) { first, _ in first })
    }
}
