// SPDX-License-Identifier: Apache-2.0

import Crypto
public import Foundation

/// The key of one letter or event: its payload, plan and body are sealed with it.
///
/// It is kept wrapped twice, under the owner's `pending` key and under that of the class that it is kept for, so that
/// unfinished work stays readable when the class's time is over, and a finished letter when no work is pending.
public struct LetterKey: Sendable {
    let key: SymmetricKey
    private let owner: OwnerKeys

    /// A fresh key.
    public init(of owner: OwnerKeys) {
        self.owner = owner
        key = SymmetricKey(data: randomBytes(32))
    }

    /// Out of what `wrapped` gave.
    public init(unwrapping wrapped: Data, of owner: OwnerKeys, for context: SealContext) throws(VaultError) {
        self.owner = owner
        key = SymmetricKey(data: try owner.open(wrapped, for: context))
    }

    public func wrapped(
        as retention: Retention, at date: Date, for context: SealContext
    ) throws(VaultError) -> Data {
        try owner.seal(key.withUnsafeBytes { Data($0) }, as: retention, at: date, for: context)
    }

    public func seal(_ bytes: some DataProtocol, for context: SealContext) throws(VaultError) -> Data {
        try sealed(bytes, with: key, head: [1], bound: owner.context(context))
    }

    public func open(_ sealed: Data, for context: SealContext) throws(VaultError) -> Data {
        guard sealed.first == 1 else { throw .doesNotOpen }
        return try opened(sealed, with: key, headCount: 1, bound: owner.context(context))
    }

    /// The key of one stream: of this letter, this place and this salt, and so fresh.
    func streamKey(salt: some DataProtocol, for context: SealContext) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: salt, info: owner.context(context), outputByteCount: 32)
    }
}
