// SPDX-License-Identifier: Apache-2.0

import Markup

/// One item of a changelog.
struct Change: Sendable, Equatable {
    var field: String
    var from: String?
    var fromText: String?
    var to: String?
    var toText: String?
    /// Of a custom field.
    var customID: String?
    /// Whether it is about something that is no field, and so has no id.
    var isOfNoField = false

    init(_ field: String, from: (id: String?, text: String?)?, to: (id: String?, text: String?)?) {
        self.field = field
        self.from = from?.id
        fromText = from?.text
        self.to = to?.id
        toText = to?.text
    }
}

extension SandboxJira {
    func changelog(_ changes: [Change]) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        let items = changes.map { change -> JSONValue in
            var item: JSONValue = [
                "field": .string(change.field), "fieldtype": change.customID == nil ? "jira" : "custom",
                "from": text(change.from), "fromString": text(change.fromText), "to": text(change.to),
                "toString": text(change.toText),
            ]
            if !change.isOfNoField { item["fieldId"] = .string(change.customID ?? change.field.lowercased()) }
            return item
        }
        return ["id": .string(String(sequence.next(.changelog))), "items": .array(items)]
    }

    /// What differs between two states of an issue, in the order in which Jira names fields.
    func changes(from before: Issue, to after: Issue) -> [Change] {
        func named(_ account: String?) -> (id: String?, text: String?) {
            (account, account.flatMap(person)?.displayName)
        }
        var changes: [Change] = []
        func add(_ field: String, _ one: (id: String?, text: String?), _ other: (id: String?, text: String?)) {
            if one != other { changes.append(Change(field, from: one, to: other)) }
        }
        add("summary", (nil, before.summary), (nil, after.summary))
        add("description", (nil, before.description?.wiki), (nil, after.description?.wiki))
        add("environment", (nil, before.environment?.wiki), (nil, after.environment?.wiki))
        add("issuetype", (String(before.type.id), before.type.name), (String(after.type.id), after.type.name))
        let (source, target) = (project(of: before), project(of: after))
        add("project", (String(source.id), source.name), (String(target.id), target.name))
        add(
            "status", (String(before.status.id), before.status.name), (String(after.status.id), after.status.name))
        add("assignee", named(before.assignee), named(after.assignee))
        add("reporter", named(before.reporter), named(after.reporter))
        add(
            "priority", (before.priority.map { String($0.id) }, before.priority?.name),
            (after.priority.map { String($0.id) }, after.priority?.name))
        add("labels", (nil, before.labels.joined(separator: " ")), (nil, after.labels.joined(separator: " ")))
        add("duedate", (before.dueDate, before.dueDate), (after.dueDate, after.dueDate))
        add(
            "resolution", (before.resolution.map { String($0.id) }, before.resolution?.name),
            (after.resolution.map { String($0.id) }, after.resolution?.name))
        for field in customFields where before.custom[field.id] != after.custom[field.id] {
            func text(_ issue: Issue) -> (id: String?, text: String?) {
                (nil, issue.custom[field.id].map { names(of: $0, field, in: issue).joined(separator: ", ") })
            }
            var change = Change(field.name, from: text(before), to: text(after))
            change.customID = field.id
            changes.append(change)
        }
        if before.key != after.key {
            var change = Change("Key", from: (nil, before.key), to: (nil, after.key))
            change.isOfNoField = true
            changes.append(change)
        }
        return changes
    }
}
