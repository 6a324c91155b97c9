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
            let settings = try installation.settings()
            try settings.requireInstallation()
            try refuse(
                keys, in: folder,
                "The keys do not belong into the folder of the data: "
                    + "who has both and the master key reads all.")
            for path in [folder, keys] {
                try refuse(path, in: absolute(settings.data), "A backup does not belong into the data folder itself.")
            }
            if settings.masterKeyFiles.contains(where: { absolute($0) == keys }) {
                throw ConfigurationFault(
                    file: keys, line: nil, words: "This is the master key: a copy of the key store would destroy it.")
            }
            let ring = try settings.keyRing()
            try ring.checkPlace(ofCopy: keys)
            let store = try await settings.openStore(as: .beside)
            try await store.trail.add(.here("backup"), at: Date())
            let done = try await store.backUp(to: folder)
            try ring.copy(to: keys)
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
            the database nothing at all. Letters whose time is over, and tenants that were removed, stay unreadable by the \
            newest keys; what waited when the backup was made opens for as long as its tenant's terms keep letters (events: \
            up to a day less) after it came. But a person who was erased after the backup was made is back, and must be erased again. \
            Letters and events that were under way are parked, since they may have been done since; with --resume they are \
            gone on with at once. A restore that was interrupted is begun again with the same command, and goes on with what is \
            there. Mail that came after the backup is read again where its mailbox still has it.
            """)

    @Flag(help: "Go on at once with what was under way.")
    var resume = false

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The folder of the backup.", completion: .directory)
    var folder: String

    @Option(help: "The file of the keys.", completion: .file())
    var keys: String

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            try settings.makeDataFolder()
            try settings.requireMasterKey()
            let place = settings.keysFolder
            let isInPlace = FileManager.default.fileExists(atPath: place + "/keys")
            // Where it was interrupted after the keys came into their place, only the first start is left.
            if isInPlace, !InstallationStore.isRestored("\(settings.data)/store") {
                throw ConfigurationFault(file: place, line: nil, words: "There is a key store already.")
            }
            if !isInPlace {
                // Under another name until all is there.
                try? FileManager.default.removeItem(atPath: place + ".restoring")
                try KeyRing.restore(absolute(keys), to: place + ".restoring")
            }
            let done = try await InstallationStore.restore(
                absolute(folder), to: "\(settings.data)/store",
                database: try settings.database?.address(file: settings.file),
                keys: try settings.keyRing(in: isInPlace ? nil : place + ".restoring"), resumesWork: resume)
            if !isInPlace {
                rmdir(place)
                guard rename(place + ".restoring", place) == 0 else {
                    throw ConfigurationFault(file: place, line: nil, words: "The key store cannot be put in its place.")
                }
            }
            let store = try await settings.openStore(as: .serving)
            try await store.trail.add(.here("restore"), at: Date())
            let count = try await store.tenants().count
            try await store.close()
            printLine(
                "Restored: \(count == 1 ? "1 tenant" : "\(count) tenants"), rows \(done.rows), files \(done.copiedFiles)."
            )
            for tenant in done.removedTenants {
                printLine("The tenant \(tenant) was removed after this backup was made, and does not come back.")
            }
        }
    }
}

/// Of whatever links lead there.
func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
}

private func refuse(_ path: String, in folder: String, _ words: String) throws(ConfigurationFault) {
    if path == folder || path.hasPrefix(folder + "/") { throw ConfigurationFault(file: path, line: nil, words: words) }
}
