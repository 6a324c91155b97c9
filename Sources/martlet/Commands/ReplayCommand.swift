// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Foundation
import Planning

/// `martlet replay ID|CASE`: why a letter became what it did, from what was known then; or what a changed profile makes of
/// it.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Decides about a kept letter, or a case, again, with the facts of that time.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The id of a letter, or the folder of a case.")
    var letter: String

    @Option(help: "A set-up file whose profile is to decide instead of the one in force.")
    var with: String?

    func run() async throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: letter, isDirectory: &isFolder), isFolder.boolValue {
            return try await failing { try replayCase() }
        }
        guard let job = JobID(letter) else {
            throw ValidationError("\"\(letter)\" is neither an id of a letter nor a folder.")
        }
        try await withEngine(installation, tenant) { engine, tenant in
            let setup = try await engine.tenants.setup(tenant)
            let profile = try changedProfile(try await engine.decider(of: job, in: setup))
            printLine(try await engine.replay(job, under: profile, of: tenant).text)
        }
    }

    private func replayCase() throws {
        let kept = try CaseFolder(letter)
        printLine(kept.replayed(under: try changedProfile(kept.profile.id) ?? kept.profile).text)
    }

    /// The one that `--with` names in place of this one.
    private func changedProfile(_ id: ConfigurationID) throws -> Profile? {
        guard let with else { return nil }
        guard let profile = try SetupFile.read(with).configuration.profiles.first(where: { $0.id == id }) else {
            throw Missing(description: "\(with) has no profile \"\(id)\".")
        }
        return profile
    }
}
