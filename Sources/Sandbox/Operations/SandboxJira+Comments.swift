// SPDX-License-Identifier: Apache-2.0

import Markup

extension SandboxJira {
    /// Jira: GET /rest/api/3/issue/{issueIdOrKey}/comment
    func listComments(_ call: Call) throws -> Answer {
        let order = call.query("orderBy") ?? "created"
        guard ["created", "+created", "-created", " created"].contains(order) else {
            throw JiraRefusal.badRequest(
                "The field to order by should be one of [created]. Instead, it was: \(order.trimmingSign).")
        }
        let page = try call.page(limit: 5000, standard: 100)
        let issue = try issue(call)
        let seen = issue.comments.filter { sees($0, call.caller) }
        let ordered = order == "-created" ? seen.reversed() : seen
        let withProperties = call.list("expand").contains("properties")
        let shown = ordered.dropFirst(page.start).prefix(page.size)
            .map { shape(of: $0, in: issue, call.dialect, withProperties: withProperties) }
        return Answer(
            200,
            [
                "startAt": .integer(page.start), "maxResults": .integer(page.size),
                "total": .integer(seen.count), "comments": .array(shown),
            ])
    }

    /// Jira: POST /rest/api/3/comment/list. What is not there or not seen is left out.
    func listCommentsByIDs(_ call: Call) throws -> Answer {
        let ids = try call.object()["ids"]?.arrayValue?.compactMap(\.integerValue) ?? []
        guard (1...1000).contains(ids.count) else {
            throw JiraRefusal.badRequest("From 1 to 1000 comments can be asked for.")
        }
        let withProperties = call.list("expand").contains("properties")
        let found = ids.sorted().compactMap { try? comment(String($0)) }
            .filter { sees($0.issue, call.caller) && sees($0.issue.comments[$0.index], call.caller) }
        let shown = found.map {
            shape(of: $0.issue.comments[$0.index], in: $0.issue, call.dialect, withProperties: withProperties)
        }
        return Answer(
            200,
            [
                "startAt": 0, "maxResults": .integer(1000), "total": .integer(shown.count), "isLast": true,
                "values": .array(shown),
            ])
    }

    /// Jira: POST /rest/api/3/issue/{issueIdOrKey}/comment
    func addComment(_ call: Call) throws -> Answer {
        let issue = try issue(call)
        let body = try call.object()
        let text = try RichText.read(
            body["body"] ?? .null, call.dialect, field: "comment", complaint: "Comment body is not valid!")
        guard let text, !plainText(of: text.document).isEmpty || text.document["content"]?.arrayValue?.isEmpty == false
        else { throw JiraRefusal.badField("comment", "Comment body can not be empty!") }
        try checkLength(of: text, call.dialect)
        let comment = try comment(
            text, on: issue, by: call.caller, visibility: body["visibility"], properties: body["properties"])
        return Answer(201, shape(of: comment, in: issue, call.dialect, withProperties: false))
    }

    func comment(
        _ text: RichText, on issue: Issue, by author: Person, visibility: JSONValue? = nil,
        properties: JSONValue? = nil,
        isPublic: Bool = true
    ) throws -> Comment {
        try checkRoom(for: 1, on: issue)
        let time = now()
        var comment = Comment(
            id: sequence.next(.comment), author: author.accountID, body: text, created: time, updated: time,
            visibility: try checked(visibility))
        comment.properties = try entityProperties(properties)
        comment.isPublic = isPublic && comment.properties["sd.public.comment"]?["internal"] != true
        var issue = issue
        issue.comments.append(comment)
        keep(issue)
        homeOfComment[comment.id] = issue.id
        announce(.created, comment, on: issues[issue.id]!, by: author)
        return comment
    }

    func checkRoom(for comments: Int, on issue: Issue) throws {
        guard issue.comments.count + comments <= 5000 else {
            throw JiraRefusal(
                status: 413, messages: ["The number of comments on this issue has reached the limit of 5000."])
        }
    }

    private func checked(_ visibility: JSONValue?) throws -> JSONValue? {
        guard let visibility, !visibility.isNull else { return nil }
        guard let type = visibility["type"]?.stringValue, ["group", "role"].contains(type),
            visibility["value"]?.stringValue ?? visibility["identifier"]?.stringValue != nil
        else { throw JiraRefusal.badField("commentLevel", "Comment visibility is not valid.") }
        let name = (visibility["identifier"] ?? visibility["value"])?.stringValue ?? ""
        guard Circle.named(name, type == "group" ? .group : .role) != nil else {
            throw JiraRefusal.badField("commentLevel", "\(type == "group" ? "Group" : "Role"): \(name) does not exist.")
        }
        return visibility
    }

    func readComment(_ call: Call) throws -> Answer {
        let (issue, index) = try commentOnIssue(call)
        let withProperties = call.list("expand").contains("properties")
        return Answer(200, shape(of: issue.comments[index], in: issue, call.dialect, withProperties: withProperties))
    }

    func editComment(_ call: Call) throws -> Answer {
        var (issue, index) = try commentOnIssue(call)
        let body = try call.object()
        let text = try RichText.read(
            body["body"] ?? .null, call.dialect, field: "comment", complaint: "Comment body is not valid!")
        guard let text else { throw JiraRefusal.badField("comment", "Comment body can not be empty!") }
        try checkLength(of: text, call.dialect)
        let properties = try entityProperties(body["properties"])
        let visibility = try checked(body["visibility"])
        issue.comments[index].body = text
        // What is not given stays; null is for everybody.
        if body["visibility"] != nil { issue.comments[index].visibility = visibility }
        for (key, value) in properties.pairs { issue.comments[index].properties[key] = value }
        issue.comments[index].updated = now()
        keep(issue)
        announce(.updated, issue.comments[index], on: issue, by: call.caller)
        return Answer(200, shape(of: issue.comments[index], in: issue, call.dialect))
    }

    func deleteComment(_ call: Call) throws -> Answer {
        var (issue, index) = try commentOnIssue(call)
        let comment = issue.comments.remove(at: index)
        homeOfComment[comment.id] = nil
        keep(issue)
        announce(.deleted, comment, on: issue, by: call.caller)
        return .noContent
    }

    private func commentOnIssue(_ call: Call) throws -> (issue: Issue, index: Int) {
        let issue = try issue(call)
        let found = try comment(call[parameter: "id"])
        guard found.issue.id == issue.id, sees(issue.comments[found.index], call.caller) else {
            throw JiraRefusal.notFound("Can not find a comment for the id: \(call[parameter: "id"]).")
        }
        return found
    }
}

extension String {
    /// Without the sign that tells the direction of an order.
    fileprivate var trimmingSign: String { String(drop { $0 == "+" || $0 == "-" || $0 == " " }) }
}
