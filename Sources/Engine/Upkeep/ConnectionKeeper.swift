// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Planning
import WebClient

/// Keeps connections by OAuth 2.0 alive: uses each once an hour, since a refresh token that nobody uses ends after 90 days, and
/// refreshes its webhooks, which end after 30. What does not work is said each time.
struct ConnectionKeeper: Sendable {
    let engine: Engine

    private static let pause = Duration.seconds(3600)

    func run() async {
        while !Task.isCancelled {
            for (connection, words) in await troubles() {
                engine.logger.warning("\(words)", metadata: ["connection": "\(connection)"])
            }
            try? await engine.time.sleep(for: Self.pause)
        }
    }

    /// `tenant/connection` and what is wrong with it.
    func troubles() async -> [(connection: String, words: String)] {
        var troubles: [(connection: String, words: String)] = []
        for setup in await engine.tenants.readable() {
            for connection in setup.configuration.connections where connection.oauth != nil {
                do {
                    _ = try await setup.site(connection.id)?.get(.myself)
                    try await DynamicWebhooks(connection, of: setup).refresh(at: engine.now)
                } catch let error as WebClientError {
                    troubles.append(("\(setup.id)/\(connection.id)", error.said))
                } catch let error as any Explained {
                    troubles.append(("\(setup.id)/\(connection.id)", error.description))
                } catch {
                    troubles.append(("\(setup.id)/\(connection.id)", "Something went wrong (\(type(of: error)))."))
                }
            }
        }
        return troubles
    }
}
