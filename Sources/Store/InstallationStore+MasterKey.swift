// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Vault

/// The master key, and its successor.
extension InstallationStore {
    /// Whether the key store would not open any more without the master key before the one of now.
    public func isUnderFormerMasterKey() async throws -> Bool {
        try await withKeyFile { keys throws(VaultError) in try keys.isUnderFormerMaster() }
    }

    /// Puts the key store under the master key of now, also while others use it, and says so in the trail first. Gives how
    /// many keys there are; nil where it was so already.
    public func changeMasterKey(_ deed: Deed, at time: Date) async throws -> Int? {
        guard try await isUnderFormerMasterKey() else { return nil }
        try await trail.add(deed, at: time)
        return try await withKeyFile { keys throws(VaultError) in try keys.changeMaster() }
    }

    private func withKeyFile<T: Sendable>(
        _ body: @escaping @Sendable (KeyRing) throws(VaultError) -> T
    ) async throws -> T {
        try await onFileQueue { [keys] in
            do {
                return try body(keys)
            } catch {
                throw StoreError.of(error)
            }
        }
    }
}
