// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import UnixSignals
import Vault

/// `martlet serve`: both lines, the SMTP door and the console, until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Receives mail and events, and works on them.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            // Trapped before anything is open: one that comes while it starts ends it in order too.
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            let running = try await RunningMartlet.start(settings)
            printLine("Console on \(running.consoleURL)")
            if let port = running.smtpPort { printLine("Mail by SMTP on \(settings.smtp.host), port \(port)") }
            for account in running.firstAccounts {
                printLine("First account \"\(account.name)\", password \(account.password.reveal()) (shown only now)")
            }
            for await _ in signals { break }
            try await running.stop()
        }
    }
}
