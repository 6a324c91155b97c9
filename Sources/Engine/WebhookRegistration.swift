// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Jira
public import Planning
import Store
import Vault
import WebClient

/// The webhook by which a tenant's Jira tells Martlet, and which it removes again.
///
/// With an account that administers Jira it is one with a secret that nobody sees; a connection by OAuth 2.0 has its own kind.
public struct WebhookRegistration: Sendable {
    private let connection: Connection
    private let setup: TenantSetup
    private let address: String
    private let now: Date

    /// What notifications can be about, and the end of an issue.
    static let events = [
        "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created",
    ]

    /// - Parameter address: Where the webhook goes to.
    public init(_ connection: Connection, of setup: TenantSetup, to address: String, at now: Date) {
        self.now = now
        self.connection = connection
        self.setup = setup
        self.address = address
    }

    /// Makes one with a new secret, and removes those before it that go to the same address.
    ///
    /// - Returns: Nothing, or in a sentence what it does not tell of.
    @discardableResult
    public func register() async throws -> String? {
        if connection.oauth != nil {
            let unseen = try await DynamicWebhooks(connection, of: setup).register(to: address, at: now)
            return unseen.isEmpty ? nil : ConnectionWords.unseen(unseen)
        }
        let site = try site()
        let earlier = try await here(site)
        // What a broken-off registration left may be in use: Jira may have made its webhook all the same.
        let left = try await kept(SecretName.comingWebhook)
        let secret = left.isEmpty ? newToken() : left
        try await keep(secret, as: SecretName.comingWebhook)
        _ = try await site.perform(
            .register(
                Webhook(name: "Martlet (\(setup.id))", url: address, events: Self.events, secret: secret.reveal())))
        // The earlier webhook goes on signing with its own until it is gone.
        try await keep(try await kept(SecretName.webhook), as: SecretName.formerWebhook)
        try await keep(secret, as: SecretName.webhook)
        try await keep(Secret(""), as: SecretName.comingWebhook)
        for webhook in earlier { try await site.perform(.deleteWebhook(webhook.id)) }
        try await keep(Secret(""), as: SecretName.formerWebhook)
        return nil
    }

    private func kept(_ name: String) async throws -> Secret {
        try await setup.store.secret(named: name, of: .connection, connection.id) ?? Secret("")
    }

    private func keep(_ secret: Secret, as name: String) async throws {
        try await setup.store.put(secret, named: name, of: .connection, connection.id)
    }

    /// Removes those that go to the address, and says how many there were.
    public func remove() async throws -> Int {
        if connection.oauth != nil {
            return try await DynamicWebhooks(connection, of: setup).remove(from: address, at: now)
        }
        let site = try site()
        let webhooks = try await here(site)
        for webhook in webhooks { try await site.perform(.deleteWebhook(webhook.id)) }
        // One that is made by hand may have no secret: then nothing is signed.
        if connection.deployment == .dataCenter { try await keep(Secret(""), as: SecretName.webhook) }
        return webhooks.count
    }

    private func here(_ site: JiraSite) async throws -> [RegisteredWebhook] {
        do {
            return try await site.get(.webhooks).filter { $0.url == address }
        } catch let error as WebClientError
            where connection.deployment == .dataCenter && [.notFound, .unreachable].contains(error.code)
        {
            // For a path that it does not have Jira gives a web page: whether there is a Jira, another look shows.
            guard (try? await site.get(.server)) != nil else { throw error }
            throw NoRegistration(address: address)
        }
    }

    private func site() throws -> JiraSite {
        guard let site = setup.site(connection.id) else { throw SetupMissing.connection(connection.id) }
        return site
    }
}

/// Before version 10 Data Center has another way, by which webhooks get no secret.
struct NoRegistration: Explained {
    let address: String

    var description: String {
        "A Data Center before version 10 has no webhooks that Martlet can register: add one by hand, under "
            + "Administration, System, WebHooks, without a secret. The address is \(address)"
    }
}
