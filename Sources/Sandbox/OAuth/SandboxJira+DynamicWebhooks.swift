// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Vault

/// Webhooks of an app of OAuth 2.0: /rest/api/3/webhook. They end after 30 days.
extension SandboxJira {
    private static let life = 30 * 86_400.0
    private static let filterFields: Set = [
        "issuekey", "project", "issuetype", "status", "assignee", "reporter", "priority",
    ]

    private func requireApp(_ call: Call) throws {
        guard call.isApp else {
            throw JiraRefusal(status: 403, messages: ["The caller is not a Connect or OAuth 2.0 app."])
        }
    }

    private var dynamicWebhooks: [Webhook] {
        webhooks.filter { $0.isDynamic && $0.counts(at: now()) }
    }

    /// Jira: GET /rest/api/3/webhook
    func listDynamicWebhooks(_ call: Call) throws -> Answer {
        try requireApp(call)
        let page = try call.page(limit: 100, standard: 100)
        let all = dynamicWebhooks
        let shown = all.dropFirst(page.start).prefix(page.size)
        return Answer(
            200,
            [
                "startAt": .integer(page.start), "maxResults": .integer(page.size), "total": .integer(all.count),
                "isLast": .bool(page.start + shown.count >= all.count), "values": .array(shown.map(dynamicShape)),
            ])
    }

    private func dynamicShape(_ webhook: Webhook) -> JSONValue {
        [
            "id": .integer(webhook.id), "url": .string(webhook.url),
            "events": .array(webhook.events.map { .string($0) }),
            "jqlFilter": .string(webhook.filter?.text ?? ""),
            "expirationDate": .integer(Int((webhook.ends ?? now()).timeIntervalSince1970 * 1000)),
        ]
    }

    /// Jira: POST /rest/api/3/webhook
    func registerDynamicWebhooks(_ call: Call) throws -> Answer {
        try requireApp(call)
        let body = try call.object()
        guard let url = body["url"]?.stringValue, isLoopback(url), let wanted = body["webhooks"]?.arrayValue else {
            throw JiraRefusal.badRequest("This sandbox sends to loopback addresses only.")
        }
        let results = wanted.map { one -> JSONValue in
            do {
                return ["createdWebhookId": .integer(try registerDynamic(one, url))]
            } catch {
                let words = (error as? JiraRefusal)?.messages ?? ["The webhook cannot be registered."]
                return ["errors": .array(words.map { .string($0) })]
            }
        }
        return Answer(200, ["webhookRegistrationResult": .array(results)])
    }

    private func registerDynamic(_ wanted: JSONValue, _ url: String) throws -> Int {
        let events = (wanted["events"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard !events.isEmpty, events.allSatisfy(Self.offeredEvents.contains) else {
            throw JiraRefusal.badRequest("Known events: \(Self.offeredEvents.joined(separator: ", ")).")
        }
        guard let filter = try wanted["jqlFilter"]?.stringValue.map(WebhookFilter.init), let clause = filter.clause
        else {
            throw JiraRefusal.badRequest("A webhook needs a jqlFilter.")
        }
        try requireSimple(clause)
        try checkValues(of: clause)
        guard dynamicWebhooks.count < 5 else {
            throw JiraRefusal.badRequest("There are 5 webhooks of this app and user already.")
        }
        let webhook = Webhook(
            id: sequence.next(.webhook), name: "", url: url, events: events, filter: filter, secret: nil,
            registered: Int(now().timeIntervalSince1970 * 1000), ends: now().addingTimeInterval(Self.life))
        webhooks.append(webhook)
        return webhook.id
    }

    private func requireSimple(_ clause: JQLClause) throws {
        switch clause {
        case .all(let clauses), .any(let clauses): for clause in clauses { try requireSimple(clause) }
        case .none(let clause): try requireSimple(clause)
        case .term(let field, let comparison, _):
            guard Self.filterFields.contains(field.lowercased()) else {
                throw JiraRefusal.badRequest("The clause \(field) is unsupported")
            }
            guard [.equals, .differs, .isIn, .isNotIn].contains(comparison) else {
                throw JiraRefusal.badRequest("The operator \(comparison.rawValue) is unsupported")
            }
        }
    }

    /// Jira: PUT /rest/api/3/webhook/refresh
    func refreshDynamicWebhooks(_ call: Call) throws -> Answer {
        try requireApp(call)
        let ids = try webhookIDs(call)
        let end = now().addingTimeInterval(Self.life)
        for index in webhooks.indices where ids.contains(webhooks[index].id) && webhooks[index].counts(at: now()) {
            if webhooks[index].isDynamic { webhooks[index].ends = end }
        }
        return Answer(200, ["expirationDate": .integer(Int(end.timeIntervalSince1970 * 1000))])
    }

    /// Jira: DELETE /rest/api/3/webhook
    func deleteDynamicWebhooks(_ call: Call) throws -> Answer {
        try requireApp(call)
        let ids = try webhookIDs(call)
        webhooks.removeAll { $0.isDynamic && ids.contains($0.id) }
        return Answer(202, .nothing)
    }

    private func webhookIDs(_ call: Call) throws -> Set<Int> {
        Set((try call.object()["webhookIds"]?.arrayValue ?? []).compactMap(\.integerValue))
    }

    /// What a dynamic webhook carries to show who sent it.
    func webhookToken() -> String {
        let issued = Int(now().timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": .string(settings.oauthClient), "iat": .integer(issued), "exp": .integer(issued + 180),
        ]
        return WebToken.signed(claims.serialized, with: Secret(settings.oauthSecret))
    }
}
