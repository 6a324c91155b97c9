// SPDX-License-Identifier: Apache-2.0

import Markup

/// What the API user may not do, everywhere or in one project. For a rehearsal of what Martlet says then.
extension SandboxJira {
    static let knownPermissions = [
        "ADD_COMMENTS", "ASSIGN_ISSUES", "BROWSE_PROJECTS", "CREATE_ATTACHMENTS", "CREATE_ISSUES", "EDIT_ISSUES",
        "TRANSITION_ISSUES", "DELETE_ISSUES", "LINK_ISSUES", "MANAGE_WATCHERS", "MODIFY_REPORTER", "WORK_ON_ISSUES",
        "ADMINISTER", "ADMINISTER_PROJECTS", "USER_PICKER",
    ]

    /// Which permission an operation needs, where it is one that can be taken. What may not be browsed is not found, who
    /// may not modify the reporter or assign has no such field, and who may not pick users finds none.
    private static let needs: [String: String] = [
        "POST issue": "CREATE_ISSUES", "PUT issue/{key}": "EDIT_ISSUES", "DELETE issue/{key}": "DELETE_ISSUES",
        "PUT issue/{key}/properties/{property}": "EDIT_ISSUES", "PUT issue/{key}/assignee": "ASSIGN_ISSUES",
        "POST issue/{key}/comment": "ADD_COMMENTS",
        "POST customer": "ADMINISTER", "POST servicedesk/{desk}/customer": "ADMINISTER_PROJECTS",
        "POST issue/{key}/attachments": "CREATE_ATTACHMENTS", "POST issue/{key}/transitions": "TRANSITION_ISSUES",
        "POST issue/{key}/watchers": "MANAGE_WATCHERS", "DELETE issue/{key}/watchers": "MANAGE_WATCHERS",
        "POST issue/{key}/worklog": "WORK_ON_ISSUES", "PUT issue/{key}/worklog/{id}": "WORK_ON_ISSUES",
        "DELETE issue/{key}/worklog/{id}": "WORK_ON_ISSUES", "POST issueLink": "LINK_ISSUES",
        "DELETE project/{project}": "ADMINISTER",
        "DELETE issueLink/{id}": "LINK_ISSUES", "POST component": "ADMINISTER_PROJECTS",
        "PUT component/{id}": "ADMINISTER_PROJECTS", "DELETE component/{id}": "ADMINISTER_PROJECTS",
        "POST version": "ADMINISTER_PROJECTS", "PUT version/{id}": "ADMINISTER_PROJECTS",
        "DELETE version/{id}": "ADMINISTER_PROJECTS", "POST webhook": "ADMINISTER", "GET webhook": "ADMINISTER",
        "DELETE webhook/{id}": "ADMINISTER", "POST webhooks": "ADMINISTER", "GET webhooks": "ADMINISTER",
        "DELETE webhooks/{id}": "ADMINISTER",
    ]

    /// `{"denied": ["ADD_COMMENTS"], "project": "HELP"}`: everywhere where no project is named; all else is allowed there.
    func setPermissions(_ call: Call) throws -> Answer {
        let body = try call.object()
        let names = (body["denied"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard names.allSatisfy(Self.knownPermissions.contains) else {
            throw JiraRefusal.badField("denied", "Known: \(Self.knownPermissions.joined(separator: ", ")).")
        }
        if let project = try place(body).project {
            deniedInProjects[project] = names.isEmpty ? nil : Set(names)
        } else {
            denied = Set(names)
        }
        return Answer(200, ["denied": .array(names.map { .string($0) })])
    }

    /// - Parameter project: Where; without one it is about the site.
    func may(_ permission: String, in project: Int? = nil) -> Bool {
        !denied.contains(permission)
            && !(project.flatMap { deniedInProjects[$0] }?.contains(permission) ?? false)
    }

    /// Refuses what was taken.
    func checkPermission(for call: Call, _ endpoint: Endpoint) throws {
        guard !denied.isEmpty || !deniedInProjects.isEmpty,
            let needed = Self.needs["\(call.method) \(endpoint.path)"],
            !may(needed, in: project(ofCall: call, endpoint))
        else { return }
        if needed == "ADD_COMMENTS" {
            throw JiraRefusal.badRequest("You do not have the permission to comment on this issue.")
        }
        throw JiraRefusal.failure(403, "You do not have the permission \(needed).")
    }

    private func project(ofCall call: Call, _ endpoint: Endpoint) -> Int? {
        if endpoint.path.hasPrefix("issue/{key}") { return (try? issue(call[parameter: "key"]))?.project }
        if endpoint.path.hasPrefix("project/{project}") { return project(call[parameter: "project"])?.id }
        if endpoint.path.hasPrefix("servicedesk/{desk}") { return (try? desk(call[parameter: "desk"]))?.id }
        if endpoint.path == "issueLink" {
            return (try? issue(call.body?["inwardIssue"]?["key"]?.stringValue ?? ""))?.project
        }
        let given = call.body?["fields"]?["project"]
        return (given?["key"] ?? given?["id"])?.stringValue.flatMap(project)?.id
    }
}
