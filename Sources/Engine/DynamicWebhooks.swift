// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Store
import WebClient

/// The webhooks that a connection by OAuth 2.0 registers itself. They end after 30 days unless they are refreshed.
struct DynamicWebhooks: Sendable {
    let connection: Planning.Connection
    let setup: TenantSetup
    let site: JiraSite

    /// What is to be registered, kept so that it can be refreshed and made anew.
    struct Wish: Codable, Equatable {
        var address: String
        var jql: String
        /// Projects that somebody is told of and that the account does not see.
        var unseen: [ProjectKey]?
    }

    private static let refreshing = 10 * 86_400.0

    init(_ connection: Planning.Connection, of setup: TenantSetup) throws {
        guard let site = setup.site(connection.id) else { throw SetupMissing.connection(connection.id) }
        self.connection = connection
        self.setup = setup
        self.site = site
    }

    /// Registers one for the projects that somebody is told of, and removes those before it.
    ///
    /// - Returns: Projects that it leaves out, since the account does not see them.
    func register(to address: String, at now: Date) async throws -> [ProjectKey] {
        try await register(try await wanted(to: address), at: now)
    }

    private func register(_ wish: Wish, at now: Date) async throws -> [ProjectKey] {
        let earlier = try await registered(to: wish.address).map(\.id)
        let events = WebhookRegistration.events
        let results = try await site.perform(.register(to: wish.address, events: events, jql: wish.jql))
        for case .refused(let words) in results {
            throw WebhookImpossible(description: "Jira does not register the webhook: \(words.joined(separator: " "))")
        }
        if !earlier.isEmpty { try await site.perform(.deleteWebhooks(earlier)) }
        try await keep(wish, at: now)
        return wish.unseen ?? []
    }

    /// Removes those that go to the address, and says how many there were.
    func remove(from address: String, at now: Date) async throws -> Int {
        let webhooks = try await registered(to: address).map(\.id)
        if !webhooks.isEmpty { try await site.perform(.deleteWebhooks(webhooks)) }
        try await keep(nil, at: now)
        return webhooks.count
    }

    /// Refreshes what ends soon, and registers anew what is gone or covers other projects by now.
    ///
    /// - Returns: Projects that it leaves out, where they are others than before.
    func refresh(at now: Date) async throws -> [ProjectKey] {
        guard let wish = try await wish() else { return [] }
        let webhooks = try await registered(to: wish.address)
        let wanted = try await wanted(to: wish.address)
        guard wish.jql == wanted.jql, webhooks.contains(where: { $0.jql == wanted.jql }) else {
            let unseen = try await register(wanted, at: now)
            return unseen == wish.unseen ? [] : unseen
        }
        let ending = webhooks.filter { $0.endsAt.map { $0.timeIntervalSince(now) < Self.refreshing } ?? true }
        if !ending.isEmpty { _ = try await site.perform(.refreshWebhooks(ending.map(\.id))) }
        guard wanted != wish else { return [] }
        try await keep(wanted, at: now)
        return wanted.unseen ?? []
    }

    /// The app may have some beside them that are another tenant's, or another installation's. Ours are those of which Jira
    /// does not say where they go to.
    private func registered(to address: String) async throws -> [DynamicWebhook] {
        try await site.all { .dynamicWebhooks(startAt: $0) }.filter { ($0.url ?? address) == address }
    }

    /// Jira takes no webhook without a filter: where somebody is told of all projects, it names all that the account sees. A
    /// project that is gone or hidden it may refuse, and all others with it, so that such a one is left out.
    private func wanted(to address: String) async throws -> Wish {
        guard let covered = setup.coveredProjects(connection.id) else {
            throw WebhookImpossible(
                description: "No notification tells anything of the connection \"\(connection.id)\".")
        }
        let seen = try await site.browsableProjects()
        let named = covered.isEmpty ? seen : covered.intersection(seen)
        let unseen = covered.subtracting(seen).inOrder
        guard !named.isEmpty else {
            let none = "The account of the connection \"\(connection.id)\" sees no project."
            throw WebhookImpossible(description: covered.isEmpty ? none : ConnectionWords.unseen(unseen))
        }
        return Wish(address: address, jql: projectClause(named), unseen: unseen.isEmpty ? nil : unseen)
    }

    private var name: String { "webhook/\(connection.id)" }

    private func wish() async throws -> Wish? {
        try await setup.store.position(of: name).flatMap { try JSONDecoder().decode(Wish?.self, from: $0) }
    }

    private func keep(_ wish: Wish?, at now: Date) async throws {
        try await setup.store.setPosition(try JSONEncoder().encode(wish), of: name, at: now)
    }
}

/// Why Jira sends no webhook, in words.
struct WebhookImpossible: Explained {
    let description: String
}
