// SPDX-License-Identifier: Apache-2.0

import Markup

extension SandboxJira {
    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/transitions
    func listTransitions(_ call: Call) throws -> Answer {
        _ = try issue(call)
        let wanted = call.query("transitionId")
        let transitions = Status.all.filter { wanted == nil || $0.transition == wanted }.map { status -> JSONValue in
            [
                "id": .string(status.transition), "name": .string(status.name), "to": shape(of: status, call.dialect),
                "hasScreen": false, "isGlobal": true, "isInitial": false, "isAvailable": true, "isConditional": false,
                "isLooped": false,
            ]
        }
        return Answer(200, ["expand": "transitions", "transitions": .array(transitions)])
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/transitions. Some clients send the id as a number.
    func transition(_ call: Call) throws -> Answer {
        let before = try issue(call)
        let body = try call.object()
        let id = body["transition"]?["id"]
        guard let text = id?.stringValue ?? id?.integerValue.map(String.init) else {
            throw JiraRefusal.badRequest("Missing 'transition' identifier")
        }
        guard let status = Status.all.first(where: { $0.transition == text }) else {
            throw JiraRefusal.badRequest("Transition id '\(text)' is not valid for this issue.")
        }
        var issue = before
        if let fields = body["fields"] {
            try IssueFields(fields, call.dialect).apply(
                to: &issue, knowing: people, catalogue(of: issue.project), isNew: false)
        }
        issue.status = status
        keep(issue)
        announceChange(from: before, to: issue, by: call.caller)
        try commentAlong(body["update"], on: issue, call)
        return .noContent
    }

    private func commentAlong(_ update: JSONValue?, on issue: Issue, _ call: Call) throws {
        for operation in update?["comment"]?.arrayValue ?? [] {
            guard let body = operation["add"]?["body"] else { continue }
            let text = try RichText.read(
                body, call.dialect, field: "comment", complaint: "Comment body is not valid!")
            if let text { _ = try comment(text, on: issues[issue.id] ?? issue, by: call.caller) }
        }
    }
}
