// SPDX-License-Identifier: Apache-2.0

public import Jira

/// One thing that the planner can ask. This list is everything that Martlet ever looks at.
public enum Question: Hashable, Sendable, Codable {
    /// An issue by its key, as it is now. Jira: GET /rest/api/3/issue/{key}
    case issue(IssueKey)
    /// An issue by its id.
    case issueByID(IssueID)
    /// Which issue holds letters with these Message-IDs: the first that is known. Own tables.
    case thread([String])
    /// What a name that looks like one of ours says, if its code proves that it is. Vault.
    case ownName(String)
    /// Whether this letter was kept before, under another job. Own tables.
    case earlierCopy
    /// The account with this address. Jira: GET /rest/api/3/user/search
    case account(address: String)
    /// Accounts by id, with the addresses that they show. Jira: GET /rest/api/3/user
    case people([AccountID])
    /// How many letters of this address were processed within the last hour. Own tables.
    case sentWithinHour(address: String)
    /// The issue types of a project. Jira: GET /rest/api/3/issue/createmeta/{project}/issuetypes
    case issueTypes(ProjectKey)
    /// The service desk of a project and what customers can ask it for.
    /// Jira: GET /rest/servicedeskapi/servicedesk, /servicedesk/{id}/requesttype
    case serviceDesk(ProjectKey)
    /// Who takes part in a request beside its reporter. Jira: GET /rest/servicedeskapi/request/{id}/participant
    case participants(IssueID)
    /// Those of the service projects' customers. Jira: GET /rest/servicedeskapi/organization
    case organizations
    /// Whether files may be attached, and how large ones. Jira: GET /rest/api/3/attachment/meta
    case attachmentSettings
    /// What can be done with an issue in its status. Jira: GET /rest/api/3/issue/{id}/transitions
    case transitions(IssueID)
    /// Who watches an issue. Jira: GET /rest/api/3/issue/{id}/watchers
    case watchers(IssueID)
    /// The name under which all mail about an issue hangs together. Vault.
    case threadRoot(IssueID)
    /// The address whose letter became this comment, if one did. Own tables.
    case mailSender(CommentID)
}
