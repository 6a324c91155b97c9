// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store
import Vault

/// `martlet keys`: the master key.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Checks the keys of this installation, and changes the master key.",
        subcommands: [CheckKeys.self, MakeKey.self, RotateKeys.self])
}

struct CheckKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says whether the master key opens the key store and the key store fits the data.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            let store = try await settings.openStore(as: .beside)
            let count = try await store.tenants().count
            let words = try await settings.words(onFormerMasterKeyOf: store)
            try await store.close()
            printLine("The keys open the data of \(count == 1 ? "1 tenant" : "\(count) tenants").")
            if let words { printLine(words) }
        }
    }
}

extension Settings {
    /// What is to be done about the one before; nil where there is none.
    func words(onFormerMasterKeyOf store: InstallationStore) async throws -> String? {
        if formerMasterKey == nil { return nil }
        return try await store.isUnderFormerMasterKey()
            ? "The key store is still under the former master key: run martlet keys rotate."
            : "The key store is under the current master key: \"former\" can go from the settings."
    }
}

struct MakeKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Makes a new master key, in a file for its owner only; nothing uses it yet.")

    @Argument(help: "The file, which must not be there yet.", completion: .file())
    var file: String

    func run() async throws {
        try await failing {
            if FileManager.default.fileExists(atPath: file) {
                throw ConfigurationFault(file: file, line: nil, words: "There is a file already: it is left as it is.")
            }
            _ = try MasterKey.create(file: file)
            printLine("A new master key is in \(file). Keep a copy of it where no backup of the data is.")
        }
    }
}

struct RotateKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Puts the key store under a new master key, while Martlet serves.",
        discussion: """
            1. Make a new key, as the user that Martlet runs as: martlet keys make /etc/martlet/master-2.key
            2. Name it in the settings, of all machines that have this key store, with the one before it beside it: \
            masterKey: {file: /etc/martlet/master-2.key, former: {file: /etc/martlet/master.key}}
            3. Run martlet keys rotate, on one machine. Processes that serve read the settings again when they meet the new \
            key, and go on. Only where a key comes by an environment variable they must be started again between 2 and 3, \
            one after the other, since a variable does not change within a process.
            4. Make a backup: copies of the key store that were made before open by the former key still.
            5. Take "former" out of the settings, and destroy the former key with those old copies.

            A process whose settings do not have the new key says so and ends within a minute; nothing is lost by that. What \
            is kept stays sealed by the same keys below the master key. The command may be run again at any time, also \
            where it was cut off.
            """)

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            try settings.requireInstallation()
            guard settings.formerMasterKey != nil else {
                throw ConfigurationFault(
                    file: settings.file, line: nil,
                    words: "\"masterKey\" has no \"former\" key beside the new one: see martlet help keys rotate.")
            }
            let store = try await settings.openStore(as: .beside)
            let count = try await store.changeMasterKey(.here("rotate-master-key"), at: Date())
            try await store.close()
            guard let count else {
                return printLine("The key store is under the current master key already: nothing was to do.")
            }
            printLine(
                "The key store, with \(count) keys, is under the current master key now, and the former one opens nothing "
                    + "in it.")
            printLine(
                "Copies of it that were made before open by the former one: make a backup now, then take \"former\" out of "
                    + "the settings.")
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
