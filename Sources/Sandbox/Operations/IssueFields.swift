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
    var namesParent: Bool { !(values["parent"] ?? .null).isNull }

    func parent() throws -> String {
        guard values["parent"]?.objectValue != nil else {
            throw JiraRefusal.badField("parent", "data was not an object")
        }
        return reference("parent", ["key", "id"]) ?? ""
    }

    /// What identifies a referenced thing: the first of those members that is a string or a number.
    private func reference(_ field: String, _ members: [String]) -> String? {
        for member in members {
            if let text = values[field]?[member]?.stringValue { return text }
            if let number = values[field]?[member]?.integerValue { return String(number) }
        }
        return nil
    }

    /// Sets what is given, or refuses all of it with one complaint for each wrong field.
    ///
    /// - Parameter isWhole: Whether what is not given is not there, as on a new issue and in a transition.
    func apply(to issue: inout Issue, by form: Form, isWhole: Bool) throws {
        var errors: [String: String] = [:]
        func complain(_ refusal: JiraRefusal) { errors.merge(refusal.errors) { first, _ in first } }
        for (field, value) in values.sorted(by: { $0.key < $1.key }) {
            do {
                try set(form.field(field), value, on: &issue, by: form)
            } catch let refusal as JiraRefusal {
                complain(refusal)
            }
        }
        if issue.summary.isEmpty, values["summary"] == nil {
            errors["summary"] = "You must specify a summary of the issue."
        }
        for field in form.required.sorted() where field != "summary" && (isWhole || values[field] != nil) {
            if issue.isEmpty(field) { complain(form.lack(of: field)) }
        }
        guard errors.isEmpty else { throw JiraRefusal(status: 400, errors: errors) }
    }

    private func set(_ field: Field, _ value: JSONValue, on issue: inout Issue, by form: Form) throws {
        if let custom = field.custom {
            issue.custom[field.id] = try FieldReading(field: custom, dialect: dialect, form: form).read(value)
            return
        }
        switch field.id {
        case "issuetype": issue.type = try type(value, isSubtask: issue.type.isSubtask)
        case "summary": issue.summary = try summary(value)
        case "description": issue.description = try richText(field.id, value)
        case "environment": issue.environment = try richText(field.id, value)
        case "labels": issue.labels = try form.labels(field.id, value)
        case "priority": issue.priority = try priority(value)
        case "duedate": issue.dueDate = try day(field.id, value)
        case "resolution": issue.resolution = try resolution(value)
        case "reporter":
            guard let account = try account(field.id, value, form.people) else {
                throw JiraRefusal.badField(field.id, "Reporter is required.")
            }
            issue.reporter = account
        case "assignee": issue.assignee = try account(field.id, value, form.people)
        case "components": issue.components = try form.entries(field.id, value, .component)
        case "fixVersions": issue.fixVersions = try form.entries(field.id, value, .version)
        case "versions": issue.affectedVersions = try form.entries(field.id, value, .version)
        case "security":
            issue.security = try value.isNull ? nil : form.entries(field.id, [value], .securityLevel)[0]
        default: break
        }
    }

    /// A sub-task stays one, and nothing else becomes one.
    private func type(_ value: JSONValue, isSubtask: Bool) throws -> IssueType {
        let given = reference("issuetype", ["id", "name"])
        let found = IssueType.all.first { $0.name == given || String($0.id) == given }
        guard let type = found, type.isSubtask == isSubtask else {
            throw JiraRefusal.badField("issuetype", "Specify a valid issue type")
        }
        return type
    }

    private func day(_ field: String, _ value: JSONValue) throws -> String? {
        if value.isNull || value == "" { return nil }
        guard let text = value.stringValue else {
            throw JiraRefusal.badField(field, "Operation value must be a string")
        }
        guard isDay(text) else { throw JiraRefusal.badField(field, "Error parsing date string: \(text)") }
        return text
    }

    private func resolution(_ value: JSONValue) throws -> Resolution? {
        if value.isNull { return nil }
        let given = reference("resolution", ["id", "name"])
        guard let found = Resolution.all.first(where: { $0.name == given || String($0.id) == given }) else {
            throw JiraRefusal.badField("resolution", "Specify a valid 'id' or 'name' for resolution")
        }
        return found
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
