// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore

/// How Jira writes a time: `2026-01-31T12:00:00.000+0000`.
func jiraTime(_ date: Date) -> String {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var moment = time_t(seconds)
    var parts = tm()
    gmtime_r(&moment, &parts)
    return String(
        format: "%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
        Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec), rest)
}

/// The JSON of the small things that issues are made of.
extension SandboxJira {
    func root(_ dialect: Dialect) -> String { "\(site)/rest/api/\(dialect.version)" }

    func shape(of person: Person, _ dialect: Dialect) -> JSONValue {
        var members: [(String, JSONValue)] =
            switch dialect {
            case .v2, .v3:
                [
                    ("self", .string("\(root(dialect))/user?accountId=\(person.accountID)")),
                    ("accountId", .string(person.accountID)),
                    ("accountType", person.isCustomer ? "customer" : "atlassian"),
                ]
            case .dataCenter:
                [
                    ("self", .string("\(root(dialect))/user?username=\(person.name)")),
                    ("key", .string(person.accountID)), ("name", .string(person.name)),
                ]
            }
        if person.showsEmailAddress { members.append(("emailAddress", .string(person.emailAddress))) }
        let avatar = JSONValue.string("\(site)/avatar.svg")
        members += [
            ("avatarUrls", ["48x48": avatar, "24x24": avatar, "16x16": avatar, "32x32": avatar]),
            ("displayName", .string(person.displayName)), ("active", .bool(person.isActive)),
            ("timeZone", .string(person.timeZone)),
        ]
        return .members(members)
    }

    /// The person, or null where there is none.
    func shape(ofAccount accountID: String?, _ dialect: Dialect) -> JSONValue {
        accountID.flatMap(person).map { shape(of: $0, dialect) } ?? .null
    }

    func shape(of project: Project, _ dialect: Dialect) -> JSONValue {
        let avatar = JSONValue.string("\(site)/avatar.svg")
        return [
            "self": .string("\(root(dialect))/project/\(project.id)"), "id": .string(String(project.id)),
            "key": .string(project.key), "name": .string(project.name),
            "projectTypeKey": project.isServiceProject ? "service_desk" : "software",
            "simplified": false,
            "avatarUrls": ["48x48": avatar, "24x24": avatar, "16x16": avatar, "32x32": avatar],
        ]
    }

    func shape(of type: IssueType, _ dialect: Dialect) -> JSONValue {
        [
            "self": .string("\(root(dialect))/issuetype/\(type.id)"), "id": .string(String(type.id)),
            "description": .string(type.description), "iconUrl": .string("\(site)/avatar.svg"),
            "name": .string(type.name), "subtask": .bool(type.isSubtask),
            "hierarchyLevel": .integer(type.isSubtask ? -1 : 0),
        ]
    }

    func shape(of priority: Priority, _ dialect: Dialect) -> JSONValue {
        [
            "self": .string("\(root(dialect))/priority/\(priority.id)"), "iconUrl": .string("\(site)/avatar.svg"),
            "name": .string(priority.name), "id": .string(String(priority.id)),
        ]
    }

    func shape(of status: Status, _ dialect: Dialect) -> JSONValue {
        [
            "self": .string("\(root(dialect))/status/\(status.id)"), "description": "",
            "iconUrl": .string("\(site)/"), "name": .string(status.name), "id": .string(String(status.id)),
            "statusCategory": [
                "self": .string("\(root(dialect))/statuscategory/\(status.category.id)"),
                "id": .integer(status.category.id), "key": .string(status.category.key),
                "colorName": .string(status.category.color), "name": .string(status.category.name),
            ],
        ]
    }

    func shape(of attachment: Attachment, _ dialect: Dialect, numericID: Bool = false) -> JSONValue {
        [
            "self": .string("\(root(dialect))/attachment/\(attachment.id)"),
            "id": numericID ? .integer(attachment.id) : .string(String(attachment.id)),
            "filename": .string(attachment.filename), "author": shape(ofAccount: attachment.author, dialect),
            "created": .string(jiraTime(attachment.created)), "size": .integer(attachment.bytes.readableBytes),
            "mimeType": .string(attachment.type),
            "content": .string("\(root(dialect))/attachment/content/\(attachment.id)"),
        ]
    }

    func shape(of comment: Comment, in issue: Issue, _ dialect: Dialect, withProperties: Bool = false) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("self", .string("\(root(dialect))/issue/\(issue.id)/comment/\(comment.id)")),
            ("id", .string(String(comment.id))), ("author", shape(ofAccount: comment.author, dialect)),
            ("body", comment.body.value(in: dialect)), ("updateAuthor", shape(ofAccount: comment.author, dialect)),
            ("created", .string(jiraTime(comment.created))), ("updated", .string(jiraTime(comment.updated))),
        ]
        if let visibility = comment.visibility { members.append(("visibility", visibility)) }
        if dialect != .dataCenter { members.append(("jsdPublic", .bool(comment.isPublic))) }
        if withProperties {
            let list = comment.properties.pairs.map {
                JSONValue.members([("key", .string($0.key)), ("value", $0.value)])
            }
            members.append(("properties", .array(list)))
        }
        return .members(members)
    }

    func shape(of worklog: Worklog, in issue: Issue, _ dialect: Dialect) -> JSONValue {
        let minutes = worklog.seconds / 60
        var members: [(String, JSONValue)] = [
            ("self", .string("\(root(dialect))/issue/\(issue.id)/worklog/\(worklog.id)")),
            ("author", shape(ofAccount: worklog.author, dialect)),
            ("updateAuthor", shape(ofAccount: worklog.author, dialect)),
            ("created", .string(jiraTime(worklog.created))), ("updated", .string(jiraTime(worklog.updated))),
            ("started", .string(worklog.started)),
            ("timeSpent", .string(minutes < 60 ? "\(minutes)m" : "\(minutes / 60)h \(minutes % 60)m")),
            ("timeSpentSeconds", .integer(worklog.seconds)), ("id", .string(String(worklog.id))),
            ("issueId", .string(String(issue.id))),
        ]
        if let comment = worklog.comment { members.append(("comment", comment.value(in: dialect))) }
        return .members(members)
    }
}
