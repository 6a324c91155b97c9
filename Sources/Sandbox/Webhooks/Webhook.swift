// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An address that is told of the events that it names: by an administrator's webhook, or by one of an app, which ends.
struct Webhook: Codable, Equatable, Sendable {
    let id: Int
    let name: String
    let url: String
    let events: [String]
    /// The JQL filter as it was given, and as it was read: only events of issues that it finds are sent.
    let filter: WebhookFilter?
    let secret: String?
    let registered: Int
    /// Of an app's webhook alone.
    var ends: Date?

    var isDynamic: Bool { ends != nil }

    func counts(at now: Date) -> Bool { ends.map { $0 > now } ?? true }
}

/// Which issues a webhook is about; it is kept as it was given.
struct WebhookFilter: Codable, Equatable, Sendable {
    let text: String
    let clause: JQLClause?

    init(_ text: String) throws {
        self.text = text
        clause = try JQLParser.clause(text)
    }

    init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// One event on its way to one webhook.
struct Delivery: Sendable {
    let url: String
    let body: [UInt8]
    /// The same in every retry; the receiver knows a repetition by it.
    let identifier: String
    let signature: String?
    /// Of an app's webhook: the token in `Authorization`.
    var token: String?
}

/// Takes deliveries and returns at once.
protocol Announcer: Sendable {
    func announce(_ delivery: Delivery)

    /// How those are sent that come from now on.
    var manner: WebhookSender.Manner { get nonmutating set }
}
