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
    private let eventQueue: SQSQueue?
    private let smtp: SMTPServer?
    private let console: RunningConsole
    private let working: Task<Void, any Error>

    static func start(_ settings: Settings, engineSettings: EngineSettings? = nil) async throws -> RunningMartlet {
        let ring = settings.logRing
        let logger = settings.logger(to: ring)
        let engineSettings = try engineSettings ?? settings.engineSettings
        let eventQueue = try settings.eventQueue?.queue(file: settings.file)
        let store = try await settings.openStore(as: .serving)
        try await settings.checkRawCopies(in: store)
        if let words = await store.setExpiryRules() { logger.warning("\(words)") }
        let connections = HTTPConnections()
        let engine = Engine(
            store: store, connections: connections, settings: engineSettings, eventQueue: eventQueue, logger: logger)
        var smtp: SMTPServer?
        var console: RunningConsole?
        do {
            if settings.smtp.isEnabled {
                smtp = try await SMTPServer.start(
                    try settings.smtp.server(named: settings.hostName), delivering: SMTPIntake(engine: engine),
                    logger: logger)
            }
            let opened = try await ConsoleServer.start(
                settings.console.configuration, engine: engine, logger: logger)
            console = opened
            // Their passwords are shown once: not before all else has gone well.
            let first = try await createFirstAccounts(in: store, tenant: .first, at: Date())
            return RunningMartlet(
                engine: engine, firstAccounts: first, settings: settings, connections: connections,
                eventQueue: eventQueue, smtp: smtp, console: opened, working: Task { try await work(engine, ring) })
        } catch {
            await smtp?.shutDown(within: .zero)
            await console?.stop()
            try await store.close()
            try await connections.close()
            throw error
        }
    }

    private static func work(_ engine: Engine, _ ring: LogRing) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await engine.run() }
            group.addTask {
                while !Task.isCancelled {
                    ring.sweep()
                    try? await Task.sleep(for: .seconds(3600))
                }
            }
        }
    }

    var smtpPort: Int? { smtp?.port }
    var consolePort: Int { console.port }

    var consoleURL: String {
        var configuration = settings.console.configuration
        configuration.port = console.port
        return configuration.address
    }

    /// Tells the work to end. The doors close first, so that nothing is accepted that nobody works on.
    func endWork() async {
        await smtp?.shutDown(within: .seconds(20))
        await console.stop()
        working.cancel()
    }

    /// Returns when it has ended: it was told to, or other processes took this one for dead.
    func workEnded() async -> Result<Void, any Error> {
        await working.result
    }

    func stop() async throws {
        await endWork()
        _ = await working.result
        try await engine.store.close()
        try await connections.close()
        try await eventQueue?.close()
    }
}

extension Settings {
    /// They are for a house of one: nobody decides for another what lies about unsealed.
    fileprivate func checkRawCopies(in store: InstallationStore) async throws {
        guard rawCopies != nil else { return }
        let count = try await store.tenants().count
        guard count > 1 else { return }
        try await store.close()
        throw ConfigurationFault(
            file: file, line: nil, words: "\"rawCopies\" is for an installation of one tenant, and here are \(count).")
    }
}
