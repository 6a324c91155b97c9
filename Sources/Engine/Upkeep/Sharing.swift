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

    /// Ends only with the task, or when another process took over the work of this one.
    func beat() async throws {
        var count = 0
        while !Task.isCancelled {
            do {
                try await engine.store.beat()
                if engine.store.isShared { await engine.settlements.tellSources() }
            } catch let error as StoreError where error.code == .displaced {
                throw error
            } catch {
                engine.logger.error(
                    "the database is not told that this process is there", metadata: ["error": "\(label(of: error))"])
            }
            count += 1
            if count.isMultiple(of: Self.beatsOfAMinute) { await followDestroyedKeys() }
            try? await engine.time.sleep(for: Self.beat)
        }
    }

    private func followDestroyedKeys() async {
        do {
            try await engine.store.followDestroyedKeys()
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
