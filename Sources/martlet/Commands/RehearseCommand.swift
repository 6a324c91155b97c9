// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Foundation
import Logging
import MIME
import Planning
import Store
import WebClient

/// `martlet rehearse FILE`: what would become of a letter now. Nothing is done.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: "Says what would become of a letter, by looking things up and doing nothing."
    )

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The letter, as .eml.")
    var file: String

    @Option(help: "The profile.")
    var profile: String

    func run() async throws {
        let message = MIME.parse(try readBytes(file))
        try await withEngine(installation, tenant) { engine, tenant in
            let setup = try await engine.tenants.setup(tenant)
            guard let profile = ConfigurationID(profile).flatMap(setup.profile) else {
                throw Missing(description: "There is no profile \"\(profile)\".")
            }
            let rehearsal = try await engine.rehearse(message, under: profile, of: tenant)
            printLine(rehearsal.plan.reportText)
        }
    }
}

/// `martlet replay ID`: why a letter became what it did, from what was known then; or what a changed profile makes of it.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Decides about a kept letter again, with the facts of that time.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The id of the letter.")
    var id: String

    @Option(help: "A set-up file whose profile is to decide instead of the one in force.")
    var with: String?

    func run() async throws {
        guard let job = JobID(id) else { throw ValidationError("\"\(id)\" is no id of a letter.") }
        try await withEngine(installation, tenant) { engine, tenant in
            let kept = try await engine.replay(job, under: nil, of: tenant)
            guard let with else { return printLine(kept.text) }
            let changed = try SetupFile.read(with).configuration
            let setup = try await engine.tenants.setup(tenant)
            let origin = try await engine.decider(of: job, in: setup)
            guard let profile = changed.profiles.first(where: { $0.id == origin }) else {
                throw Missing(description: "\(with) has no profile \"\(origin)\".")
            }
            printLine(try await engine.replay(job, under: profile, of: tenant).text)
        }
    }
}

extension Replay {
    fileprivate var text: String {
        switch self {
        case .decided(let plan, let before):
            let same =
                plan == before ? "The decision is the same as then." : "Then it was: \(before.disposition.rawValue)."
            return "\(plan.reportText)\(same)"
        case .unanswered(let questions):
            let asked = questions.count == 1 ? "one thing" : "\(questions.count) things"
            return "This profile asks \(asked) that nobody looked up then. Rehearse the letter instead."
        }
    }
}

extension Plan {
    /// The plan as a report of something that was not done.
    var reportText: String {
        let lines = findings.map { "  \($0.stage.title): \($0.text)" }
        return (["Would be: \(disposition.rawValue)"] + lines).joined(separator: "\n") + "\n"
    }
}

/// An engine that only looks, beside a process that may be serving.
func withEngine(
    _ installation: InstallationOptions, _ options: TenantOptions, _ body: (Engine, TenantID) async throws -> Void
) async throws {
    try await failing {
        let settings = try installation.settings()
        let store = try await settings.openStore(as: .beside)
        let connections = HTTPConnections()
        let engine = Engine(
            store: store, connections: connections, settings: settings.engineSettings, logger: Logger(label: "martlet"))
        do {
            try await body(engine, try options.id())
        } catch {
            try await connections.close()
            throw error
        }
        try await connections.close()
        try await store.close()
    }
}

func readBytes(_ file: String) throws -> [UInt8] {
    do {
        return Array(try Data(contentsOf: URL(filePath: file)))
    } catch {
        throw ValidationError("\(file) cannot be opened.")
    }
}

/// Something that a command was asked for is not there.
struct Missing: Explained {
    let description: String
}
