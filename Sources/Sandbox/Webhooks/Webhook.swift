// SPDX-License-Identifier: Apache-2.0

import Vault

/// An admin webhook: an address that is told of the events that it names.
struct Webhook: Sendable {
    let id: Int
    let name: String
    let url: String
    let events: [String]
    /// The JQL filter as it was given, and as it was read: only events of issues that it finds are sent.
    let filter: (text: String, clause: JQLClause?)?
    let secret: Secret?
    let registered: Int
}

/// One event on its way to one webhook.
struct Delivery: Sendable {
    let url: String
    let body: [UInt8]
    /// The same in every retry; the receiver knows a repetition by it.
    let identifier: String
    let signature: String?
}

/// Takes deliveries and returns at once.
protocol Announcer: Sendable {
    func announce(_ delivery: Delivery)
}
