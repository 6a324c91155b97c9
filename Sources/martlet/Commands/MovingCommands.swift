// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Foundation
import Planning
import Store
import Vault

/// `martlet tenant export`: a tenant leaves.
struct ExportTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all of one tenant into one file, sealed under a pass phrase.",
        discussion: """
            Set-up with its secrets, accounts, letters and events that wait or are kept, reports, trail and keys; what is over \
            stays out. Whoever has the file and its pass phrase reads all of it, as long as the file exists: keep the \
            pass phrase apart, and remove the file once it was imported. It goes in under the same name. Martlet goes on \
            serving the tenant here until you stop it: mail that comes meanwhile is not in the file, and two that \
            serve the same mailbox do the same work twice.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var passPhrase: PassPhraseOptions

    @Argument(help: "The tenant.")
    var tenant: String

    @Argument(help: "The file, which is made.", completion: .file())
    var file: String

    func run() async throws {
        guard let id = TenantID(tenant) else {
            throw ValidationError("\"\(tenant)\" is no tenant's name: lower-case letters, digits and hyphens.")
        }
        let file = absolute(file)
        try await failing {
            let settings = try installation.settings()
            try settings.requireInstallation()
            let store = try await settings.openStore(as: .beside)
            let tenant = try await store.tenant(id)
            let key = try TravelKey(of: try passPhrase.new())
            for trail in [store.trail, tenant.trail] {
                try await trail.add(.here("export-tenant", about: id.rawValue), at: Date())
            }
            let moved = try await store.exportTenant(id, to: file, under: key)
            try await store.close()
            printLine("Exported: rows \(moved.rows), letters and events \(moved.bodies), accounts \(moved.accounts).")
            if moved.damaged > 0 { printLine("Left out, since they are damaged: \(moved.damaged).") }
            printLine("Who has \(file) and the pass phrase reads all of it: remove it when it was imported.")
        }
    }
}

/// `martlet tenant import`: a tenant comes.
struct ImportTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Takes in a tenant that was exported elsewhere, under the name that it had.",
        discussion: """
            The whole file is looked at before anything is written. What is kept ends when it would have ended where it was. \
            Letters and events that were under way are parked, since they may have been done since; with --resume they \
            are gone on with at once. Sessions do not come along, and an account whose name is taken here stays behind.
            """)

    @Flag(help: "Go on at once with what was under way.")
    var resume = false

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var passPhrase: PassPhraseOptions

    @Argument(help: "The file that martlet tenant export made.", completion: .file())
    var file: String

    func run() async throws {
        try await failing {
            let settings = try installation.settings()
            let export = try await TenantExport.open(file, passPhrase: try passPhrase.known())
            let store = try await settings.openStoreAsItIs(as: .beside)
            try await store.checkPlace(of: export)
            let deed = Deed.here("import-tenant", about: export.tenant.rawValue)
            try await store.trail.add(deed, at: Date())
            let moved = try await store.importTenant(export, resumesWork: resume)
            let tenant = try await store.tenant(export.tenant)
            try await tenant.trail.add(deed, at: Date())
            let setup = try await tenant.configuration()
            try await store.close()
            printLine(
                "Imported \(export.tenant): rows \(moved.rows), letters and events \(moved.bodies), "
                    + "accounts \(moved.accounts).")
            for name in moved.takenNames {
                printLine("The account \"\(name.asField)\" did not come: there is one of this name here already.")
            }
            if moved.damaged > 0 { printLine("Left out, since they are damaged: \(moved.damaged).") }
            printWebhooks(tenant, setup, settings)
        }
    }
}

/// The pass phrase of a file that leaves the house.
struct PassPhraseOptions: ParsableArguments {
    @Option(help: "A file with the pass phrase, instead of being asked for it.", completion: .file())
    var passPhraseFile: String?

    private static let least = 16

    /// One that is to be chosen.
    func new() throws -> Secret {
        let phrase = try known()
        guard phrase.reveal().count >= Self.least else {
            throw Missing(description: "A pass phrase has at least \(Self.least) characters.")
        }
        if passPhraseFile == nil, try ask("Once more: ") != phrase {
            throw Missing(description: "These are two different pass phrases.")
        }
        return phrase
    }

    func known() throws -> Secret {
        guard let passPhraseFile else { return try ask("Pass phrase: ") }
        return try SecretPlace.file(passPhraseFile).resolved(for: "The pass phrase", file: passPhraseFile)
    }

    /// Of a person, without showing what is typed.
    private func ask(_ words: String) throws -> Secret {
        guard isatty(STDIN_FILENO) == 1, let typed = getpass(words) else {
            throw Missing(
                description: "The pass phrase is asked for at a terminal, or stands in --pass-phrase-file FILE.")
        }
        return Secret(String(cString: typed))
    }
}
