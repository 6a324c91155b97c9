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
            await workOnInterrupted()
            while !Task.isCancelled {
                for job in await claim(engine.settings.workers - seats.count, seats) {
                    seats.take(job.tenant)
                    engine.turnstile.queue(job.id, of: job.tenant)
                    group.addTask {
                        await work(on: job, in: seats)
                        seats.leave(job.tenant)
                    }
                }
                await bell.wait(atMost: await pause(), by: engine.time)
            }
            group.cancelAll()
        }
    }

    /// The letters in whose work the process before this one ended, each alone, so that one that ends it again is known.
    func workOnInterrupted() async {
        do {
            for interrupted in try await engine.store.interrupted(.letter, at: engine.now) where !Task.isCancelled {
                guard let job = engine.store.claim(interrupted.job) else { continue }
                if interrupted.times < Self.interruptionLimit {
                    await work(on: job)
                } else {
                    await engine.settle(job, after: EndsTheProcess(times: interrupted.times))
                }
            }
        } catch {
            engine.logger.error("interrupted letters cannot be taken up", metadata: ["said": "\(error)"])
        }
    }

    static let interruptionLimit = 3

    /// A tenant that has most of the seats leaves the rest to the others, if there are any.
    private func claim(_ limit: Int, _ seats: Seats) async -> [Job] {
        guard limit > 0 else { return [] }
        var claimed: [Job] = []
        do {
            let isShared = try await engine.store.tenants().count > 1
            let most = isShared ? max(1, engine.settings.workers * 3 / 4) : engine.settings.workers
            while claimed.count < limit {
                let (sated, room) = seats.room(upTo: most, with: claimed.map(\.tenant))
                let wanted = min(room, limit - claimed.count)
                let jobs = try await engine.store.claim(.letter, limit: wanted, at: engine.now, but: sated)
                claimed += jobs
                if jobs.count < wanted { break }
            }
        } catch {
            engine.logger.error("letters cannot be taken up", metadata: ["said": "\(error)"])
        }
        // Also those that were taken before something failed.
        return claimed
    }

    /// Until the next letter is due; a minute at most.
    private func pause() async -> Duration {
        guard let due = try? await engine.store.nextDue(.letter) else { return .seconds(60) }
        return .seconds(min(max(due.timeIntervalSince(engine.now), 0.05), 60))
    }

    /// One claimed letter; whatever goes wrong with it is settled under its own id.
    func work(on job: Job, in seats: Seats? = nil) async {
        defer { engine.turnstile.leave(job.id, of: job.tenant) }
        do {
            let setup = try await engine.tenants.setup(job.tenant)
            try await LetterWork(engine: engine, setup: setup, job: job, seats: seats).run()
        } catch is CancellationError {
            engine.store.release(job.id, line: .letter)
        } catch {
            await engine.settle(job, after: error)
        }
    }
}

/// A letter that is not tried once more.
struct EndsTheProcess: Explained {
    let times: Int

    var description: String {
        "Martlet ended \(times) times while it worked on this letter, so it is set aside. Please report it, with the letter if you may."
    }
}

extension Engine {
    func trouble(of job: Job, after error: any Error) -> Trouble {
        Trouble(error, attempts: job.attempts, spread: settings.spread)
    }

    /// Puts a failed job off or parks it: the others go on.
    func settle(_ job: Job, after error: any Error) async {
        let trouble = trouble(of: job, after: error)
        do {
            let tenant = try await store.tenant(job.tenant)
            switch trouble {
            case .putOff(let pause, let said):
                try await tenant.retry(job.id, at: now.addingTimeInterval(pause.seconds), said: said)
            case .wait(let pause, let said):
                try await tenant.retry(job.id, at: now.addingTimeInterval(pause.seconds), said: said, isTry: false)
            case .park(let said):
                try await tenant.park(job.id, said: said)
                try await settleMailbox(of: job, as: .parked, tenant)
            }
            logger.notice("job not done", metadata: ["job": "\(job.id)", "error": "\(type(of: error))"])
        } catch let error as StoreError where [.unknownTenant, .notFound].contains(error.code) {
            // The tenant was removed, or the job discarded, meanwhile.
            store.release(job.id, line: job.line)
        } catch {
            logger.error("job cannot be put off", metadata: ["job": "\(job.id)", "said": "\(error)"])
            store.rest(job.id)
            // Nothing can be written at present: what was done in vain now would be done again at once.
            try? await time.sleep(for: .seconds(30))
            store.release(job.id, line: job.line)
        }
    }
}
