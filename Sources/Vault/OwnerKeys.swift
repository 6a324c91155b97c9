// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation
import Synchronization

/// What a keyed hash or signature is for; values made for one purpose say nothing for another.
public enum Purpose: String, Sendable, CaseIterable {
    case address
    case messageID = "message-id"
    case identity
    case account
    case session
    case marker
    case thread
    case plusAddress = "plus-address"
    case webhookDoor = "webhook-door"
    case trail
    case log
    case lane
}

/// The keys of one owner: seals, opens, and hashes for look-up.
public final class OwnerKeys: Sendable {
    private let name: String
    private let file: KeyFile
    private let ownerKey: SymmetricKey
    private let purposes: [Purpose: SymmetricKey]
    private let periods: Mutex<[PeriodName: SymmetricKey]>

    /// - Parameter periods: Those that are known already.
    init(name: String, key: SymmetricKey, file: KeyFile, periods: [PeriodName: SymmetricKey] = [:]) {
        self.name = name
        self.file = file
        self.periods = Mutex(periods)
        ownerKey = key
        purposes = Dictionary(
            uniqueKeysWithValues: Purpose.allCases.map { purpose in
                let info = Array("martlet hash \(purpose.rawValue)".utf8)
                return (purpose, HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: info, outputByteCount: 32))
            })
    }

    /// What wraps an owner's period keys: of both keys, so that neither an old wrapping key nor the owner's key alone opens
    /// one.
    static func periodWrapping(_ owner: SymmetricKey, _ wrapping: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: owner, salt: wrapping.withUnsafeBytes { Data($0) },
            info: Array("martlet period keys".utf8), outputByteCount: 32)
    }

    /// Lets go of keys that are destroyed.
    func forget(_ isGone: (_ name: String) -> Bool) {
        periods.withLock { periods in
            for period in periods.keys where isGone(fileName(period)) { periods[period] = nil }
        }
    }

    func isOf(_ key: SymmetricKey) -> Bool { ownerKey == key }

    // MARK: Sealing

    /// Seals under the key of the class and of the period that holds `date`.
    ///
    /// The head is clear: version, class, period. Nonce, sealed bytes and tag follow.
    public func seal(
        _ bytes: some DataProtocol, as retention: Retention, at date: Date, for context: SealContext
    ) throws(VaultError) -> Data {
        let period = PeriodName(retention: retention, period: retention.period(of: date))
        let head = [1, retention.code] + bigEndian(period.period)
        return try sealed(bytes, with: try makeKey(period), head: head, bound: context.bytes(owner: name))
    }

    public func open(_ sealed: Data, for context: SealContext) throws(VaultError) -> Data {
        let head = Array(sealed.prefix(Self.headCount))
        guard head.count == Self.headCount, head[0] == 1, let retention = Retention(code: head[1]) else {
            throw .doesNotOpen
        }
        let period = head[2...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let key = try findKey(PeriodName(retention: retention, period: period))
        return try opened(sealed, with: key, headCount: Self.headCount, bound: context.bytes(owner: name))
    }

    /// Whether the period that sealed this was over by then.
    public func isSealed(_ sealed: Data, before date: Date) -> Bool {
        let head = Array(sealed.prefix(Self.headCount))
        guard head.count == Self.headCount, let retention = Retention(code: head[1]),
            let length = retention.periodLength
        else { return false }
        let period = head[2...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (Double(period) + 1) * length <= date.timeIntervalSince1970
    }

    private static let headCount = 6

    // MARK: Look-up hashes and signatures

    /// Equal for equal values of the same owner and purpose; says nothing to who lacks the key. 16 bytes.
    public func hash(_ value: String, for purpose: Purpose) -> Data {
        Data(code(value, for: purpose).prefix(16))
    }

    /// The same of words by a key that ends with the period that holds `date`: once that is destroyed, nobody can try what a
    /// word was, not with the owner's key. 8 bytes: a letter that they find is compared.
    public func hashes(of words: [String], as retention: Retention, at date: Date) throws(VaultError) -> [Data] {
        let key = try makeKey(PeriodName(retention: retention, period: retention.period(of: date)))
        return Self.hashes(of: words, by: key)
    }

    /// Of each word, its hashes of all periods whose keys are there.
    public func hashes(of words: [String], inAll retention: Retention) throws(VaultError) -> [[Data]] {
        var hashes = [[Data]](repeating: [], count: words.count)
        let head = "\(name)/"
        for period in try file.names() where period.hasPrefix(head) {
            guard let period = PeriodName(period.dropFirst(head.count)), period.retention == retention else { continue }
            do {
                let some = Self.hashes(of: words, by: try findKey(period))
                for (index, hash) in some.enumerated() { hashes[index].append(hash) }
            } catch  where error.code == .keyGone {
                // Destroyed just now.
                continue
            }
        }
        return hashes
    }

    private static func hashes(of words: [String], by period: SymmetricKey) -> [Data] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: period, info: Array("martlet hash word".utf8), outputByteCount: 32)
        return words.map { Data(HMAC<SHA256>.authenticationCode(for: Array($0.utf8), using: key).prefix(8)) }
    }

    /// A mac in lower-case hex, 32 digits.
    public func sign(_ text: String, for purpose: Purpose) -> String {
        hex(code(text, for: purpose).prefix(16))
    }

    public func verify(_ mac: String, of text: String, for purpose: Purpose) -> Bool {
        isEqualInConstantTime(Array(mac.utf8), Array(sign(text, for: purpose).utf8))
    }

    private func code(_ value: String, for purpose: Purpose) -> HashedAuthenticationCode<SHA256> {
        HMAC<SHA256>.authenticationCode(for: Array(value.utf8), using: purposes[purpose]!)
    }

    func context(_ context: SealContext) -> [UInt8] {
        context.bytes(owner: name)
    }

    // MARK: Period keys

    private func findKey(_ period: PeriodName) throws(VaultError) -> SymmetricKey {
        if let found = periods.withLock({ $0[period] }) { return found }
        guard let entry = try file.find(fileName(period)) else {
            throw VaultError(.keyGone, "This record's time is over: its key is no longer there.")
        }
        return try unwrap(entry, period)
    }

    private func makeKey(_ period: PeriodName) throws(VaultError) -> SymmetricKey {
        if let found = periods.withLock({ $0[period] }) { return found }
        let entry = try file.findOrAdd(fileName(period), under: (name, requireSameOwner)) {
            wrapping throws(VaultError) in
            try sealed(
                randomBytes(32), with: Self.periodWrapping(ownerKey, wrapping), head: [],
                bound: Array(fileName(period).utf8))
        }
        return try unwrap(entry, period)
    }

    /// An owner of this name that was destroyed and made again is another: nothing is sealed for it with keys of the first.
    private func requireSameOwner(_ entry: KeyFile.Entry) throws(VaultError) {
        guard try KeyRing.ownerKey(name, entry) == ownerKey else { throw .unknownOwner(name) }
    }

    private func unwrap(_ entry: KeyFile.Entry, _ period: PeriodName) throws(VaultError) -> SymmetricKey {
        let bytes = try opened(
            entry.wrapped, with: Self.periodWrapping(ownerKey, entry.wrapping), headCount: 0,
            bound: Array(fileName(period).utf8))
        let key = SymmetricKey(data: bytes)
        periods.withLock { $0[period] = key }
        return key
    }

    private func fileName(_ period: PeriodName) -> String {
        "\(name)/\(period.description)"
    }
}
