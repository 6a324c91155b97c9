// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store
import WebClient

/// One thing that was looked at.
struct DoctorFinding: Sendable, Equatable, CustomStringConvertible {
    enum Verdict: String, Sendable {
        case well = "well   "
        case look = "look at"
        case wrong = "WRONG  "
    }

    var verdict: Verdict
    var words: String

    var description: String { "\(verdict.rawValue)  \(words)" }
}

/// Looks at an installation from the outside, beside a process that serves.
struct Doctor: Sendable {
    let settings: Settings
    let now: Date
    let asksJira: Bool

    typealias Tell = (DoctorFinding) -> Void

    func examine(_ tell: Tell) async throws {
        examineFolder(tell)
        // Opens only if the master key opens the key store, and that fits the data.
        let store = try await settings.openStore(as: .beside)
        tell(.init(verdict: .well, words: "The master key opens the key store, and the key store fits the data."))
        if let words = try await settings.words(onFormerMasterKeyOf: store) {
            tell(.init(verdict: .look, words: words))
        }
        try await examineDatabase(store, tell)
        examineDisk(store, tell)
        await examineBucket(store, tell)
        try await examineClock(store, tell)
        try await examineRetention(store, tell)
        try await examineTrails(store, tell)
        for tenant in try await store.tenants() {
            let rows = try await store.tenant(tenant.id)
            try await examineSetup(rows, tell)
            if let end = tenant.endsAt {
                let time = end.formatted(.iso8601)
                let words = "\(tenant.id): has ended, is served no more, and is destroyed on \(time)."
                tell(.init(verdict: .look, words: words))
                continue
            }
            try await examineWaiting(rows, tell)
            try await examineMailboxes(rows, tell)
        }
        if asksJira { try await examineConnections(store, tell) }
        try await store.close()
    }

    // MARK: This machine

    private func examineFolder(_ tell: Tell) {
        var status = stat()
        guard stat(settings.data, &status) == 0 else { return }
        let mode = status.st_mode & 0o777
        if mode & 0o077 == 0 {
            tell(.init(verdict: .well, words: "The data folder is its user's alone."))
        } else {
            tell(.init(verdict: .wrong, words: "Others may look into the data folder: run chmod 700 \(settings.data)."))
        }
    }

    private func examineDatabase(_ store: InstallationStore, _ tell: Tell) async throws {
        guard let flaws = try await store.flaws() else {
            let words = "The database server looks after its files itself: not looked at."
            return tell(.init(verdict: .well, words: words))
        }
        if flaws.isEmpty { tell(.init(verdict: .well, words: "The database is whole.")) }
        for flaw in flaws { tell(.init(verdict: .wrong, words: "The database is damaged: \(flaw)")) }
        let held = try await store.heldBytes()
        guard held > 0 else { return }
        tell(
            .init(
                verdict: .look,
                words:
                    "The database has \(held / 1_000_000) MB of the disk that it does not use and, being made by an older "
                    + "Martlet, cannot give back. An upgrade that changes the schema mends that, or sqlite3, while Martlet is "
                    + "stopped: PRAGMA auto_vacuum = INCREMENTAL; VACUUM;"))
    }

    private func examineDisk(_ store: InstallationStore, _ tell: Tell) {
        guard let free = try? store.freeBytes else {
            return tell(.init(verdict: .wrong, words: "The disk of the data folder cannot be looked at."))
        }
        let reserve = settings.keeping.reserve
        let words = "The disk has \(free / 1_000_000) MB left; below \(reserve / 1_000_000) MB nothing is taken in."
        let verdict: DoctorFinding.Verdict = free < reserve ? .wrong : free < 4 * reserve ? .look : .well
        tell(.init(verdict: verdict, words: words))
    }

    private func examineBucket(_ store: InstallationStore, _ tell: Tell) async {
        do {
            guard let stand = try await store.expiryRulesStand() else { return }
            if stand {
                return tell(
                    .init(verdict: .well, words: "The bucket is reached, and deletes by its own rule what is over."))
            }
            tell(
                .init(
                    verdict: .look,
                    words: "The bucket has no lifecycle rules of ours: what is over is deleted by Martlet alone, which "
                        + "sets them when it begins to serve."))
        } catch {
            tell(.init(verdict: .look, words: "The bucket's lifecycle rules cannot be read: \(error)"))
        }
    }

    private func examineClock(_ store: InstallationStore, _ tell: Tell) async throws {
        if let clock = try await store.clockDifference() {
            if let words = clock.warning {
                tell(.init(verdict: clock.isEndured ? .look : .wrong, words: words))
            } else {
                tell(.init(verdict: .well, words: "The clock agrees with that of the database."))
            }
        }
        guard let newest = try await store.newestTime(), newest > now.addingTimeInterval(60) else {
            return tell(.init(verdict: .well, words: "The clock is not behind what was received."))
        }
        let time = newest.formatted(.iso8601)
        tell(
            .init(
                verdict: .wrong,
                words: "The clock is behind: something was received at \(time). What is kept ends by this clock."))
    }

    // MARK: What was promised

    private func examineRetention(_ store: InstallationStore, _ tell: Tell) async throws {
        // A sweep comes with each hour.
        let (keys, rows) = try await store.overdue(by: now.addingTimeInterval(-2 * 3_600))
        if keys == 0, rows == 0 {
            return tell(.init(verdict: .well, words: "What is kept no longer is destroyed, with its keys."))
        }
        tell(
            .init(
                verdict: .wrong,
                words: "Keys (\(keys)) and rows (\(rows)) are there whose time is over: is Martlet serving?"))
    }

    private func examineTrails(_ store: InstallationStore, _ tell: Tell) async throws {
        var trails = [("operators", store.trail)]
        for tenant in try await store.tenants() {
            trails.append(("tenant \(tenant.id)", try await store.tenant(tenant.id).trail))
        }
        var isWhole = true
        for (name, trail) in trails {
            guard case .broken(_, let words) = try await trail.check() else { continue }
            isWhole = false
            tell(.init(verdict: .wrong, words: "The trail of \(name) was changed: \(words)"))
        }
        if isWhole { tell(.init(verdict: .well, words: "The trails are whole.")) }
    }

    // MARK: Tenants

    private func examineSetup(_ tenant: TenantStore, _ tell: Tell) async throws {
        do {
            _ = try await tenant.configuration()
        } catch let error where !(error is CancellationError) {
            tell(.init(verdict: .wrong, words: "\(tenant.id): its set-up cannot be read."))
        }
    }

    private func examineWaiting(_ tenant: TenantStore, _ tell: Tell) async throws {
        let waiting = try await tenant.waiting(longerThan: 1)
        if waiting.isNothing { return tell(.init(verdict: .well, words: "\(tenant.id): no work waits for a day.")) }
        let since = waiting.oldest.formatted(.iso8601.year().month().day())
        tell(.init(verdict: .look, words: "\(tenant.id): \(waiting.words) not done, the oldest since \(since)."))
    }

    private func examineMailboxes(_ tenant: TenantStore, _ tell: Tell) async throws {
        for health in try await tenant.health() {
            let name = "\(tenant.id): the mailbox \(health.source)"
            if health.isOnline {
                tell(.init(verdict: .well, words: "\(name) is reached."))
            } else {
                tell(.init(verdict: .wrong, words: "\(name) is not reached: \(health.said)"))
            }
        }
    }

    private func examineConnections(_ store: InstallationStore, _ tell: Tell) async throws {
        let connections = HTTPConnections()
        let tenants = Tenants(store: store, connections: connections) { now }
        do {
            for setup in try await tenants.all().readable {
                for connection in setup.configuration.connections {
                    for found in await ConnectionCheck(connection, of: setup, at: now).findings() {
                        let words = "\(setup.id): \(found.words.trimmingCharacters(in: .whitespaces))"
                        tell(.init(verdict: found.isWell ? .well : .look, words: words))
                    }
                }
            }
        } catch {
            try await connections.close()
            throw error
        }
        try await connections.close()
    }
}
