// SPDX-License-Identifier: Apache-2.0

import Markup

/// The `update` of a request: what is added to a field, taken from it, or set.
extension SandboxJira {
    func applyUpdates(_ update: JSONValue?, to issue: inout Issue, by form: Form, _ dialect: Dialect) throws {
        for (id, operations) in (update?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) where id != "comment" {
            for operation in operations.arrayValue ?? [] {
                guard let (verb, value) = operation.objectValue?.first else { throw JiraRefusal.wrongPayload }
                let field = try form.field(id)
                let before = issue
                switch verb {
                case "set":
                    try IssueFields(.members([(id, value)]), dialect).apply(to: &issue, by: form, isWhole: false)
                case "add" where field.isList, "remove" where field.isList:
                    // Set to what is given alone, so that it is read as ever, and then joined with what was there.
                    try IssueFields(.members([(id, .array([value]))]), dialect).apply(
                        to: &issue, by: form, isWhole: false)
                    issue.join(field, with: before, verb == "add" ? .adding : .removing)
                    if form.required.contains(id), issue.isEmpty(id) { throw form.lack(of: id) }
                default:
                    throw JiraRefusal.badField(id, "Field does not support update '\(verb)'")
                }
            }
        }
    }
}

private enum Joining {
    case adding, removing

    func callAsFunction<Element: Equatable>(_ old: [Element], _ new: [Element]) -> [Element] {
        switch self {
        case .adding: old + new.filter { !old.contains($0) }
        case .removing: old.filter { !new.contains($0) }
        }
    }
}

extension Issue {
    fileprivate mutating func join(_ field: Field, with before: Issue, _ joining: Joining) {
        switch field.id {
        case "labels": labels = joining(before.labels, labels)
        case "components": components = joining(before.components, components)
        case "fixVersions": fixVersions = joining(before.fixVersions, fixVersions)
        case "versions": affectedVersions = joining(before.affectedVersions, affectedVersions)
        default: custom[field.id] = before.custom[field.id].joined(custom[field.id], joining)
        }
    }
}

extension FieldValue? {
    /// Lists of one kind; nothing is an empty one.
    fileprivate func joined(_ new: FieldValue?, _ joining: Joining) -> FieldValue? {
        switch (self ?? new, new) {
        case (.words(let old), .words(let new)):
            let words = joining(self == nil ? [] : old, new)
            return words.isEmpty ? nil : .words(words)
        case (.ids(let old), .ids(let new)):
            let ids = joining(self == nil ? [] : old, new)
            return ids.isEmpty ? nil : .ids(ids)
        default: return new
        }
    }
}
