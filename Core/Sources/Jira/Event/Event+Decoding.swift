// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup

extension Event {
    /// Reads a webhook's body.
    ///
    /// - Parameter delivery: The header `X-Atlassian-Webhook-Identifier`, where there is one.
    public init(decoding bytes: [UInt8], delivery: String? = nil) throws(Unreadable) {
        let place = try Place(parsing: bytes)
        let name = try place.required("webhookEvent").string()
        let isSpine = ["jira:issue_", "comment_"].contains { name.hasPrefix($0) }
        let comment = try place["comment"].read(strictly: isSpine, as: Comment.self)
        let issue = try place["issue"].read(strictly: isSpine, as: Issue.self)

        kind = Kind(event: name, type: place["issue_event_type_name"]?.text, comment: comment)
        time = (place["timestamp"]?.value).flatMap(milliseconds).map(Date.init(milliseconds:))
        self.delivery = delivery.map { String($0.prefix(200)) }
        self.comment = comment
        self.issue = issue
        issueID = issue?.id ?? place.issueNamedElsewhere
        actor = place.actor(of: kind, comment)
        changes = try place["changelog"]?["items"]?.list { (item) throws(Unreadable) in try Change(at: item) } ?? []
        if isSpine { try requireSubject(of: place, named: name) }
    }

    /// An event that we act upon says of which issue, and a comment's own event of which comment.
    private func requireSubject(of place: Place, named name: String) throws(Unreadable) {
        if case .other = kind { return }
        if issueID == nil { throw Unreadable(place: "issue") }
        if name.hasPrefix("comment_"), comment == nil { throw Unreadable(place: "comment") }
    }
}

extension Place {
    /// The issue of an event that does not carry it: Data Center's comments, worklogs, the end that a link was made at,
    /// properties.
    fileprivate var issueNamedElsewhere: IssueID? {
        if let address = self["comment"]?["self"]?.text { return issue(in: address) }
        let id = self["worklog"]?["issueId"] ?? self["issueLink"]?["sourceIssueId"]
        if let id { return try? id.identifier() }
        return self["property"]?["self"]?.text.flatMap(issue(in:))
    }

    /// Who did it. Cloud's comment events, attachments and worklogs have no `user`; who wrote is who did it.
    fileprivate func actor(of kind: Event.Kind, _ comment: Comment?) -> Account? {
        switch kind {
        case .beyond(let beyond) where beyond.isAboutUser: return nil
        default: break
        }
        if let user = Account(self["user"]?.value) { return user }
        switch kind {
        case .commentCreated: return comment?.author
        case .commentUpdated: return comment?.updateAuthor
        case .attachmentCreated: return Account(self["attachment"]?["author"]?.value)
        case .worklogCreated: return Account(self["worklog"]?["author"]?.value)
        case .worklogUpdated: return Account(self["worklog"]?["updateAuthor"]?.value)
        default: return nil
        }
    }
}

extension Place? {
    /// What an event of another kind calls an issue or a comment may be anything.
    fileprivate func read<Value: Readable>(strictly: Bool, as type: Value.Type) throws(Unreadable) -> Value? {
        guard let self else { return nil }
        return strictly ? try Value(at: self) : Value(self.value)
    }
}

/// A number in real deliveries, text in some that passed through other tools.
private func milliseconds(_ value: JSONValue) -> Int? {
    let number = value.integerValue ?? value.stringValue.flatMap { Int($0) }
    return number.flatMap { (0..<1 << 53).contains($0) ? $0 : nil }
}

/// `https://jira.example.com/rest/api/2/issue/10013/comment/10084` says which issue.
private func issue(in address: String) -> IssueID? {
    let segments = address.split(separator: "/")
    guard let place = segments.lastIndex(of: "issue"), place + 1 < segments.count else { return nil }
    return IssueID(String(segments[place + 1]))
}
