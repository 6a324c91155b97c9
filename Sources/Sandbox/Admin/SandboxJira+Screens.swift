// SPDX-License-Identifier: Apache-2.0

import Markup

/// Which fields a new issue must have beside Jira's own. For a rehearsal of what Martlet says of a screen that wants more.
extension SandboxJira {
    static let requirable = [
        "assignee": "Assignee", "description": "Description", "duedate": "Due date", "environment": "Environment",
        "labels": "Labels",
    ]

    /// `{"required": ["duedate"]}`; nothing else is required then.
    func setScreens(_ call: Call) throws -> Answer {
        let ids = (try call.object()["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard ids.allSatisfy({ Self.requirable[$0] != nil }) else {
            throw JiraRefusal.badField("required", "Known: \(Self.requirable.keys.sorted().joined(separator: ", ")).")
        }
        required = Set(ids)
        return Answer(200, ["required": .array(ids.map { .string($0) })])
    }

    /// Refuses a new issue that lacks something, with a complaint for each.
    func requireFields(_ fields: IssueFields) throws {
        let missing = required.filter { !fields.has($0) }
        guard !missing.isEmpty else { return }
        let complaints = missing.map { ($0, "\(Self.requirable[$0] ?? $0) is required.") }
        throw JiraRefusal(status: 400, errors: Dictionary(complaints) { first, _ in first })
    }
}
