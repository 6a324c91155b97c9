// SPDX-License-Identifier: Apache-2.0

import Foundation
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
        /// Kept before under the same delivery id.
        case repeated
        /// No connection's secret made this signature.
        case unsigned
    }

    /// - Parameters:
    ///   - signature: The header `X-Hub-Signature`: `sha256=` and the HMAC-SHA256 of the body in hex.
    ///   - delivery: The header `X-Atlassian-Webhook-Identifier`, the same in each repetition.
    public func accept(
        _ body: [UInt8], signature: String?, delivery: String?, for tenant: TenantID
    ) async throws -> Verdict {
        let setup = try await engine.tenants.setup(tenant)
        guard let connection = try await signer(of: body, signature, setup) else { return .unsigned }
        let now = engine.now
        let writer = try setup.store.newBody(.event, receivedAt: now)
        do {
            try writer.append(body)
            let origin = EventOrigin(connection: connection, delivery: delivery.map { String($0.prefix(200)) })
            let arrival = Arrival(
                source: "webhook/\(connection)", body: writer, payload: try canonicalJSON(origin),
                identity: origin.delivery)
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
            let secret = try await setup.store.secret(named: SecretName.webhook, of: .connection, connection.id)
            if let secret, !secret.isEmpty, isSignature(Data(mac), of: Data(body), with: secret) {
                return connection.id
            }
        }
        return nil
    }
}

/// Where an event came from: kept, sealed, beside its bytes.
struct EventOrigin: Sendable, Hashable, Codable {
    var connection: ConfigurationID
    var delivery: String?
}
