// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Console
import Engine
import Foundation
import Planning
import Store
import Yams

/// `martlet apply FILE`: makes a tenant's set-up be what the file says.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Makes a tenant's set-up be what a YAML or JSON file says.",
        discussion: """
            What the file does not name is taken away; secrets of what stays are kept. Unknown keys are refused, and \
            nothing is changed then.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The file.")
    var file: String

    func run() async throws {
        try await failing {
            let wanted = try SetupFile.read(file)
            let secrets = try wanted.secrets.map { try $0.resolved(file: file) }
            let settings = try installation.settings()
            let store = try await settings.openStore(as: .beside)
            let tenant = try await store.tenant(try self.tenant.id())
            try await tenant.trail.add(.here("apply"), at: Date())
            try await tenant.apply(wanted.configuration, at: Date())
            for secret in secrets { try await tenant.put(secret.value, named: secret.name, of: secret.kind, secret.id) }
            try await store.close()
            let setup = wanted.configuration
            printLine(
                "Applied: connections \(setup.connections.count), sources \(setup.sources.count), "
                    + "outbounds \(setup.outbounds.count), profiles \(setup.profiles.count), "
                    + "notifications \(setup.notifications.count).")
            printWebhooks(tenant, setup, settings)
        }
    }
}

/// `martlet export`: the set-up without its secrets (P6).
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a tenant's set-up, without any secret.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Flag(help: "Write JSON instead of YAML.")
    var json = false

    func run() async throws {
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            let tenant = try await store.tenant(try tenant.id())
            try await tenant.trail.add(.here("export"), at: Date())
            let setup = try await tenant.configuration()
            try await store.close()
            printLine(json ? try prettyJSON(setup) : try yaml(setup))
        }
    }

    private func yaml(_ setup: Configuration) throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.sortKeys = true
        return try encoder.encode(setup)
    }
}

func prettyJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
