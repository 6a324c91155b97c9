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
        id = try webhookID(at: place)
        name = place["name"]?.text ?? ""
        url = try place.required("url").string()
        events = place["events"]?.value.arrayValue?.compactMap(\.stringValue) ?? []
        isEnabled = (place["enabled"] ?? place["active"])?.value.boolValue ?? true
        isSigned = place["isSigned"]?.value.boolValue
    }
}

/// A number on Data Center; on Cloud the end of `https://example.atlassian.net/rest/webhooks/1.0/webhook/72`.
private func webhookID(at place: Place) throws(Unreadable) -> WebhookID {
    if let id = place["id"] { return try id.identifier() }
    let address = try place.required("self")
    guard let last = try address.string().split(separator: "/").last, let id = WebhookID(String(last)) else {
        throw address.unreadable
    }
    return id
}

extension Deployment {
    /// Where administrators' webhooks are. Not in the OpenAPI documents; Atlassian's pages on webhooks name it.
    ///
    /// Data Center: since version 10.
    func webhooks(_ rest: String...) -> [String] {
        switch self {
        case .cloud: ["rest", "webhooks", "1.0", "webhook"] + rest
        case .dataCenter: ["rest", "jira-webhook", "1.0", "webhooks"] + rest
        }
    }
}

extension Read where Answer == [RegisteredWebhook] {
    /// Jira: GET /rest/webhooks/1.0/webhook; Data Center: GET /rest/jira-webhook/1.0/webhooks
    public static var webhooks: Self {
        Read(
            { Request(.get, $0.webhooks()) },
            { (place) throws(Unreadable) in
                try place.list { (item) throws(Unreadable) in try RegisteredWebhook(at: item) }
            })
    }
}

/// What an administrator tells Jira to send, and where to.
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
    /// Jira: POST /rest/webhooks/1.0/webhook; Data Center: POST /rest/jira-webhook/1.0/webhooks
    public static func register(_ webhook: Webhook) -> Self {
        var body: JSONValue = [
            "name": .string(webhook.name), "url": .string(webhook.url),
            "events": .array(webhook.events.map(JSONValue.string)),
        ]
        if let jql = webhook.jql { body["filters"] = ["issue-related-events-section": .string(jql)] }
        var dataCenter = body
        body["excludeBody"] = false
        body["secret"] = .string(webhook.secret)
        dataCenter["active"] = true
        dataCenter["scopeType"] = "global"
        // It reads over a secret that stands where Cloud has it, and then does not sign.
        dataCenter["configuration"] = ["SECRET": .string(webhook.secret), "EXCLUDE_BODY": "false"]
        return Write(
            { [body, dataCenter] deployment in
                Request(.post, deployment.webhooks(), body: deployment == .cloud ? body : dataCenter)
            },
            { (place) throws(Unreadable) in try webhookID(at: place) })
    }
}
