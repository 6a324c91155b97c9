// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Console
import Engine
import Foundation
import MailTransport
import Planning
import Store
import Vault
import WebClient

/// The option by which commands find the installation.
struct InstallationOptions: ParsableArguments {
    @Option(help: "The settings of this installation.")
    var config: String?

    func settings() throws -> Settings {
        try Settings.load(file: config, environment: ProcessInfo.processInfo.environment)
    }
}

/// The option of commands that are about one tenant.
struct TenantOptions: ParsableArguments {
    @Option(help: "The tenant.")
    var tenant = "default"

    func id() throws -> TenantID {
        guard let id = TenantID(tenant) else {
            throw ValidationError("\"\(tenant)\" is no tenant's name: lower-case letters, digits and hyphens.")
        }
        return id
    }
}

extension Settings {
    /// Opens keys and store, and makes both on the first start.
    func openStoreAsItIs(as role: InstallationStore.Role) async throws -> InstallationStore {
        try makeDataFolder()
        let keys = try keyRing()
        let address = try database?.address(file: file)
        return try await InstallationStore.open(
            folder: "\(data)/store", database: address, bodies: try bodies?.home(file: file) ?? .dataFolder, keys: keys,
            as: role, limits: keeping
        ) { Date() }
    }

    /// The same, with a tenant called `default` where there is none.
    func openStore(as role: InstallationStore.Role) async throws -> InstallationStore {
        let store = try await openStoreAsItIs(as: role)
        if try await store.tenants().isEmpty {
            do {
                try await store.createTenant(.first, name: "Default", at: Date())
            } catch let error as StoreError where error.code == .alreadyThere {
                // Another process began at the same moment.
            }
        }
        return store
    }

    func makeDataFolder() throws(ConfigurationFault) {
        do {
            try FileManager.default.createDirectory(
                atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ConfigurationFault(file: data, line: nil, words: "The data folder cannot be made.")
        }
        try checkOwner()
    }

    var keysFolder: String { keys ?? "\(data)/keys" }

    /// - Parameter folder: The key store; nil for that of the installation.
    func keyRing(in folder: String? = nil) throws -> KeyRing {
        try KeyRing.open(folder: folder ?? keysFolder, masters: try masterKeys()) {
            let settings = try readAgain()
            try settings.requireMasterKey()
            return try settings.masterKeys()
        }
    }

    /// Where an empty one would be made instead of the one that is looked for.
    func requireInstallation() throws(ConfigurationFault) {
        try requireMasterKey()
        for path in ["\(keysFolder)/keys", "\(data)/store"] where !FileManager.default.fileExists(atPath: path) {
            throw ConfigurationFault(
                file: path, line: nil,
                words: "There is no installation here: Martlet makes one when it first serves.")
        }
    }

    /// Files that another user made here would stop the server.
    private func checkOwner() throws(ConfigurationFault) {
        var status = stat()
        guard stat(data, &status) == 0, status.st_uid != geteuid() else { return }
        let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
        throw ConfigurationFault(
            file: data, line: nil,
            words: "The data folder belongs to the user \(owner): run this as that user, by sudo -u \(owner).")
    }

    var engineSettings: EngineSettings {
        get throws {
            var settings = EngineSettings(
                hostName: hostName, coalescing: .seconds(console.coalescingSeconds), workers: workers)
            settings.rawCopies = rawCopies
            settings.alerts = try alerts?.route(console: console.address)
            return settings
        }
    }
}

extension TenantID {
    /// The tenant of an installation that has only one.
    static let first = TenantID("default")!
}

/// Says what went wrong in words, and ends with a status that scripts can tell apart (sysexits.h).
func failing(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let fault as ConfigurationFault {
        throw exit(saying: "\(fault)", with: 78)
    } catch let error as StoreError {
        let more = error.detail.isEmpty ? "" : " (\(error.detail))"
        throw exit(saying: error.said + more, with: 74)
    } catch let error as VaultError {
        throw exit(saying: error.said, with: 74)
    } catch let error as WebClientError {
        throw exit(saying: error.said, with: 69)
    } catch let error as MailTransportError {
        throw exit(saying: error.said, with: 69)
    } catch let error as ConsoleError {
        throw exit(saying: error.description, with: 69)
    } catch let error as any Explained {
        throw exit(saying: error.description, with: 65)
    }
}

private func exit(saying words: String, with status: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("martlet: \(words.withoutControls)\n".utf8))
    return ExitCode(status)
}
