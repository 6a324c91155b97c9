// SPDX-License-Identifier: Apache-2.0

import Markup

/// A webhook that an administrator has registered.
public struct RegisteredWebhook: Hashable, Sendable {
    public let id: WebhookID
    public let name: String
    public let url: String
    public let events: [String]
    public let isEnabled: Bool
    /// Whether it has a secret. Data Center does not say.
    public let isSigned: Bool?
}

extension RegisteredWebhook: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try webhookID(inAddress: try place.required("self"))
        name = place["name"]?.text ?? ""
        url = try place.required("url").string()
        events = place["events"]?.value.arrayValue?.compactMap(\.stringValue) ?? []
        isEnabled = place["enabled"]?.value.boolValue ?? true
        isSigned = place["isSigned"]?.value.boolValue
    }
}

/// `https://example.atlassian.net/rest/webhooks/1.0/webhook/72`
func webhookID(inAddress place: Place) throws(Unreadable) -> WebhookID {
    guard let last = try place.string().split(separator: "/").last, let id = WebhookID(String(last)) else {
        throw place.unreadable
    }
    return id
}

extension Read where Answer == [RegisteredWebhook] {
    /// Jira: GET /rest/webhooks/1.0/webhook (not in the OpenAPI documents; Atlassian's page on webhooks)
    public static var webhooks: Self {
        Read(
            { _ in Request(.get, ["rest", "webhooks", "1.0", "webhook"]) },
            { (place) throws(Unreadable) in
                try place.list { (item) throws(Unreadable) in try RegisteredWebhook(at: item) }
            })
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
        return Write(
            { [body] _ in Request(.post, ["rest", "webhooks", "1.0", "webhook"], body: body) },
            { (place) throws(Unreadable) in try webhookID(inAddress: try place.required("self")) })
    }
}
