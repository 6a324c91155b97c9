// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store
import Vault

/// `martlet backup`: data and keys, apart.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Brings a backup up to date, also while Martlet serves.",
        discussion: """
            The folder gets all rows and letters, sealed as they are, and copies only what is new. The keys go into a \
            file of their own, which is written anew each time: keep it elsewhere, and keep its newest version only. An \
            old one would open what was promised to be destroyed. The master key is in neither.
            """)

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The folder of the backup.", completion: .directory)
    var folder: String

    @Option(help: "The file of the keys, outside of the folder.", completion: .file())
    var keys: String

    func run() async throws {
        try await failing {
            let (folder, keys) = (absolute(folder), absolute(keys))
            if keys.hasPrefix(folder + "/") {
                throw ConfigurationFault(
                    file: keys, line: nil,
                    words:
                        "The keys do not belong into the folder of the data: who has both and the master key reads all."
                )
            }
            let settings = try installation.settings()
            let store = try await settings.openStore(as: .beside)
            try await store.trail.add(.here("backup"), at: Date())
            let done = try await store.backUp(to: folder)
            try settings.keyRing().copy(to: keys)
            try await store.close()
            printLine("Backed up: rows \(done.rows), files copied \(done.copiedFiles). Keys: \(keys)")
        }
    }
}

/// `martlet restore`: the way back.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Makes data folder and database out of a backup.",
        discussion: """
            The data folder of the settings must hold nothing but the master key, which belongs there first, and \
            the database nothing at all. What was destroyed since the backup stays destroyed: the newest keys do not \
            open it.
            """)

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The folder of the backup.", completion: .directory)
    var folder: String

    @Option(help: "The file of the keys.", completion: .file())
    var keys: String

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            try settings.requireMasterKey()
            try KeyRing.restore(absolute(keys), to: "\(settings.data)/keys")
            let done = try await InstallationStore.restore(
                absolute(folder), to: "\(settings.data)/store",
                database: try settings.database?.address(file: settings.file))
            let store = try await settings.openStore(as: .serving)
            try await store.trail.add(.here("restore"), at: Date())
            let count = try await store.tenants().count
            try await store.close()
            printLine(
                "Restored: \(count == 1 ? "1 tenant" : "\(count) tenants"), rows \(done.rows), files \(done.copiedFiles)."
            )
        }
    }
}

private func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
}
