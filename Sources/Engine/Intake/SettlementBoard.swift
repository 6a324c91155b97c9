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

    private var waiting: [Mailbox: [Settlement]] = [:]
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
        _ = try await load(mailbox, tenant)
        if waiting[mailbox, default: []].contains(settlement) { return }
        waiting[mailbox, default: []].append(settlement)
        try await keep(mailbox, tenant, at: now)
        sources[mailbox]?.settle()
    }

    func remove(
        _ settlements: [Settlement], of tenant: TenantStore, _ source: ConfigurationID, at now: Date
    ) async throws {
        let mailbox = Mailbox(tenant: tenant.id, source: source)
        _ = try await load(mailbox, tenant)
        let done = Set(settlements)
        waiting[mailbox]?.removeAll { done.contains($0) }
        try await keep(mailbox, tenant, at: now)
    }

    private func load(_ mailbox: Mailbox, _ tenant: TenantStore) async throws -> [Settlement] {
        if let known = waiting[mailbox] { return known }
        let kept = try await tenant.position(of: Self.name(mailbox))
        let list = try kept.map { try JSONDecoder().decode([Settlement].self, from: $0) } ?? []
        if waiting[mailbox] == nil { waiting[mailbox] = list }
        return waiting[mailbox] ?? []
    }

    private func keep(_ mailbox: Mailbox, _ tenant: TenantStore, at now: Date) async throws {
        try await tenant.setPosition(
            try canonicalJSON(waiting[mailbox] ?? []), of: Self.name(mailbox), at: now)
    }

    private static func name(_ mailbox: Mailbox) -> String { "settlements/\(mailbox.source)" }
}

extension Engine {
    /// Tells the mailbox that a letter came from what became of it; see the architecture's table.
    func settleMailbox(of job: Job, as disposition: Disposition, _ tenant: TenantStore) async throws {
        guard job.line == .letter, job.source.hasPrefix("imap/") else { return }
        let origin = try JSONDecoder().decode(LetterOrigin.self, from: try await tenant.payload(of: job.id))
        guard let mailbox = origin.mailbox,
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
