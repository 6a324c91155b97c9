// SPDX-License-Identifier: Apache-2.0

public import Markup

// Each operation is named by its place in Jira Cloud's REST v3.

/// What Jira answers to the creation of an issue.
public struct CreatedIssue: Hashable, Codable, Sendable {
    public let id: IssueID
    public let key: IssueKey

    public init(id: IssueID, key: IssueKey) {
        self.id = id
        self.key = key
    }
}

extension CreatedIssue: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        key = try place.required("key").identifier()
    }
}

extension Write where Answer == CreatedIssue {
    /// The properties are there as soon as the issue is, so that a read finds whose it is after a crash.
    ///
    /// Jira: POST /issue
    public static func createIssue(fields: [String: JSONValue], properties: [EntityProperty] = []) -> Self {
        var body: JSONValue = ["fields": .object(fields)]
        if !properties.isEmpty { body["properties"] = .array(properties.map(\.json)) }
        return Write(Request(.post, .api("issue"), body: body)) { (place) throws(Unreadable) in
            try CreatedIssue(at: place)
        }
    }
}

extension Write where Answer == Comment {
    /// - Parameter document: The text as an Atlassian document.
    ///
    /// Jira: POST /issue/{issueIdOrKey}/comment
    public static func addComment(
        _ document: JSONValue, to issue: IssueReference, visibility: Visibility? = nil,
        properties: [EntityProperty] = []
    ) -> Self {
        var body: JSONValue = ["body": document]
        if let visibility { body["visibility"] = visibility.json }
        if !properties.isEmpty { body["properties"] = .array(properties.map(\.json)) }
        let request = Request(.post, .api("issue", issue.pathSegment, "comment"), body: body)
        return Write(request) { (place) throws(Unreadable) in try Comment(at: place) }
    }
}

extension Write where Answer == Void {
    /// Jira: POST /issue/{issueIdOrKey}/transitions
    public static func transition(
        _ issue: IssueReference, by transition: TransitionID, fields: [String: JSONValue] = [:]
    ) -> Self {
        var body: JSONValue = ["transition": ["id": .string(transition.rawValue)]]
        if !fields.isEmpty { body["fields"] = .object(fields) }
        return Write(Request(.post, .api("issue", issue.pathSegment, "transitions"), body: body))
    }

    /// Makes or replaces a property. At most 32,768 characters of JSON.
    ///
    /// Jira: PUT /issue/{issueIdOrKey}/properties/{propertyKey}
    public static func setProperty(_ property: EntityProperty, of issue: IssueReference) -> Self {
        let path: [String] = .api("issue", issue.pathSegment, "properties", property.key.rawValue)
        return Write(Request(.put, path, body: property.value))
    }

    /// Jira: POST /issue/{issueIdOrKey}/watchers (the body is one JSON string)
    public static func addWatcher(_ account: AccountID, to issue: IssueReference) -> Self {
        Write(Request(.post, .api("issue", issue.pathSegment, "watchers"), body: .string(account.rawValue)))
    }

    /// Jira: DELETE /rest/webhooks/1.0/webhook/{id}
    public static func deleteWebhook(_ id: WebhookID) -> Self {
        Write(Request(.delete, ["rest", "webhooks", "1.0", "webhook", id.rawValue]))
    }
}

/// What an administrator tells Jira to send, and where to. Cloud.
public struct Webhook: Sendable {
    public let name: String
    public let url: String

    /// As Jira names them: `jira:issue_created`, `comment_created`.
    public let events: [String]

    /// Only events of issues that this JQL finds.
    public let jql: String?

    /// Signs each delivery (`X-Hub-Signature`). Jira never shows it again.
    public let secret: String

    public init(name: String, url: String, events: [String], jql: String? = nil, secret: String) {
        self.name = name
        self.url = url
        self.events = events
        self.jql = jql
        self.secret = secret
    }
}

extension Webhook: CustomStringConvertible, CustomReflectable {
    public var description: String { "webhook \(name)" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

extension Write where Answer == WebhookID {
    /// Jira: POST /rest/webhooks/1.0/webhook (not in the OpenAPI documents; Atlassian's page on webhooks)
    public static func register(_ webhook: Webhook) -> Self {
        var body: JSONValue = [
            "name": .string(webhook.name), "url": .string(webhook.url),
            "events": .array(webhook.events.map(JSONValue.string)), "excludeBody": false,
            "secret": .string(webhook.secret),
        ]
        if let jql = webhook.jql { body["filters"] = ["issue-related-events-section": .string(jql)] }
        let request = Request(.post, ["rest", "webhooks", "1.0", "webhook"], body: body)
        return Write(request) { (place) throws(Unreadable) in
            let address = try place.required("self")
            guard let last = try address.string().split(separator: "/").last, let id = WebhookID(String(last)) else {
                throw address.unreadable
            }
            return id
        }
    }
}
