// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
public import Planning
import Store
import Vault
import WebClient

/// Takes Jira's webhooks: verified over the raw bytes, kept sealed, then answered.
public struct EventIntake: Sendable {
    let engine: Engine

    public init(engine: Engine) {
        self.engine = engine
    }

    public enum Verdict: Sendable, Hashable {
        case kept
        /// Kept before: under the same delivery id, under another one, or found by looking.
        case repeated
        /// The tenant has ended: Jira is answered, and nothing is kept.
        case ended
        /// Nothing shows that it is of a connection's Jira.
        case unsigned
    }

    /// What came with a webhook to show who sent it.
    public struct Proof: Sendable {
        /// The header `X-Hub-Signature`: `sha256=` and the HMAC-SHA256 of the body in hex.
        public var signature: String?
        /// The header `Authorization`: a token that is signed with the secret of our app of OAuth 2.0.
        public var authorization: String?
        /// The connection whose own address it came to, which nobody guesses.
        public var connection: ConfigurationID?

        public init(signature: String? = nil, authorization: String? = nil, connection: ConfigurationID? = nil) {
            self.signature = signature
            self.authorization = authorization
            self.connection = connection
        }
    }

    /// - Parameter delivery: The header `X-Atlassian-Webhook-Identifier`, the same in each repetition.
    public func accept(
        _ body: [UInt8], _ proof: Proof, delivery: String?, for tenant: TenantID
    ) async throws -> Verdict {
        let received = engine.received()
        let setup = try await engine.tenants.setup(tenant)
        var sender = try await signer(of: body, proof, setup)
        if sender == nil { sender = try await bearer(proof, setup) }
        if sender == nil { sender = try await silentConnection(proof, setup) }
        guard let sender else { return .unsigned }
        if setup.endsAt != nil { return .ended }
        let event = VerifiedEvent(
            body: body, of: sender, delivery: delivery, receivedAt: received.at, place: received.place)
        if let queue = engine.eventQueue,
            try await QueuedEvents(engine: engine, queue: queue).put(event, of: setup)
        {
            return .kept
        }
        return try await keep(event, setup)
    }

    /// Keeps an event unless it was kept before: under another delivery, in its other form, or by looking it up.
    func keep(_ event: VerifiedEvent, _ setup: TenantSetup) async throws -> Verdict {
        // It may have waited in the queue when its tenant ended.
        if setup.endsAt != nil { return .ended }
        try await engine.admit(to: setup.store)
        let writer = try setup.store.newBody(
            .event, receivedAt: event.receivedAt, inPlaceOf: event.place)
        do {
            try writer.append(event.body)
            let origin = EventOrigin(connection: event.connection, delivery: event.delivery)
            let arrival = Arrival(
                source: "webhook/\(event.connection)", body: writer, payload: try canonicalJSON(origin),
                identity: event.identity)
            if case .seenBefore = try await setup.store.receive(arrival) { return .repeated }
            return .kept
        } catch {
            writer.abandon()
            throw error
        }
    }

    private func signer(of body: [UInt8], _ proof: Proof, _ setup: TenantSetup) async throws -> ConfigurationID? {
        guard let signature = proof.signature, signature.hasPrefix("sha256="),
            let mac = bytes(hex: String(signature.dropFirst(7)))
        else { return nil }
        for connection in setup.configuration.connections
        where proof.connection == nil || proof.connection == connection.id {
            for name in [SecretName.webhook, SecretName.comingWebhook, SecretName.formerWebhook] {
                let secret = try await setup.store.secret(named: name, of: .connection, connection.id)
                if let secret, !secret.isEmpty, isSignature(Data(mac), of: Data(body), with: secret) {
                    return connection.id
                }
            }
        }
        return nil
    }

    /// The webhooks of an app of OAuth 2.0 carry a token. It names neither the body nor the site: that Jira sent it is what it
    /// shows, and the address of whose site.
    private func bearer(_ proof: Proof, _ setup: TenantSetup) async throws -> ConfigurationID? {
        let words = (proof.authorization ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer", let id = proof.connection,
            setup.configuration.connections.contains(where: { $0.id == id && $0.oauth != nil }),
            let secret = try await setup.store.secret(named: SecretName.clientSecret, of: .connection, id),
            !secret.isEmpty
        else { return nil }
        do {
            try checkDynamicWebhook(String(words[1]), signedWith: secret, at: engine.now)
            return id
        } catch {
            return nil
        }
    }

    /// A Data Center without a secret does not sign: that it knows the address that is its alone is its proof.
    private func silentConnection(_ proof: Proof, _ setup: TenantSetup) async throws -> ConfigurationID? {
        guard proof.signature == nil, let id = proof.connection,
            let connection = setup.configuration.connections.first(where: { $0.id == id }),
            connection.deployment == .dataCenter
        else { return nil }
        let secret = try await setup.store.secret(named: SecretName.webhook, of: .connection, id)
        return secret?.isEmpty ?? true ? id : nil
    }
}

extension Engine {
    /// When something comes that comes now, and its place among all that came.
    func received() -> (at: Date, place: JobID) {
        let now = now
        return (now, store.newJobID(at: now))
    }
}

/// An event that came, and is known to be of the connection's Jira.
struct VerifiedEvent: Sendable {
    let body: [UInt8]
    let connection: ConfigurationID
    let delivery: String?
    let receivedAt: Date
    /// Where it stands among all that came, by whatever way it is kept; nil for what an earlier version put into a queue.
    let place: JobID?
    /// Names it where nothing in it does.
    let token: String
    private let event: Event?

    init(
        body: [UInt8], of connection: ConfigurationID, delivery: String?, receivedAt: Date, place: JobID?,
        token: String = newToken().reveal()
    ) {
        self.body = body
        self.connection = connection
        self.delivery = delivery.map { String($0.prefix(200)) }
        self.receivedAt = receivedAt
        self.place = place
        self.token = token
        event = try? Event(decoding: body)
    }

    /// What makes it the same as an earlier one of its connection.
    var identity: String { event?.lastingIdentity ?? delivery ?? token }

    /// The id of the issue that it tells of, if any.
    var issue: String { event?.issue?.id.rawValue ?? "" }
}

extension Event {
    /// The same however often and by whatever way it is told: what happens once can be named by what it happened to.
    ///
    /// Data Center's comment events do not show the issue. They are told apart from its issue events, which say whether it
    /// is a service project's.
    fileprivate var lastingIdentity: String? {
        guard let issue else { return nil }
        switch kind {
        case .issueCreated: return "created issue \(issue.id)"
        case .commentCreated: return comment.map { "created comment \($0.id)" }
        default: return nil
        }
    }
}

/// Where an event came from: kept, sealed, beside its bytes.
struct EventOrigin: Sendable, Hashable, Codable {
    var connection: ConfigurationID
    var delivery: String?
}
