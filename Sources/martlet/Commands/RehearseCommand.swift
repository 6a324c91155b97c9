// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Engine
import Foundation
import Logging
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
        let raw = try readBytes(file)
        try await withEngine(installation, tenant) { engine, tenant in
            let setup = try await engine.tenants.setup(tenant)
            guard let profile = ConfigurationID(profile).flatMap(setup.profile) else {
                throw Missing(description: "There is no profile \"\(profile)\".")
            }
            let rehearsal = try await engine.rehearse(raw, under: profile, of: tenant)
            printLine(rehearsal.plan.reportText)
        }
    }
}

extension Replay {
    var text: String {
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
            store: store, connections: connections, settings: try settings.engineSettings,
            logger: Logger(label: "martlet"))
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
