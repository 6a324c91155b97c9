// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import LocalServers
import UnixSignals
import Vault

/// `martlet demo`: everything on this machine, with letters that show what becomes of what.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts Martlet beside a stand-in Jira, sends it telling letters, and says what became of each.")

    @Flag(help: "Stop when all letters are done; the status is 0 only if each became what it must.")
    var once = false

    @Flag(help: "Let the letters come through a mailbox of a Dovecot, which must be installed, instead of by SMTP.")
    var imap = false

    @Option(help: "The port of the console; 0 takes a free one.")
    var port = 0

    func run() async throws {
        try await failing {
            // Trapped from the start on, so that a signal at any time leaves no folder and no server behind.
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            let folder = NSTemporaryDirectory() + "martlet-demo-\(ProcessInfo.processInfo.processIdentifier)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let dovecot = try await startDovecot()
            defer { dovecot?.stop() }
            let demo = try await Demo.start(folder: folder, consolePort: port, dovecot: dovecot)
            let ending: Ending
            do {
                ending = try await play(demo, until: signals)
            } catch {
                try await demo.stop()
                throw error
            }
            try await demo.stop()
            if ending != .asItMust { throw ExitCode.failure }
        }
    }

    private enum Ending {
        case asItMust, wrong, stoppedEarly
    }

    /// Plays the letters, and stays up after them if it is to, until a signal comes.
    private func play(_ demo: Demo, until signals: UnixSignalsSequence) async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask { try await demo.play() ? .asItMust : .wrong }
            group.addTask {
                for await _ in signals { break }
                return .stoppedEarly
            }
            defer { group.cancelAll() }
            let ending = try await group.next() ?? .stoppedEarly
            if once || ending == .stoppedEarly { return ending }
            invite(to: demo)
            _ = try await group.next()
            return .asItMust
        }
    }

    private func invite(to demo: Demo) {
        printLine("")
        printLine("Stand-in Jira and mailbox  \(demo.sandboxURL)")
        printLine("Console                    \(demo.consoleURL)")
        for account in demo.firstAccounts {
            printLine("  sign in as \(account.name)  \(account.password.reveal())")
        }
        printLine(demo.door.words)
        printLine("Stop with Control-C.")
    }

    private func startDovecot() async throws -> Dovecot? {
        if !imap { return nil }
        guard Dovecot.isAvailable, Program.exists("openssl") else {
            throw ConfigurationFault(
                file: "demo --imap", line: nil,
                words: "This needs a Dovecot of its own: install Debian's packages dovecot-imapd and openssl.")
        }
        return try await Dovecot.start()
    }
}
