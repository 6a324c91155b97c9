// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Planning
import Store

/// Works on events in ticks: those of one issue that came within a tick are told together.
struct EventLine: Sendable {
    let engine: Engine

    func run() async {
        let bell = Bell()
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in engine.store.changes(of: .event) { bell.ring() } }
            while !Task.isCancelled {
                do {
                    if let due = try await engine.store.nextDue(.event) {
                        try await engine.time.sleep(for: untilTick(due))
                        try await tick()
                    } else {
                        await bell.wait(atMost: .seconds(60), by: engine.time)
                    }
                } catch is CancellationError {
                    break
                } catch {
                    engine.logger.error("events cannot be taken up", metadata: ["said": "\(error)"])
                    await bell.wait(atMost: .seconds(2), by: engine.time)
                }
            }
            group.cancelAll()
        }
    }

    private func untilTick(_ due: Date) -> Duration {
        .seconds(max(0, due.timeIntervalSince(engine.now) + engine.settings.coalescing.seconds))
    }

    /// All that is due now, in groups. Plans that were kept before an interruption come first.
    func tick() async throws {
        let jobs = try await engine.store.claim(.event, limit: 2000, at: engine.now)
        for job in jobs where job.state != .received { await resume(job) }
        var pending: [EventPlace: [ClaimedEvent]] = [:]
        for job in jobs where job.state == .received {
            guard let (place, event) = await open(job) else { continue }
            pending[place, default: []].append(event)
        }
        let groups = pending.sorted { $0.key < $1.key }.flatMap { place, events in place.groups(of: events) }
        await withTaskGroup(of: Void.self) { tasks in
            for (index, group) in groups.enumerated() {
                if index >= engine.settings.workers { await tasks.next() }
                tasks.addTask { await work(on: group) }
            }
        }
    }

    private func resume(_ job: Job) async {
        await run(job) {
            let setup = try await engine.tenants.setup(job.tenant)
            guard let kept = try await setup.store.keptPlan(of: job.id) else {
                return engine.store.release(job.id, line: .event)
            }
            try await EventWork(engine: engine, setup: setup, leader: job).resume(kept)
        }
    }

    /// Reads an event; what no notification covers is not kept (P37).
    private func open(_ job: Job) async -> (EventPlace, ClaimedEvent)? {
        do {
            let setup = try await engine.tenants.setup(job.tenant)
            let origin = try JSONDecoder().decode(EventOrigin.self, from: try await setup.store.payload(of: job.id))
            let body = try await setup.store.body(of: job.id)
            let event = try Event(decoding: try await body.read(0..<body.size), delivery: origin.delivery)
            guard setup.noticeRules(for: origin.connection).covers(event.issue?.key.project) else {
                try await setup.store.discard(job.id)
                return nil
            }
            return (EventPlace(tenant: job.tenant, connection: origin.connection), ClaimedEvent(job: job, event: event))
        } catch let error as Unreadable {
            await engine.settle(job, after: SetupMissing(description: "The event cannot be read: \(error)."))
        } catch {
            await engine.settle(job, after: error)
        }
        return nil
    }

    private func work(on group: ClaimedGroup) async {
        await run(group.leader) {
            let setup = try await engine.tenants.setup(group.place.tenant)
            try await EventWork(engine: engine, setup: setup, leader: group.leader).run(group)
        }
        await putOffMembers(of: group)
    }

    /// Those whose leader failed wait with it; those that were told are no longer there to be put off.
    private func putOffMembers(of group: ClaimedGroup) async {
        for member in group.members {
            do {
                let rows = try await engine.tenants.setup(group.place.tenant).store
                guard try await rows.job(member.id)?.isUnfinished == true else { continue }
                let due = try await rows.job(group.leader.id)?.dueAt ?? engine.now
                try await rows.retry(
                    member.id, at: due, said: "It waits with event \(group.leader.id) of the same issue.", isTry: false)
            } catch {
                engine.store.release(member.id, line: .event)
            }
        }
    }

    private func run(_ job: Job, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            engine.store.release(job.id, line: .event)
        } catch {
            await engine.settle(job, after: error)
        }
    }
}

/// Whose Jira an event is about.
struct EventPlace: Hashable, Comparable, Sendable {
    var tenant: TenantID
    var connection: ConfigurationID

    static func < (one: EventPlace, other: EventPlace) -> Bool {
        (one.tenant.rawValue, one.connection) < (other.tenant.rawValue, other.connection)
    }

    fileprivate func groups(of events: [ClaimedEvent]) -> [ClaimedGroup] {
        let jobs = Dictionary(events.map { ($0.job.id, $0.job) }) { first, _ in first }
        return coalesce(events.map { PendingEvent(job: $0.job.id, event: $0.event) }).compactMap { group in
            guard let leader = jobs[group.leader] else { return nil }
            return ClaimedGroup(
                place: self, leader: leader, members: group.members.compactMap { jobs[$0] }, events: group.events)
        }
    }
}

private struct ClaimedEvent: Sendable {
    var job: Job
    var event: Event
}

/// Events of one issue, with the jobs that keep them.
struct ClaimedGroup: Sendable {
    var place: EventPlace
    var leader: Job
    var members: [Job]
    var events: [Event]
}

extension TenantSetup {
    /// The rules for what one Jira tells.
    func noticeRules(for connection: ConfigurationID) -> NoticeRules {
        var rules = noticeRules
        rules.mappings.removeAll { $0.connection != connection }
        return rules
    }
}
