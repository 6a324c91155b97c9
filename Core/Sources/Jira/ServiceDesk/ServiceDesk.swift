// SPDX-License-Identifier: Apache-2.0

import Markup

/// A service project as its customers meet it.
public struct ServiceDesk: Hashable, Sendable, Identifiable {
    public let id: NumericID<ServiceDesk>
    public let project: ProjectKey
    public let name: String
}

extension ServiceDesk: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        project = try place.required("projectKey").identifier()
        name = place["projectName"]?.text ?? project.rawValue
    }
}

/// What customers can ask a service desk for.
public struct RequestType: Hashable, Codable, Sendable, Identifiable {
    public let id: NumericID<RequestType>
    public let name: String
    /// The type of the issues that such requests are.
    public let issueType: IssueTypeID?

    public init(id: NumericID<RequestType>, name: String, issueType: IssueTypeID? = nil) {
        self.id = id
        self.name = name
        self.issueType = issueType
    }
}

extension RequestType: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        name = try place.required("name").string()
        issueType = try place["issueTypeId"]?.identifier()
    }
}

/// Customers who share their requests.
public struct Organization: Hashable, Codable, Sendable, Identifiable {
    public let id: NumericID<Organization>
    public let name: String

    public init(id: NumericID<Organization>, name: String) {
        self.id = id
        self.name = name
    }

    /// By name in any case, or by id.
    public func isNamed(_ reference: String) -> Bool {
        name.lowercased() == reference.lowercased() || id.rawValue == reference
    }
}

extension Organization: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        name = try place.required("name").string()
    }
}

/// An issue of a service project, as its customer sees it.
public struct CustomerRequest: Hashable, Sendable {
    public let id: IssueID
    public let key: IssueKey
    public let type: NumericID<RequestType>?
    public let reporter: Account?
    /// Wiki markup, as it was written.
    public let description: String?
}

extension CustomerRequest: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("issueId").identifier()
        key = try place.required("issueKey").identifier()
        type = try place["requestTypeId"]?.identifier()
        reporter = Account(place["reporter"]?.value)
        let fields = place["requestFieldValues"]?.value.arrayValue ?? []
        description = fields.first { $0["fieldId"] == "description" }?["value"]?.stringValue
    }
}

/// A comment on a request. Its text is wiki markup.
public struct RequestComment: Hashable, Sendable, Identifiable {
    public let id: CommentID
    public let body: String
    public let isPublic: Bool
    public let author: Account?
}

extension RequestComment: Readable {
    /// One of which Jira does not say that customers see it is not for them.
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        body = place["body"]?.text ?? ""
        isPublic = place["public"]?.value.boolValue ?? false
        author = Account(place["author"]?.value)
    }
}

/// Who sees a comment on a request.
public enum RequestAudience: String, Hashable, Sendable, Codable, CaseIterable {
    /// Customers too.
    case everybody = "public"
    case agents = "internal"
}

extension EntityProperty {
    /// Goes along with a new comment on an issue of a service project, and keeps it from customers.
    public static var internalComment: EntityProperty {
        EntityProperty(short: "sd.public.comment", ["internal": true])
    }
}
