// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Jira
public import Planning
public import Store
import Synchronization
import Vault
public import WebClient

/// A tenant's rows and what it has set up, as of a moment ago.
public struct TenantSetup: Sendable {
    public let store: TenantStore
    public let configuration: Configuration
    let sites: [ConfigurationID: JiraSite]
    /// Of connections by OAuth 2.0.
    let oauth: [ConfigurationID: OAuthConnection]
    var grants: [ConfigurationID: KeptGrant]
    /// When all of it is destroyed: nothing is taken in for a tenant that has ended, and nothing is done.
    public var endsAt: Date?

    public var id: TenantID { store.id }

    public func profile(_ id: ConfigurationID) -> Profile? {
        configuration.profiles.first { $0.id == id }
    }

    func outbound(_ id: ConfigurationID) -> Outbound? {
        configuration.outbounds.first { $0.id == id }
    }

    var names: OwnNames { OwnNames(tenant: id, keys: store.keys) }

    var noticeRules: NoticeRules {
        NoticeRules(
            mappings: configuration.notifications, catchAddresses: configuration.profiles.flatMap(\.catchAddresses),
            sites: Dictionary(configuration.connections.map { ($0.id, $0.site) }) { first, _ in first })
    }
}

/// All tenants' set-ups. They are read again after a second, since other processes may change them.
public final class Tenants: Sendable {
    private struct Known: Sendable {
        var setup: TenantSetup
        var readAt: Date
    }

    private let store: InstallationStore
    private let connections: HTTPConnections
    private let now: @Sendable () -> Date
    private let known = Mutex<[TenantID: Known]>([:])
    private let grants: Grants
    private let list = Mutex<(ids: [TenantID], readAt: Date)>(([], .distantPast))

    public init(store: InstallationStore, connections: HTTPConnections, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.connections = connections
        self.now = now
        grants = Grants(store: store)
    }

    public func setup(_ id: TenantID) async throws -> TenantSetup {
        let now = now()
        if let found = known.withLock({ $0[id] }), abs(now.timeIntervalSince(found.readAt)) < 1,
            !store.isOver(found.setup.endsAt)
        {
            return found.setup
        }
        let tenant = try await store.tenant(id)
        let configuration = try await tenant.configuration()
        var setup = try await setup(of: configuration, tenant)
        setup.endsAt = try await tenant.endsAt()
        known.withLock { [setup] in $0[id] = Known(setup: setup, readAt: now) }
        return setup
    }

    /// Reads all again at the next look, after a change that this process made.
    public func forget() {
        known.withLock { $0 = [:] }
        list.withLock { $0 = ([], .distantPast) }
    }

    /// Those whose set-up can be read, and those whose cannot: one tenant's trouble is nobody else's.
    public func all() async throws -> (readable: [TenantSetup], unreadable: [TenantID]) {
        let now = now()
        var ids = list.withLock { abs(now.timeIntervalSince($0.readAt)) < 1 ? $0.ids : [] }
        if ids.isEmpty {
            ids = try await store.tenants().map(\.id)
            list.withLock { [ids] in $0 = (ids, now) }
            // Set-ups hold the keys of their tenant, also of one that was removed.
            let there = Set(ids)
            known.withLock { $0 = $0.filter { there.contains($0.key) } }
        }
        var setups: [TenantSetup] = []
        var unreadable: [TenantID] = []
        for id in ids {
            do {
                setups.append(try await setup(id))
            } catch let error where !(error is CancellationError) {
                unreadable.append(id)
            }
        }
        return (setups, unreadable)
    }

    /// As `all`, without those that have ended.
    func served() async throws -> (readable: [TenantSetup], unreadable: [TenantID]) {
        var found = try await all()
        found.readable.removeAll { $0.endsAt != nil }
        return found
    }

    /// The set-ups that can be read of those that have not ended; none where not even the list can.
    public func readable() async -> [TenantSetup] {
        (try? await served())?.readable ?? []
    }

    private func setup(of configuration: Configuration, _ tenant: TenantStore) async throws -> TenantSetup {
        var sites: [ConfigurationID: JiraSite] = [:]
        var oauth: [ConfigurationID: OAuthConnection] = [:]
        var kept: [ConfigurationID: KeptGrant] = [:]
        for connection in configuration.connections {
            let credentials: SiteCredentials
            if let app = connection.oauth {
                let own = OAuthConnection(
                    connection: connection, app: app, tenant: tenant, connections: connections,
                    permission: store.requirePresence, now: now)
                let grant = try await tenant.grant(of: connection.id)
                (oauth[connection.id], kept[connection.id]) = (own, grant)
                credentials = .issued(GrantedAccess(connection: own, grants: grants, kept: grant))
            } else {
                let kept = try await tenant.secret(named: SecretName.token, of: .connection, connection.id)
                let token = kept ?? Secret("")
                credentials = connection.account.map { .account($0, token) } ?? .bearer(token)
            }
            sites[connection.id] = JiraSite(
                connection, at: connection.api ?? connection.site, credentials, over: connections,
                permission: store.requirePresence)
        }
        return TenantSetup(store: tenant, configuration: configuration, sites: sites, oauth: oauth, grants: kept)
    }
}

extension JiraSite {
    /// What a tenant has set up, or a server that belongs to it; nil when the address or the authority cannot be used.
    init?(
        _ connection: Connection, at address: String, _ credentials: SiteCredentials, over connections: HTTPConnections,
        permission: @escaping @Sendable () throws -> Void = {}
    ) {
        guard let address = SiteAddress(address) else { return nil }
        var trust = SiteTrust.system
        if let authority = connection.authority {
            guard let own = SiteTrust(authorities: authority) else { return nil }
            trust = own
        }
        self.init(
            connection: SiteConnection(
                address: address, deployment: connection.deployment, credentials: credentials, trust: trust,
                reach: connection.allowsPrivateAddress ? .anywhere : .publicOnly, permission: permission),
            over: connections)
    }
}

/// The names under which secrets are kept with their rows.
public enum SecretName {
    /// Of a connection: the API token.
    public static let token = "token"
    /// Of a connection: what Jira signs its webhooks with.
    public static let webhook = "webhook"
    /// Of a connection: what a webhook signs with from the moment in which Jira has made it; else empty.
    static let comingWebhook = "webhook-coming"
    /// Of a connection: what the webhook before signs with, while another takes its place; else empty.
    static let formerWebhook = "webhook-former"
    /// Of a connection: the secret of its app of OAuth 2.0, which also signs the app's webhooks.
    public static let clientSecret = "client-secret"
    /// Of a connection: what somebody has consented to. Never applied, never shown.
    public static let grant = "grant"
    /// Of a source or an outbound.
    public static let password = "password"
}
