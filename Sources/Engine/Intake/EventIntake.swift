// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
public import Planning
import Store
import Vault

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
        /// No connection's secret made this signature; or it has none, and nobody can say of which Jira it is.
        case unsigned
    }

    /// - Parameters:
    ///   - signature: The header `X-Hub-Signature`: `sha256=` and the HMAC-SHA256 of the body in hex.
    ///   - delivery: The header `X-Atlassian-Webhook-Identifier`, the same in each repetition.
    public func accept(
        _ body: [UInt8], signature: String?, delivery: String?, for tenant: TenantID
    ) async throws -> Verdict {
        let setup = try await engine.tenants.setup(tenant)
        var connection = try await signer(of: body, signature, setup)
        if connection == nil, signature == nil { connection = try await silentConnection(body, setup) }
        guard let connection else { return .unsigned }
        return try await keep(body, of: connection, delivery: delivery, setup)
    }

    /// Keeps an event unless it was kept before: under another delivery, in its other form, or by looking it up.
    func keep(
        _ body: [UInt8], of connection: ConfigurationID, delivery: String?, _ setup: TenantSetup
    ) async throws -> Verdict {
        try await engine.admit(to: setup.store)
        let writer = try setup.store.newBody(.event, receivedAt: engine.now)
        do {
            try writer.append(body)
            let origin = EventOrigin(connection: connection, delivery: delivery.map { String($0.prefix(200)) })
            let event = try? Event(decoding: body)
            let arrival = Arrival(
                source: "webhook/\(connection)", body: writer, payload: try canonicalJSON(origin),
                identity: event?.lastingIdentity ?? origin.delivery)
            if case .seenBefore = try await setup.store.receive(arrival) { return .repeated }
            return .kept
        } catch {
            writer.abandon()
            throw error
        }
    }

    private func signer(of body: [UInt8], _ signature: String?, _ setup: TenantSetup) async throws -> ConfigurationID? {
        guard let signature, signature.hasPrefix("sha256="), let mac = bytes(hex: String(signature.dropFirst(7))) else {
            return nil
        }
        for connection in setup.configuration.connections {
            for name in [SecretName.webhook, SecretName.formerWebhook] {
                let secret = try await setup.store.secret(named: name, of: .connection, connection.id)
                if let secret, !secret.isEmpty, isSignature(Data(mac), of: Data(body), with: secret) {
                    return connection.id
                }
            }
        }
        return nil
    }

    /// A Data Center without a secret does not sign: that it knows the path, which nobody guesses, is its proof.
    ///
    /// All of a tenant's connections have one path: where several do not sign, the event's own addresses say whose it is.
    private func silentConnection(_ body: [UInt8], _ setup: TenantSetup) async throws -> ConfigurationID? {
        var silent: [Connection] = []
        for connection in setup.configuration.connections where connection.deployment == .dataCenter {
            let secret = try await setup.store.secret(named: SecretName.webhook, of: .connection, connection.id)
            if secret?.isEmpty ?? true { silent.append(connection) }
        }
        if silent.count < 2 { return silent.first?.id }
        guard let event = try? JSONValue(parsing: body) else { return nil }
        let addresses = ["issue", "comment", "user"].compactMap { event[$0]?["self"]?.stringValue }
        return silent.filter { connection in
            !addresses.isEmpty && addresses.allSatisfy { $0.hasPrefix(connection.site.withSlash) }
        }.max { $0.site.withSlash.count < $1.site.withSlash.count }?.id
    }
}

extension String {
    fileprivate var withSlash: String { hasSuffix("/") ? self : self + "/" }
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
