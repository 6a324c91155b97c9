// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store
import Vault

/// `martlet keys`: the master key.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Checks the keys of this installation.", subcommands: [CheckKeys.self])
}

struct CheckKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says whether the master key opens the key store and the key store fits the data.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            let count = try await store.tenants().count
            try await store.close()
            printLine("The keys open the data of \(count == 1 ? "1 tenant" : "\(count) tenants").")
        }
    }
}

/// `martlet version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Says which version this is.")

    func run() {
        printLine("martlet \(Martlet.version)")
    }
}
