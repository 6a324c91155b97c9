// SPDX-License-Identifier: Apache-2.0

import Markup

/// What an account may do in a project, or on the whole site; those that Martlet has a use for.
public enum Permission: String, Hashable, Sendable, CaseIterable {
    case browseProjects = "BROWSE_PROJECTS"
    case createIssues = "CREATE_ISSUES"
    case addComments = "ADD_COMMENTS"
    case createAttachments = "CREATE_ATTACHMENTS"
    case transitionIssues = "TRANSITION_ISSUES"
    case modifyReporter = "MODIFY_REPORTER"
    case editIssues = "EDIT_ISSUES"
    case administerProjects = "ADMINISTER_PROJECTS"
    /// Global: to make customers.
    case administer = "ADMINISTER"
    /// Global: to look people up.
    case browseUsers = "USER_PICKER"
}

extension Read where Answer == Set<Permission> {
    /// Those of `asked` that the caller has. A project that the caller does not see is not found.
    ///
    /// Jira: GET /mypermissions. Data Center tells all that there are.
    public static func permissions(_ asked: [Permission], in project: ProjectKey) -> Self {
        let names = asked.map(\.rawValue).joined(separator: ",")
        return Read(
            { deployment in
                Request(
                    .get, deployment.api("mypermissions"),
                    query: .items(
                        ("projectKey", project.rawValue), ("permissions", deployment == .cloud ? names : nil)))
            },
            { (place) throws(Unreadable) in
                let all = try place.required("permissions")
                return Set(asked.filter { all[$0.rawValue]?["havePermission"]?.value.boolValue ?? false })
            })
    }
}
