// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Vault

/// The bodies of webhooks. As Jira Cloud sends them: REST v2 addresses, wiki markup instead of documents, no e-mail
/// address, and for a comment a partial issue and no `user`. A comment also comes as `jira:issue_updated`.
/// Data Center's comment events name the issue by the comment's address alone.
extension SandboxJira {
    enum CommentChange: String {
        case created
        case updated
        case deleted
    }

    func announceCreation(of issue: Issue, by author: Person) {
        send(
            "jira:issue_created", about: issue,
            [
                ("issue_event_type_name", "issue_created"), ("user", eventShape(of: author)),
                ("issue", eventShape(of: issue)),
                (
                    "changelog",
                    changelog([Change("status", from: nil, to: (String(issue.status.id), issue.status.name))])
                ),
            ])
    }

    func announceDeletion(of issue: Issue, by author: Person) {
        for comment in issue.comments { announce(.deleted, comment, on: issue, by: author) }
        send("jira:issue_deleted", about: issue, [("user", eventShape(of: author)), ("issue", eventShape(of: issue))])
    }

    func announceChange(from before: Issue, to issue: Issue, by author: Person) {
        let changes = changes(from: before, to: issue)
        guard !changes.isEmpty else { return }
        let name =
            if before.project != issue.project {
                "issue_moved"
            } else if before.status != issue.status {
                "issue_generic"
            } else {
                before.assignee != issue.assignee ? "issue_assigned" : "issue_updated"
            }
        announceUpdate(of: issue, name, by: author, [("changelog", changelog(changes))])
    }

    func announceAttachments(_ attachments: [Attachment], on issue: Issue, before: Issue, by author: Person) {
        for attachment in attachments {
            send(
                "attachment_created", about: issue,
                [
                    ("attachment", withoutAddress(shape(of: attachment, plainDialect))),
                    ("issue", partialShape(of: issue)),
                ])
        }
        let changes = attachments.map { Change("Attachment", from: nil, to: (String($0.id), $0.filename)) }
        announceUpdate(of: issue, "issue_updated", by: author, [("changelog", changelog(changes))])
    }

    func announce(_ change: CommentChange, _ comment: Comment, on issue: Issue, by author: Person) {
        let body = withoutAddress(shape(of: comment, in: issue, plainDialect))
        send("comment_\(change.rawValue)", about: issue, [("comment", body)] + circumstances(of: change, issue, author))
        let name: JSONValue =
            switch change {
            case .created: "issue_commented"
            case .updated: "issue_comment_edited"
            case .deleted: "issue_comment_deleted"
            }
        guard issues[issue.id] != nil else { return }
        announceUpdate(of: issue, name.stringValue!, by: author, change == .deleted ? [] : [("comment", body)])
    }

    /// What stands beside a comment: on Cloud a partial issue and no `user`, on Data Center no issue, and the user but for a
    /// new comment.
    private func circumstances(
        of change: CommentChange, _ issue: Issue, _ author: Person
    ) -> [(String, JSONValue)] {
        switch settings.deployment {
        case .cloud: [("issue", partialShape(of: issue))]
        case .dataCenter: change == .created ? [] : [("user", eventShape(of: author))]
        }
    }

    private func announceUpdate(of issue: Issue, _ name: String, by author: Person, _ rest: [(String, JSONValue)]) {
        send(
            "jira:issue_updated", about: issue,
            [
                ("issue_event_type_name", .string(name)), ("user", eventShape(of: author)),
                ("issue", eventShape(of: issues[issue.id] ?? issue)),
            ] + rest)
    }

    private func send(_ event: String, about issue: Issue, _ members: [(String, JSONValue)]) {
        let listening = webhooks.filter { webhook in
            guard webhook.events.contains(event), webhook.counts(at: now()) else { return false }
            // A filter that names an unknown field finds nothing.
            return webhook.filter?.clause.map { (try? matches($0, issue)) ?? false } ?? true
        }
        guard !listening.isEmpty else { return }
        let time = now()
        let number = sequence.next(.event)
        let common: [(String, JSONValue)] = [
            ("timestamp", .integer(Int(time.timeIntervalSince1970 * 1000))), ("webhookEvent", .string(event)),
        ]
        for webhook in listening {
            let identity = "\(started.timeIntervalSince1970)|\(site)|\(webhook.id)|\(number)"
            let matched: [(String, JSONValue)] =
                webhook.isDynamic ? [("matchedWebhookIds", [.integer(webhook.id)])] : []
            let body = JSONValue.members(common + members + matched).serialized
            let signature = webhook.secret.map { "sha256=" + hex(Vault.signature(of: body, with: Secret($0))) }
            outbox.append(
                Delivery(
                    url: webhook.url, body: body, identifier: digest(.sha256, Array(identity.utf8)),
                    signature: signature, token: webhook.isDynamic ? webhookToken() : nil))
        }
    }

    private func eventShape(of person: Person) -> JSONValue {
        withoutAddress(shape(of: person, plainDialect))
    }

    private func eventShape(of issue: Issue) -> JSONValue {
        let fields =
            commonFields(of: issue, plainDialect) + [
                ("attachment", .array(issue.attachments.map { shape(of: $0, plainDialect) })),
                ("environment", issue.environment?.value(in: plainDialect) ?? .null),
            ] + customShapes(of: issue, plainDialect)
        return withoutAddress([
            "id": .string(String(issue.id)), "self": .string("\(root(plainDialect))/\(issue.id)"),
            "key": .string(issue.key),
            "fields": .members(fields),
        ])
    }

    private func partialShape(of issue: Issue) -> JSONValue {
        let names: Set = ["summary", "issuetype", "project", "assignee", "priority", "status"]
        return withoutAddress([
            "id": .string(String(issue.id)), "self": .string("\(root(plainDialect))/\(issue.id)"),
            "key": .string(issue.key),
            "fields": .members(commonFields(of: issue, plainDialect).filter { names.contains($0.0) }),
        ])
    }

    private func withoutAddress(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var members):
            if members["accountId"] != nil { members["emailAddress"] = nil }
            return .object(members.mapValues(withoutAddress))
        case .array(let elements): return .array(elements.map(withoutAddress))
        default: return value
        }
    }
}
