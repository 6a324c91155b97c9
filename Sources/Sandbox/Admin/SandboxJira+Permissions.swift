// SPDX-License-Identifier: Apache-2.0

import Markup

/// What the API user may not do. For a rehearsal of what Martlet says then.
extension SandboxJira {
    static let knownPermissions = [
        "ADD_COMMENTS", "ASSIGN_ISSUES", "BROWSE_PROJECTS", "CREATE_ATTACHMENTS", "CREATE_ISSUES", "EDIT_ISSUES",
        "TRANSITION_ISSUES", "DELETE_ISSUES", "LINK_ISSUES", "MANAGE_WATCHERS", "MODIFY_REPORTER", "WORK_ON_ISSUES",
        "ADMINISTER", "ADMINISTER_PROJECTS", "USER_PICKER",
    ]

    /// Which permission an operation needs, where it is one that can be taken.
    private static let needs: [String: String] = [
        "POST issue": "CREATE_ISSUES", "GET issue/{key}": "BROWSE_PROJECTS", "PUT issue/{key}": "EDIT_ISSUES",
        "DELETE issue/{key}": "DELETE_ISSUES", "POST issue/{key}/comment": "ADD_COMMENTS",
        "POST issue/{key}/attachments": "CREATE_ATTACHMENTS", "POST issue/{key}/transitions": "TRANSITION_ISSUES",
        "POST issueLink": "LINK_ISSUES", "POST webhook": "ADMINISTER", "GET webhook": "ADMINISTER",
        "DELETE webhook/{id}": "ADMINISTER",
    ]

    /// `{"denied": ["ADD_COMMENTS"]}`; all else is allowed.
    func setPermissions(_ call: Call) throws -> Answer {
        let names = (try call.object()["denied"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard names.allSatisfy(Self.knownPermissions.contains) else {
            throw JiraRefusal.badField("denied", "Known: \(Self.knownPermissions.joined(separator: ", ")).")
        }
        denied = Set(names)
        return Answer(200, ["denied": .array(names.map { .string($0) })])
    }

    /// Refuses what was taken. What may not be seen looks as if it were not there.
    func checkPermission(for call: Call, _ endpoint: Endpoint) throws {
        guard !denied.isEmpty, let needed = Self.needs["\(call.method) \(endpoint.path)"], denied.contains(needed)
        else {
            return
        }
        if needed == "BROWSE_PROJECTS" { throw JiraRefusal.unknownIssue }
        throw JiraRefusal(status: 403, messages: ["You do not have the permission \(needed)."])
    }
}
