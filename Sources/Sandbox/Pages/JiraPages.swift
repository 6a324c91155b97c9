// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore
import Templates

// What the templates show. Plain values, read by their stored names.

struct OverviewPage: Sendable {
    struct ProjectLine: Sendable {
        let key: String
        let name: String
        let count: Int
    }

    struct IssueLine: Sendable {
        let key: String
        let summary: String
        let status: String
        let reporter: String
        let comments: Int
        let updated: String
    }

    let title = "Projects and issues"
    let projects: [ProjectLine]
    let issues: [IssueLine]
    let more: Int?
    let people: [PersonOption]
    let token: String
}

struct PersonOption: Sendable {
    let id: String
    let name: String
}

/// A name and what it is the name of.
struct NamedLine: Sendable {
    let key: String
    let value: String
}

struct IssuePage: Sendable {
    struct AttachmentLine: Sendable {
        let id: Int
        let name: String
        let type: String
        let size: Int
    }

    struct CommentBlock: Sendable {
        let id: Int
        let author: String
        let created: String
        let visibility: String?
        /// Of a request: only agents see it.
        let isInternal: Bool
        let html: TrustedHTML
        let hasProperties: Bool
        let properties: [NamedLine]
    }

    let title: String
    let key: String
    let type: String
    let status: String
    let priority: String
    let reporter: String
    let assignee: String
    let labels: String
    let watchers: String
    let created: String
    let updated: String
    let html: TrustedHTML
    let hasAttachments: Bool
    let attachments: [AttachmentLine]
    let hasProperties: Bool
    let properties: [NamedLine]
    let security: String?
    let parent: String?
    let formerKeys: String?
    let hasFields: Bool
    let fields: [NamedLine]
    let hasSubtasks: Bool
    let subtasks: [NamedLine]
    let comments: [CommentBlock]
    let people: [PersonOption]
    let token: String
}

struct LogPage: Sendable {
    struct Line: Sendable {
        let time: String
        let method: String
        let path: String
        let status: Int
    }

    let title = "Request log"
    let total: Int
    let entries: [Line]
}

extension SandboxJira {
    private static let listLimit = 500

    private func name(_ account: String?) -> String {
        account.map { person($0)?.displayName ?? $0 } ?? "nobody"
    }

    /// The API user is the mail handler itself, and comes last in the choice of who acts.
    private var options: [PersonOption] {
        (people.dropFirst() + people.prefix(1)).map { PersonOption(id: $0.accountID, name: $0.displayName) }
    }

    func overviewPage(token: String) -> OverviewPage {
        let all = issuesInOrder.reversed()
        let hidden = all.count - Self.listLimit
        return OverviewPage(
            projects: projects.map { project in
                OverviewPage.ProjectLine(
                    key: project.key, name: project.name, count: all.count { $0.project == project.id })
            },
            issues: all.prefix(Self.listLimit).map { issue in
                OverviewPage.IssueLine(
                    key: issue.key, summary: issue.summary, status: issue.status.name, reporter: name(issue.reporter),
                    comments: issue.comments.count, updated: jiraTime(issue.updated))
            }, more: hidden > 0 ? hidden : nil, people: options, token: token)
    }

    func issuePage(_ key: String, token: String) throws -> IssuePage {
        let issue = try issue(key)
        let fields = customFields.compactMap { field in
            issue.custom[field.id].map {
                NamedLine(key: field.name, value: names(of: $0, field, in: issue).joined(separator: ", "))
            }
        }
        let subtasks = subtasks(of: issue).map { NamedLine(key: $0.key, value: "\($0.summary): \($0.status.name)") }
        return IssuePage(
            title: "\(issue.key): \(issue.summary)", key: issue.key, type: issue.type.name, status: issue.status.name,
            priority: issue.priority?.name ?? "none", reporter: name(issue.reporter), assignee: name(issue.assignee),
            labels: issue.labels.joined(separator: ", "), watchers: issue.watchers.map(name).joined(separator: ", "),
            created: jiraTime(issue.created), updated: jiraTime(issue.updated),
            html: TrustedHTML(html: issue.description.map { html(of: $0.document) } ?? "<p>No description.</p>"),
            hasAttachments: !issue.attachments.isEmpty,
            attachments: issue.attachments.map {
                IssuePage.AttachmentLine(id: $0.id, name: $0.filename, type: $0.type, size: $0.bytes.readableBytes)
            }, hasProperties: !issue.properties.isEmpty, properties: lines(issue.properties),
            security: issue.security.flatMap { entry($0, of: issue) }?.name,
            parent: issue.parent.flatMap { issues[$0] }?.key,
            formerKeys: issue.formerKeys.isEmpty ? nil : issue.formerKeys.joined(separator: ", "),
            hasFields: !fields.isEmpty, fields: fields, hasSubtasks: !subtasks.isEmpty, subtasks: subtasks,
            comments: issue.comments.map(block), people: options, token: token)
    }

    private func block(_ comment: Comment) -> IssuePage.CommentBlock {
        let visibility = comment.visibility.flatMap { ($0["value"] ?? $0["identifier"])?.stringValue }
        return IssuePage.CommentBlock(
            id: comment.id, author: name(comment.author), created: jiraTime(comment.created), visibility: visibility,
            isInternal: !comment.isPublic, html: TrustedHTML(html: html(of: comment.body.document)),
            hasProperties: !comment.properties.isEmpty,
            properties: lines(comment.properties))
    }

    private func lines(_ properties: Properties) -> [NamedLine] {
        properties.pairs.map { NamedLine(key: $0.key, value: $0.value.description) }
    }

    func logPage() -> LogPage {
        LogPage(
            total: log.total,
            entries: log.entries.suffix(Self.listLimit).reversed().map {
                LogPage.Line(time: jiraTime($0.time), method: $0.method, path: $0.path, status: $0.status)
            })
    }
}
