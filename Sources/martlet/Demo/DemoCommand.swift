// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import UnixSignals
import Vault

/// `martlet demo`: everything on this machine, with letters that show what becomes of what.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts Martlet beside a stand-in Jira, sends it telling letters, and says what became of each.")

    @Flag(help: "Stop when all letters are done; the status is 0 only if each became what it must.")
    var once = false

    @Option(help: "The port of the console; 0 takes a free one.")
    var port = 0

    func run() async throws {
        try await failing {
            let folder = NSTemporaryDirectory() + "martlet-demo-\(ProcessInfo.processInfo.processIdentifier)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let demo = try await Demo.start(folder: folder, consolePort: port)
            let isAllRight: Bool
            do {
                isAllRight = try await demo.play()
            } catch {
                try await demo.stop()
                throw error
            }
            if once {
                try await demo.stop()
                if !isAllRight { throw ExitCode.failure }
                return
            }
            printLine("")
            printLine("Stand-in Jira and mailbox  \(demo.sandboxURL)")
            printLine("Console                    \(demo.consoleURL)")
            for account in demo.firstAccounts {
                printLine("  sign in as \(account.name)  \(account.password.reveal())")
            }
            printLine("Mail by SMTP               127.0.0.1:\(demo.smtpPort), to \(DemoLetters.mailbox)")
            printLine("Stop with Control-C.")
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
            try await demo.stop()
        }
    }
}
