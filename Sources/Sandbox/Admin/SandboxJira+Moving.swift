// SPDX-License-Identifier: Apache-2.0

import Markup

/// Moving an issue to another project, which people do in Jira by a dialogue.
extension SandboxJira {
    /// `{"as": "Ada Ringer", "issue": "HELP-1", "project": "OPS", "type": "Bug"}`: without a type it stays of its own.
    /// Its sub-tasks go with it.
    func moveAsPerson(_ call: Call) throws -> Answer {
        let body = try call.object()
        let author = try actor(body)
        let issue = try issue(body["issue"]?.stringValue ?? "")
        let (project, type) = try place(body)
        guard let target = projects.first(where: { $0.id == project }) else {
            throw JiraRefusal.badField("project", "Name the project that the issue is moved to.")
        }
        guard target.id != issue.project else {
            throw JiraRefusal.badField("project", "The issue is in \(target.key) already.")
        }
        guard issue.parent == nil else {
            throw JiraRefusal.badField("issue", "A sub-task moves with its parent.")
        }
        let subtasks = subtasks(of: issue)
        let kind = IssueType.whole.first { $0.id == type } ?? issue.type
        let moved = move(issue, to: target, kind, by: author)
        for subtask in subtasks { _ = move(subtask, to: target, subtask.type, by: author) }
        return Answer(
            200, ["id": .string(String(moved.id)), "key": .string(moved.key), "formerKey": .string(issue.key)])
    }

    /// It gets the next key there, and the old one leads to it as before. What belongs to the project that it leaves stays
    /// there: components, versions, a level of security, what makes it a customer's request.
    private func move(_ before: Issue, to target: Project, _ type: IssueType, by author: Person) -> Issue {
        let index = projects.firstIndex { $0.id == target.id }!
        projects[index].lastNumber += 1
        var issue = before
        issue.formerKeys.append(before.key)
        issue.key = "\(target.key)-\(projects[index].lastNumber)"
        issue.project = target.id
        issue.type = type
        (issue.components, issue.fixVersions, issue.affectedVersions, issue.security) = ([], [], [], nil)
        for field in customFields where [.version, .versions].contains(field.kind) { issue.custom[field.id] = nil }
        if !workflow(of: issue).statuses.contains(issue.status) {
            issue.enter(workflow(of: issue).initial, at: now())
        }
        deskState.requests[String(issue.id)] = nil
        keep(issue)
        issueIDs[issue.key] = issue.id
        announceChange(from: before, to: issues[issue.id]!, by: author)
        return issue
    }
}
