// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Planning
import Store
import Synchronization

/// Works on due letters, several at a time, as they come.
struct LetterLine: Sendable {
    let engine: Engine

    func run() async {
        let bell = Bell()
        let running = Tally()
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in engine.store.changes(of: .letter) { bell.ring() } }
            await workOnInterrupted()
            while !Task.isCancelled {
                let free = engine.settings.workers - running.count
                for job in await claim(free) {
                    running.add(1)
                    group.addTask {
                        await work(on: job)
                        running.add(-1)
                        bell.ring()
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

    private func claim(_ limit: Int) async -> [Job] {
        guard limit > 0 else { return [] }
        do {
            return try await engine.store.claim(.letter, limit: limit, at: engine.now)
        } catch {
            engine.logger.error("letters cannot be taken up", metadata: ["said": "\(error)"])
            return []
        }
    }

    /// Until the next letter is due; a minute at most.
    private func pause() async -> Duration {
        guard let due = try? await engine.store.nextDue(.letter) else { return .seconds(60) }
        return .seconds(min(max(due.timeIntervalSince(engine.now), 0.05), 60))
    }

    /// One claimed letter; whatever goes wrong with it is settled under its own id.
    func work(on job: Job) async {
        do {
            let setup = try await engine.tenants.setup(job.tenant)
            try await LetterWork(engine: engine, setup: setup, job: job).run()
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

/// How many are at work.
private final class Tally: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add(_ number: Int) { state.withLock { $0 += number } }
}

extension Engine {
    /// Puts a failed job off or parks it: the others go on.
    func settle(_ job: Job, after error: any Error) async {
        let trouble = Trouble(error, attempts: job.attempts)
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
