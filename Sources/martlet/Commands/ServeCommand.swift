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

    @Option(help: "A file for the passwords of the first accounts, which are printed else: a log is no place for them.")
    var accountsTo: String?

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            // Trapped before anything is open: one that comes while it starts ends it in order too.
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            let running = try await RunningMartlet.start(settings)
            printLine("Console on \(running.consoleURL)")
            if let port = running.smtpPort { printLine("Mail by SMTP on \(settings.smtp.host), port \(port)") }
            if let folder = settings.rawCopies {
                printLine("Warning: letters are also written to \(folder), unsealed, and nothing takes them away.")
            }
            try tell(running.firstAccounts)
            let listening = Task {
                for await _ in signals { return await running.endWork() }
            }
            let ending = await running.workEnded()
            listening.cancel()
            try await running.stop()
            try ending.get()
        }
    }

    /// Passwords that nobody will see again.
    private func tell(_ accounts: [(name: String, password: Secret)]) throws {
        if accounts.isEmpty { return }
        let lines = accounts.map { "First account \"\($0.name)\", password \($0.password.reveal()) (shown only now)" }
        guard let accountsTo else { return lines.forEach(printLine) }
        let isWritten = FileManager.default.createFile(
            atPath: accountsTo, contents: Data((lines.joined(separator: "\n") + "\n").utf8),
            attributes: [.posixPermissions: 0o600])
        if isWritten { return printLine("The passwords of the first accounts are in \(accountsTo)") }
        printLine("The file \(accountsTo) cannot be written.")
        lines.forEach(printLine)
    }
}
