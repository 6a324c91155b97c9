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

    /// As it is kept.
    private var waiting: [Mailbox: [Settlement]] = [:]
    /// That are not begun to be kept.
    private var changes: [Mailbox: [Change]] = [:]
    /// The last one that was begun, or will be.
    private var keeping: [Mailbox: Task<Void, any Error>] = [:]
    private var sources: [Mailbox: any MailSource] = [:]

    nonisolated func register(_ source: any MailSource, of tenant: TenantID, _ id: ConfigurationID) {
        Task { await self.put(source, Mailbox(tenant: tenant, source: id)) }
    }

    private func put(_ source: any MailSource, _ mailbox: Mailbox) {
        sources[mailbox] = source
    }

    func list(of tenant: TenantStore, _ source: ConfigurationID) async throws -> [Settlement] {
        try await load(Mailbox(tenant: tenant.id, source: source), tenant)
    }

    func add(_ settlement: Settlement, of tenant: TenantStore, _ source: ConfigurationID, at now: Date) async throws {
        let mailbox = Mailbox(tenant: tenant.id, source: source)
        try await change(mailbox, tenant, at: now) { list in
            if !list.contains(settlement) { list.append(settlement) }
        }
        sources[mailbox]?.settle()
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

    /// What is not kept is not known either: whoever tries again must not be told that it is there.
    private func keep(_ mailbox: Mailbox, _ tenant: TenantStore, at now: Date) async throws {
        let changes = changes.removeValue(forKey: mailbox) ?? []
        let known = try await load(mailbox, tenant)
        var list = known
        for change in changes { change(&list) }
        if list == known { return }
        try await tenant.setPosition(try canonicalJSON(list), of: Self.name(mailbox), at: now)
        waiting[mailbox] = list
    }

    private func load(_ mailbox: Mailbox, _ tenant: TenantStore) async throws -> [Settlement] {
        if let known = waiting[mailbox] { return known }
        let kept = try await tenant.position(of: Self.name(mailbox))
        let list = try kept.map { try JSONDecoder().decode([Settlement].self, from: $0) } ?? []
        if waiting[mailbox] == nil { waiting[mailbox] = list }
        return waiting[mailbox] ?? []
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
