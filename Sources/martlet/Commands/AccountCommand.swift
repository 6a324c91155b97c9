// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store
import Vault

/// `martlet account`: who may sign in to the console.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Lists, adds and removes accounts of the console, and gives them new passwords.",
        subcommands: [ListAccounts.self, AddAccount.self, RenewPassword.self, RemoveAccount.self])
}

struct ListAccounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the accounts.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        try await withStore(installation) { store in
            for account in try await store.accounts() { printLine("\(account.name.asField)  \(account.role.words)") }
        }
    }
}

struct AddAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds an admin of a tenant, or an operator, and shows the password once.")

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The name to sign in by.")
    var name: String

    @Option(help: "The tenant that it administers.")
    var tenant: String?

    @Flag(help: "Make it an operator, who sees no letters.")
    var `operator` = false

    func validate() throws {
        guard (tenant == nil) == `operator` else {
            throw ValidationError("An account is of a tenant or of an operator: --tenant NAME or --operator.")
        }
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && $0.properties.isAlphabetic || "0123456789.-_@".unicodeScalars.contains($0)
        }
        guard isPlain, (1...64).contains(name.count) else {
            throw ValidationError("A name has 1 to 64 letters, digits, dots, hyphens, underscores and @.")
        }
    }

    func run() async throws {
        try await withStore(installation) { store in
            var role = Account.Role.operator
            if let tenant {
                guard let id = TenantID(tenant) else {
                    throw ValidationError("\"\(tenant)\" is no tenant's name: lower-case letters, digits and hyphens.")
                }
                role = .tenantAdmin(try await store.tenant(id).id)
            }
            try await store.requireFree(name)
            try await store.record("add-account", about: name, role)
            printLine("Added. Password \(try await store.putAccount(name, role).reveal()) (shown only now)")
        }
    }
}

/// An account that is there.
struct NamedAccount: ParsableArguments {
    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The account.")
    var name: String
}

struct RenewPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Gives an account a new password, shown once, and ends its sessions.")

    @OptionGroup var account: NamedAccount

    func run() async throws {
        let name = account.name
        try await withStore(account.installation) { store in
            let role = try await store.role(of: name)
            try await store.record("renew-password", about: name, role)
            printLine("Password \(try await store.putAccount(name, role).reveal()) (shown only now)")
        }
    }
}

struct RemoveAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes an account, and ends its sessions.")

    @OptionGroup var account: NamedAccount

    func run() async throws {
        let name = account.name
        try await withStore(account.installation) { store in
            try await store.record("remove-account", about: name, try await store.role(of: name))
            try await store.removeAccount(named: name)
            printLine("The account \"\(name)\" is gone.")
        }
    }
}

/// Opens the store beside a process that may be serving, and lets go of it.
private func withStore(_ installation: InstallationOptions, _ body: (InstallationStore) async throws -> Void)
    async throws
{
    try await failing {
        let store = try await installation.settings().openStore(as: .beside)
        try await body(store)
        try await store.close()
    }
}

extension InstallationStore {
    /// Refuses a name that an account has, also one of a tenant that is being imported.
    func requireFree(_ name: String) async throws {
        if try await isTaken(name) { throw Missing(description: "There is an account \"\(name)\" already.") }
    }

    fileprivate func role(of name: String) async throws -> Account.Role {
        guard let account = try await account(named: name) else {
            throw Missing(description: "There is no account \"\(name)\".")
        }
        return account.role
    }

    /// Under a new password.
    fileprivate func putAccount(_ name: String, _ role: Account.Role) async throws -> Secret {
        let password = newToken()
        try await put(Account(name: name, role: role, password: try PasswordHash(of: password)))
        return password
    }

    /// Into the trail of the installation, and into that of the tenant whose doors it opens or closes.
    fileprivate func record(_ what: String, about name: String, _ role: Account.Role) async throws {
        let deed = Deed.here(what, about: name)
        try await trail.add(deed, at: Date())
        if case .tenantAdmin(let tenant) = role { try await self.tenant(tenant).trail.add(deed, at: Date()) }
    }
}

extension Account.Role {
    fileprivate var words: String {
        switch self {
        case .operator: "operator"
        case .tenantAdmin(let tenant): "admin of \(tenant)"
        }
    }
}
