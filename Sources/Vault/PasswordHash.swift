// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import Foundation

/// A password as it may be kept: scrypt (RFC 7914), with its cost and salt in the text.
///
///     $scrypt$ln=15,r=8,p=3$<salt>$<hash>
public struct PasswordHash: Sendable, Equatable, RawRepresentable {
    public let rawValue: String
    private let cost: Cost
    private let salt: Data
    private let hash: Data

    /// What one guess costs; memory is 128 * r * 2^ln bytes.
    public struct Cost: Sendable, Equatable {
        public var logRounds: Int
        public var blockSize: Int
        public var parallelism: Int

        public init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB and about a quarter of a second.
        public static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 3)

        /// Kept texts come from a database, so that a changed one must not make us work for hours.
        var isSensible: Bool {
            (10...20).contains(logRounds) && (1...16).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    /// Slow on purpose: call it where waiting is allowed.
    public init(of password: Secret, cost: Cost = .standard) throws(VaultError) {
        let salt = Data(randomBytes(16))
        let hash = try Self.derive(password, salt: salt, cost: cost)
        let head = "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        rawValue = "\(head)$\(salt.base64EncodedString())$\(hash.base64EncodedString())"
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    public init?(rawValue: String) {
        let parts = rawValue.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = parts[2].split(separator: ",").map { $0.split(separator: "=") }
        guard numbers.map(\.first) == ["ln", "r", "p"], numbers.allSatisfy({ $0.count == 2 }),
            let logRounds = Int(numbers[0][1]), let blockSize = Int(numbers[1][1]),
            let parallelism = Int(numbers[2][1]), let salt = Data(base64Encoded: String(parts[3])),
            let hash = Data(base64Encoded: String(parts[4])), hash.count == 32, salt.count >= 8
        else { return nil }
        let cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isSensible else { return nil }
        self.rawValue = rawValue
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Slow on purpose, and as slow for a wrong password as for the right one.
    public func matches(_ password: Secret) -> Bool {
        guard let found = try? Self.derive(password, salt: salt, cost: cost) else { return false }
        return isEqualInConstantTime(Array(found), Array(hash))
    }

    private static func derive(_ password: Secret, salt: Data, cost: Cost) throws(VaultError) -> Data {
        guard cost.isSensible else { throw VaultError(.doesNotOpen, "This password cost is not allowed.") }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: password.withUnsafeBytes { Data($0) }, salt: salt, outputByteCount: 32,
                rounds: 1 << cost.logRounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Data($0) }
        } catch {
            throw VaultError(.doesNotOpen, "The password could not be hashed.", detail: "\(error)")
        }
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    public var description: String { "(password hash)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
