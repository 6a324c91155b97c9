// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Planning
import WebClient

/// Keeps connections by OAuth 2.0 alive: uses each once an hour, since a refresh token that nobody uses ends after 90 days, and
/// refreshes its webhooks, which end after 30. What does not work is logged each time, by its kind alone.
struct ConnectionKeeper: Sendable {
    let engine: Engine

    private static let pause = Duration.seconds(3600)

    func run() async {
        while !Task.isCancelled {
            for (connection, error) in await troubles() {
                engine.logger.warning(
                    "a connection by OAuth 2.0 does not work: martlet tenant check says why",
                    metadata: ["connection": "\(connection)", "error": "\(label(of: error))"])
            }
            try? await engine.time.sleep(for: Self.pause)
        }
    }

    /// `tenant/connection` and what is wrong with it.
    func troubles() async -> [(connection: String, error: any Error)] {
        var troubles: [(connection: String, error: any Error)] = []
        for setup in await engine.tenants.readable() {
            for connection in setup.configuration.connections where connection.oauth != nil {
                do {
                    _ = try await setup.site(connection.id)?.get(.myself)
                    let unseen = try await DynamicWebhooks(connection, of: setup).refresh(at: engine.now)
                    if !unseen.isEmpty { tell(of: unseen, connection.id, of: setup.id) }
                } catch {
                    troubles.append(("\(setup.id)/\(connection.id)", error))
                }
            }
        }
        return troubles
    }

    private func tell(of unseen: [ProjectKey], _ connection: ConfigurationID, of tenant: TenantID) {
        engine.logger.notice(
            "Jira sends no events of projects that it does not show",
            metadata: [
                "tenant": "\(tenant)", "connection": "\(connection)",
                "projects": "\(unseen.map(\.rawValue).joined(separator: ", "))",
            ])
    }
}
