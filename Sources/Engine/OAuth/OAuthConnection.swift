// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import Vault
import WebClient

/// A connection that gets its tokens from Atlassian's authorization server.
struct OAuthConnection: Sendable {
    let connection: Planning.Connection
    let app: OAuthApp
    let tenant: TenantStore
    let connections: HTTPConnections
    let now: @Sendable () -> Date

    /// A token that counts, renewed unless somebody else did that meanwhile.
    ///
    /// What the server gives is kept before it is used: a refresh token counts once, and the one that it is exchanged for
    /// must outlive this process. One that was used in vain, as by a process that died then, counts for ten minutes more.
    func renewed(insteadOf seen: String?) async throws -> KeptGrant {
        let kept = try await tenant.grant(of: connection.id)
        if let kept, kept.accessToken != seen, kept.isFresh(at: now()) { return kept }
        switch app.grant {
        case .clientCredentials:
            let token = try await issue(.clientCredentials)
            return try await keep(token, refreshToken: nil, cloudID: kept?.cloudID)
        case .consent:
            guard let kept else { throw WebClientError.unauthorized(ConnectionWords.unconnected(connection.id)) }
            return try await refreshed(kept)
        }
    }

    private func refreshed(_ kept: KeptGrant) async throws -> KeptGrant {
        if let refusal = kept.refusal { throw WebClientError.unauthorized(refusal) }
        guard let refreshToken = kept.refreshToken else {
            throw WebClientError.unauthorized(ConnectionWords.withoutRefresh(connection.id))
        }
        do {
            let token = try await issue(.refresh(refreshToken))
            return try await keep(token, refreshToken: token.refreshToken ?? refreshToken, cloudID: kept.cloudID)
        } catch let error as WebClientError
            where ["unauthorized_client", "invalid_grant"].contains(error.objections.code)
        {
            // Another process may have been first, or somebody has connected again.
            if let newer = try await tenant.grant(of: connection.id), newer.refreshToken != refreshToken {
                return newer.isFresh(at: now()) ? newer : try await refreshed(newer)
            }
            var refused = kept
            refused.refusal = ConnectionWords.refused(connection.id, error.objections.text)
            try await tenant.keep(refused, of: connection.id)
            throw WebClientError.unauthorized(refused.refusal ?? "")
        }
    }

    /// Connects by what a person's consent brought back.
    func connect(_ code: String, redirect: String) async throws -> KeptGrant {
        let token = try await issue(.code(code, redirect: redirect))
        return try await keep(token, refreshToken: token.refreshToken, cloudID: nil)
    }

    private func keep(_ token: IssuedToken, refreshToken: String?, cloudID: String?) async throws -> KeptGrant {
        var grant = KeptGrant(token, at: now(), refreshToken: refreshToken, cloudID: cloudID)
        if refreshToken != nil { try await tenant.keep(grant, of: connection.id) }
        if cloudID == nil, connection.api == nil {
            grant.cloudID = try await self.cloudID(by: token)
        }
        try await tenant.keep(grant, of: connection.id)
        return grant
    }

    private func issue(_ grant: TokenGrant) async throws -> IssuedToken {
        let secret = try await tenant.secret(named: SecretName.clientSecret, of: .connection, connection.id)
        guard let secret, !secret.isEmpty else {
            throw WebClientError.unauthorized(ConnectionWords.withoutClientSecret(connection.id))
        }
        return try await server(app.issuer, .nobody).perform(
            .token(for: grant, client: app.client, secret: secret.reveal()))
    }

    private func cloudID(by token: IssuedToken) async throws -> String {
        let sites = try await server(app.gateway, .bearer(Secret(token.accessToken))).get(.accessibleSites)
        let wanted = SiteAddress(connection.site)?.rawValue.lowercased()
        let found = sites.first { SiteAddress($0.url)?.rawValue.lowercased() == wanted }
        guard let found else {
            throw WebClientError.unauthorized(ConnectionWords.otherSites(connection, sites.map(\.url)))
        }
        return found.cloudID
    }

    private func server(_ address: String, _ credentials: SiteCredentials) throws -> JiraSite {
        guard let site = JiraSite(connection, at: address, credentials, over: connections) else {
            throw SetupMissing.connection(connection.id)
        }
        return site
    }

    /// Where the gateway has the site; nil while that is not known.
    func address(by grant: KeptGrant) -> SiteAddress? {
        if let api = connection.api { return SiteAddress(api) }
        return grant.cloudID.flatMap { SiteAddress("\(app.gateway)/ex/jira/\($0)") }
    }
}

/// Renews tokens, each once however many wait for it.
actor Grants {
    private struct Holder: Hashable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    private var renewals: [Holder: Task<KeptGrant, any Error>] = [:]

    func renew(_ connection: OAuthConnection, insteadOf seen: String?) async throws -> KeptGrant {
        let holder = Holder(tenant: connection.tenant.id, connection: connection.connection.id)
        if let running = renewals[holder] { return try await running.value }
        // A task of its own, so that it goes on when who asked is cancelled: a token may have been exchanged already.
        let task = Task { try await connection.renewed(insteadOf: seen) }
        renewals[holder] = task
        defer { renewals[holder] = nil }
        return try await task.value
    }
}

/// The token of a connection as it was a moment ago, or a new one where that has ended.
struct GrantedAccess: TokenSource {
    let connection: OAuthConnection
    let grants: Grants
    let kept: KeptGrant?

    func access(insteadOf refused: Secret?) async throws -> SiteAccess {
        var grant = kept
        if refused != nil || grant?.isFresh(at: connection.now()) != true {
            grant = try await grants.renew(connection, insteadOf: refused?.reveal())
        }
        guard let grant, let address = connection.address(by: grant) else {
            throw WebClientError.unauthorized(ConnectionWords.unconnected(connection.connection.id))
        }
        return SiteAccess(token: Secret(grant.accessToken), address: address)
    }
}
