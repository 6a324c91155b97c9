// SPDX-License-Identifier: Apache-2.0

import Markup

/// What the REST API tells of fields.
extension SandboxJira {
    /// Jira: GET /rest/api/3/field
    func listFields(_ call: Call) throws -> Answer {
        Answer(200, .array(fields.map { shape(of: $0, call.dialect) }))
    }

    private func shape(of field: Field, _ dialect: Dialect) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", .string(field.id)), ("name", .string(field.name)), ("custom", .bool(field.custom != nil)),
            ("orderable", .bool(field.isSettable)), ("navigable", true), ("searchable", true),
            ("clauseNames", .array(field.clauses.map { .string($0) })), ("schema", schema(of: field)),
        ]
        if dialect != .dataCenter { members.append(("key", .string(field.id))) }
        return .members(members)
    }

    func schema(of field: Field) -> JSONValue {
        var members: [(String, JSONValue)] = [("type", .string(field.type))]
        if let items = field.items { members.append(("items", .string(items))) }
        if let custom = field.custom {
            members += [("custom", .string(custom.kind.key)), ("customId", .integer(custom.number))]
        } else {
            members.append(("system", .string(field.id)))
        }
        return .members(members)
    }

    /// Jira: GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes
    func listCreateTypes(_ call: Call) throws -> Answer {
        _ = try project(call)
        let page = try call.page(limit: 200, standard: 50)
        let types = IssueType.all.dropFirst(page.start).prefix(page.size).map { shape(of: $0, call.dialect) }
        return Answer(200, createPage(types, "issueTypes", page, of: IssueType.all.count, call.dialect))
    }

    /// Jira: GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}
    func listCreateFields(_ call: Call) throws -> Answer {
        let project = try project(call)
        guard let type = IssueType.all.first(where: { String($0.id) == call[parameter: "type"] }) else {
            throw JiraRefusal.notFound("No issue type could be found with id '\(call[parameter: "type"])'.")
        }
        let page = try call.page(limit: 200, standard: 50)
        let form = createForm(project.id, type)
        let fields = form.fields.filter { form.screen.contains($0.id) }
        let shown = fields.dropFirst(page.start).prefix(page.size).map { field in
            var metadata = metadata(of: field, on: form, project, type, call.dialect)
            metadata["fieldId"] = .string(field.id)
            return metadata
        }
        return Answer(200, createPage(Array(shown), "fields", page, of: fields.count, call.dialect))
    }

    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/editmeta
    func readEditFields(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let form = editForm(issue)
        // An issue stays in its project.
        let shown = form.fields.filter { form.screen.contains($0.id) && $0.id != "project" }
        return Answer(200, ["fields": metadata(of: shown, on: form, issue, call.dialect)])
    }

    /// What fields of an issue take, by ids.
    func metadata(of fields: [Field], on form: Form, _ issue: Issue, _ dialect: Dialect) -> JSONValue {
        let project = project(of: issue)
        return .members(fields.map { ($0.id, metadata(of: $0, on: form, project, issue.type, dialect)) })
    }

    private static let always: Set = ["summary", "issuetype", "project", "parent", "reporter"]

    private func metadata(
        of field: Field, on form: Form, _ project: Project, _ type: IssueType, _ dialect: Dialect
    ) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("key", .string(field.id)), ("name", .string(field.name)),
            ("required", .bool(Self.always.contains(field.id) || form.required.contains(field.id))),
            ("hasDefaultValue", .bool(field.id == "reporter" || field.id == "priority")),
            ("operations", field.isList ? ["add", "set", "remove"] : ["set"]), ("schema", schema(of: field)),
        ]
        if dialect == .dataCenter { members.append(("fieldId", .string(field.id))) }
        if let values = allowedValues(of: field, form, project, type, dialect) {
            members.append(("allowedValues", .array(values)))
        }
        return .members(members)
    }

    private func allowedValues(
        of field: Field, _ form: Form, _ project: Project, _ type: IssueType, _ dialect: Dialect
    ) -> [JSONValue]? {
        if let custom = field.custom, custom.kind.hasOptions {
            return custom.options(below: nil).map { shape(of: $0, custom, dialect) }
        }
        func entries(_ kind: CatalogueEntry.Kind) -> [JSONValue] {
            form.catalogue.filter { $0.kind == kind }.map { shape(of: $0, dialect) }
        }
        switch field.items ?? field.type {
        case "issuetype": return [shape(of: type, dialect)]
        case "project": return (field.custom == nil ? [project] : projects).map { shape(of: $0, dialect) }
        case "priority": return Priority.all.map { shape(of: $0, dialect) }
        case "resolution": return Resolution.all.map { shape(of: $0, dialect) }
        case "component": return entries(.component)
        case "version": return entries(.version)
        case "securitylevel": return entries(.securityLevel)
        default: return nil
        }
    }

    /// An option of a list with those below it.
    private func shape(of option: CustomField.Option, _ field: CustomField, _ dialect: Dialect) -> JSONValue {
        var shape = shape(of: option, dialect)
        let children = field.options(below: option.id)
        if !children.isEmpty { shape["children"] = .array(children.map { self.shape(of: $0, dialect) }) }
        return shape
    }

    private func shape(of option: CustomField.Option, _ dialect: Dialect) -> JSONValue {
        [
            "self": .string("\(root(dialect))/customFieldOption/\(option.id)"), "value": .string(option.value),
            "id": .string(String(option.id)),
        ]
    }

    /// Jira: GET /rest/api/3/customFieldOption/{id}
    func readOption(_ call: Call) throws -> Answer {
        let id = call[parameter: "id"]
        guard let option = customFields.flatMap(\.options).first(where: { String($0.id) == id }) else {
            throw JiraRefusal.notFound("A custom field option with id '\(id)' does not exist")
        }
        return Answer(
            200,
            ["self": .string("\(root(call.dialect))/customFieldOption/\(id)"), "value": .string(option.value)])
    }

    // MARK: What issues hold

    /// All custom fields of an issue; those without a value are null.
    func customShapes(of issue: Issue, _ dialect: Dialect) -> [(String, JSONValue)] {
        customFields.map { field in
            (field.id, issue.custom[field.id].map { shape(of: $0, field, issue, dialect) } ?? .null)
        }
    }

    private func shape(
        of value: FieldValue, _ field: CustomField, _ issue: Issue, _ dialect: Dialect
    ) -> JSONValue {
        switch value {
        case .number(let number): return .number(number)
        case .rich(let text): return text.value(in: dialect)
        case .words(let words):
            let shapes = words.map { word -> JSONValue in
                switch field.kind {
                case .user, .users: shape(ofAccount: word, dialect)
                case .group, .groups: shape(ofGroup: word, dialect)
                default: .string(word)
                }
            }
            return field.kind.items == nil ? shapes.first ?? .null : .array(shapes)
        case .ids(let ids):
            if field.kind == .cascading { return cascade(ids.compactMap(field.option), dialect) }
            let shapes = ids.compactMap { id -> JSONValue? in
                switch field.kind {
                case .project: projects.first { $0.id == id }.map { shape(of: $0, dialect) }
                case .version, .versions: entry(id, of: issue).map { shape(of: $0, dialect) }
                default: field.option(id).map { shape(of: $0, dialect) }
                }
            }
            return field.kind.items == nil ? shapes.first ?? .null : .array(shapes)
        }
    }

    private func cascade(_ options: [CustomField.Option], _ dialect: Dialect) -> JSONValue {
        guard let first = options.first else { return .null }
        var shape = shape(of: first, dialect)
        if options.count > 1 { shape["child"] = self.shape(of: options[1], dialect) }
        return shape
    }

    /// What a value is called, in a changelog and in a query.
    func names(of value: FieldValue, _ field: CustomField, in issue: Issue) -> [String] {
        switch value {
        case .number(let number): [JSONValue.number(number).description]
        case .rich(let text): [text.wiki]
        case .words(let words):
            [.user, .users].contains(field.kind) ? words.map { person($0)?.displayName ?? $0 } : words
        case .ids(let ids):
            ids.compactMap { id in
                switch field.kind {
                case .project: projects.first { $0.id == id }?.name
                case .version, .versions: entry(id, of: issue)?.name
                default: field.option(id)?.value
                }
            }
        }
    }

    // MARK: On demand

    func readCustomFields(_ call: Call) -> Answer {
        Answer(200, .array(customFields.map(adminShape)))
    }

    private func adminShape(of field: CustomField) -> JSONValue {
        [
            "id": .string(field.id), "name": .string(field.name), "kind": .string(field.kind.rawValue),
            "options": .array(
                field.options(below: nil).map { option in
                    let children = field.options(below: option.id).map(\.value).joined(separator: ", ")
                    return .string(children.isEmpty ? option.value : "\(option.value): \(children)")
                }),
        ]
    }

    /// `{"name": "Floor", "kind": "cascading", "options": ["North: 1, 2", "South"]}`
    func addCustomField(_ call: Call) throws -> Answer {
        let body = try call.object()
        guard let name = body["name"]?.stringValue, !name.isEmpty, !fields.contains(where: { $0.isNamed(name) }) else {
            throw JiraRefusal.badField("name", "A field has a name that no other has.")
        }
        guard let kind = body["kind"]?.stringValue.flatMap(CustomField.Kind.init) else {
            let known = CustomField.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw JiraRefusal.badField("kind", "Known kinds: \(known).")
        }
        let options = (body["options"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard options.isEmpty != kind.hasOptions else {
            throw JiraRefusal.badField(
                "options",
                kind.hasOptions ? "A field of this kind has options." : "A field of this kind has no options.")
        }
        guard customFields.count < 500 else { throw JiraRefusal.badRequest("There are 500 custom fields already.") }
        let field = CustomField(
            number: (customFields.map(\.number).max() ?? 10029) + 1, name: name, kind: kind, options: options,
            after: customFields.flatMap(\.options).map(\.id).max() ?? 10100)
        customFields.append(field)
        return Answer(201, adminShape(of: field))
    }
}
