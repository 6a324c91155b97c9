// SPDX-License-Identifier: Apache-2.0

import Markup

/// Requests, their participants and their comments.
extension SandboxJira {
    /// Jira: POST /request
    func createRequest(_ call: Call) throws -> Answer {
        let body = try call.object()
        let desk = try desk(body["serviceDeskId"]?.stringValue ?? "")
        let wanted = body["requestTypeId"]?.stringValue ?? ""
        guard let type = IssueType.whole.first(where: { requestTypeID($0) == wanted }) else {
            throw JiraRefusal.failure(400, "The request type does not exist.")
        }
        let reporter = try body["raiseOnBehalfOf"].map { try account($0.stringValue) } ?? call.caller.accountID
        let participants = try (body["requestParticipants"]?.arrayValue ?? []).map { try account($0.stringValue) }
        var fields = body["requestFieldValues"]?.objectValue ?? [:]
        fields["project"] = ["key": .string(desk.key)]
        fields["issuetype"] = ["id": .string(String(type.id))]
        // Whose it is says `raiseOnBehalfOf` alone.
        fields["reporter"] = nil
        let issue = try create(try IssueFields(.object(fields), .v2), by: person(reporter)!)
        deskState.requests[String(issue.id)] = ServiceDeskState.CustomerRequest(type: type, participants: participants)
        return Answer(201, try shape(ofRequest: issue))
    }

    func readRequest(_ call: Call) throws -> Answer {
        Answer(200, try shape(ofRequest: try issue(call)))
    }

    func request(_ issue: Issue) throws -> ServiceDeskState.CustomerRequest {
        guard let request = deskState.requests[String(issue.id)] else {
            throw JiraRefusal.failure(404, "The request does not exist or you do not have permission to see it.")
        }
        return request
    }

    func listParticipants(_ call: Call) throws -> Answer {
        Answer(200, try page(try request(try issue(call)).participants.compactMap(person), call, deskShape))
    }

    func addParticipants(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        var request = try request(issue)
        for account in try accounts(call) where !request.participants.contains(account) {
            request.participants.append(account)
        }
        deskState.requests[String(issue.id)] = request
        return Answer(200, try page(request.participants.compactMap(person), call, deskShape))
    }

    func listRequestComments(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        let shown = issue.comments.filter { comment in
            // A client of Python writes a capital letter.
            call.query(comment.isPublic ? "public" : "internal")?.lowercased() != "false"
        }
        return Answer(200, try page(shown, call, deskShape))
    }

    /// Jira: POST /request/{issueIdOrKey}/comment
    func addRequestComment(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        let body = try call.object()
        guard let text = body["body"]?.stringValue, !text.isEmpty else {
            throw JiraRefusal.failure(400, "Comment body can not be empty!")
        }
        let comment = try comment(
            try requestText(text), on: issue, by: call.caller, isPublic: body["public"]?.boolValue ?? true)
        return Answer(201, deskShape(of: comment))
    }

    /// What is said on a request: wiki markup, whatever the dialect, and no more of it than elsewhere.
    func requestText(_ words: String) throws -> RichText {
        let text = RichText(wiki: words)
        try checkLength(of: text, plainDialect)
        return text
    }

    func readRequestComment(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        guard let comment = issue.comments.first(where: { String($0.id) == call[parameter: "id"] }) else {
            throw JiraRefusal.failure(404, "The comment does not exist.")
        }
        return Answer(200, deskShape(of: comment))
    }

    // MARK: Where it stands

    /// Jira: GET /request/{issueIdOrKey}/status. The one that it has: what it had before is not kept.
    func readRequestStatus(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        _ = try request(issue)
        return Answer(200, try page([issue], call) { deskShape(ofStatus: $0) })
    }

    /// What customers may do by themselves: they are asked for nothing.
    private func customerTransitions(of issue: Issue) throws -> [Workflow.Transition] {
        _ = try request(issue)
        return workflow(of: issue).transitions.filter {
            $0.leads(from: issue.status) && $0.to != issue.status && $0.required.isEmpty
        }
    }

    /// Jira: GET /request/{issueIdOrKey}/transition
    func listRequestTransitions(_ call: Call) throws -> Answer {
        let shown = try customerTransitions(of: try issue(call))
        return Answer(
            200, try page(shown, call) { ["id": .string(String($0.id)), "name": .string($0.name)] })
    }

    /// Jira: POST /request/{issueIdOrKey}/transition
    func performRequestTransition(_ call: Call) throws -> Answer {
        let before = try issue(call)
        let body = try call.object()
        guard let id = body["id"]?.stringValue,
            let transition = try customerTransitions(of: before).first(where: { String($0.id) == id })
        else { throw JiraRefusal.failure(400, "The transition is not valid for this request.") }
        let words = try requestText(body["additionalComment"]?["body"]?.stringValue ?? "")
        try checkRoom(for: words.wiki.isEmpty ? 0 : 1, on: before)
        var issue = before
        issue.enter(transition.to, at: now())
        keep(issue)
        announceChange(from: before, to: issue, by: call.caller)
        if !words.wiki.isEmpty { _ = try comment(words, on: issues[issue.id]!, by: call.caller) }
        return .noContent
    }
}
