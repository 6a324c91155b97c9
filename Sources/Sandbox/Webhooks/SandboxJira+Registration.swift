// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup

/// Registering admin webhooks: /rest/webhooks/1.0/webhook, and on Data Center /rest/jira-webhook/1.0/webhooks.
extension SandboxJira {
    static let offeredEvents = [
        "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated",
        "comment_deleted", "attachment_created",
    ]

    private static let filterName = "issue-related-events-section"

    func registerWebhook(_ call: Call) throws -> Answer {
        let body = try call.object()
        guard let name = body["name"]?.stringValue, !name.isEmpty else {
            throw JiraRefusal.badField("name", "A webhook needs a name.")
        }
        guard let url = body["url"]?.stringValue, isLoopback(url) else {
            throw JiraRefusal.badField("url", "This sandbox sends to loopback addresses only.")
        }
        let events = (body["events"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard !events.isEmpty, events.allSatisfy(Self.offeredEvents.contains) else {
            throw JiraRefusal.badField("events", "Known events: \(Self.offeredEvents.joined(separator: ", ")).")
        }
        guard webhooks.count(where: { !$0.isDynamic }) < 100 else {
            throw JiraRefusal.badRequest("There are 100 webhooks already.")
        }
        let jql = body["filters"]?[Self.filterName]?.stringValue
        let webhook = Webhook(
            id: sequence.next(.webhook), name: name, url: url, events: events,
            filter: try jql.map(WebhookFilter.init), secret: secret(in: body),
            registered: Int(now().timeIntervalSince1970 * 1000))
        webhooks.append(webhook)
        return Answer(201, shape(of: webhook))
    }

    /// Data Center reads over a secret that stands where Cloud has it, and then does not sign.
    private func secret(in body: JSONValue) -> String? {
        switch settings.deployment {
        case .cloud: body["secret"]?.stringValue
        case .dataCenter: body["configuration"]?["SECRET"]?.stringValue
        }
    }

    func listWebhooks(_ call: Call) throws -> Answer {
        Answer(200, .array(webhooks.filter { !$0.isDynamic }.map(shape)))
    }

    func readWebhook(_ call: Call) throws -> Answer {
        Answer(200, shape(of: try webhook(call)))
    }

    func removeWebhook(_ call: Call) throws -> Answer {
        let webhook = try webhook(call)
        webhooks.removeAll { $0.id == webhook.id }
        return .noContent
    }

    private func webhook(_ call: Call) throws -> Webhook {
        guard let webhook = webhooks.first(where: { !$0.isDynamic && String($0.id) == call[parameter: "id"] }) else {
            throw JiraRefusal.notFound("No webhook with id \(call[parameter: "id"]) exists.")
        }
        return webhook
    }

    /// The secret is never read back.
    private func shape(of webhook: Webhook) -> JSONValue {
        guard settings.deployment == .cloud else { return dataCenterShape(of: webhook) }
        return [
            "self": .string("\(site)/rest/webhooks/1.0/webhook/\(webhook.id)"), "name": .string(webhook.name),
            "url": .string(webhook.url), "events": .array(webhook.events.map { .string($0) }),
            "filters": webhook.filter.map { [Self.filterName: .string($0.text)] } ?? [:],
            "excludeBody": false, "enabled": true, "isSigned": .bool(webhook.secret != nil),
            "lastUpdated": .integer(webhook.registered), "lastUpdatedUser": .string(apiUser.accountID),
            "lastUpdatedDisplayName": .string(apiUser.displayName),
        ]
    }

    private func dataCenterShape(of webhook: Webhook) -> JSONValue {
        [
            "id": .integer(webhook.id), "name": .string(webhook.name), "url": .string(webhook.url),
            "events": .array(webhook.events.map { .string($0) }),
            "filters": webhook.filter.map { [Self.filterName: .string($0.text)] } ?? [:],
            "configuration": ["EXCLUDE_BODY": "false"], "active": true,
            "scopeType": "global", "sslVerificationRequired": true, "createdDate": .integer(webhook.registered),
            "updatedDate": .integer(webhook.registered),
        ]
    }
}

/// Whether an address is http on this very machine.
func isLoopback(_ address: String) -> Bool {
    guard let url = URLComponents(string: address), url.scheme == "http", let host = url.host, url.user == nil else {
        return false
    }
    return ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
}
