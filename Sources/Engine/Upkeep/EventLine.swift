// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Planning
import Store

/// Works on events in ticks: those of one issue that came within a tick are told together. What takes long, since a mail
/// server does not answer, keeps nobody waiting but its own tenant.
struct EventLine: Sendable {
    let engine: Engine

    func run() async {
        let bell = Bell()
        let work = FairWork(workers: engine.settings.workers)
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in engine.store.changes(of: .event) { bell.ring() } }
            while !Task.isCancelled {
                var pause = engine.longestRest
                do {
                    // Whose work is here is asked for no more: what comes can still be told together, and after it.
                    let busy = work.tenants
                    if let due = try await engine.store.nextDue(.event, but: busy) {
                        pause = untilTick(due)
                        if pause == .zero { work.add(try await takeUp(but: busy)) }
                    }
                    let share = try await engine.share()
                    while let task = work.begin(share: share) {
                        group.addTask {
                            await task.run()
                            work.end(task.tenant)
                            bell.ring()
                        }
                    }
                } catch {
                    engine.logger.error("events cannot be taken up", metadata: ["error": "\(label(of: error))"])
                    pause = .seconds(2)
                }
                await bell.wait(atMost: pause, by: engine.time)
            }
            group.cancelAll()
        }
    }

    private func untilTick(_ due: Date) -> Duration {
        .seconds(max(0, due.timeIntervalSince(engine.now) + engine.settings.coalescing.seconds))
    }

    /// One tick, to the end of all its work.
    func tick() async throws {
        let work = FairWork(workers: engine.settings.workers)
        work.add(try await takeUp())
        await work.runAll(share: try await engine.share())
    }

    /// What is to be done about all that is due now, in groups. Plans that were kept before an interruption come first.
    private func takeUp(but tenants: Set<TenantID> = []) async throws -> [TenantTask] {
        let began = engine.now
        if let queue = engine.eventQueue { await QueuedEvents(engine: engine, queue: queue).catchUp() }
        let jobs = try await engine.store.claim(.event, limit: 2000, at: engine.now, but: tenants)
        let begun = jobs.filter { $0.state != .received }.map { job in
            TenantTask(tenant: job.tenant) { await resume(job) }
        }
        var overtaking: Set<JobID> = []
        var pending: [EventPlace: [ClaimedEvent]] = [:]
        for job in jobs where job.state == .received {
            let permission = await permission(toTell: job, inTickOf: began)
            guard permission != .notYet, let (place, event) = await open(job) else { continue }
            if permission == .overdue { overtaking.insert(job.id) }
            pending[place, default: []].append(event)
        }
        let groups = pending.sorted { $0.key < $1.key }.flatMap { place, events in
            place.groups(of: events, overtaking: overtaking)
        }
        return begun + groups.map { group in TenantTask(tenant: group.place.tenant) { await work(on: group) } }
    }

    /// Whether all that came before it is here. What may not be told yet is put off.
    private func permission(toTell job: Job, inTickOf began: Date) async -> QueueProgress.Permission {
        guard engine.eventQueue != nil else { return .given }
        let now = engine.now
        let permission = engine.queueProgress.permission(toTell: job.tenant, of: job.receivedAt, at: now)
        guard permission == .notYet else { return permission }
        if job.receivedAt >= began {
            // It is for the next tick anyway.
            await engine.store.release(job.id, line: .event)
        } else {
            await run(job) {
                let due = now.addingTimeInterval(Self.pauseOfQueue - engine.settings.coalescing.seconds)
                try await engine.store.tenant(job.tenant).retry(job.id, at: due, said: Self.waitsForQueue, isTry: false)
            }
        }
        return .notYet
    }

    /// From one tick to the next while the queue cannot be taken up.
    private static let pauseOfQueue = 5.0

    private static let waitsForQueue = "It waits until what Jira told before it is out of the queue of events."

    private func resume(_ job: Job) async {
        await run(job) {
            let setup = try await engine.tenants.setup(job.tenant)
            guard let kept = try await setup.store.keptPlan(of: job.id) else {
                return await engine.store.release(job.id, line: .event)
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
            if event.kind == .issueDeleted, let issue = event.issueID {
                try await setup.store.forget(issue: issue.rawValue, of: origin.connection)
            }
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
                await engine.store.release(member.id, line: .event)
            }
        }
    }

    private func run(_ job: Job, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            await engine.store.release(job.id, line: .event)
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

    fileprivate func groups(of events: [ClaimedEvent], overtaking: Set<JobID>) -> [ClaimedGroup] {
        let jobs = Dictionary(events.map { ($0.job.id, $0.job) }) { first, _ in first }
        return coalesce(events.map { PendingEvent(job: $0.job.id, event: $0.event) }).compactMap { group in
            guard let leader = jobs[group.leader] else { return nil }
            return ClaimedGroup(
                place: self, leader: leader, members: group.members.compactMap { jobs[$0] }, events: group.events,
                mayOvertake: !overtaking.isDisjoint(with: group.members + [group.leader]))
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
    /// Of the same issue something may come that was told before.
    var mayOvertake = false
}

extension TenantSetup {
    /// The rules for what one Jira tells.
    func noticeRules(for connection: ConfigurationID) -> NoticeRules {
        var rules = noticeRules
        rules.mappings.removeAll { $0.connection != connection }
        return rules
    }
}
