// SPDX-License-Identifier: Apache-2.0

/// A field that issues have: one of Jira's own, or a custom one.
struct Field: Sendable {
    /// `summary`, `customfield_10030`.
    let id: String
    let name: String
    /// The type in its schema, and that of the elements where it is a list.
    let type: String
    var items: String?
    var custom: CustomField?
    /// What a query calls it.
    let clauses: [String]
    /// Whether it can be put on a screen.
    var isSettable = true

    var isList: Bool { type == "array" }

    func isNamed(_ reference: String) -> Bool { id == reference || name.lowercased() == reference.lowercased() }

    /// Jira's own.
    static let system = [
        Field(id: "summary", name: "Summary", type: "string", clauses: ["summary"]),
        Field(id: "issuetype", name: "Issue Type", type: "issuetype", clauses: ["issuetype", "type"]),
        Field(id: "project", name: "Project", type: "project", clauses: ["project"]),
        Field(id: "parent", name: "Parent", type: "issuelink", clauses: ["parent"]),
        Field(id: "reporter", name: "Reporter", type: "user", clauses: ["reporter"]),
        Field(id: "assignee", name: "Assignee", type: "user", clauses: ["assignee"]),
        Field(id: "description", name: "Description", type: "string", clauses: ["description"]),
        Field(id: "environment", name: "Environment", type: "string", clauses: ["environment"]),
        Field(id: "labels", name: "Labels", type: "array", items: "string", clauses: ["labels"]),
        Field(id: "priority", name: "Priority", type: "priority", clauses: ["priority"]),
        Field(id: "duedate", name: "Due date", type: "date", clauses: ["due", "duedate"]),
        Field(id: "components", name: "Components", type: "array", items: "component", clauses: ["component"]),
        Field(id: "fixVersions", name: "Fix versions", type: "array", items: "version", clauses: ["fixVersion"]),
        Field(id: "versions", name: "Affects versions", type: "array", items: "version", clauses: ["affectedVersion"]),
        Field(id: "security", name: "Security Level", type: "securitylevel", clauses: ["level"]),
        Field(id: "resolution", name: "Resolution", type: "resolution", clauses: ["resolution"]),
        Field(id: "status", name: "Status", type: "status", clauses: ["status"], isSettable: false),
        Field(id: "creator", name: "Creator", type: "user", clauses: ["creator"], isSettable: false),
        Field(
            id: "created", name: "Created", type: "datetime", clauses: ["created", "createdDate"], isSettable: false),
        Field(
            id: "updated", name: "Updated", type: "datetime", clauses: ["updated", "updatedDate"], isSettable: false),
    ]

    init(
        id: String, name: String, type: String, items: String? = nil, clauses: [String], isSettable: Bool = true
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.items = items
        self.clauses = clauses
        self.isSettable = isSettable
    }

    init(_ custom: CustomField) {
        id = custom.id
        name = custom.name
        type = custom.kind.type
        items = custom.kind.items
        self.custom = custom
        clauses = ["cf[\(custom.number)]", custom.name]
    }
}
