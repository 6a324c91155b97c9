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
    /// Asked just before a token is exchanged.
    let permission: @Sendable () throws -> Void
    let now: @Sendable () -> Date

    /// A token that counts, renewed unless somebody else did that meanwhile.
    ///
    /// What the server gives is kept before it is used: a refresh token counts once, and the one that it is exchanged for
    /// must outlive this process. One that was used in vain, as by a process that died then, counts for ten minutes more.
    func renewed(insteadOf seen: String?) async throws -> KeptGrant {
        let kept = try await tenant.grant(of: connection.id)
        if let kept, kept.accessToken != seen, kept.isFresh(at: now()) { return try await placed(kept) }
        switch app.grant {
        case .clientCredentials:
            let token = try await issue(.clientCredentials)
            return try await placed(try await keep(granted(token, refreshToken: nil, after: kept)))
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
        let token: IssuedToken
        do {
            token = try await issue(.refresh(refreshToken))
        } catch let error as WebClientError
            where ["unauthorized_client", "invalid_grant"].contains(error.objections.code)
        {
            var refused = kept
            refused.refusal = ConnectionWords.refused(connection.id, error.objections.text)
            // Another process may have been first, or somebody has connected again.
            let now = try await keep(refused, insteadOf: kept)
            return now.isFresh(at: self.now()) ? try await placed(now) : try await refreshed(now)
        }
        let grant = granted(token, refreshToken: token.refreshToken ?? refreshToken, after: kept)
        return try await placed(try await keep(grant, insteadOf: kept))
    }

    /// Keeps what became of a grant, and gives what counts: that, or what somebody has consented to while it became so, which
    /// nothing older may take the place of.
    private func keep(_ grant: KeptGrant, insteadOf old: KeptGrant) async throws -> KeptGrant {
        while let row = try await tenant.grantRow(of: connection.id) {
            let now = try KeptGrant(row)
            guard now.isSame(as: old) else { return now }
            if try await tenant.replace(row, by: try grant.secret) { return grant }
        }
        throw WebClientError.unauthorized(ConnectionWords.unconnected(connection.id))
    }

    /// Connects by what a person's consent brought back. What was consented to before stays until this is known to open
    /// the site.
    func connect(_ code: String, redirect: String) async throws -> KeptGrant {
        let token = try await issue(.code(code, redirect: redirect))
        return try await keep(try await located(granted(token, refreshToken: token.refreshToken, after: nil)))
    }

    private func granted(_ token: IssuedToken, refreshToken: String?, after kept: KeptGrant?) -> KeptGrant {
        var grant = KeptGrant(token, at: now(), refreshToken: refreshToken)
        (grant.cloudID, grant.site) = (kept?.cloudID, kept?.site)
        return grant
    }

    private func keep(_ grant: KeptGrant) async throws -> KeptGrant {
        try await tenant.keep(grant, of: connection.id)
        return grant
    }

    /// A kept one, with the place of the site that the connection has now.
    private func placed(_ kept: KeptGrant) async throws -> KeptGrant {
        let grant = try await located(kept)
        return grant.site == kept.site ? kept : try await keep(grant, insteadOf: kept)
    }

    private func located(_ grant: KeptGrant) async throws -> KeptGrant {
        if address(by: grant) != nil { return grant }
        var grant = grant
        (grant.cloudID, grant.site) = (try await cloudID(by: grant.accessToken), connection.site)
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

    private func cloudID(by token: String) async throws -> String {
        let sites = try await server(app.gateway, .bearer(Secret(token))).get(.accessibleSites)
        let wanted = SiteAddress(connection.site)?.rawValue.lowercased()
        let found = sites.first { SiteAddress($0.url)?.rawValue.lowercased() == wanted }
        guard let found else {
            throw WebClientError.unauthorized(ConnectionWords.otherSites(connection, sites.map(\.url)))
        }
        return found.cloudID
    }

    private func server(_ address: String, _ credentials: SiteCredentials) throws -> JiraSite {
        guard let site = JiraSite(connection, at: address, credentials, over: connections, permission: permission)
        else {
            throw SetupMissing.connection(connection.id)
        }
        return site
    }

    /// Where the gateway has the site; nil while that is not known, as of another site than the connection has now.
    func address(by grant: KeptGrant) -> SiteAddress? {
        if let api = connection.api { return SiteAddress(api) }
        guard grant.site == connection.site else { return nil }
        return grant.cloudID.flatMap { SiteAddress("\(app.gateway)/ex/jira/\($0)") }
    }
}

/// Renews tokens, each once however many wait for it, in this process and in others that serve.
actor Grants {
    private let store: InstallationStore

    init(store: InstallationStore) {
        self.store = store
    }

    private struct Holder: Hashable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    private var renewals: [Holder: Task<KeptGrant, any Error>] = [:]

    func renew(_ connection: OAuthConnection, insteadOf seen: String?) async throws -> KeptGrant {
        let holder = Holder(tenant: connection.tenant.id, connection: connection.connection.id)
        // One that gives the very token that was refused, or is about the site of before, answers another question.
        while let running = renewals[holder] {
            let grant = try await running.value
            if grant.accessToken != seen, connection.address(by: grant) != nil { return grant }
            if renewals[holder] == running { renewals[holder] = nil }
        }
        // A task of its own, so that it goes on when who asked is cancelled: a token may have been exchanged already.
        let task = Task { [store] in
            try await store.alone(at: "token \(holder.tenant)/\(holder.connection)") {
                try await connection.renewed(insteadOf: seen)
            }
        }
        renewals[holder] = task
        defer { if renewals[holder] == task { renewals[holder] = nil } }
        return try await task.value
    }
}

/// The token of a connection as it was a moment ago, or a new one where that has ended.
struct GrantedAccess: TokenSource {
    let connection: OAuthConnection
    let grants: Grants
    let kept: KeptGrant?

    var app: AppQuota {
        AppQuota(of: connection.app.client, by: connection.app.issuer, pointsPerHour: connection.app.pointsPerHour)
    }

    var place: SiteAddress? { kept.flatMap { connection.address(by: $0) } }

    func access(insteadOf refused: Secret?) async throws -> SiteAccess {
        if refused == nil, let kept, kept.isFresh(at: connection.now()), let address = connection.address(by: kept) {
            return SiteAccess(token: Secret(kept.accessToken), address: address)
        }
        let grant = try await grants.renew(connection, insteadOf: refused?.reveal())
        guard let address = connection.address(by: grant) else {
            throw SetupMissing.connection(connection.connection.id)
        }
        return SiteAccess(token: Secret(grant.accessToken), address: address)
    }
}

extension InstallationStore {
    /// Runs what two processes must not do at the same time, when no other does. For what is soon over.
    fileprivate func alone<T: Sendable>(at work: String, _ run: () async throws -> T) async throws -> T {
        while try await !takeLease(work) { try await Task.sleep(for: .milliseconds(200)) }
        do {
            let result = try await run()
            try await endLease(work)
            return result
        } catch {
            try? await endLease(work)
            throw error
        }
    }
}
