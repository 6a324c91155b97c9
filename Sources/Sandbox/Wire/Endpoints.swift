// SPDX-License-Identifier: Apache-2.0

/// What the sandbox offers under /rest/api/2 and /rest/api/3. Of two templates that fit, the earlier one is taken.
let apiEndpoints: [Endpoint] = [
    Endpoint("GET", "myself") { try $0.myself($1) },
    Endpoint("GET", "serverInfo") { try $0.serverInfo($1) },
    Endpoint("GET", "field") { try $0.listFields($1) },
    Endpoint("GET", "mypermissions") { try $0.permissions($1) },

    Endpoint("GET", "project/search") { try $0.searchProjects($1) },
    Endpoint("GET", "project/{project}") { try $0.readProject($1) },
    Endpoint("DELETE", "project/{project}") { try $0.deleteProject($1) },
    Endpoint("GET", "issue/createmeta/{project}/issuetypes") { try $0.listCreateTypes($1) },
    Endpoint("GET", "issue/createmeta/{project}/issuetypes/{type}") { try $0.listCreateFields($1) },

    Endpoint("GET", "project/{project}/components") { try $0.listComponents($1) },
    Endpoint("GET", "project/{project}/versions") { try $0.listVersions($1) },
    Endpoint("GET", "project/{project}/securitylevel") { try $0.listSecurityLevels($1) },
    Endpoint("GET", "project/{project}/role") { try $0.listRoles($1) },
    Endpoint("GET", "project/{project}/role/{id}") { try $0.readRole($1) },
    Endpoint("POST", "component") { try $0.addComponent($1) },
    Endpoint("POST", "version") { try $0.addVersion($1) },
    Endpoint("GET", "component/{id}") { try $0.readComponent($1) },
    Endpoint("PUT", "component/{id}") { try $0.editComponent($1) },
    Endpoint("DELETE", "component/{id}") { try $0.deleteComponent($1) },
    Endpoint("GET", "version/{id}") { try $0.readVersion($1) },
    Endpoint("PUT", "version/{id}") { try $0.editVersion($1) },
    Endpoint("DELETE", "version/{id}") { try $0.deleteVersion($1) },
    Endpoint("GET", "groups/picker") { try $0.pickGroups($1) },
    Endpoint("GET", "group/member") { try $0.listGroupMembers($1) },

    Endpoint("GET", "project/{project}/statuses") { try $0.listProjectStatuses($1) },
    Endpoint("GET", "status") { try $0.listStatuses($1) },
    Endpoint("GET", "resolution") { try $0.listResolutions($1) },
    Endpoint("GET", "priority") { try $0.listPriorities($1) },
    Endpoint("GET", "issuetype") { try $0.listIssueTypes($1) },
    Endpoint("GET", "customFieldOption/{id}") { try $0.readOption($1) },

    Endpoint("POST", "issue") { try $0.createIssue($1) },
    Endpoint("GET", "issue/{key}") { try $0.readIssue($1) },
    Endpoint("PUT", "issue/{key}") { try $0.editIssue($1) },
    Endpoint("GET", "issue/{key}/editmeta") { try $0.readEditFields($1) },
    Endpoint("DELETE", "issue/{key}") { try $0.deleteIssue($1) },
    Endpoint("PUT", "issue/{key}/assignee") { try $0.assign($1) },
    Endpoint("GET", "issue/{key}/worklog") { try $0.listWorklogs($1) },
    Endpoint("POST", "issue/{key}/worklog") { try $0.addWorklog($1) },
    Endpoint("GET", "issue/{key}/worklog/{id}") { try $0.readWorklog($1) },
    Endpoint("PUT", "issue/{key}/worklog/{id}") { try $0.editWorklog($1) },
    Endpoint("DELETE", "issue/{key}/worklog/{id}") { try $0.deleteWorklog($1) },

    Endpoint("POST", "comment/list") { try $0.listCommentsByIDs($1) },
    Endpoint("GET", "issue/{key}/comment") { try $0.listComments($1) },
    Endpoint("POST", "issue/{key}/comment") { try $0.addComment($1) },
    Endpoint("GET", "issue/{key}/comment/{id}") { try $0.readComment($1) },
    Endpoint("PUT", "issue/{key}/comment/{id}") { try $0.editComment($1) },
    Endpoint("DELETE", "issue/{key}/comment/{id}") { try $0.deleteComment($1) },

    Endpoint("GET", "issue/{key}/properties") { try $0.listIssueProperties($1) },
    Endpoint("GET", "issue/{key}/properties/{property}") { try $0.readIssueProperty($1) },
    Endpoint("PUT", "issue/{key}/properties/{property}") { try $0.setIssueProperty($1) },
    Endpoint("DELETE", "issue/{key}/properties/{property}") { try $0.deleteIssueProperty($1) },
    Endpoint("GET", "comment/{id}/properties") { try $0.listCommentProperties($1) },
    Endpoint("GET", "comment/{id}/properties/{property}") { try $0.readCommentProperty($1) },
    Endpoint("PUT", "comment/{id}/properties/{property}") { try $0.setCommentProperty($1) },
    Endpoint("DELETE", "comment/{id}/properties/{property}") { try $0.deleteCommentProperty($1) },

    Endpoint("POST", "issue/{key}/attachments", .files) { try $0.addAttachments($1) },
    Endpoint("GET", "attachment/meta") { try $0.attachmentSettings($1) },
    Endpoint("GET", "attachment/content/{id}") { try $0.readAttachmentContent($1) },
    Endpoint("GET", "attachment/{id}") { try $0.readAttachment($1) },
    Endpoint("DELETE", "attachment/{id}") { try $0.deleteAttachment($1) },

    Endpoint("GET", "issue/{key}/transitions") { try $0.listTransitions($1) },
    Endpoint("POST", "issue/{key}/transitions") { try $0.transition($1) },
    Endpoint("GET", "issue/{key}/watchers") { try $0.listWatchers($1) },
    Endpoint("POST", "issue/{key}/watchers") { try $0.addWatcher($1) },
    Endpoint("DELETE", "issue/{key}/watchers") { try $0.removeWatcher($1) },

    Endpoint("GET", "user") { try $0.readUser($1) },
    Endpoint("GET", "user/groups") { try $0.listGroups($1) },
    Endpoint("GET", "user/search") { try $0.searchUsers($1) },
    Endpoint("GET", "user/assignable/search") { try $0.searchAssignable($1) },

    Endpoint("GET", "search") { try $0.retiredSearch($1) },
    Endpoint("POST", "search") { try $0.retiredSearch($1) },
    Endpoint("GET", "search/jql") { try $0.search($1) },
    Endpoint("POST", "search/jql") { try $0.searchByBody($1) },
    Endpoint("POST", "search/approximate-count") { try $0.count($1) },

    Endpoint("GET", "webhook") { try $0.listDynamicWebhooks($1) },
    Endpoint("POST", "webhook") { try $0.registerDynamicWebhooks($1) },
    Endpoint("PUT", "webhook/refresh") { try $0.refreshDynamicWebhooks($1) },
    Endpoint("DELETE", "webhook") { try $0.deleteDynamicWebhooks($1) },

    Endpoint("POST", "issueLink") { try $0.addLink($1) },
    Endpoint("GET", "issueLink/{id}") { try $0.readLink($1) },
    Endpoint("DELETE", "issueLink/{id}") { try $0.deleteLink($1) },
    Endpoint("GET", "issueLinkType") { try $0.listLinkTypes($1) },
]

/// What the sandbox offers under /rest/webhooks/1.0.
let webhookEndpoints: [Endpoint] = [
    Endpoint("GET", "webhook") { try $0.listWebhooks($1) },
    Endpoint("POST", "webhook") { try $0.registerWebhook($1) },
    Endpoint("GET", "webhook/{id}") { try $0.readWebhook($1) },
    Endpoint("DELETE", "webhook/{id}") { try $0.removeWebhook($1) },
]
