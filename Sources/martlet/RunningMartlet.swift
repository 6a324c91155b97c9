// SPDX-License-Identifier: Apache-2.0

import Console
import Engine
import Foundation
import Logging
import MailTransport
import Planning
import Store
import Vault
import WebClient

/// Everything that `serve` runs, put together: what is plugged into what.
struct RunningMartlet: Sendable {
    let engine: Engine
    let firstAccounts: [(name: String, password: Secret)]
    private let settings: Settings
    private let connections: HTTPConnections
    private let smtp: SMTPServer?
    private let console: RunningConsole
    private let working: Task<Void, Never>

    static func start(_ settings: Settings, engineSettings: EngineSettings? = nil) async throws -> RunningMartlet {
        let logger = Logger(label: "martlet")
        let store = try await settings.openStore(as: .serving)
        let connections = HTTPConnections()
        let engine = Engine(
            store: store, connections: connections, settings: engineSettings ?? settings.engineSettings, logger: logger)
        var smtp: SMTPServer?
        var console: RunningConsole?
        do {
            if settings.smtp.isEnabled {
                smtp = try await SMTPServer.start(
                    try settings.smtp.server(named: settings.hostName), delivering: SMTPIntake(engine: engine),
                    logger: logger)
            }
            let opened = try await ConsoleServer.start(
                try settings.consoleConfiguration, engine: engine, logger: logger)
            console = opened
            // Their passwords are shown once: not before all else has gone well.
            let first = try await createFirstAccounts(in: store, tenant: .first, at: Date())
            return RunningMartlet(
                engine: engine, firstAccounts: first, settings: settings, connections: connections, smtp: smtp,
                console: opened, working: Task { await engine.run() })
        } catch {
            await smtp?.shutDown(within: .zero)
            await console?.stop()
            try await store.close()
            try await connections.close()
            throw error
        }
    }

    var smtpPort: Int? { smtp?.port }
    var consolePort: Int { console.port }

    var consoleURL: String {
        settings.console.publicURL
            ?? "\(settings.console.tls == nil ? "http" : "https")://\(settings.console.host):\(console.port)"
    }

    /// The doors close first, so that nothing is accepted that is not kept.
    func stop() async throws {
        await smtp?.shutDown(within: .seconds(20))
        await console.stop()
        working.cancel()
        await working.value
        try await engine.store.close()
        try await connections.close()
    }
}

extension Settings {
    fileprivate var consoleConfiguration: ConsoleConfiguration {
        get throws {
            ConsoleConfiguration(
                host: console.host, port: console.port, tls: console.tls.map { ($0.certificate, $0.key) },
                publicURL: console.publicURL)
        }
    }
}
