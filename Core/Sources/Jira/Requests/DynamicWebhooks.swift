// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Markup

// Webhooks of an OAuth 2.0 app on Cloud: they end 30 days after they were registered or refreshed.

/// A webhook that the calling app has registered.
public struct DynamicWebhook: Hashable, Sendable {
    public let id: WebhookID
    /// Nothing where Jira does not say.
    public let url: String?
    public let events: [String]
    public let jql: String
    /// Nothing where Jira does not say.
    public let endsAt: Date?
}

extension DynamicWebhook: Readable {
    init(at place: Place) throws(Unreadable) {
        id = try place.required("id").identifier()
        url = place["url"]?.text
        events = place["events"]?.value.arrayValue?.compactMap(\.stringValue) ?? []
        jql = place["jqlFilter"]?.text ?? ""
        endsAt = place["expirationDate"].flatMap(ending)
    }
}

/// Milliseconds in Jira's OpenAPI document, text in its example.
private func ending(at place: Place) -> Date? {
    place.value.integerValue.map(Date.init(milliseconds:)) ?? place.text.flatMap(date(jira:))
}

extension Read where Answer == Page<DynamicWebhook> {
    /// Jira: GET /webhook
    public static func dynamicWebhooks(startAt: Int = 0) -> Self {
        Read(
            { Request(.get, $0.api("webhook"), query: .items(("startAt", String(startAt)), ("maxResults", "100"))) },
            { (place) throws(Unreadable) in try Page(at: place, list: "values") })
    }
}

/// What became of one webhook that was to be registered.
public enum WebhookRegistrationResult: Hashable, Sendable {
    case created(WebhookID)
    case refused([String])
}

extension WebhookRegistrationResult: Readable {
    init(at place: Place) throws(Unreadable) {
        if let id = place["createdWebhookId"] {
            self = .created(try id.identifier())
        } else {
            self = .refused(place["errors"]?.value.arrayValue?.compactMap(\.stringValue) ?? [])
        }
    }
}

extension Write where Answer == [WebhookRegistrationResult] {
    /// - Parameter jql: Of the few fields and operators that Jira takes here.
    ///
    /// Jira: POST /webhook
    public static func register(to url: String, events: [String], jql: String) -> Self {
        let body: JSONValue = [
            "url": .string(url),
            "webhooks": [["events": .array(events.map(JSONValue.string)), "jqlFilter": .string(jql)]],
        ]
        return Write(
            { Request(.post, $0.api("webhook"), body: body) },
            { (place) throws(Unreadable) in
                try place.required("webhookRegistrationResult").list { (item) throws(Unreadable) in
                    try WebhookRegistrationResult(at: item)
                }
            })
    }
}

private func listed(_ ids: [WebhookID]) -> JSONValue {
    ["webhookIds": .array(ids.map { .integer($0.number) })]
}

extension Write where Answer == Date? {
    /// Lets them count for another 30 days, and says until when.
    ///
    /// Jira: PUT /webhook/refresh
    public static func refreshWebhooks(_ ids: [WebhookID]) -> Self {
        Write(
            { Request(.put, $0.api("webhook", "refresh"), body: listed(ids)) },
            { (place) throws(Unreadable) in place["expirationDate"].flatMap(ending) })
    }
}

extension Write where Answer == Void {
    /// Jira: DELETE /webhook
    public static func deleteWebhooks(_ ids: [WebhookID]) -> Self {
        Write { Request(.delete, $0.api("webhook"), body: listed(ids)) }
    }
}
