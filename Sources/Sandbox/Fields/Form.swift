// SPDX-License-Identifier: Apache-2.0

import Markup

/// What the fields of an issue may be set to, on one screen.
struct Form {
    let people: [Person]
    let projects: [Project]
    let catalogue: [CatalogueEntry]
    let fields: [Field]
    /// What stands on the screen, by ids.
    let screen: Set<String>
    /// What must have a value.
    let required: Set<String>

    /// The field of that id, where it is on the screen.
    func field(_ id: String) throws -> Field {
        guard screen.contains(id), let field = fields.first(where: { $0.id == id }) else {
            throw JiraRefusal.badField(
                id, "Field '\(id)' cannot be set. It is not on the appropriate screen, or unknown.")
        }
        return field
    }

    /// What Jira says of a field that must have a value and has none.
    func lack(of id: String) -> JiraRefusal {
        .badField(id, "\(fields.first { $0.id == id }?.name ?? id) is required.")
    }

    func labels(_ field: String, _ value: JSONValue) throws -> [String] {
        guard let list = value.arrayValue else { throw JiraRefusal.badField(field, "data was not an array") }
        return try list.map { label in
            guard let text = label.stringValue, !text.contains(where: \.isWhitespace) else {
                throw JiraRefusal.badField(
                    field, "The label '\(label.stringValue ?? "")' contains spaces which is invalid.")
            }
            guard text.utf16.count <= 255 else {
                throw JiraRefusal.badField(
                    field, "The label is too long. It exceeds the allowed limit of 255 characters.")
            }
            return text
        }
    }

    func entries(_ field: String, _ value: JSONValue, _ kind: CatalogueEntry.Kind) throws -> [Int] {
        guard let list = value.arrayValue else { throw JiraRefusal.badField(field, "data was not an array") }
        return try list.map { one in
            let given = (one["id"] ?? one["name"])?.stringValue ?? ""
            guard let entry = catalogue.first(where: { $0.kind == kind && $0.isNamed(given) }) else {
                throw JiraRefusal.badField(field, "\(kind.noun) name '\(given)' is not valid")
            }
            return entry.id
        }
    }
}

extension CatalogueEntry.Kind {
    fileprivate var noun: String {
        switch self {
        case .component: "Component"
        case .version: "Version"
        case .securityLevel: "Security level"
        }
    }
}
