// SPDX-License-Identifier: Apache-2.0

import Foundation
import MailTransport
import Planning
import Store

/// What mailboxes are still to be told, kept until it was done there.
actor SettlementBoard {
    private struct Mailbox: Hashable {
        var tenant: TenantID
        var source: ConfigurationID
    }

    private typealias Change = @Sendable (inout [Settlement]) -> Void

    /// That are not begun to be kept.
    private var changes: [Mailbox: [Change]] = [:]
    /// The last one that was begun, or will be.
    private var keeping: [Mailbox: Task<Void, any Error>] = [:]
    /// Those that this process watches.
    private var watched: [Mailbox: Watched] = [:]

    private struct Watched {
        var source: any MailSource
        var tenant: TenantStore
    }

    nonisolated func register(_ source: any MailSource, of tenant: TenantStore, _ id: ConfigurationID) {
        Task { await self.put(Watched(source: source, tenant: tenant), Mailbox(tenant: tenant.id, source: id)) }
    }

    func unregister(_ tenant: TenantID, _ id: ConfigurationID) {
        watched[Mailbox(tenant: tenant, source: id)] = nil
    }

    private func put(_ entry: Watched, _ mailbox: Mailbox) {
        watched[mailbox] = entry
    }

    func list(of tenant: TenantStore, _ source: ConfigurationID) async throws -> [Settlement] {
        try Self.decoded(try await tenant.position(of: Self.name(Mailbox(tenant: tenant.id, source: source))))
    }

    func add(_ settlement: Settlement, of tenant: TenantStore, _ source: ConfigurationID, at now: Date) async throws {
        let mailbox = Mailbox(tenant: tenant.id, source: source)
        try await change(mailbox, tenant, at: now) { list in
            if !list.contains(settlement) { list.append(settlement) }
        }
        watched[mailbox]?.source.settle()
    }

    func remove(
        _ settlements: [Settlement], of tenant: TenantStore, _ source: ConfigurationID, at now: Date
    ) async throws {
        let done = Set(settlements)
        try await change(Mailbox(tenant: tenant.id, source: source), tenant, at: now) { list in
            list.removeAll { done.contains($0) }
        }
    }

    /// Returns when the change is kept. Those that come while one is being kept go together, after it.
    private func change(
        _ mailbox: Mailbox, _ tenant: TenantStore, at now: Date, _ change: @escaping Change
    ) async throws {
        let isFirst = changes[mailbox] == nil
        changes[mailbox, default: []].append(change)
        if isFirst {
            let before = keeping[mailbox]
            keeping[mailbox] = Task {
                _ = await before?.result
                try await keep(mailbox, tenant, at: now)
            }
        }
        try await keeping[mailbox]?.value
    }

    /// Other processes may change the same list at the same time.
    private func keep(_ mailbox: Mailbox, _ tenant: TenantStore, at now: Date) async throws {
        let changes = changes.removeValue(forKey: mailbox) ?? []
        try await tenant.changePosition(of: Self.name(mailbox), at: now) { kept in
            var list = try Self.decoded(kept)
            for change in changes { change(&list) }
            return try canonicalJSON(list)
        }
    }

    /// Of what other processes added for the mailboxes that this one watches.
    func tellSources() async {
        for (mailbox, entry) in watched {
            guard let list = try? await list(of: entry.tenant, mailbox.source), !list.isEmpty else { continue }
            entry.source.settle()
        }
    }

    private static func decoded(_ kept: Data?) throws -> [Settlement] {
        try kept.map { try JSONDecoder().decode([Settlement].self, from: $0) } ?? []
    }

    private static func name(_ mailbox: Mailbox) -> String { "settlements/\(mailbox.source)" }
}

extension Engine {
    /// Tells the mailbox that a letter came from what became of it; see the architecture's table.
    func settleMailbox(of job: Job, as disposition: Disposition, _ tenant: TenantStore) async throws {
        guard job.line == .letter, job.source.hasPrefix("imap/") else { return }
        let origin = try await tenant.origin(of: job.id)
        // Of what was not fetched whole the mailbox has the only copy.
        guard !origin.isHeaderOnly, let mailbox = origin.mailbox,
            let source = try await tenants.setup(tenant.id).configuration.sources.first(where: {
                $0.id == mailbox.source
            })
        else { return }
        let fate: Settlement.Fate
        switch (disposition, source.readStrategy) {
        case (.ignored, _): fate = .leave
        case (.parked, .unreadMarkRead): return
        case (_, .unreadMarkRead): fate = .markSeen
        case (_, .allDelete): fate = .delete
        }
        try await settlements.add(
            Settlement(place: mailbox.place, fate: fate), of: tenant, mailbox.source, at: now)
    }
}
