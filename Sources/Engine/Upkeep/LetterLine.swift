// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Planning
import Store

/// Works on due letters, several at a time, as they come.
struct LetterLine: Sendable {
    let engine: Engine

    func run() async {
        let bell = Bell()
        let seats = Seats(bell)
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in engine.store.changes(of: .letter) { bell.ring() } }
            if !engine.store.isShared {
                await rememberForerunners()
                await workOnInterrupted()
            }
            while !Task.isCancelled {
                // Those that others ended at come at any time.
                if engine.store.isShared { await workOnInterrupted(after: seats, bell) }
                for job in await claim(engine.settings.workers - seats.count, seats) {
                    seats.take(job.tenant)
                    engine.turnstile.queue(job.id, of: job.tenant)
                    group.addTask {
                        await work(on: job, in: seats)
                        seats.leave(job.tenant)
                    }
                }
                await bell.wait(atMost: await pause(seats), by: engine.time)
            }
            group.cancelAll()
        }
    }

    /// Each seat goes to the tenant that has the fewest of those whose letters are due, and none has more than its share.
    func claim(_ limit: Int, _ seats: Seats) async -> [Job] {
        var claimed: [Job] = []
        do {
            let share = try await engine.share()
            var bound = share == engine.settings.workers ? share : 1
            while claimed.count < limit, bound <= share {
                let others = seats.holders(of: bound, with: claimed.map(\.tenant))
                let wanted = share == engine.settings.workers ? limit - claimed.count : 1
                let jobs = try await engine.store.claim(.letter, limit: wanted, at: engine.now, but: others)
                claimed += jobs
                if jobs.count < wanted { bound += 1 }
            }
        } catch {
            engine.logger.error("letters cannot be taken up", metadata: ["error": "\(label(of: error))"])
        }
        // Also those that were taken before something failed.
        return claimed
    }

    /// Until the next letter is due of somebody who may have a seat, that is known of. A seat that becomes free rings.
    func pause(_ seats: Seats) async -> Duration {
        guard seats.count < engine.settings.workers, let share = try? await engine.share(),
            let due = try? await engine.store.nextDue(.letter, but: seats.holders(of: share))
        else { return engine.longestRest }
        return min(.seconds(max(due.timeIntervalSince(engine.now), 0.05)), engine.longestRest)
    }

    /// Those that the process before this one had put off keep their places before what comes now.
    func rememberForerunners() async {
        // Also of those that have ended: they may be served again.
        for setup in (try? await engine.tenants.all())?.readable ?? [] {
            do {
                try await setup.forEachWaitingLetter { job, due in
                    guard let connection = try await setup.connection(of: job) else { return }
                    engine.forerunners.putOff(
                        job.id, at: Forerunners.Site(tenant: setup.id, connection: connection), until: due)
                }
            } catch {
                engine.logger.error(
                    "letters that wait cannot be looked through",
                    metadata: ["tenant": "\(setup.id)", "error": "\(label(of: error))"])
            }
        }
    }

    /// One claimed letter; whatever goes wrong with it is settled under its own id.
    func work(on job: Job, in seats: Seats? = nil) async {
        defer { engine.turnstile.leave(job.id, of: job.tenant) }
        do {
            let setup = try await engine.tenants.setup(job.tenant)
            try await LetterWork(engine: engine, setup: setup, job: job, seats: seats).run()
        } catch is CancellationError {
            await engine.store.release(job.id, line: .letter)
        } catch {
            await engine.settle(job, after: error)
        }
    }
}

extension TenantSetup {
    /// Letters that were put off, newest first.
    fileprivate func forEachWaitingLetter(_ body: (Job, Date) async throws -> Void) async throws {
        var filter = JobFilter(line: .letter, states: [.received, .planned, .executing], limit: 1000)
        while true {
            let jobs = try await store.jobs(matching: filter)
            for job in jobs {
                if let due = job.dueAt, due > job.receivedAt { try await body(job, due) }
            }
            guard jobs.count == filter.limit else { return }
            filter.before = jobs.last?.id
        }
    }

    /// Of the profile that took the letter in.
    fileprivate func connection(of job: Job) async throws -> ConfigurationID? {
        profile(try await store.origin(of: job.id).profile)?.connection
    }
}

extension Engine {
    func trouble(of job: Job, after error: any Error) -> Trouble {
        Trouble(error, attempts: job.attempts, spread: settings.spread)
    }

    /// Puts a failed job off or parks it: the others go on.
    func settle(_ job: Job, after error: any Error) async {
        await settle(job, as: trouble(of: job, after: error), after: error)
    }

    func settle(_ job: Job, as trouble: Trouble, after error: any Error) async {
        do {
            let tenant = try await store.tenant(job.tenant)
            // What is the site's trouble costs no letter its place, nor the count by which others see that it has one.
            let keepsPlace = store.isShared && job.line == .letter && isOfSite(error)
            switch keepsPlace ? trouble.withinSight : trouble {
            case .putOff(let pause, let said):
                try await tenant.retry(
                    job.id, at: now.addingTimeInterval(pause.seconds), said: said,
                    isTry: !keepsPlace || job.attempts < LetterWork.patience)
            case .wait(let pause, let said):
                try await tenant.retry(job.id, at: now.addingTimeInterval(pause.seconds), said: said, isTry: false)
            case .park(let said):
                try await tenant.park(job.id, said: said)
                try await settleMailbox(of: job, as: .parked, tenant)
            }
            logger.notice("job not done", metadata: ["job": "\(job.id)", "error": "\(label(of: error))"])
        } catch let error as StoreError where [.unknownTenant, .notFound].contains(error.code) {
            // The tenant was removed, or the job discarded, meanwhile.
            await store.release(job.id, line: job.line)
        } catch {
            logger.error("job cannot be put off", metadata: ["job": "\(job.id)", "error": "\(label(of: error))"])
            store.rest(job.id)
            // Nothing can be written at present: what was done in vain now would be done again at once.
            try? await time.sleep(for: .seconds(5))
            await store.release(job.id, line: job.line)
        }
    }
}
