// SPDX-License-Identifier: Apache-2.0

import Markup

// Each operation is named by its place in Jira Cloud's REST v3.

extension Read where Answer == Account {
    /// The account whose credentials are used. The only trustworthy test of a connection: other reads answer anonymously.
    ///
    /// Jira: GET /myself
    public static var myself: Self {
        Read(Request(.get, .api("myself"))) { (place) throws(Unreadable) in try Account(at: place) }
    }
}

extension Read where Answer == Server {
    /// Jira: GET /serverInfo
    public static var server: Self {
        Read(Request(.get, .api("serverInfo"))) { (place) throws(Unreadable) in try Server(at: place) }
    }
}

extension Read where Answer == AttachmentSettings {
    /// Jira: GET /attachment/meta
    public static var attachmentSettings: Self {
        Read(Request(.get, .api("attachment", "meta"))) { (place) throws(Unreadable) in
            try AttachmentSettings(at: place)
        }
    }
}

extension Read where Answer == Issue {
    /// A key from before a move finds the issue too; the answer has the new one.
    ///
    /// Jira: GET /issue/{issueIdOrKey}
    public static func issue(
        _ issue: IssueReference, fields: [String] = Issue.usualFields, properties: [PropertyKey] = []
    ) -> Self {
        let query: [Request.QueryItem] = .items(
            ("fields", fields.joined(separator: ",")),
            ("properties", properties.isEmpty ? nil : properties.map(\.rawValue).joined(separator: ",")))
        let request = Request(.get, .api("issue", issue.pathSegment), query: query)
        return Read(request) { (place) throws(Unreadable) in try Issue(at: place) }
    }
}

extension Issue {
    /// The fields that this module gives names to, but for the description.
    public static let usualFields = ["summary", "status", "project", "issuetype", "reporter", "assignee"]
}

extension Read where Answer == SearchResult {
    /// The index lags behind. Issues in `reconciling` (at most 50) are looked up as they are now.
    ///
    /// Jira: POST /search/jql
    public static func search(
        _ jql: String, fields: [String] = Issue.usualFields, properties: [PropertyKey] = [],
        reconciling: [IssueID] = [], limit: Int = 50, pageToken: String? = nil
    ) -> Self {
        var body: JSONValue = [
            "jql": .string(jql), "fields": .array(fields.map(JSONValue.string)), "maxResults": .integer(limit),
        ]
        if !properties.isEmpty { body["properties"] = .array(properties.map { .string($0.rawValue) }) }
        if !reconciling.isEmpty { body["reconcileIssues"] = .array(reconciling.prefix(50).map { .integer($0.number) }) }
        if let pageToken { body["nextPageToken"] = .string(pageToken) }
        return Read(Request(.post, .api("search", "jql"), body: body)) { (place) throws(Unreadable) in
            try SearchResult(at: place)
        }
    }
}

extension Read where Answer == Page<Comment> {
    /// Newest first.
    ///
    /// Asks for their properties, which Cloud sends though its documents promise them only by `comments(_:)`.
    /// `Comment.properties` tells whether they came.
    ///
    /// Jira: GET /issue/{issueIdOrKey}/comment
    public static func comments(of issue: IssueReference, startAt: Int = 0, limit: Int = 100) -> Self {
        let query: [Request.QueryItem] = .items(
            ("orderBy", "-created"), ("expand", "properties"), ("startAt", String(startAt)),
            ("maxResults", String(limit)))
        let request = Request(.get, .api("issue", issue.pathSegment, "comment"), query: query)
        return Read(request) { (place) throws(Unreadable) in try Page(at: place, list: "comments") }
    }

    /// At most 1,000 comments by their ids, with their properties. Those that the caller may not see are left out.
    ///
    /// Jira: POST /comment/list
    public static func comments(_ ids: [CommentID]) -> Self {
        let body: JSONValue = ["ids": .array(ids.map { .integer($0.number) })]
        let request = Request(.post, .api("comment", "list"), query: .items(("expand", "properties")), body: body)
        return Read(request) { (place) throws(Unreadable) in try Page(at: place, list: "values") }
    }
}

extension Read where Answer == EntityProperty {
    /// Jira: GET /issue/{issueIdOrKey}/properties/{propertyKey}
    public static func property(_ key: PropertyKey, of issue: IssueReference) -> Self {
        let request = Request(.get, .api("issue", issue.pathSegment, "properties", key.rawValue))
        return Read(request) { (place) throws(Unreadable) in try EntityProperty(at: place) }
    }

    /// Jira: GET /comment/{commentId}/properties/{propertyKey}
    public static func property(_ key: PropertyKey, of comment: CommentID) -> Self {
        let request = Request(.get, .api("comment", comment.rawValue, "properties", key.rawValue))
        return Read(request) { (place) throws(Unreadable) in try EntityProperty(at: place) }
    }
}

extension Read where Answer == [Account] {
    /// Accounts whose display name or visible address begins so. Empty also without the permission to browse users.
    ///
    /// Jira: GET /user/search
    public static func accounts(matching text: String, limit: Int = 50) -> Self {
        let query: [Request.QueryItem] = .items(("query", text), ("maxResults", String(limit)))
        return Read(Request(.get, .api("user", "search"), query: query)) { (place) throws(Unreadable) in
            try place.list { (item) throws(Unreadable) in try Account(at: item) }
        }
    }
}

extension Read where Answer == Watchers {
    /// Jira: GET /issue/{issueIdOrKey}/watchers
    public static func watchers(of issue: IssueReference) -> Self {
        Read(Request(.get, .api("issue", issue.pathSegment, "watchers"))) { (place) throws(Unreadable) in
            try Watchers(at: place)
        }
    }
}

extension Read where Answer == [Transition] {
    /// Those that the caller may take now.
    ///
    /// Jira: GET /issue/{issueIdOrKey}/transitions
    public static func transitions(of issue: IssueReference) -> Self {
        Read(Request(.get, .api("issue", issue.pathSegment, "transitions"))) { (place) throws(Unreadable) in
            try place.required("transitions").list { (item) throws(Unreadable) in try Transition(at: item) }
        }
    }
}

extension Read where Answer == Page<Project> {
    /// Projects in which the caller may create issues, or that the caller may browse.
    ///
    /// Jira: GET /project/search
    public static func projects(_ access: ProjectAccess, startAt: Int = 0, limit: Int = 50) -> Self {
        let query: [Request.QueryItem] = .items(
            ("action", access.rawValue), ("orderBy", "key"), ("startAt", String(startAt)),
            ("maxResults", String(limit)))
        return Read(Request(.get, .api("project", "search"), query: query)) { (place) throws(Unreadable) in
            try Page(at: place, list: "values")
        }
    }
}

/// What the caller may do in a project.
public enum ProjectAccess: String, Sendable {
    case browse, create
}

extension Read where Answer == Page<IssueType> {
    /// The types that the caller may create in a project.
    ///
    /// Jira: GET /issue/createmeta/{projectIdOrKey}/issuetypes
    public static func issueTypes(of project: ProjectKey, startAt: Int = 0) -> Self {
        let request = Request(
            .get, .api("issue", "createmeta", project.rawValue, "issuetypes"),
            query: .items(("startAt", String(startAt)), ("maxResults", "200")))
        return Read(request) { (place) throws(Unreadable) in try Page(at: place, list: "issueTypes") }
    }
}

extension Read where Answer == Page<CreateField> {
    /// The fields on the screen by which the type is created.
    ///
    /// Jira: GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}
    public static func createFields(of project: ProjectKey, type: IssueTypeID, startAt: Int = 0) -> Self {
        let request = Request(
            .get, .api("issue", "createmeta", project.rawValue, "issuetypes", type.rawValue),
            query: .items(("startAt", String(startAt)), ("maxResults", "200")))
        return Read(request) { (place) throws(Unreadable) in try Page(at: place, list: "fields") }
    }
}
