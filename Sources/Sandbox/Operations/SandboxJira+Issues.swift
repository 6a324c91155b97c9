// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore

/// Creating, reading, changing and deleting issues.
extension SandboxJira {
    /// Jira: POST /rest/api/3/issue. Refuses stage by stage, as Jira does: the project, then the type, then the fields.
    func createIssue(_ call: Call) throws -> Answer {
        guard call.body != nil else { throw JiraRefusal.badRequest("No Issue Create payload supplied") }
        let body = try call.object()
        let issue = try create(IssueFields(body["fields"] ?? [:], call.dialect), by: call.caller, body["properties"])
        return Answer(
            201,
            [
                "id": .string(String(issue.id)), "key": .string(issue.key),
                "self": .string("\(root(call.dialect))/issue/\(issue.id)"),
            ])
    }

    func create(_ fields: IssueFields, by author: Person, _ properties: JSONValue? = nil) throws -> Issue {
        guard let project = fields.project.flatMap(project),
            let index = projects.firstIndex(where: { $0.id == project.id })
        else { throw JiraRefusal.badField("project", "Specify a valid project ID or key") }
        guard let given = fields.type else { throw JiraRefusal.badField("issuetype", "Specify an issue type") }
        guard let type = IssueType.all.first(where: { $0.name == given || String($0.id) == given }) else {
            throw JiraRefusal.badField("issuetype", "Specify a valid issue type")
        }
        let parent = try parent(of: fields, type, in: project)
        let kept = try entityProperties(properties)
        let id = sequence.next(.issue)
        let time = now()
        var issue = Issue(
            id: id, key: "\(project.key)-\(project.lastNumber + 1)", project: project.id, type: type,
            status: workflow(of: project, type).initial, summary: "",
            reporter: author.accountID, creator: author.accountID, created: time, updated: time)
        issue.parent = parent?.id
        try fields.apply(to: &issue, by: createForm(project.id, type), isWhole: true)
        try checkLengths(of: issue, fields.dialect)
        issue.properties = kept
        projects[index].lastNumber += 1
        put(issue)
        issueIDs[issue.key] = id
        announceCreation(of: issue, by: author)
        return issue
    }

    /// Of a sub-task, which has one in its own project that is no sub-task itself.
    private func parent(of fields: IssueFields, _ type: IssueType, in project: Project) throws -> Issue? {
        guard fields.namesParent else {
            guard type.isSubtask else { return nil }
            throw JiraRefusal.badField(
                "issuetype", "Issue type is a sub-task but parent issue key or id not specified.")
        }
        let reference = try fields.parent()
        guard let parent = try? issue(reference), sees(parent, apiUser) else {
            throw JiraRefusal.badField("parent", "Could not find issue by id or key.")
        }
        guard type.isSubtask, !parent.type.isSubtask else {
            throw JiraRefusal.badField(
                "parentId", "Given parent work item does not belong to appropriate hierarchy.")
        }
        guard parent.project == project.id else {
            throw JiraRefusal.badField("parentId", "Sub-tasks must be created in the same project as the parent.")
        }
        return parent
    }

    func subtasks(of issue: Issue) -> [Issue] { (subtaskIDs[issue.id] ?? []).compactMap { issues[$0] } }

    func readIssue(_ call: Call) throws -> Answer {
        let fields = FieldSelection(call.list("fields"), standard: "*all")
        return Answer(
            200, shape(of: try issue(call), call.dialect, fields: fields, properties: call.list("properties")))
    }

    /// Jira: PUT /rest/api/3/issue/{issueIdOrKey}
    func editIssue(_ call: Call) throws -> Answer {
        let before = try issue(call)
        var issue = before
        let body = try call.object()
        let form = editForm(issue)
        try IssueFields(body["fields"] ?? [:], call.dialect).apply(to: &issue, by: form, isWhole: false)
        try applyUpdates(body["update"], to: &issue, by: form, call.dialect)
        try checkMove(of: before, to: issue)
        try checkLengths(of: issue, call.dialect)
        for (key, value) in try entityProperties(body["properties"]).pairs { issue.properties[key] = value }
        keep(issue)
        announceChange(from: before, to: issue, by: call.caller)
        guard call.query("returnIssue") == "true" else { return .noContent }
        return Answer(
            200, shape(of: issues[issue.id]!, call.dialect, fields: FieldSelection([], standard: "*all")))
    }

    func deleteIssue(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let subtasks = subtasks(of: issue)
        guard subtasks.isEmpty || call.query("deleteSubtasks")?.lowercased() == "true" else {
            throw JiraRefusal.badRequest(
                "The issue '\(issue.key)' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this "
                    + "issue and all its subtasks.")
        }
        for gone in subtasks + [issue] {
            forget(gone)
            announceDeletion(of: gone, by: call.caller)
        }
        return .noContent
    }

    /// Removes an issue and what leads to it.
    func forget(_ issue: Issue) {
        remove(issue)
        links.removeAll { $0.inward == issue.id || $0.outward == issue.id }
        for key in issue.formerKeys + [issue.key] { issueIDs[key] = nil }
        for comment in issue.comments { homeOfComment[comment.id] = nil }
        for attachment in issue.attachments {
            homeOfAttachment[attachment.id] = nil
            attachmentBytes -= attachment.bytes.readableBytes
        }
        deskState.requests[String(issue.id)] = nil
    }

    /// Jira: PUT /rest/api/3/issue/{issueIdOrKey}/assignee
    func assign(_ call: Call) throws -> Answer {
        let before = try issue(call)
        var issue = before
        let given = try call.object()[call.dialect == .dataCenter ? "name" : "accountId"]?.stringValue
        issue.assignee = try given.map { try person($0, call.dialect).accountID }
        keep(issue)
        announceChange(from: before, to: issue, by: call.caller)
        return .noContent
    }
}
