// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation

/// The keys of one owner in the clear, on their way from one key store to another.
public struct PortableKeys: Sendable {
    /// By the name of the period, as in `audit/20779`; the owner's own stands under an empty name.
    public var keys: [String: Secret]

    public init(_ keys: [String: Secret]) {
        self.keys = keys
    }

    /// Only those of periods that are `isKept`; those that no time ends are.
    public func filtered(for owner: KeyOwner, _ isKept: (KeyPeriod) -> Bool) throws(VaultError) -> PortableKeys {
        let name = try owner.name()
        return PortableKeys(keys.filter { KeyPeriod("\(name)/\($0.key)").map(isKept) ?? true })
    }

    /// The owner's own key, and those of its periods.
    fileprivate func parts() throws(VaultError) -> (own: Secret, periods: [PeriodName: Secret]) {
        guard let own = keys[""] else { throw .strangeKeys }
        var periods: [PeriodName: Secret] = [:]
        for (name, key) in keys where !name.isEmpty {
            guard let period = PeriodName(name) else { throw .strangeKeys }
            periods[period] = key
        }
        guard ([own] + periods.values).allSatisfy({ $0.withUnsafeBytes(\.count) == 32 }) else { throw .strangeKeys }
        return (own, periods)
    }
}

/// Keys that move house.
extension KeyRing {
    /// The owner's key, and those of its periods that are `isKept`, and of no time.
    public func portableKeys(
        of owner: KeyOwner, where isKept: (KeyPeriod) -> Bool
    ) throws(VaultError) -> PortableKeys {
        let name = try owner.name()
        let entries = try file.entries { $0 == name || $0.hasPrefix(name + "/") }
        guard let own = entries[name] else { throw .unknownOwner(name) }
        let ownKey = try Self.ownerKey(name, own)
        var out = ["": Secret(bytes: ownKey.withUnsafeBytes { Array($0) })]
        for (key, entry) in entries where key != name {
            if let period = KeyPeriod(key), !isKept(period) { continue }
            let bytes = try opened(
                entry.wrapped, with: OwnerKeys.periodWrapping(ownKey, entry.wrapping), headCount: 0,
                bound: Array(key.utf8))
            out[String(key.dropFirst(name.count + 1))] = Secret(bytes: bytes)
        }
        return PortableKeys(out)
    }

    /// Opens what keys that are on their way have sealed; for what is to be sealed they must be taken in first.
    public func keys(of owner: KeyOwner, from portable: PortableKeys) throws(VaultError) -> OwnerKeys {
        let (own, periods) = try portable.parts()
        return OwnerKeys(
            name: try owner.name(), key: own.symmetricKey, file: file, periods: periods.mapValues(\.symmetricKey))
    }

    /// Takes keys in, all at once. There must be none of this owner.
    public func takeIn(_ portable: PortableKeys, of owner: KeyOwner) throws(VaultError) {
        let name = try owner.name()
        let (own, periods) = try portable.parts()
        let note = Self.tombstone(name)
        _ = try rewrap { new throws(VaultError) in
            var added = [
                name: try sealed(own.symmetricKey.bytes, with: new, head: [], bound: Array(name.utf8))
            ]
            for (period, key) in periods {
                let periodName = "\(name)/\(period.description)"
                added[periodName] = try sealed(
                    key.symmetricKey.bytes, with: OwnerKeys.periodWrapping(own.symmetricKey, new), head: [],
                    bound: Array(periodName.utf8))
            }
            return added
        } without: { found throws(VaultError) in
            if found == name {
                throw VaultError(.ownerKnown, "The key store has a key for \(name) already.")
            }
            return found == note
        }
    }

    /// Notes that rows of this owner are being brought, whose keys come last: until then they are left-overs, as those of an owner
    /// whose keys were destroyed.
    public func expect(_ owner: KeyOwner, at time: Date) throws(VaultError) {
        let note = Self.tombstone(try owner.name())
        let value = Data([2] + bigEndian(UInt64(max(0, time.timeIntervalSince1970))))
        _ = try rewrap { _ in
            [note: value]
        } without: {
            $0 == note
        }
    }

    /// Whether rows of this owner are on their way, noted after `time`.
    public func isExpecting(_ owner: KeyOwner, since time: Date) throws(VaultError) -> Bool {
        guard let note = try file.find(Self.tombstone(try owner.name()))?.wrapped, note.count == 9, note.first == 2
        else {
            return false
        }
        let noted = note.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(noted) > time.timeIntervalSince1970
    }
}

extension VaultError {
    fileprivate static let strangeKeys = VaultError(.keyStoreDamaged, "The keys that were brought are not whole.")
}

extension Secret {
    fileprivate var symmetricKey: SymmetricKey { SymmetricKey(data: withUnsafeBytes { Data($0) }) }
}

extension SymmetricKey {
    fileprivate var bytes: Data { withUnsafeBytes { Data($0) } }
}
