// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Markup

/// Text as Jira holds it: REST v3 gives an Atlassian document, REST v2 and every webhook give wiki markup.
public enum RichText: Hashable, Codable, Sendable {
    case wiki(String)
    case document(JSONValue)

    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .wiki(text)
        case .object: self = .document(value)
        default: return nil
        }
    }
}

/// To whom a comment is restricted.
public struct Visibility: Hashable, Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case group, role
    }

    public let kind: Kind

    /// The name of the group or role.
    public let name: String

    public init(_ kind: Kind, named name: String) {
        self.kind = kind
        self.name = name
    }

    var json: JSONValue { ["type": .string(kind.rawValue), "value": .string(name)] }
}

/// A small JSON value that an app keeps on an issue or a comment. Whoever sees the issue can read it.
public struct EntityProperty: Hashable, Codable, Sendable {
    public let key: PropertyKey
    public let value: JSONValue

    /// - Throws: Where the value is longer than Jira takes: it is refused before anything is sent.
    public init(key: PropertyKey, value: JSONValue) throws(PropertyTooLong) {
        let length = Limits.length(of: String(decoding: value.serialized, as: UTF8.self))
        guard length <= Limits.property else { throw PropertyTooLong(key: key, length: length) }
        self.key = key
        self.value = value
    }

    /// One of our own making, which is as it should be.
    init(short key: String, _ value: JSONValue) {
        self.key = PropertyKey(key)!
        self.value = value
    }

    var json: JSONValue { ["key": .string(key.rawValue), "value": value] }
}

extension EntityProperty: Readable {
    init(at place: Place) throws(Unreadable) {
        key = try place.required("key").identifier()
        value = place.value["value"] ?? .null
    }
}

/// An entity property that Jira would refuse.
public struct PropertyTooLong: Error, Hashable, CustomStringConvertible {
    public let key: PropertyKey
    public let length: Int

    public var description: String {
        "The property \(key) has \(length) characters, and Jira takes \(Limits.property)."
    }
}

/// A comment, from an answer or from a webhook.
public struct Comment: Hashable, Codable, Sendable, Identifiable {
    public let id: CommentID
    public var author: Account?
    public var updateAuthor: Account?
    public var body: RichText?

    /// Nothing when everybody who sees the issue sees the comment.
    public var visibility: Visibility?

    /// Whether customers of a service project see it; nothing where Jira does not say.
    public var isPublic: Bool?
    public var created: Date?
    public var updated: Date?

    /// Nothing when the answer does not carry properties, which differs from carrying none.
    public var properties: [EntityProperty]?

    public init(
        id: CommentID, author: Account? = nil, body: RichText? = nil, visibility: Visibility? = nil,
        isPublic: Bool? = nil, properties: [EntityProperty]? = nil
    ) {
        self.id = id
        self.author = author
        self.body = body
        self.visibility = visibility
        self.isPublic = isPublic
        self.properties = properties
    }
}

extension Comment: Readable {
    /// A restriction that we do not understand must not look like none.
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        author = Account(place["author"]?.value)
        updateAuthor = Account(place["updateAuthor"]?.value)
        body = place["body"].flatMap { RichText($0.value) }
        if let restriction = place["visibility"] {
            guard let kind = restriction["type"]?.text.flatMap(Visibility.Kind.init),
                let name = restriction["value"]?.text ?? restriction["identifier"]?.text
            else { throw restriction.unreadable }
            visibility = Visibility(kind, named: name)
        }
        created = place["created"]?.text.flatMap(date(jira:))
        updated = place["updated"]?.text.flatMap(date(jira:))
        properties = place["properties"]?.value.arrayValue?.compactMap { EntityProperty($0) }
        // Data Center says it by a property alone.
        let mark = properties?.first { $0.key.rawValue == "sd.public.comment" }?.value["internal"]?.boolValue
        isPublic = place["jsdPublic"]?.value.boolValue ?? mark.map { !$0 }
    }
}

/// A file on an issue.
public struct Attachment: Hashable, Codable, Sendable, Identifiable {
    public let id: AttachmentID
    public let fileName: String
    public let mediaType: String?
    public let size: Int
    public let created: Date?
    public let author: AccountID?

    public init(
        id: AttachmentID, fileName: String, mediaType: String?, size: Int, created: Date? = nil,
        author: AccountID? = nil
    ) {
        self.id = id
        self.fileName = fileName
        self.mediaType = mediaType
        self.size = size
        self.created = created
        self.author = author
    }
}

extension Attachment: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        fileName = try place.required("filename").string()
        mediaType = place["mimeType"]?.text
        size = place["size"]?.value.integerValue ?? 0
        created = place["created"]?.text.flatMap(date(jira:))
        author = Account(place["author"]?.value)?.id
    }
}
