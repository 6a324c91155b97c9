// SPDX-License-Identifier: Apache-2.0

import Markup

/// The site, its projects, and what the API user may do there.
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
        let found = browsable.filter { project in
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

    /// What the API user may see.
    var browsable: [Project] { projects.filter { may("BROWSE_PROJECTS", in: $0.id) } }

    func readProject(_ call: Call) throws -> Answer {
        let project = try project(call)
        var shape = shape(of: project, call.dialect)
        shape["lead"] = self.shape(of: apiUser, call.dialect)
        shape["issueTypes"] = .array(IssueType.all.map { self.shape(of: $0, call.dialect) })
        let entries = catalogue(of: project.id)
        for (member, kind) in [("components", CatalogueEntry.Kind.component), ("versions", .version)] {
            shape[member] = .array(entries.filter { $0.kind == kind }.map { self.shape(of: $0, call.dialect) })
        }
        shape["style"] = "classic"
        return Answer(200, shape)
    }

    /// Jira: DELETE /rest/api/3/project/{projectIdOrKey}. With all that is in it, and no way back.
    func deleteProject(_ call: Call) throws -> Answer {
        delete(try project(call))
        return .noContent
    }

    func delete(_ project: Project) {
        for issue in issuesInOrder where issue.project == project.id { forget(issue) }
        // A search must not know others from when they were in it.
        for id in issues.keys { index.forget(id) }
        catalogue.removeAll { $0.project == project.id }
        screens.forget(project: project.id)
        workflows.forget(project: project.id)
        deniedInProjects[project.id] = nil
        deskState.forget(desk: project.id)
        projects.removeAll { $0.id == project.id }
    }

    func project(_ call: Call) throws -> Project {
        let reference = call[parameter: "project"]
        guard let project = project(reference), browsable.contains(project) else {
            let kind = Int(reference) == nil ? "key" : "id"
            throw JiraRefusal.notFound("No project could be found with \(kind) '\(reference)'.")
        }
        return project
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
        let place = call.query("projectKey").flatMap(project)
        guard place != nil || call.query("projectKey") == nil else {
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
                    "description": .string(name), "havePermission": .bool(may(key, in: place?.id)),
                ]
            )
        }
        return Answer(200, ["permissions": .members(entries)])
    }
}
