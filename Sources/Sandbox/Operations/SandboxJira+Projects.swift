// SPDX-License-Identifier: Apache-2.0

import Markup

/// The site, its projects, and what their create screens want.
extension SandboxJira {
    func serverInfo(_ call: Call) throws -> Answer {
        Answer(
            200,
            [
                "baseUrl": .string(site), "displayUrl": .string(site), "version": "1001.0.0-SANDBOX",
                "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud", "buildNumber": 100000,
                "buildDate": "2026-01-01T00:00:00.000+0000", "serverTime": .string(jiraTime(now())),
                "serverTimeZone": "Etc/UTC", "scmInfo": "sandbox", "serverTitle": "Sandbox: a stand-in, not Jira",
            ])
    }

    /// Jira: GET /rest/api/3/project/search
    func searchProjects(_ call: Call) throws -> Answer {
        let known = [
            "name", "key", "owner", "category", "issueCount", "lastIssueUpdatedTime", "archivedDate", "deletedDate",
        ]
        if let order = call.query("orderBy") {
            let name = String(order.drop { "+- ".contains($0) })
            guard known.contains(name) else {
                throw JiraRefusal.badRequest(
                    "The field to order by should be one of [\(known.joined(separator: ", "))]. "
                        + "Instead, it was: \(name).")
            }
        }
        let page = try call.page(limit: 100, standard: 50)
        let keys = call.list("keys")
        let query = call.query("query")?.lowercased() ?? ""
        let found = projects.filter { project in
            (keys.isEmpty || keys.contains(project.key))
                && (query.isEmpty || project.key.lowercased().contains(query)
                    || project.name.lowercased().contains(query))
        }
        let shown = found.dropFirst(page.start).prefix(page.size)
        return Answer(
            200,
            [
                "self": .string("\(root(call.dialect))/project/search"), "startAt": .integer(page.start),
                "maxResults": .integer(page.size), "total": .integer(found.count),
                "isLast": .bool(page.start + shown.count >= found.count),
                "values": .array(shown.map { shape(of: $0, call.dialect) }),
            ])
    }

    func readProject(_ call: Call) throws -> Answer {
        var shape = shape(of: try project(call), call.dialect)
        shape["lead"] = self.shape(of: apiUser, call.dialect)
        shape["issueTypes"] = .array(IssueType.all.map { self.shape(of: $0, call.dialect) })
        shape["components"] = []
        shape["versions"] = []
        shape["style"] = "classic"
        return Answer(200, shape)
    }

    func project(_ call: Call) throws -> Project {
        let reference = call[parameter: "project"]
        guard let project = project(reference) else {
            let kind = Int(reference) == nil ? "key" : "id"
            throw JiraRefusal.notFound("No project could be found with \(kind) '\(reference)'.")
        }
        return project
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
        let fields = createFields(project, type, call.dialect)
        let shown = Array(fields.dropFirst(page.start).prefix(page.size))
        return Answer(200, createPage(shown, "fields", page, of: fields.count, call.dialect))
    }

    private func createFields(_ project: Project, _ type: IssueType, _ dialect: Dialect) -> [JSONValue] {
        let fields: [(id: String, name: String, required: Bool, type: String, values: [JSONValue]?)] = [
            ("summary", "Summary", true, "string", nil),
            ("issuetype", "Issue Type", true, "issuetype", [shape(of: type, dialect)]),
            ("project", "Project", true, "project", [shape(of: project, dialect)]),
            ("reporter", "Reporter", true, "user", nil), ("assignee", "Assignee", false, "user", nil),
            ("description", "Description", false, "string", nil),
            ("environment", "Environment", false, "string", nil), ("labels", "Labels", false, "array", nil),
            ("priority", "Priority", false, "priority", Priority.all.map { shape(of: $0, dialect) }),
            ("duedate", "Due date", false, "date", nil),
        ]
        return fields.map { field in
            var schema: [(String, JSONValue)] = [("type", .string(field.type)), ("system", .string(field.id))]
            if field.type == "array" { schema.append(("items", "string")) }
            var members: [(String, JSONValue)] = [
                ("fieldId", .string(field.id)), ("key", .string(field.id)), ("name", .string(field.name)),
                ("required", .bool(field.required || required.contains(field.id))),
                ("hasDefaultValue", .bool(field.id == "reporter" || field.id == "priority")),
                ("operations", field.type == "array" ? ["add", "remove", "set"] : ["set"]),
                ("schema", .members(schema)),
            ]
            if let values = field.values { members.append(("allowedValues", .array(values))) }
            return .members(members)
        }
    }

    /// Jira: GET /rest/api/3/field
    func listFields(_ call: Call) throws -> Answer {
        let fields: [(id: String, name: String, type: String, names: [String])] = [
            ("summary", "Summary", "string", ["summary"]), ("description", "Description", "string", ["description"]),
            ("issuetype", "Issue Type", "issuetype", ["issuetype", "type"]),
            ("project", "Project", "project", ["project"]),
            ("status", "Status", "status", ["status"]), ("priority", "Priority", "priority", ["priority"]),
            ("reporter", "Reporter", "user", ["reporter"]), ("assignee", "Assignee", "user", ["assignee"]),
            ("labels", "Labels", "array", ["labels"]), ("environment", "Environment", "string", ["environment"]),
            ("created", "Created", "datetime", ["created", "createdDate"]),
            ("duedate", "Due date", "date", ["due", "duedate"]),
            ("updated", "Updated", "datetime", ["updated", "updatedDate"]),
        ]
        let list = fields.map { field -> JSONValue in
            [
                "id": .string(field.id), "key": .string(field.id), "name": .string(field.name), "custom": false,
                "orderable": true, "navigable": true, "searchable": true,
                "clauseNames": .array(field.names.map { .string($0) }),
                "schema": ["type": .string(field.type), "system": .string(field.id)],
            ]
        }
        return Answer(200, .array(list))
    }

    /// Jira: GET /rest/api/3/mypermissions. The one API user may do all that was not taken from it.
    func permissions(_ call: Call) throws -> Answer {
        let known = Self.knownPermissions
        // Data Center tells all of them.
        let asked = call.dialect == .dataCenter ? known : call.list("permissions")
        guard !asked.isEmpty else { throw JiraRefusal.badRequest("The 'permissions' query parameter is required.") }
        let unknown = asked.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let errors = unknown.map { ($0, "Unrecognized permission") }
            throw JiraRefusal(status: 400, errors: Dictionary(errors, uniquingKeysWith: { $1 }))
        }
        if let key = call.query("projectKey"), project(key) == nil {
            throw JiraRefusal.notFound("Could not find project with provided key.")
        }
        let entries = asked.map { key -> (String, JSONValue) in
            let name = key.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined(
                separator: " ")
            let kind = key == "ADMINISTER" || key == "USER_PICKER" ? "GLOBAL" : "PROJECT"
            let id = known.firstIndex(of: key)! + 1
            return (
                key,
                [
                    "id": .string(String(id)), "key": .string(key), "name": .string(name), "type": .string(kind),
                    "description": .string(name), "havePermission": .bool(!denied.contains(key)),
                ]
            )
        }
        return Answer(200, ["permissions": .members(entries)])
    }
}
