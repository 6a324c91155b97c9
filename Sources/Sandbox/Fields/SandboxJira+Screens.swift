// SPDX-License-Identifier: Apache-2.0

import Markup

/// The fields on the screens of a project and an issue type; nothing where it is as usual.
struct ScreenSet: Codable, Equatable, Sendable {
    var create: [String]?
    var edit: [String]?
    var required: [String]?
}

/// Screens: which fields a new issue takes, which a change takes, and which must have a value; and how much text the site
/// takes. Set by who rehearses.
extension SandboxJira {
    var fields: [Field] { Field.system + customFields.map(Field.init) }

    /// What can be set while an issue is made.
    func createForm(_ project: Int, _ type: IssueType) -> Form {
        let screen = screens.value(project: project, type: type.id, \.create).map { Set($0 + ["summary"]) }
        guard type.isSubtask else { return form((screen ?? standardScreen).subtracting(["parent"]), project, type) }
        return form((screen ?? standardScreen).union(["parent"]), project, type)
    }

    /// What can be set of one that is there.
    func editForm(_ issue: Issue) -> Form {
        let screen = screens.value(project: issue.project, type: issue.type.id, \.edit).map(Set.init)
        // A sub-task stays with its parent.
        return form((screen ?? standardScreen).subtracting(["parent"]), issue.project, issue.type)
    }

    func form(_ screen: Set<String>, _ project: Int, _ type: IssueType, required: Set<String>? = nil) -> Form {
        let usual = screens.value(project: project, type: type.id, \.required) ?? []
        var shown = screen.union(["project", "issuetype"])
        if !may("MODIFY_REPORTER", in: project) { shown.remove("reporter") }
        if !may("ASSIGN_ISSUES", in: project) { shown.remove("assignee") }
        return Form(
            people: people, projects: projects, catalogue: catalogue(of: project), fields: fields, screen: shown,
            required: required ?? Set(usual))
    }

    /// All that can be set but the resolution, which transitions ask for.
    private var standardScreen: Set<String> {
        Set(fields.filter { $0.isSettable && $0.id != "resolution" }.map(\.id))
    }

    /// `{"project": "HELP", "type": "Bug", "create": ["summary", "Severity"], "edit": [...], "required": ["duedate"]}`:
    /// for all projects or types where none is named, by ids or names of fields. What is left out is as usual, and
    /// without `textLimit` the site takes what Jira Cloud does.
    func setScreens(_ call: Call) throws -> Answer {
        let body = try call.object()
        let (project, type) = try place(body)
        let set = ScreenSet(
            create: try fieldIDs("create", in: body), edit: try fieldIDs("edit", in: body),
            required: try fieldIDs("required", in: body))
        screens.set(set == ScreenSet() ? nil : set, project: project, type: type)
        if project == nil, type == nil {
            textLimit = min(body["textLimit"]?.integerValue ?? RichText.limit, RichText.limit)
        }
        return readScreens(call)
    }

    func readScreens(_ call: Call) -> Answer {
        func list(_ ids: [String]?) -> JSONValue { ids.map { .array($0.map { .string($0) }) } ?? .null }
        let rules = screens.rules.map { rule -> JSONValue in
            [
                "project": name(ofProject: rule.project), "type": name(ofType: rule.type),
                "create": list(rule.value.create), "edit": list(rule.value.edit),
                "required": list(rule.value.required),
            ]
        }
        return Answer(200, ["screens": .array(rules), "textLimit": .integer(textLimit)])
    }

    private func fieldIDs(_ member: String, in body: JSONValue) throws -> [String]? {
        guard let names = body[member], !names.isNull else { return nil }
        guard let list = names.arrayValue else {
            throw JiraRefusal.badField(member, "A list of fields, by ids or names.")
        }
        return try list.map { name in
            guard let field = fields.first(where: { $0.isSettable && $0.isNamed(name.stringValue ?? "") }) else {
                throw JiraRefusal.badField(
                    member, "There is no field '\(name.stringValue ?? "")' that can be set. See /rest/api/3/field.")
            }
            return field.id
        }
    }

    /// The project and the issue type that a rule is for.
    func place(_ body: JSONValue) throws -> (project: Int?, type: Int?) {
        let project = try body["project"]?.stringValue.map { key in
            guard let found = self.project(key) else {
                throw JiraRefusal.badField("project", "There is no project '\(key)'.")
            }
            return found.id
        }
        let type = try body["type"]?.stringValue.map { name in
            guard let found = IssueType.all.first(where: { $0.name == name || String($0.id) == name }) else {
                throw JiraRefusal.badField("type", "There is no issue type '\(name)'.")
            }
            return found.id
        }
        return (project, type)
    }

    func name(ofProject id: Int?) -> JSONValue {
        projects.first { $0.id == id }.map { .string($0.key) } ?? .null
    }

    func name(ofType id: Int?) -> JSONValue {
        IssueType.all.first { $0.id == id }.map { .string($0.name) } ?? .null
    }

    func checkLengths(of issue: Issue, _ dialect: Dialect) throws {
        try issue.description?.check(textLimit, dialect, field: "description")
        try issue.environment?.check(textLimit, dialect, field: "environment")
        for (id, value) in issue.custom.sorted(by: { $0.key < $1.key }) {
            if case .rich(let text) = value { try text.check(textLimit, dialect, field: id) }
        }
    }

    func checkLength(of comment: RichText, _ dialect: Dialect) throws {
        try comment.check(textLimit, dialect, field: "comment")
    }
}
