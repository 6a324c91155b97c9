// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Planning

/// Says each day which connections' tokens end soon, or have ended.
struct TokenWatch: Sendable {
    let engine: Engine

    func run() async {
        while !Task.isCancelled {
            for warning in await warnings() {
                engine.logger.warning("\(warning.words)", metadata: ["connection": "\(warning.connection)"])
            }
            try? await engine.time.sleep(for: .seconds(86_400))
        }
    }

    /// `tenant/connection` and what to say of it.
    func warnings() async -> [(connection: String, words: String)] {
        await engine.tenants.readable().flatMap { setup in
            setup.configuration.connections.compactMap { connection in
                connection.tokenEnding(at: engine.now).map { ("\(setup.id)/\(connection.id)", $0) }
            }
        }
    }
}
