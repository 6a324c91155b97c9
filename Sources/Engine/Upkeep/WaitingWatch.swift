// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Planning
public import Store

/// After how many days it is said of work that it waits; the place, from 1, is the level that is remembered with the work.
public let waitingAges = [1, 7, 25]

/// Says of work that waits for long, which nothing ever cuts, that it does: once it waits for a day, a week, and 25 days.
///
/// It is told in the log and, where that is set up, to operators by mail: how much of which tenant, and nothing of what it is.
struct WaitingWatch: Sendable {
    let engine: Engine

    func run() async {
        while !Task.isCancelled {
            await look()
            try? await engine.time.sleep(for: .seconds(3600))
        }
    }

    func look() async {
        do {
            // Whoever ended a tenant knows that its work waits.
            for tenant in try await engine.store.tenants() where tenant.endsAt == nil { await look(at: tenant.id) }
        } catch {
            engine.logger.error("waiting work cannot be told of", metadata: ["error": "\(label(of: error))"])
        }
    }

    /// One tenant's trouble keeps nobody from hearing of the others' work.
    private func look(at tenant: TenantID) async {
        do {
            let rows = try await engine.store.tenant(tenant)
            // What waits longest is told of once, as that.
            for (index, days) in waitingAges.enumerated().reversed() {
                try await tell(rows, days: days, level: index + 1)
            }
        } catch {
            engine.logger.error(
                "waiting work cannot be told of", metadata: ["tenant": "\(tenant)", "error": "\(label(of: error))"])
        }
    }

    private func tell(_ tenant: TenantStore, days: Int, level: Int) async throws {
        let time = engine.now.addingTimeInterval(-Double(days) * 86_400)
        let waiting = try await tenant.waiting(receivedBy: time, below: level)
        if waiting.isNothing { return }
        engine.logger.warning(
            "work waits",
            metadata: [
                "tenant": "\(tenant.id)", "days": "\(days)", "letters": "\(waiting.letters)",
                "events": "\(waiting.events)",
            ])
        if let route = engine.settings.alerts {
            try await engine.send(Alert(tenant: tenant.id, waiting: waiting, days: days), by: route)
        }
        try await tenant.setAlerted(level, receivedBy: time)
    }
}

extension Waiting {
    /// `3 letters and 1 event`
    public var words: String {
        let letters = letters == 1 ? "1 letter" : "\(self.letters) letters"
        let events = events == 1 ? "1 event" : "\(self.events) events"
        if self.events == 0 { return letters }
        return self.letters == 0 ? events : "\(letters) and \(events)"
    }
}
