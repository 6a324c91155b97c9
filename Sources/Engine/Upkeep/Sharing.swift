// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import MailTransport
import Store

/// What several processes do together: each says that it is there, and work that only one may do is one's.
struct Sharing: Sendable {
    let engine: Engine

    /// A process that says nothing for eight beats is taken for dead, and after three it writes nothing.
    private static let beat = Duration.seconds(5)
    private static let beatsOfAMinute = 12

    /// Ends only with the task, or when another process took over the work of this one. Nothing else that may take long
    /// belongs between two beats.
    func beat() async throws {
        var count = 0
        while !Task.isCancelled {
            do {
                tell(try await engine.store.beat(), count)
            } catch let error as StoreError where error.code == .displaced {
                throw error
            } catch {
                engine.logger.error(
                    "the database is not told that this process is there", metadata: ["error": "\(label(of: error))"])
            }
            count += 1
            try? await engine.time.sleep(for: Self.beat)
        }
    }

    /// Looks what other processes did that this one has to follow, until the task is cancelled. Ends also where it cannot: the
    /// key store is under a master key that this process does not have.
    func follow() async throws {
        var count = 0
        var hearing = Hearing.hears
        while !Task.isCancelled {
            try? await engine.time.sleep(for: Self.beat)
            if engine.store.isShared { Self.tell(engine.store.hearing, after: &hearing, engine.logger) }
            if engine.store.isShared { await engine.settlements.tellSources() }
            count += 1
            if count.isMultiple(of: Self.beatsOfAMinute) { try await followDestroyedKeys() }
        }
    }

    /// Of a clock that is wrong it is told each minute, however wrong it becomes: to end would help nobody, since what this
    /// process took in has its times.
    private func tell(_ beat: Beat, _ count: Int) {
        if beat.dead > 0 {
            engine.logger.warning(
                "processes that were not heard of are taken for dead, and their work is taken over",
                metadata: ["processes": "\(beat.dead)"])
        }
        guard count.isMultiple(of: Self.beatsOfAMinute), let clock = beat.clock, let words = clock.warning else {
            return
        }
        engine.logger.log(level: clock.isEndured ? .warning : .error, "\(words)")
    }

    /// Says once that others are not heard, and once that they are heard again.
    ///
    /// - Parameter former: As of what was said last.
    static func tell(_ hearing: Hearing, after former: inout Hearing, _ logger: Logger) {
        switch (former, hearing) {
        case (.deaf, .deaf), (_, .notYet), (_, .noOthers): return
        case (_, .deaf(let why)):
            logger.warning("other processes are not heard, and what they take in is looked for each second: \(why)")
        case (.deaf, .hears): logger.notice("other processes are heard again")
        case (_, .hears): break
        }
        former = hearing
    }

    private func followDestroyedKeys() async throws {
        do {
            try await engine.store.followDestroyedKeys()
        } catch let error as StoreError where error.code == .keysDoNotFit {
            throw error
        } catch {
            engine.logger.error("the key store cannot be looked through", metadata: ["error": "\(label(of: error))"])
        }
    }

    /// Runs work as soon as no other process does. Once it is this one's it stays so to its end.
    func alone(at work: String, _ run: () async -> Void) async {
        while !Task.isCancelled {
            do {
                if try await engine.store.takeLease(work) { return await run() }
            } catch {
                engine.logger.error("a lease cannot be asked for", metadata: ["error": "\(label(of: error))"])
            }
            try? await engine.time.sleep(for: Self.beat)
        }
    }
}
