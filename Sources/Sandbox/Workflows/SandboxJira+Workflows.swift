// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

/// Which workflow counts where, and what the REST API tells of statuses.
extension SandboxJira {
    func workflow(of project: Project, _ type: IssueType) -> Workflow {
        let chosen = workflows.value(project: project.id, type: type.id) { name in
            Workflow.all.first { $0.name == name }
        }
        if let chosen { return chosen }
        switch (type.name, project.isServiceProject) {
        case ("Bug", false): return .review
        case ("Incident", true): return .support
        default: return .simple
        }
    }

    func workflow(of issue: Issue) -> Workflow { workflow(of: project(of: issue), issue.type) }

    /// Another type must have the status too; Jira moves issues to another workflow by a dialogue of its own.
    func checkMove(of before: Issue, to issue: Issue) throws {
        guard before.type != issue.type, !workflow(of: issue).statuses.contains(issue.status) else { return }
        throw JiraRefusal.badField("issuetype", "The issue type selected is invalid.")
    }

    /// Jira: GET /rest/api/3/status
    func listStatuses(_ call: Call) throws -> Answer {
        Answer(200, .array(Status.all.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/3/resolution
    func listResolutions(_ call: Call) throws -> Answer {
        Answer(200, .array(Resolution.all.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/3/priority
    func listPriorities(_ call: Call) throws -> Answer {
        Answer(200, .array(Priority.all.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/3/issuetype
    func listIssueTypes(_ call: Call) throws -> Answer {
        Answer(200, .array(IssueType.all.map { shape(of: $0, call.dialect) }))
    }

    /// Jira: GET /rest/api/3/project/{projectIdOrKey}/statuses
    func listProjectStatuses(_ call: Call) throws -> Answer {
        let project = try project(call)
        let types = IssueType.all.map { type -> JSONValue in
            [
                "self": .string("\(root(call.dialect))/issuetype/\(type.id)"), "id": .string(String(type.id)),
                "name": .string(type.name), "subtask": .bool(type.isSubtask),
                "statuses": .array(workflow(of: project, type).statuses.map { shape(of: $0, call.dialect) }),
            ]
        }
        return Answer(200, .array(types))
    }

    func shape(of resolution: Resolution, _ dialect: Dialect) -> JSONValue {
        [
            "self": .string("\(root(dialect))/resolution/\(resolution.id)"), "id": .string(String(resolution.id)),
            "name": .string(resolution.name), "description": .string(resolution.description),
        ]
    }

    // MARK: On demand

    /// `{"project": "HELP", "type": "Task", "workflow": "review"}`: for all where none is named; null is as usual. What
    /// stands in a status that the workflow does not have begins anew.
    func setWorkflow(_ call: Call) throws -> Answer {
        let body = try call.object()
        let (project, type) = try place(body)
        let name = body["workflow"]?.stringValue
        guard name == nil || Workflow.all.contains(where: { $0.name == name }) else {
            let known = Workflow.all.map(\.name).joined(separator: ", ")
            throw JiraRefusal.badField("workflow", "Known workflows: \(known).")
        }
        workflows.set(name, project: project, type: type)
        for issue in issuesInOrder where !workflow(of: issue).statuses.contains(issue.status) {
            var moved = issue
            moved.enter(workflow(of: issue).initial, at: now())
            keep(moved)
        }
        return readWorkflows(call)
    }

    func readWorkflows(_ call: Call) -> Answer {
        let rules = workflows.rules.map { rule -> JSONValue in
            [
                "project": name(ofProject: rule.project), "type": name(ofType: rule.type),
                "workflow": .string(rule.value),
            ]
        }
        return Answer(200, .array(rules))
    }
}

extension Issue {
    /// What is done has a resolution, and what is not done has none.
    mutating func enter(_ status: Status, at time: Date) {
        self.status = status
        if status.category != .done {
            (resolution, resolved) = (nil, nil)
        } else if resolution == nil || resolved == nil {
            resolution = resolution ?? .done
            resolved = time
        }
    }
}
