// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Planning
public import Vault

/// Everything that is kept for one tenant.
public struct TenantStore: Sendable {
    public let id: TenantID
    /// For marks and macs that leave the house; rows are sealed here.
    public let keys: OwnerKeys

    let store: InstallationStore

    var committer: Committer { store.committer }
    var database: any SQLDatabase { store.database }

    /// As VaultError and all others become StoreErrors at this door.
    func sealing<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            throw StoreError.of(error)
        }
    }

    /// The hash by which an address is found, whatever the case it is written in.
    func hash(address: String) -> Data {
        keys.hash(address.lowercased(), for: .address)
    }
}
