// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Vault

/// Who may sign in to the console.
public struct Account: Sendable, Equatable {
    public enum Role: Sendable, Hashable, Codable {
        case `operator`
        case tenantAdmin(TenantID)
    }

    public var name: String
    public var role: Role
    public var password: PasswordHash

    public init(name: String, role: Role, password: PasswordHash) {
        self.name = name
        self.role = role
        self.password = password
    }
}

/// A signed-in browser.
public struct Session: Sendable, Hashable {
    public var account: String
    public var expiresAt: Date
    /// What the console keeps with it. Sealed.
    public var payload: Data

    public init(account: String, expiresAt: Date, payload: Data) {
        self.account = account
        self.expiresAt = expiresAt
        self.payload = payload
    }
}
