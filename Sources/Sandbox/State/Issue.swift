// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import NIOCore

struct Issue: Codable, Sendable {
    let id: Int
    var key: String
    /// From before it was moved, oldest first. They still lead to it.
    var formerKeys: [String] = []
    var project: Int
    var type: IssueType
    /// Of a sub-task.
    var parent: Int?
    var status: Status
    var priority: Priority? = Priority.medium
    var summary: String
    var description: RichText?
    var environment: RichText?
    var labels: [String] = []
    var dueDate: String?
    /// By their ids in the project's catalogue.
    var components: [Int] = []
    var fixVersions: [Int] = []
    var affectedVersions: [Int] = []
    var security: Int?
    var reporter: String
    var creator: String
    var assignee: String?
    var created: Date
    var updated: Date
    var watchers: [String] = []
    var comments: [Comment] = []
    var attachments: [Attachment] = []
    var worklogs: [Worklog] = []
    var properties = Properties()
    var resolution: Resolution?
    var resolved: Date?
    /// What custom fields hold, by their ids.
    var custom: [String: FieldValue] = [:]

    /// Comments are kept apart: there may be thousands of them.
    private enum CodingKeys: CodingKey {
        case id, key, formerKeys, project, type, parent, status, priority, summary, description, environment, labels
        case dueDate, components, fixVersions, affectedVersions, security, reporter, creator, assignee, created, updated
        case watchers, attachments, worklogs, properties, resolution, resolved, custom
    }
}

extension Issue {
    /// Whether a field that can be set has no value.
    func isEmpty(_ field: String) -> Bool {
        switch field {
        case "summary": summary.isEmpty
        case "description": description?.wiki.isEmpty ?? true
        case "environment": environment?.wiki.isEmpty ?? true
        case "labels": labels.isEmpty
        case "priority": priority == nil
        case "duedate": dueDate == nil
        case "assignee": assignee == nil
        case "components": components.isEmpty
        case "fixVersions": fixVersions.isEmpty
        case "versions": affectedVersions.isEmpty
        case "security": security == nil
        case "resolution": resolution == nil
        case "parent": parent == nil
        case "issuetype", "project", "reporter": false
        default: custom[field] == nil
        }
    }
}

struct Comment: Codable, Sendable {
    let id: Int
    let author: String
    var body: RichText { didSet { revision += 1 } }
    let created: Date
    var updated: Date { didSet { revision += 1 } }
    var visibility: JSONValue? { didSet { revision += 1 } }
    /// Whether customers see it.
    var isPublic = true { didSet { revision += 1 } }
    var properties = Properties() { didSet { revision += 1 } }
    /// Tells in a moment whether it is as it was.
    private(set) var revision = 0

    private enum CodingKeys: CodingKey {
        case id, author, body, created, updated, visibility, isPublic, properties
    }
}

struct Attachment: Codable, Sendable {
    let id: Int
    let filename: String
    let type: String
    let author: String
    let created: Date
    /// Kept apart.
    var bytes = ByteBuffer()

    private enum CodingKeys: CodingKey {
        case id, filename, type, author, created
    }
}

struct Worklog: Codable, Sendable {
    let id: Int
    let author: String
    var comment: RichText?
    var started: String
    var seconds: Int
    let created: Date
    var updated: Date
}

/// Values by key, in the order in which the keys first came.
struct Properties: Codable, Equatable, Sendable {
    private(set) var keys: [String] = []
    private var values: [String: JSONValue] = [:]

    var isEmpty: Bool { keys.isEmpty }
    var pairs: [(key: String, value: JSONValue)] { keys.map { ($0, values[$0]!) } }

    subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            if newValue == nil {
                keys.removeAll { $0 == key }
            } else if values[key] == nil {
                keys.append(key)
            }
            values[key] = newValue
        }
    }
}
