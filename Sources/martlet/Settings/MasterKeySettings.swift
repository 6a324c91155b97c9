// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Vault

/// Where a master key comes from.
enum MasterKeyPlace: Sendable, Equatable {
    /// Made on the first start. Nil stands for `master.key` in the data folder.
    case file(String?)
    case environment(String)
    /// A program's whole path, and its arguments: it prints the key.
    case command([String])

    /// - Parameter folder: The data folder.
    func path(in folder: String) -> String? {
        guard case .file(let path) = self else { return nil }
        return path ?? "\(folder)/master.key"
    }
}

/// The master key of now, and the one before it while the key store goes over to the new one.
///
///     masterKey: {file: /etc/martlet/master.key}
///     masterKey: {command: [/usr/local/bin/fetch-key, martlet], former: {file: /etc/martlet/master.key}}
struct MasterKeySettings: Decodable {
    var place: MasterKeyPlace
    var former: MasterKeyPlace?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case command, environment, file, former
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        place = try keys.masterKeyPlace(.command, .environment, .file) ?? .file(nil)
        former = try keys.decodeIfPresent(FormerMasterKey.self, forKey: .former)?.place
    }
}

private struct FormerMasterKey: Decodable {
    var place: MasterKeyPlace

    enum CodingKeys: String, CodingKey, CaseIterable {
        case command, environment, file
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        guard let place = try keys.masterKeyPlace(.command, .environment, .file) else {
            throw keys.notInOnePlace("the former master key", CodingKeys.allCases)
        }
        self.place = place
    }
}

extension KeyedDecodingContainer {
    fileprivate func masterKeyPlace(_ command: Key, _ environment: Key, _ file: Key) throws -> MasterKeyPlace? {
        let place = try place(
            of: "a master key",
            [
                (command, { try decodeIfPresent([String].self, forKey: $0).map(MasterKeyPlace.command) }),
                (environment, { try decodeIfPresent(String.self, forKey: $0).map(MasterKeyPlace.environment) }),
                (file, { try decodeIfPresent(String.self, forKey: $0).map(MasterKeyPlace.file) }),
            ])
        if case .command(let words)? = place, words.first?.hasPrefix("/") != true {
            throw DecodingError.dataCorruptedError(
                forKey: command, in: self,
                debugDescription: "\"command\" is a program's whole path, and its arguments: there is no shell")
        }
        return place
    }
}

extension Settings {
    /// - Throws: Words on why a key cannot be had.
    func masterKeys() throws -> MasterKeys {
        // While there is one before it, it is made by hand: a file that each process made for itself would fit none other.
        guard let formerMasterKey else { return MasterKeys(try key(at: masterKey, making: true)) }
        let keys = MasterKeys(
            try key(at: masterKey, making: false), former: try key(at: formerMasterKey, making: false))
        if keys.current == keys.former {
            throw ConfigurationFault(
                file: file, line: nil,
                words: "The master key and the \"former\" one are the same key. "
                    + "(A variable MARTLET_MASTER_KEY goes before \"masterKey\".)")
        }
        return keys
    }

    private func key(at place: MasterKeyPlace, making: Bool) throws -> MasterKey {
        switch place {
        case .file(let path):
            let file = path ?? "\(data)/master.key"
            return making ? try MasterKey.loadOrCreate(file: file) : try MasterKey.load(file: file)
        case .environment(let name):
            guard let text = environmentValue(name) else {
                throw ConfigurationFault(
                    file: name, line: nil, words: "This variable should hold the master key, and is not set.")
            }
            return try MasterKey(text: text)
        case .command(let words):
            return try MasterKey.fetch(by: words)
        }
    }

    /// The files that hold master keys.
    var masterKeyFiles: [String] {
        ([masterKey] + [formerMasterKey].compactMap(\.self)).compactMap { $0.path(in: data) }
    }

    /// Where a new one would open nothing of what is there.
    func requireMasterKey() throws(ConfigurationFault) {
        for file in masterKeyFiles where !FileManager.default.fileExists(atPath: file) {
            throw ConfigurationFault(
                file: file, line: nil, words: "The master key is not here. It is in no backup: put it here first.")
        }
    }

    /// The same settings as they are written down now.
    func readAgain() throws -> Settings {
        try Settings.load(
            file: file == Self.usualFile ? nil : file, environment: ProcessInfo.processInfo.environment)
    }
}
