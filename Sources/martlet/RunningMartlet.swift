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
            if settings.smtp.isEnabled { smtp = try await openSMTP(settings, engine, logger) }
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

    private static func openSMTP(_ settings: Settings, _ engine: Engine, _ logger: Logger) async throws -> SMTPServer {
        var limits = SMTPServerConfiguration.Limits()
        limits.messageSize = settings.smtp.largestLetter
        let encryption: SMTPServerConfiguration.Encryption =
            if let tls = settings.smtp.tls {
                .startTLS(try TLSIdentity(certificateChain: tls.certificate, privateKey: tls.key))
            } else {
                .none
            }
        return try await SMTPServer.start(
            SMTPServerConfiguration(
                host: settings.smtp.host, port: settings.smtp.port, name: settings.hostName, encryption: encryption,
                allowedNetworks: try settings.smtp.allowedNetworks, limits: limits),
            delivering: SMTPIntake(engine: engine), logger: logger)
    }
}

extension SMTPSettings {
    fileprivate var allowedNetworks: [IPNetwork] {
        get throws {
            try networks.map { text in
                guard let network = IPNetwork(text) else {
                    throw ConfigurationFault(
                        file: "smtp.networks", line: nil,
                        words: "\"\(text)\" is no network: write it like 192.0.2.0/24.")
                }
                return network
            }
        }
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
