// SPDX-License-Identifier: Apache-2.0

import Markup

// Each operation is named by its place in Jira Cloud's REST v3; on Data Center it is that of REST v2 with the same path,
// unless another is named.

extension Read where Answer == Account {
    /// The account whose credentials are used. The only trustworthy test of a connection: other reads answer anonymously.
    ///
    /// Jira: GET /myself
    public static var myself: Self {
        Read({ Request(.get, $0.api("myself")) }, Account.init(at:))
    }
}

extension Read where Answer == Server {
    /// Jira: GET /serverInfo
    public static var server: Self {
        Read({ Request(.get, $0.api("serverInfo")) }, Server.init(at:))
    }
}

extension Read where Answer == AttachmentSettings {
    /// Jira: GET /attachment/meta
    public static var attachmentSettings: Self {
        Read({ Request(.get, $0.api("attachment", "meta")) }, AttachmentSettings.init(at:))
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
        return Read({ Request(.get, $0.api("issue", issue.pathSegment), query: query) }, Issue.init(at:))
    }
}

extension Issue {
    /// The fields that this module gives names to, but for the description.
    public static let usualFields = ["summary", "status", "project", "issuetype", "reporter", "assignee"]
}

extension Read where Answer == SearchResult {
    /// The index lags behind. Issues in `reconciling` (at most 50) are looked up as they are now.
    ///
    /// Data Center gives no properties with it, and reconciles nothing.
    ///
    /// Jira: POST /search/jql; Data Center: POST /search
    ///
    /// - Parameter texts: In which language they come from Cloud. Data Center has wiki markup alone.
    public static func search(
        _ jql: String, fields: [String] = Issue.usualFields, texts: TextLanguage = .documents,
        properties: [PropertyKey] = [], reconciling: [IssueID] = [], limit: Int = 50, pageToken: String? = nil
    ) -> Self {
        let body: JSONValue = [
            "jql": .string(jql), "fields": .array(fields.map(JSONValue.string)), "maxResults": .integer(limit),
        ]
        var cloud = body
        if !properties.isEmpty { cloud["properties"] = .array(properties.map { .string($0.rawValue) }) }
        if !reconciling.isEmpty {
            cloud["reconcileIssues"] = .array(reconciling.prefix(50).map { .integer($0.number) })
        }
        if let pageToken { cloud["nextPageToken"] = .string(pageToken) }
        var dataCenter = body
        dataCenter["startAt"] = .integer(pageToken.flatMap { Int($0) } ?? 0)
        return Read(
            { [cloud, dataCenter] deployment in
                switch deployment {
                case .cloud: Request(.post, texts.api("search", "jql"), body: cloud)
                case .dataCenter: Request(.post, deployment.api("search"), body: dataCenter)
                }
            }, SearchResult.init(at:))
    }
}

/// How texts with formatting come from Cloud.
public enum TextLanguage: Sendable {
    /// Atlassian documents (REST v3).
    case documents
    /// As webhooks carry them (REST v2).
    case wiki

    func api(_ first: String, _ second: String) -> [String] {
        switch self {
        case .documents: Deployment.cloud.api(first, second)
        case .wiki: Deployment.dataCenter.api(first, second)
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
        return Read(
            { Request(.get, $0.api("issue", issue.pathSegment, "comment"), query: query) },
            {
                (place) throws(Unreadable) in try Page(at: place, list: "comments")
            })
    }

    /// Newest first, with their texts as webhooks carry them, also on Cloud.
    ///
    /// Jira: GET /rest/api/2/issue/{issueIdOrKey}/comment
    public static func commentsInWiki(of issue: IssueReference, startAt: Int = 0, limit: Int = 100) -> Self {
        let query: [Request.QueryItem] = .items(
            ("orderBy", "-created"), ("startAt", String(startAt)), ("maxResults", String(limit)))
        return Read(
            { _ in Request(.get, Deployment.dataCenter.api("issue", issue.pathSegment, "comment"), query: query) },
            { (place) throws(Unreadable) in try Page(at: place, list: "comments") })
    }

    /// At most 1,000 comments by their ids, with their properties. Those that the caller may not see are left out.
    ///
    /// Jira: POST /comment/list. Not on Data Center.
    public static func comments(_ ids: [CommentID]) -> Self {
        let body: JSONValue = ["ids": .array(ids.map { .integer($0.number) })]
        return Read(
            { Request(.post, $0.api("comment", "list"), query: .items(("expand", "properties")), body: body) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

extension Read where Answer == EntityProperty {
    /// Jira: GET /issue/{issueIdOrKey}/properties/{propertyKey}
    public static func property(_ key: PropertyKey, of issue: IssueReference) -> Self {
        Read(
            { Request(.get, $0.api("issue", issue.pathSegment, "properties", key.rawValue)) }, EntityProperty.init(at:))
    }

    /// Jira: GET /comment/{commentId}/properties/{propertyKey}
    public static func property(_ key: PropertyKey, of comment: CommentID) -> Self {
        Read(
            { Request(.get, $0.api("comment", comment.rawValue, "properties", key.rawValue)) }, EntityProperty.init(at:)
        )
    }
}

extension Read where Answer == [Account] {
    /// Accounts whose display name or visible address begins so. Empty also without the permission to browse users.
    ///
    /// Jira: GET /user/search
    public static func accounts(matching text: String, limit: Int = 50) -> Self {
        Read(
            { deployment in
                let name = deployment == .cloud ? "query" : "username"
                return Request(
                    .get, deployment.api("user", "search"),
                    query: .items((name, text), ("maxResults", String(limit))))
            },
            { (place) throws(Unreadable) in
                try place.list { (item) throws(Unreadable) in try Account(at: item) }
            })
    }
}

extension Read where Answer == Watchers {
    /// Jira: GET /issue/{issueIdOrKey}/watchers
    public static func watchers(of issue: IssueReference) -> Self {
        Read({ Request(.get, $0.api("issue", issue.pathSegment, "watchers")) }, Watchers.init(at:))
    }
}

extension Read where Answer == [Transition] {
    /// Those that the caller may take now.
    ///
    /// Jira: GET /issue/{issueIdOrKey}/transitions
    public static func transitions(of issue: IssueReference) -> Self {
        Read(
            { Request(.get, $0.api("issue", issue.pathSegment, "transitions")) },
            { (place) throws(Unreadable) in
                try place.required("transitions").list { (item) throws(Unreadable) in try Transition(at: item) }
            })
    }
}

extension Read where Answer == Page<Project> {
    /// Projects in which the caller may create issues, or that the caller may browse. Data Center gives all that the caller
    /// may browse, on one page.
    ///
    /// Jira: GET /project/search; Data Center: GET /project
    public static func projects(_ access: ProjectAccess, startAt: Int = 0, limit: Int = 50) -> Self {
        Read(
            { deployment in
                guard deployment == .cloud else { return Request(.get, deployment.api("project")) }
                let query: [Request.QueryItem] = .items(
                    ("action", access.rawValue), ("orderBy", "key"), ("startAt", String(startAt)),
                    ("maxResults", String(limit)))
                return Request(.get, deployment.api("project", "search"), query: query)
            },
            { (place) throws(Unreadable) in
                place.value.arrayValue == nil ? try Page(at: place, list: "values") : try Page(whole: place)
            })
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
        Read(
            { deployment in
                Request(
                    .get, deployment.api("issue", "createmeta", project.rawValue, "issuetypes"),
                    query: .items(("startAt", String(startAt)), ("maxResults", "200")))
            }, { (place) throws(Unreadable) in try Page(at: place, list: "issueTypes") })
    }
}

extension Read where Answer == Page<CreateField> {
    /// The fields on the screen by which the type is created.
    ///
    /// Jira: GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}
    public static func createFields(of project: ProjectKey, type: IssueTypeID, startAt: Int = 0) -> Self {
        Read(
            { deployment in
                Request(
                    .get, deployment.api("issue", "createmeta", project.rawValue, "issuetypes", type.rawValue),
                    query: .items(("startAt", String(startAt)), ("maxResults", "200")))
            }, { (place) throws(Unreadable) in try Page(at: place, list: "fields") })
    }
}
