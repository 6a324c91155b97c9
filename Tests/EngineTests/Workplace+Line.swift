// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Store

@testable import Engine

extension Workplace {
    /// As the line does it: several letters at a time, taken up in their order, each to its end.
    func workOnAllDue() async throws {
        while true {
            let jobs = try await store.claim(.letter, limit: 8, at: time.now)
            if jobs.isEmpty { return }
            for job in jobs { engine.turnstile.queue(job.id, of: job.tenant) }
            await withTaskGroup(of: Void.self) { group in
                for job in jobs { group.addTask { await LetterLine(engine: self.engine).work(on: job) } }
            }
        }
    }

    func workToTheEnd() async throws {
        while let due = try await store.nextDue(.letter) {
            time.advance(max(0, due.timeIntervalSince(time.now)))
            try await workOnAllDue()
        }
    }
}
