// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Store
public import Vault

/// Makes an operator and an admin of the tenant when nobody has an account yet; their passwords are shown once.
public func createFirstAccounts(
    in store: InstallationStore, tenant: TenantID, at now: Date
) async throws -> [(name: String, password: Secret)] {
    guard try await store.accounts().isEmpty else { return [] }
    var made: [(name: String, password: Secret)] = []
    for (name, role) in [("operator", Account.Role.operator), ("admin", .tenantAdmin(tenant))] {
        // Of a tenant that is being imported at this moment.
        if try await store.isTaken(name) { continue }
        let password = newToken()
        try await store.put(Account(name: name, role: role, password: try PasswordHash(of: password)))
        made.append((name, password))
    }
    return made
}
