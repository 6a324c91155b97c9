// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
public import Foundation

/// What a file that leaves the house is sealed with: made of a pass phrase by scrypt (RFC 7914), whose cost and salt stand in the
/// clear at the file's beginning, with a mark by which a wrong pass phrase is known.
public struct TravelKey: Sendable {
    /// As it stands at the file's beginning; of one length.
    public let head: Data
    private let key: SymmetricKey

    public static let headCount = 3 + saltCount + markCount
    private static let saltCount = 16
    private static let markCount = 28

    /// A fresh key. Slow on purpose.
    public init(of passPhrase: Secret, cost: PasswordHash.Cost = .travel) throws(VaultError) {
        let front =
            [cost.logRounds, cost.blockSize, cost.parallelism].map { UInt8($0) } + randomBytes(Self.saltCount)
        key = try Self.derive(passPhrase, front)
        head = Data(front) + (try sealed(Data(), with: key, head: [], bound: front))
    }

    /// The key of a file that begins so. Slow on purpose.
    public init(of passPhrase: Secret, head: Data) throws(VaultError) {
        let front = Array(head.prefix(3 + Self.saltCount))
        guard head.count == Self.headCount else { throw .doesNotOpen }
        key = try Self.derive(passPhrase, front)
        self.head = head
        do {
            _ = try opened(Data(head.suffix(Self.markCount)), with: key, headCount: 0, bound: front)
        } catch {
            throw VaultError(.passPhraseWrong, "The pass phrase is not the one that this file was sealed with.")
        }
    }

    private static func derive(_ passPhrase: Secret, _ front: [UInt8]) throws(VaultError) -> SymmetricKey {
        let cost = PasswordHash.Cost(
            logRounds: Int(front[0]), blockSize: Int(front[1]), parallelism: Int(front[2]))
        guard cost.isSensible else { throw .doesNotOpen }
        do {
            return try KDF.Scrypt.deriveKey(
                from: passPhrase.withUnsafeBytes { Data($0) }, salt: front.dropFirst(3), outputByteCount: 32,
                rounds: 1 << cost.logRounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
        } catch {
            throw VaultError(.doesNotOpen, "The pass phrase could not be made a key.", detail: "\(error)")
        }
    }

    func streamKey(salt: Data) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: salt, info: Array("martlet travel".utf8), outputByteCount: 32)
    }
}

extension PasswordHash.Cost {
    /// 128 MiB and about half a second.
    public static let travel = PasswordHash.Cost(logRounds: 17, blockSize: 8, parallelism: 1)
}
