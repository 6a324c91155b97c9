// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Markup

/// An issue with as many of its fields as were asked for or sent along.
public struct Issue: Hashable, Codable, Sendable, Identifiable {
    public let id: IssueID
    public let key: IssueKey

    /// An object, by field id. The fields below are read from it and are nothing where it lacks them.
    public var fields: JSONValue

    /// The entity properties that were asked for, by key.
    public var properties: [String: JSONValue]

    public init(id: IssueID, key: IssueKey, fields: JSONValue = [:], properties: [String: JSONValue] = [:]) {
        self.id = id
        self.key = key
        self.fields = fields
        self.properties = properties
    }

    public var summary: String? { fields["summary"]?.stringValue }
    public var status: Status? { Status(fields["status"]) }
    public var project: Project? { Project(fields["project"]) }
    public var issueType: IssueType? { IssueType(fields["issuetype"]) }
    public var reporter: Account? { Account(fields["reporter"]) }
    public var assignee: Account? { Account(fields["assignee"]) }

    public var created: Date? { fields["created"]?.stringValue.flatMap(date(jira:)) }
    public var updated: Date? { fields["updated"]?.stringValue.flatMap(date(jira:)) }

    /// Of the field `attachment`: those that can be read.
    public var attachments: [Attachment] {
        fields["attachment"]?.arrayValue?.compactMap { Attachment($0) } ?? []
    }

    /// The description field.
    public var text: RichText? { fields["description"].flatMap(RichText.init) }
}

extension Issue: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        key = try place.required("key").identifier()
        fields = place["fields"]?.value ?? [:]
        properties = place["properties"]?.value.objectValue ?? [:]
    }
}

/// Where an issue stands in its workflow.
public struct Status: Hashable, Codable, Sendable {
    /// What every status belongs to, whatever a site calls it.
    public enum Category: String, Codable, Sendable {
        case toDo = "new"
        case inProgress = "indeterminate"
        case done
        case undefined
    }

    public let name: String
    public let category: Category

    public init(name: String, category: Category) {
        self.name = name
        self.category = category
    }
}

extension Status: Readable {
    init(at place: Place) throws(Unreadable) {
        name = try place.required("name").string()
        category = place["statusCategory"]?["key"]?.text.flatMap(Category.init) ?? .undefined
    }
}

/// A project as issues and lists of projects name it.
public struct Project: Hashable, Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case software, business, service = "service_desk", unknown
    }

    public let id: ProjectID
    public let key: ProjectKey
    public let name: String
    public let kind: Kind

    public init(id: ProjectID, key: ProjectKey, name: String, kind: Kind = .unknown) {
        self.id = id
        self.key = key
        self.name = name
        self.kind = kind
    }
}

extension Project: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        key = try place.required("key").identifier()
        name = place["name"]?.text ?? key.rawValue
        kind = place["projectTypeKey"]?.text.flatMap(Kind.init) ?? .unknown
    }
}

/// A type of issue in a project.
public struct IssueType: Hashable, Codable, Sendable, Identifiable {
    public let id: IssueTypeID
    public let name: String
    public let isSubtask: Bool

    public init(id: IssueTypeID, name: String, isSubtask: Bool = false) {
        self.id = id
        self.name = name
        self.isSubtask = isSubtask
    }
}

extension IssueType: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        name = try place.required("name").string()
        isSubtask = place["subtask"]?.value.boolValue ?? false
    }
}
