// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import Vault

/// What a connection holds of OAuth 2.0. It is kept as a secret of the connection, and never shown.
struct KeptGrant: Codable, Sendable {
    var accessToken: String
    var endsAt: Date
    /// Nil where a new token is asked for with the app's own secret.
    var refreshToken: String?
    var scopes: [String]
    /// By which the gateway knows a site; nil where the connection names the gateway's address itself.
    var cloudID: String?
    /// The site that the id is of: a connection may have got another one since.
    var site: String?
    /// Jira's words when it took the refresh token no more: until somebody connects again, nothing more is asked.
    var refusal: String?

    init(_ token: IssuedToken, at now: Date, refreshToken: String?) {
        accessToken = token.accessToken
        endsAt = now.addingTimeInterval(Double(token.lifetime))
        self.refreshToken = refreshToken
        scopes = token.scopes
    }

    init(_ row: KeptSecret) throws {
        self = try row.secret.withUnsafeBytes { try JSONDecoder().decode(KeptGrant.self, from: Data($0)) }
    }

    var secret: Secret {
        get throws { Secret(bytes: try JSONEncoder().encode(self)) }
    }

    /// Whether it came of the same answer of the server.
    func isSame(as other: KeptGrant) -> Bool {
        accessToken == other.accessToken && refreshToken == other.refreshToken
    }

    /// Whether the token counts for as long as a call may take.
    func isFresh(at now: Date) -> Bool {
        refusal == nil && endsAt.timeIntervalSince(now) > 60
    }
}

extension KeptGrant: CustomStringConvertible, CustomReflectable {
    var description: String { "(grant)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension TenantStore {
    func grant(of connection: ConfigurationID) async throws -> KeptGrant? {
        try await grantRow(of: connection).map(KeptGrant.init)
    }

    func grantRow(of connection: ConfigurationID) async throws -> KeptSecret? {
        let row = try await keptSecret(named: SecretName.grant, of: .connection, connection)
        return row?.secret.isEmpty == true ? nil : row
    }

    /// Durable when it returns.
    func keep(_ grant: KeptGrant, of connection: ConfigurationID) async throws {
        try await put(try grant.secret, named: SecretName.grant, of: .connection, connection)
    }
}
