// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Console
import Engine
import Foundation
import Jira
import Planning
import Store
import Vault
import WebClient

/// `martlet tenant`: who is served here.
struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant",
        abstract: "Lists, adds and ends tenants, checks what they have set up, and ties Jira to them.",
        subcommands: [
            ListTenants.self, AddTenant.self, ConnectTenant.self, CheckTenant.self, TenantWebhook.self,
            TermsCommand.self, ResumeAuditing.self, ExportTenant.self, ImportTenant.self, EndTenant.self,
            KeepTenant.self, RemoveTenant.self,
        ])
}

struct ListTenants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the tenants, and which of them have ended.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            for tenant in try await store.tenants() {
                let end = tenant.endsAt.map { "  has ended, is destroyed on \($0.formatted(.iso8601))" } ?? ""
                printLine("\(tenant.id)  \(tenant.name)\(end)")
            }
            try await store.close()
        }
    }
}

struct AddTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a tenant and its first admin.")

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The tenant: lower-case letters, digits and hyphens.")
    var id: String

    @Option(help: "The name that people see.")
    var name: String?

    func run() async throws {
        guard let tenant = TenantID(id) else {
            throw ValidationError("\"\(id)\" is no tenant's name: lower-case letters, digits and hyphens.")
        }
        try await failing {
            let settings = try installation.settings()
            guard settings.rawCopies == nil else {
                throw ConfigurationFault(
                    file: settings.file, line: nil,
                    words: "\"rawCopies\" is for an installation of one tenant: take it out, and start Martlet anew, "
                        + "first.")
            }
            let store = try await settings.openStore(as: .beside)
            let admin = "admin-\(id)"
            // Where the tenant itself is there, that is said below.
            if try await !store.tenants().contains(where: { $0.id == tenant }) { try await store.requireFree(admin) }
            try await store.trail.add(.here("add-tenant", about: id), at: Date())
            try await store.createTenant(tenant, name: name ?? id, at: Date())
            let password = newToken()
            try await store.put(
                Account(name: admin, role: .tenantAdmin(tenant), password: try PasswordHash(of: password)))
            try await store.close()
            printLine("Added. Account \"\(admin)\", password \(password.reveal()) (shown only now)")
        }
    }
}

struct RemoveTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Destroys the keys of a tenant, and all that is kept of it, here and in every backup of the data.",
        discussion: """
            A copy of the keys that martlet backup made before still opens older data, until a new backup is written over \
            it: make one. While Martlet serves, an operator removes tenants in the console.
            """)

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The tenant.")
    var id: String

    @Option(help: "Its name once more.")
    var sure: String

    func run() async throws {
        guard let tenant = TenantID(id), sure == id else {
            throw ValidationError("Write the tenant's name twice: martlet tenant remove NAME --sure NAME.")
        }
        try await failing {
            let store = try await installation.settings().openStore(as: .serving)
            try await store.trail.add(.here("remove-tenant", about: id), at: Date())
            try await store.removeTenant(tenant)
            try await store.close()
            printLine("\(id) is gone. Make a new backup: the keys of the last one still open older data.")
        }
    }
}

struct ResumeAuditing: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume-auditing",
        abstract: "Keeps letters, events and reports of a tenant again that opted out of it.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    func run() async throws {
        let id = try tenant.id()
        try await failing {
            let store = try await installation.settings().openStore(as: .beside)
            let tenant = try await store.tenant(id)
            for trail in [store.trail, tenant.trail] {
                try await trail.add(.here("resume-auditing", about: id.rawValue), at: Date())
            }
            try await store.resumeAuditing(of: id)
            try await store.close()
            printLine("What \(id) receives from now on is kept.")
        }
    }
}

struct CheckTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tries each connection, says what its account lacks, and shows where Jira is to send its webhooks.",
        discussion: """
            Of a token that does not tell its scopes it tries them, also by writes that Jira always refuses: an issue of no \
            project, a request of no desk, a customer without an address.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    func run() async throws {
        try await withSetup(installation, tenant) { setup, settings in
            printWebhooks(setup.store, setup.configuration, settings)
            for connection in setup.configuration.connections {
                for line in await ConnectionCheck(connection, of: setup, at: Date()).lines() { printLine(line) }
            }
        }
    }
}

struct TenantWebhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Makes Jira send its webhooks here, or no longer.",
        discussion: """
            The account of the connection must be an administrator of Jira. A connection by OAuth 2.0 needs the scope \
            manage:jira-webhook instead; its webhook is refreshed as long as Martlet serves.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Option(help: "The connection.")
    var connection = Profile.defaultConnection.rawValue

    @Flag(help: "Remove the webhook.")
    var remove = false

    func run() async throws {
        try await withSetup(installation, tenant) { setup, settings in
            guard let connection = setup.configuration.connections.first(where: { $0.id.rawValue == connection }) else {
                throw ValidationError("There is no connection \"\(connection)\".")
            }
            let deed = Deed.here(remove ? "remove-webhook" : "register-webhook", about: connection.id.rawValue)
            try await setup.store.trail.add(deed, at: Date())
            let address = "\(settings.console.address)\(webhookPath(of: setup.store, for: connection))"
            let registration = WebhookRegistration(connection, of: setup, to: address, at: Date())
            if remove {
                printLine("Removed: \(try await registration.remove()).")
            } else {
                let left = try await registration.register()
                printLine("Jira sends its webhooks to \(address), signed.")
                if let left { printLine(left) }
            }
        }
    }
}

/// Where the webhooks of a tenant's connections go to.
func printWebhooks(_ store: TenantStore, _ setup: Configuration, _ settings: Settings) {
    let shared = webhookPath(of: store)
    printLine("Jira's webhooks go to \(settings.console.address)\(shared)")
    for connection in setup.connections {
        let own = webhookPath(of: store, for: connection)
        guard own != shared else { continue }
        let silent = connection.oauth == nil ? ", without a secret," : ""
        printLine("Those of \(connection.id)\(silent) go to \(settings.console.address)\(own)")
    }
}

/// A tenant's set-up with its connections, for as long as a command needs it.
func withSetup(
    _ installation: InstallationOptions, _ tenant: TenantOptions,
    _ body: (TenantSetup, Settings) async throws -> Void
) async throws {
    try await failing {
        let settings = try installation.settings()
        let store = try await settings.openStore(as: .beside)
        let connections = HTTPConnections()
        let tenants = Tenants(store: store, connections: connections) { Date() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(try await tenants.setup(try tenant.id()), settings))
        } catch {
            result = .failure(error)
        }
        try await connections.close()
        try await store.close()
        try result.get()
    }
}
