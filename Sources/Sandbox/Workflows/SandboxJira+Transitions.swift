// SPDX-License-Identifier: Apache-2.0

import Markup

extension SandboxJira {
    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/transitions. Those that lead from where the issue is.
    func listTransitions(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let wanted = call.query("transitionId")
        let withFields = call.list("expand").contains("transitions.fields")
        let all = call.query("includeUnavailableTransitions") == "true"
        let shown = workflow(of: issue).transitions.filter { transition in
            (wanted == nil || String(transition.id) == wanted) && (all || transition.leads(from: issue.status))
        }
        let shapes = shown.map { shape(of: $0, issue, call.dialect, withFields: withFields) }
        return Answer(200, ["expand": "transitions", "transitions": .array(shapes)])
    }

    private func shape(
        of transition: Workflow.Transition, _ issue: Issue, _ dialect: Dialect, withFields: Bool
    ) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", .string(String(transition.id))), ("name", .string(transition.name)),
            ("to", shape(of: transition.to, dialect)), ("hasScreen", .bool(!transition.screen.isEmpty)),
            ("isGlobal", .bool(transition.from == nil)), ("isInitial", false),
            ("isAvailable", .bool(transition.leads(from: issue.status))), ("isConditional", false),
            ("isLooped", false),
        ]
        if withFields {
            let form = form(of: transition, issue)
            let fields = form.fields.filter { transition.screen.contains($0.id) }
            members.append(("fields", metadata(of: fields, on: form, issue, dialect)))
        }
        return .members(members)
    }

    private func form(of transition: Workflow.Transition, _ issue: Issue) -> Form {
        form(transition.screen, issue.project, issue.type, required: transition.required)
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/transitions. Some clients send the id as a number.
    func transition(_ call: Call) throws -> Answer {
        let before = try issue(call)
        let body = try call.object()
        let id = body["transition"]?["id"]
        guard let text = id?.stringValue ?? id?.integerValue.map(String.init) else {
            throw JiraRefusal.badRequest("Missing 'transition' identifier")
        }
        let found = workflow(of: before).transitions.first {
            String($0.id) == text && $0.leads(from: before.status)
        }
        guard let transition = found else {
            throw JiraRefusal.badRequest("Transition id '\(text)' is not valid for this issue.")
        }
        var issue = before
        let form = form(of: transition, issue)
        // What stands there from before is no answer to what the screen asks.
        if transition.screen.contains("resolution") { issue.resolution = nil }
        try applyUpdates(body["update"], to: &issue, by: form, call.dialect)
        let given = try IssueFields(body["fields"] ?? [:], call.dialect)
        try given.apply(to: &issue, by: form, isWhole: true)
        issue.enter(transition.to, at: now())
        try checkLengths(of: issue, call.dialect)
        let comments = try comments(in: body["update"], call.dialect)
        try checkRoom(for: comments.count, on: issue)
        // Nothing is refused from here on.
        keep(issue)
        announceChange(from: before, to: issue, by: call.caller)
        for text in comments { _ = try comment(text, on: issues[issue.id] ?? issue, by: call.caller) }
        return .noContent
    }

    private func comments(in update: JSONValue?, _ dialect: Dialect) throws -> [RichText] {
        try (update?["comment"]?.arrayValue ?? []).compactMap { operation in
            guard let body = operation["add"]?["body"] else { return nil }
            let text = try RichText.read(body, dialect, field: "comment", complaint: "Comment body is not valid!")
            if let text { try checkLength(of: text, dialect) }
            return text
        }
    }
}
