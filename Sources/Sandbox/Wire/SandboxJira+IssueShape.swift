// SPDX-License-Identifier: Apache-2.0

import Markup

/// Which fields of an issue a caller wants: `*all`, `*navigable`, names, and `-name` to leave one out.
struct FieldSelection: Sendable {
    private let isAll: Bool
    private let named: Set<String>
    private let refused: Set<String>

    /// - Parameter standard: What no word at all means.
    init(_ words: [String], standard: String) {
        let given = words.map { $0.trimmingPrefix(" ") }.map(String.init).filter { !$0.isEmpty }
        let words = given.allSatisfy { $0.hasPrefix("-") } ? [standard] + given : given
        isAll = words.contains("*all") || words.contains("*navigable")
        refused = Set(words.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) })
        named = Set(words)
    }

    func contains(_ field: String) -> Bool {
        !refused.contains(field) && (isAll || named.contains(field))
    }

    /// True where only the id was asked for, so that Jira answers without `fields`.
    var isOnlyID: Bool { !isAll && named.subtracting(refused).isSubset(of: ["id", "key"]) }
}

extension SandboxJira {
    /// An issue as `GET /issue/{key}` shows it.
    func shape(of issue: Issue, _ dialect: Dialect, fields: FieldSelection, properties: [String] = []) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("expand", "renderedFields,names,schema,operations,editmeta,changelog"),
            ("id", .string(String(issue.id))), ("self", .string("\(root(dialect))/issue/\(issue.id)")),
            ("key", .string(issue.key)),
        ]
        members.append(("fields", .members(self.fields(of: issue, dialect, fields))))
        let wanted = issue.properties.pairs.filter { properties.contains("*all") || properties.contains($0.key) }
        if !wanted.isEmpty { members.append(("properties", .members(wanted.map { ($0.key, $0.value) }))) }
        return .members(members)
    }

    private func fields(
        of issue: Issue, _ dialect: Dialect, _ selection: FieldSelection
    ) -> [(String, JSONValue)] {
        // Seldom asked for, and long.
        let long: [(String, () -> JSONValue)] = [
            ("environment", { issue.environment?.value(in: dialect) ?? .null }),
            ("attachment", { .array(issue.attachments.map { self.shape(of: $0, dialect) }) }),
            ("comment", { self.commentsShape(of: issue, dialect) }),
            ("worklog", { self.worklogsShape(of: issue, dialect) }),
        ]
        return commonFields(of: issue, dialect).filter { selection.contains($0.0) }
            + long.filter { selection.contains($0.0) }.map { ($0.0, $0.1()) }
            + customShapes(of: issue, dialect).filter { selection.contains($0.0) }
    }

    private func commentsShape(of issue: Issue, _ dialect: Dialect) -> JSONValue {
        let comments = issue.comments.filter { sees($0, apiUser) }
        return [
            "comments": .array(comments.map { shape(of: $0, in: issue, dialect) }),
            "self": .string("\(root(dialect))/issue/\(issue.id)/comment"),
            "maxResults": .integer(comments.count), "total": .integer(comments.count), "startAt": .integer(0),
        ]
    }

    private func worklogsShape(of issue: Issue, _ dialect: Dialect) -> JSONValue {
        [
            "startAt": .integer(0), "maxResults": .integer(20), "total": .integer(issue.worklogs.count),
            "worklogs": .array(issue.worklogs.map { shape(of: $0, in: issue, dialect) }),
        ]
    }

    /// The fields that both the REST answers and the webhooks carry.
    func commonFields(of issue: Issue, _ dialect: Dialect) -> [(String, JSONValue)] {
        let parent = issue.parent.flatMap { issues[$0] }.map { [("parent", linkedShape(of: $0, dialect))] } ?? []
        return plainFields(of: issue, dialect) + parent + [
            ("subtasks", .array(subtasks(of: issue).map { linkedShape(of: $0, dialect) })),
            ("issuelinks", linkShapes(of: issue, dialect)),
        ]
    }

    /// Those that name no other issue.
    func plainFields(of issue: Issue, _ dialect: Dialect) -> [(String, JSONValue)] {
        [
            ("summary", .string(issue.summary)),
            ("issuetype", shape(of: issue.type, dialect)),
            ("project", shape(of: project(of: issue), dialect)),
            ("status", shape(of: issue.status, dialect)),
            ("priority", issue.priority.map { shape(of: $0, dialect) } ?? .null),
            ("labels", .array(issue.labels.map { .string($0) })),
            ("description", issue.description?.value(in: dialect) ?? .null),
            ("reporter", shape(ofAccount: issue.reporter, dialect)),
            ("creator", shape(ofAccount: issue.creator, dialect)),
            ("assignee", shape(ofAccount: issue.assignee, dialect)),
            ("created", .string(jiraTime(issue.created))), ("updated", .string(jiraTime(issue.updated))),
            ("duedate", issue.dueDate.map { .string($0) } ?? .null),
            ("resolution", issue.resolution.map { shape(of: $0, dialect) } ?? .null),
            ("resolutiondate", issue.resolved.map { .string(jiraTime($0)) } ?? .null),
            ("components", shapes(of: issue.components, in: issue, dialect)),
            ("fixVersions", shapes(of: issue.fixVersions, in: issue, dialect)),
            ("versions", shapes(of: issue.affectedVersions, in: issue, dialect)),
            ("security", issue.security.flatMap { entry($0, of: issue) }.map { shape(of: $0, dialect) } ?? .null),
            (
                "watches",
                [
                    "self": .string("\(root(dialect))/issue/\(issue.key)/watchers"),
                    "watchCount": .integer(issue.watchers.count),
                    "isWatching": .bool(issue.watchers.contains(apiUser.accountID)),
                ]
            ),
        ]
    }
}
