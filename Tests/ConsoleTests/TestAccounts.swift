// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Vault

extension InstallationStore {
    /// An operator, and an admin of each tenant; their passwords cost little to check.
    func putTestAccounts() async throws {
        let roles: [(String, Account.Role)] = [
            ("olga", .operator), ("anna", .tenantAdmin(acme)), ("otto", .tenantAdmin(other)),
        ]
        let cheap = PasswordHash.Cost(logRounds: 10, blockSize: 1, parallelism: 1)
        for (name, role) in roles {
            let hash = try PasswordHash(of: Secret(House.password), cost: cheap)
            try await put(Account(name: name, role: role, password: hash))
        }
    }
}
