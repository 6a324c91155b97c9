// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Planning
import Store
import Vault

/// Watches every mailbox that is set up, and follows changes of the set-up.
struct MailboxKeeper: Sendable {
    let engine: Engine

    struct Watched: Hashable {
        var tenant: TenantStore
        var source: Source
        var password: Secret

        var lease: String { "mailbox \(tenant.id)/\(source.id)" }

        static func == (one: Watched, other: Watched) -> Bool {
            one.tenant.id == other.tenant.id && one.source == other.source && one.password == other.password
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(tenant.id)
            hasher.combine(source.id)
        }
    }

    func run() async {
        var running: [Watched: Task<Void, Never>] = [:]
        var unreadable: [TenantID] = []
        while !Task.isCancelled {
            if let (wanted, unknown) = await wanted() {
                for (watched, task) in running
                where !wanted.contains(watched) && !unknown.contains(watched.tenant.id) {
                    running[watched] = nil
                    await end(watched, task)
                }
                if unknown != unreadable, !unknown.isEmpty {
                    let names = unknown.map(\.rawValue).joined(separator: ", ")
                    engine.logger.error("the set-up of tenants cannot be read", metadata: ["tenants": "\(names)"])
                }
                unreadable = unknown
                let share = fairShare(of: Set(wanted).union(running.keys).count)
                for (watched, task) in running.prefix(max(0, running.count - share)) {
                    running[watched] = nil
                    await end(watched, task)
                }
                for watched in wanted where running[watched] == nil && running.count < share {
                    guard await take(watched) else { continue }
                    running[watched] = Task { await watch(watched) }
                }
            }
            try? await engine.time.sleep(for: .seconds(2))
        }
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
    }

    /// So many that all processes together watch all.
    private func fairShare(of count: Int) -> Int {
        let processes = engine.store.processCount
        return (count + processes - 1) / processes
    }

    /// Whether no other process watches it.
    private func take(_ watched: Watched) async -> Bool {
        (try? await engine.store.takeLease(watched.lease)) ?? false
    }

    /// Returns when it is watched no more, so that another process may.
    private func end(_ watched: Watched, _ task: Task<Void, Never>) async {
        task.cancel()
        await task.value
        await engine.settlements.unregister(watched.tenant.id, watched.source.id)
        try? await engine.store.endLease(watched.lease)
    }

    /// What is to be watched, and the tenants of whom that cannot be read now.
    func wanted() async -> (wanted: [Watched], unknown: [TenantID])? {
        do {
            var wanted: [Watched] = []
            let (setups, unreadable) = try await engine.tenants.served()
            var unknown = unreadable
            for setup in setups {
                do {
                    wanted += try await mailboxes(of: setup)
                } catch {
                    unknown.append(setup.id)
                }
            }
            return (wanted, unknown)
        } catch {
            engine.logger.error("sources cannot be read", metadata: ["error": "\(label(of: error))"])
            return nil
        }
    }

    private func mailboxes(of setup: TenantSetup) async throws -> [Watched] {
        var mailboxes: [Watched] = []
        for source in setup.configuration.sources where source.isEnabled {
            let password = try await setup.store.secret(named: SecretName.password, of: .source, source.id)
            mailboxes.append(Watched(tenant: setup.store, source: source, password: password ?? Secret("")))
        }
        return mailboxes
    }

    /// Until the task is cancelled: whatever may fail is tried again by the source.
    func watch(_ watched: Watched) async {
        let sink = MailboxIntake(engine: engine, tenant: watched.tenant, source: watched.source)
        let source = IMAPSource(watched.source, password: watched.password, sink: sink)
        engine.settlements.register(source, of: watched.tenant, watched.source.id)
        await source.run()
    }
}

extension IMAPSource {
    convenience init(_ source: Source, password: Secret, sink: any MailboxSink) {
        let server = MailServer(host: source.host, port: source.port, security: source.security.forMail)
        self.init(
            IMAPAccount(
                server: server, credentials: Credentials(user: source.user, password: password.reveal()),
                folder: source.mailbox),
            rules: ReadingRules(
                strategy: source.readStrategy == .allDelete ? .all : .unread,
                start: source.start == .everything ? .everything : .now),
            sink: sink, jitter: jitter)
    }
}
