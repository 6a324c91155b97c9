// SPDX-License-Identifier: Apache-2.0

import Markup

/// The `fields` of a request to create or edit an issue.
struct IssueFields {
    private let values: [String: JSONValue]
    let dialect: Dialect

    init(_ fields: JSONValue, _ dialect: Dialect) throws {
        guard let values = fields.objectValue else { throw JiraRefusal.wrongPayload }
        self.values = values
        self.dialect = dialect
    }

    var project: String? { reference("project", ["key", "id"]) }
    var type: String? { reference("issuetype", ["id", "name"]) }

    func has(_ field: String) -> Bool { values[field].map { !$0.isNull } ?? false }

    /// What identifies a referenced thing: the first of those members that is a string or a number.
    private func reference(_ field: String, _ members: [String]) -> String? {
        for member in members {
            if let text = values[field]?[member]?.stringValue { return text }
            if let number = values[field]?[member]?.integerValue { return String(number) }
        }
        return nil
    }

    /// Sets what is given, or refuses all of it with one complaint for each wrong field.
    func apply(
        to issue: inout Issue, knowing people: [Person], _ catalogue: [CatalogueEntry], isNew: Bool
    ) throws {
        var errors: [String: String] = [:]
        if isNew, values["summary"] == nil { errors["summary"] = "You must specify a summary of the issue." }
        for (field, value) in values.sorted(by: { $0.key < $1.key }) {
            do {
                try set(field, value, on: &issue, knowing: people, catalogue)
            } catch let refusal as JiraRefusal {
                errors.merge(refusal.errors) { first, _ in first }
            }
        }
        guard errors.isEmpty else { throw JiraRefusal(status: 400, errors: errors) }
    }

    private func set(
        _ field: String, _ value: JSONValue, on issue: inout Issue, knowing people: [Person],
        _ catalogue: [CatalogueEntry]
    ) throws {
        switch field {
        case "project": break
        case "issuetype":
            guard let type = IssueType.whole.first(where: { $0.name == type || String($0.id) == type }) else {
                throw JiraRefusal.badField(field, "Specify a valid issue type")
            }
            issue.type = type
        case "summary": issue.summary = try summary(value)
        case "description": issue.description = try richText(field, value)
        case "environment": issue.environment = try richText(field, value)
        case "labels": issue.labels = try labels(value)
        case "priority": issue.priority = try priority(value)
        case "duedate": issue.dueDate = value.stringValue
        case "reporter":
            guard let account = try account(field, value, people) else {
                throw JiraRefusal.badField(field, "Reporter is required.")
            }
            issue.reporter = account
        case "assignee": issue.assignee = try account(field, value, people)
        case "components": issue.components = try entries(field, value, .component, of: catalogue)
        case "fixVersions": issue.fixVersions = try entries(field, value, .version, of: catalogue)
        case "versions": issue.affectedVersions = try entries(field, value, .version, of: catalogue)
        case "security":
            issue.security = try value.isNull ? nil : entries(field, [value], .securityLevel, of: catalogue)[0]
        case _ where field.hasPrefix("customfield_"): issue.otherFields[field] = value
        default:
            throw JiraRefusal.badField(
                field, "Field '\(field)' cannot be set. It is not on the appropriate screen, or unknown.")
        }
    }

    private func summary(_ value: JSONValue) throws -> String {
        guard let text = value.stringValue, !text.allSatisfy(\.isWhitespace) else {
            throw JiraRefusal.badField("summary", "You must specify a summary of the issue.")
        }
        guard !text.contains(where: \.isNewline) else {
            throw JiraRefusal.badField("summary", "The summary is invalid because it contains newline characters.")
        }
        guard text.utf16.count <= 255 else {
            throw JiraRefusal.badField("summary", "Summary can't exceed 255 characters.")
        }
        return text
    }

    private func richText(_ field: String, _ value: JSONValue) throws -> RichText? {
        try RichText.read(
            value, dialect, field: field,
            complaint: "Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    }

    private func labels(_ value: JSONValue) throws -> [String] {
        guard let list = value.arrayValue else { throw JiraRefusal.badField("labels", "data was not an array") }
        return try list.map { label in
            guard let text = label.stringValue, !text.contains(where: \.isWhitespace) else {
                throw JiraRefusal.badField(
                    "labels", "The label '\(label.stringValue ?? "")' contains spaces which is invalid.")
            }
            guard text.utf16.count <= 255 else {
                throw JiraRefusal.badField(
                    "labels", "The label is too long. It exceeds the allowed limit of 255 characters.")
            }
            return text
        }
    }

    private func entries(
        _ field: String, _ value: JSONValue, _ kind: CatalogueEntry.Kind, of catalogue: [CatalogueEntry]
    ) throws -> [Int] {
        guard let list = value.arrayValue else { throw JiraRefusal.badField(field, "data was not an array") }
        return try list.map { one in
            let given = (one["id"] ?? one["name"])?.stringValue ?? ""
            guard let entry = catalogue.first(where: { $0.kind == kind && $0.isNamed(given) }) else {
                let noun =
                    switch kind {
                    case .component: "Component"
                    case .version: "Version"
                    case .securityLevel: "Security level"
                    }
                throw JiraRefusal.badField(field, "\(noun) name '\(given)' is not valid")
            }
            return entry.id
        }
    }

    private func priority(_ value: JSONValue) throws -> Priority? {
        if value.isNull { return nil }
        let given = reference("priority", ["id", "name"])
        guard let priority = Priority.all.first(where: { $0.name == given || String($0.id) == given }) else {
            throw JiraRefusal.badField("priority", "The priority selected is invalid.")
        }
        return priority
    }

    private func account(_ field: String, _ value: JSONValue, _ people: [Person]) throws -> String? {
        if value.isNull { return nil }
        if dialect == .dataCenter {
            guard let person = people.first(where: { $0.name == value["name"]?.stringValue }) else {
                throw JiraRefusal.badField(field, "User '\(value["name"]?.stringValue ?? "")' does not exist.")
            }
            return person.accountID
        }
        let given = value["accountId"]?.stringValue ?? value["id"]?.stringValue
        if given == nil, value["accountId"] != nil { return nil }
        guard let given, people.contains(where: { $0.accountID == given }) else {
            throw JiraRefusal.badField(field, "The \(field) specified is not a user.")
        }
        return given
    }
}
