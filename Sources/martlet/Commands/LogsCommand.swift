// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store

/// `martlet logs`: what the process said of itself.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Shows the log of the process, or takes all of it away.",
        discussion: "It lies in the data folder, holds no mail and no address, and goes day by day.",
        subcommands: [ShowLogs.self, PurgeLogs.self], defaultSubcommand: ShowLogs.self)
}

struct ShowLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Prints the last lines.")

    @OptionGroup var installation: InstallationOptions

    @Option(help: "How many.")
    var limit = 100

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("The limit is 1 to 1,000,000.") }
    }

    func run() async throws {
        try await failing {
            let folder = try installation.settings().logFolder
            for line in LogRing.lines(in: folder, limit: limit) { printLine(line) }
        }
    }
}

struct PurgeLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Destroys the whole log at once, also while Martlet serves.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            let store = try await settings.openStore(as: .beside)
            try await store.trail.add(.here("purge-logs"), at: Date())
            try await store.close()
            let count = LogRing.purge(settings.logFolder)
            printLine("Gone: \(count == 1 ? "1 file" : "\(count) files") of the log.")
        }
    }
}
