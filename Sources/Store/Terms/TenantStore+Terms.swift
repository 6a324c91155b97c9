// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning

extension TenantStore {
    /// The terms in force now, and those that follow if any are to.
    public func terms() async throws -> (now: Terms, later: TermChange?) {
        let time = store.now()
        let history = try await database.read { try $0.termHistory(of: id) }
        return (history.terms(at: time), history.changes.last { $0.since > time })
    }

    /// Those that were asked for last.
    public func latestTerms() async throws -> Terms {
        let (now, later) = try await terms()
        return later?.terms ?? now
    }

    /// What the operator allows at most.
    public var longestTerms: Terms { store.limits.terms }

    /// Changes how long things are kept.
    ///
    /// What is shorter counts at once, for what is kept already too. What is longer counts from the next day (UTC) on, for
    /// what comes then: nothing that was promised to go by a day stays beyond it.
    public func setTerms(_ wanted: Terms) async throws {
        if let fault = wanted.fault(most: store.limits.terms) { throw StoreError(.refusedTerms, fault) }
        let time = store.now()
        let shorter = try await committer.write { [id] connection in
            let current = try connection.terms(of: id, at: time)
            let shorter = current.shortened(to: wanted)
            try connection.removeTerms(of: id, after: time)
            if shorter != current { try connection.putTerms(shorter, of: id, since: time) }
            if shorter != wanted { try connection.putTerms(wanted, of: id, since: time.nextDay) }
            return shorter
        }
        try await shorten(to: shorter)
    }

    /// For rows that are there.
    func shorten(to terms: Terms) async throws {
        try await store.inBatches { [id] in try $0.shorten(to: terms, of: id, limit: $1) }
    }
}

extension InstallationStore {
    /// Shortens the terms of tenants that have more than the operator allows by now.
    func holdTermsToBounds() async throws {
        for tenant in try await tenants() { try await holdTermsToBounds(of: tenant.id) }
    }

    func holdTermsToBounds(of id: TenantID) async throws {
        let most = limits.terms
        let store = try await tenant(id)
        let (now, later) = try await store.terms()
        if now.fault(most: most) != nil || later?.terms.fault(most: most) != nil {
            try await store.setTerms((later?.terms ?? now).shortened(to: most))
        }
    }
}

extension Date {
    /// When the next day begins, by UTC.
    fileprivate var nextDay: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 / 86_400).rounded(.down) * 86_400 + 86_400)
    }
}
