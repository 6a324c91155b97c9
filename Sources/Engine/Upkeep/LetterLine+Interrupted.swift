// SPDX-License-Identifier: Apache-2.0

import Logging
import Planning
import Store

/// A letter that makes the process end is known by being alone at work when it does.
extension LetterLine {
    static let interruptionLimit = 3

    /// The letters in whose work a process ended, each alone, so that one that ends it again is known.
    func workOnInterrupted() async {
        do {
            for interrupted in try await engine.store.interrupted(.letter, at: engine.now) where !Task.isCancelled {
                guard let job = try await engine.store.claim(interrupted.job) else { continue }
                if interrupted.times < Self.interruptionLimit {
                    await work(on: job)
                } else {
                    await engine.settle(job, after: EndsTheProcess(times: interrupted.times))
                }
            }
        } catch {
            engine.logger.error("interrupted letters cannot be taken up", metadata: ["error": "\(label(of: error))"])
        }
    }

    /// The same where several serve: one of them does it, as soon as it has nothing else at work, and the others go on.
    ///
    /// - Parameter bell: Rung when a seat becomes free.
    func workOnInterrupted(after seats: Seats, _ bell: Bell) async {
        do {
            guard try await !engine.store.interrupted(.letter, at: engine.now).isEmpty,
                try await engine.store.takeLease(Self.lease)
            else { return }
        } catch {
            return engine.logger.error(
                "interrupted letters cannot be looked for", metadata: ["error": "\(label(of: error))"])
        }
        while seats.count > 0, !Task.isCancelled { await bell.wait(atMost: engine.longestRest, by: engine.time) }
        await workOnInterrupted()
        // What fails now is done at the next beat.
        try? await engine.store.endLease(Self.lease)
    }

    private static let lease = "interrupted letters"
}

/// A letter that is not tried once more.
struct EndsTheProcess: Explained {
    let times: Int

    var description: String {
        "Martlet ended \(times) times while it worked on this letter, so it is set aside. Please report it, with the letter if you may."
    }
}
