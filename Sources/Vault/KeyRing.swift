// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation
import Synchronization

/// All keys of an installation, out of a key store of its own: a folder that no data backup may hold.
public final class KeyRing: Sendable {
    /// Where the key store is.
    public let folder: String
    let file: KeyFile
    private let owners = Mutex<[String: OwnerKeys]>([:])

    /// Opens the key store in `folder`, and makes it if it is not there.
    ///
    /// - Parameter fetch: Gives the master keys of now, where another process changed the key store over to a new one.
    public static func open(
        folder: String, masters: MasterKeys, asking fetch: MasterKeys.Source? = nil
    ) throws(VaultError) -> KeyRing {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .system(errno, "mkdir") }
        let file = try KeyFile(path: folder + "/keys", masters: masters, asking: fetch)
        return KeyRing(folder: folder, file: file)
    }

    /// The same with one master key for good.
    public static func open(folder: String, master: MasterKey) throws(VaultError) -> KeyRing {
        try open(folder: folder, masters: MasterKeys(master))
    }

    private init(folder: String, file: KeyFile) {
        self.folder = folder
        self.file = file
    }

    func contents() throws(VaultError) -> [UInt8] { try file.contents() }

    /// Whether these are lines of this key store, of now or earlier: the key of the system never changes.
    func isCopy(_ lines: [UInt8]) throws(VaultError) -> Bool {
        let name = try KeyOwner.system.name()
        guard let own = try file.find(name), let copied = try? file.find(name, in: lines) else { return false }
        return try Self.ownerKey(name, own) == (try? Self.ownerKey(name, copied))
    }

    /// Makes the owner's key if it is not there.
    public func create(_ owner: KeyOwner) throws(VaultError) {
        let name = try owner.name()
        _ = try file.findOrAdd(name) { wrapping throws(VaultError) in
            try sealed(randomBytes(32), with: wrapping, head: [], bound: Array(name.utf8))
        }
    }

    public func has(_ owner: KeyOwner) throws(VaultError) -> Bool {
        let name = try owner.name()
        if try file.find(name) != nil { return true }
        // Another process may have destroyed it.
        owners.withLock { $0[name] = nil }
        return false
    }

    /// The keys of an owner that was created before.
    public func keys(of owner: KeyOwner) throws(VaultError) -> OwnerKeys {
        let name = try owner.name()
        // Found and remembered in one go: what is destroyed meanwhile is forgotten after that.
        return try owners.withLock { owners throws(VaultError) in
            guard let entry = try file.find(name) else {
                owners[name] = nil
                throw .unknownOwner(name)
            }
            let key = try Self.ownerKey(name, entry)
            // Another process may have destroyed it, and made one of the same name.
            if let found = owners[name], found.isOf(key) { return found }
            let made = OwnerKeys(name: name, key: key, file: file)
            owners[name] = made
            return made
        }
    }

    /// All period keys that are there.
    public func periods() throws(VaultError) -> [KeyPeriod] {
        try file.names().compactMap { KeyPeriod($0) }
    }

    /// Destroys the period keys that `isOver` names, and puts all others under a new wrapping key.
    ///
    /// What they sealed opens nowhere from here on: not with the master key, not with an older copy of the data, and not
    /// with what the disk may still hold of the key store.
    public func sweep(_ isOver: (KeyPeriod) -> Bool) throws(VaultError) -> Int {
        let names = try file.names().filter { $0.contains("/") }
        guard names.contains(where: { KeyPeriod($0).map(isOver) ?? false }) else { return 0 }
        return try rewrap { KeyPeriod($0).map(isOver) ?? false }
    }

    /// Whether the master key before the one of now opens it.
    public func isUnderFormerMaster() throws(VaultError) -> Bool {
        try file.isUnderFormerMaster()
    }

    /// Puts the key store under the master key of now, and all keys under a new wrapping key; the master key before it opens
    /// nothing in it from here on. Gives how many keys there are, or nil where it was so already.
    public func changeMaster() throws(VaultError) -> Int? {
        guard try isUnderFormerMaster() else { return nil }
        _ = try rewrap(under: .current) { _ in false }
        return try file.names().count { !$0.hasPrefix(Self.tombstone("")) }
    }

    /// Lets go of what other processes destroyed.
    public func followDestroyed() throws(VaultError) {
        let names = Set(try file.names())
        let kept = owners.withLock { owners in
            owners = owners.filter { names.contains($0.key) }
            return Array(owners.values)
        }
        for keys in kept { keys.forget { !names.contains($0) } }
    }

    /// Whether this owner had a key that was destroyed; else a key that is not there was never there, or this key store is
    /// too old.
    public func wasDestroyed(_ owner: KeyOwner) throws(VaultError) -> Bool {
        try file.find(Self.tombstone(try owner.name())) != nil
    }

    static func tombstone(_ name: String) -> String { "destroyed:\(name)" }

    /// Destroys the owner's key, all of its period keys, and the wrapping key that wraps them now: whatever they sealed
    /// opens nowhere from here on.
    public func destroy(_ owner: KeyOwner) throws(VaultError) {
        let gone = try owner.name()
        _ = try file.findOrAdd(Self.tombstone(gone)) { _ in Data([1]) }
        _ = try rewrap { $0 == gone || $0.hasPrefix(gone + "/") }
        owners.withLock { $0[gone] = nil }
    }

    /// Puts all keys under a new wrapping key, but those that `isGone` names. Gives how many were destroyed.
    func rewrap(
        under choice: KeyFile.MasterChoice = .sameAsBefore,
        adding more: (_ new: SymmetricKey) throws(VaultError) -> [String: Data] = { _ in [:] },
        without isGone: (_ name: String) throws(VaultError) -> Bool
    ) throws(VaultError) -> Int {
        var destroyed: Set<String> = []
        // Also where it fails half-way: what is still there is read again.
        defer { for keys in owners.withLock({ Array($0.values) }) { keys.forget { destroyed.contains($0) } } }
        var ownerKeys: [String: SymmetricKey] = [:]
        try file.rewrite(under: choice, adding: more) { name, entry, new throws(VaultError) in
            if try isGone(name) {
                destroyed.insert(name)
                return nil
            }
            if name.hasPrefix(Self.tombstone("")) { return entry.wrapped }
            // An owner's name comes before those of its periods.
            guard let slash = name.firstIndex(of: "/") else {
                let key = try Self.ownerKey(name, entry)
                ownerKeys[name] = key
                return try sealed(key.withUnsafeBytes { Data($0) }, with: new, head: [], bound: Array(name.utf8))
            }
            guard let owner = ownerKeys[String(name[..<slash])] else { throw .orphan }
            let bound = Array(name.utf8)
            let bytes = try opened(
                entry.wrapped, with: OwnerKeys.periodWrapping(owner, entry.wrapping), headCount: 0, bound: bound)
            return try sealed(bytes, with: OwnerKeys.periodWrapping(owner, new), head: [], bound: bound)
        }
        return destroyed.count
    }

    static func ownerKey(_ name: String, _ entry: KeyFile.Entry) throws(VaultError) -> SymmetricKey {
        SymmetricKey(data: try opened(entry.wrapped, with: entry.wrapping, headCount: 0, bound: Array(name.utf8)))
    }
}

/// Whose key a period key is, what for, and of when.
public struct KeyPeriod: Sendable, Hashable {
    public let owner: KeyOwner
    public let retention: Retention
    /// When the period begins.
    public let start: Date
    /// When the next one does.
    public let end: Date

    /// Out of a name in the key store: `tenant:acme/audit/20779`.
    init?(_ name: String) {
        let parts = name.split(separator: "/")
        guard parts.count == 3, let owner = KeyOwner(name: parts[0]),
            let retention = Retention(rawValue: String(parts[1])),
            let number = UInt32(parts[2]), let length = retention.periodLength
        else { return nil }
        self.owner = owner
        self.retention = retention
        start = Date(timeIntervalSince1970: Double(number) * length)
        end = start.addingTimeInterval(length)
    }
}
