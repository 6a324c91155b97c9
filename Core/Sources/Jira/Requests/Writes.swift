// SPDX-License-Identifier: Apache-2.0

public import Markup

// Each operation is named by its place in Jira Cloud's REST v3; on Data Center it is that of REST v2 with the same path.

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
        return Write({ [body] in Request(.post, $0.api("issue"), body: body) }, CreatedIssue.init(at:))
    }
}

extension Write where Answer == Comment {
    /// - Parameter document: The text as an Atlassian document; for Data Center a string of wiki markup.
    ///
    /// Jira: POST /issue/{issueIdOrKey}/comment
    public static func addComment(
        _ document: JSONValue, to issue: IssueReference, visibility: Visibility? = nil,
        properties: [EntityProperty] = []
    ) -> Self {
        var body: JSONValue = ["body": document]
        if let visibility { body["visibility"] = visibility.json }
        if !properties.isEmpty { body["properties"] = .array(properties.map(\.json)) }
        return Write(
            { [body] in Request(.post, $0.api("issue", issue.pathSegment, "comment"), body: body) }, Comment.init(at:))
    }
}

extension Write where Answer == Void {
    /// Jira: POST /issue/{issueIdOrKey}/transitions
    public static func transition(
        _ issue: IssueReference, by transition: TransitionID, fields: [String: JSONValue] = [:]
    ) -> Self {
        var body: JSONValue = ["transition": ["id": .string(transition.rawValue)]]
        if !fields.isEmpty { body["fields"] = .object(fields) }
        return Write { [body] in Request(.post, $0.api("issue", issue.pathSegment, "transitions"), body: body) }
    }

    /// Jira: PUT /issue/{issueIdOrKey}/properties/{propertyKey}
    public static func set(_ property: EntityProperty, of issue: IssueReference) -> Self {
        Write {
            Request(
                .put, $0.api("issue", issue.pathSegment, "properties", property.key.rawValue), body: property.value)
        }
    }

    /// Jira: DELETE /rest/webhooks/1.0/webhook/{id}; Data Center: DELETE /rest/jira-webhook/1.0/webhooks/{id}
    public static func deleteWebhook(_ id: WebhookID) -> Self {
        Write { Request(.delete, $0.webhooks(id.rawValue)) }
    }
}

// Writes that Jira always refuses, whoever asks: how it refuses them tells whether a token has the scope for others like them.

extension Write where Answer == Void {
    /// A new issue of no project.
    ///
    /// Jira: POST /issue
    public static var issueOfNoProject: Self {
        Write { Request(.post, $0.api("issue"), body: ["fields": [:]]) }
    }

    /// A request of no service desk.
    ///
    /// Jira: POST /request
    public static var requestOfNoDesk: Self {
        Write { _ in Request(.post, ["rest", "servicedeskapi", "request"], body: ["requestFieldValues": [:]]) }
    }

    /// A customer without an address.
    ///
    /// Jira: POST /customer
    public static var customerOfNoAddress: Self {
        Write { _ in Request(.post, ["rest", "servicedeskapi", "customer"], body: ["displayName": ""]) }
    }
}
