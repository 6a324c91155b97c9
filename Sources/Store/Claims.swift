// SPDX-License-Identifier: Apache-2.0

import Planning
import Synchronization
import Vault

/// The jobs that this process works on, with their keys once they were needed.
final class Claims: Sendable {
    private let claimed = Mutex<[JobID: LetterKey?]>([:])
    /// Nil where nothing is worked on.
    private let marks: WorkMarks?

    init(marks: WorkMarks?) {
        self.marks = marks
    }

    var count: Int { claimed.withLock(\.count) }

    func contains(_ id: JobID) -> Bool {
        claimed.withLock { $0[id] != nil }
    }

    /// Takes up to `limit` of `jobs` that nobody has.
    func take(_ jobs: [Job], limit: Int) -> [Job] {
        let taken = claimed.withLock { claimed in
            let free = jobs.filter { claimed[$0.id] == nil }.prefix(limit)
            for job in free { claimed[job.id] = .some(nil) }
            return Array(free)
        }
        for job in taken where job.line == .letter { marks?.add(job.id) }
        return taken
    }

    /// Stays claimed, and is not what the process ends at if it ends now.
    func rest(_ id: JobID) {
        marks?.remove(id)
    }

    func release(_ id: JobID) {
        marks?.remove(id)
        claimed.withLock { _ = $0.removeValue(forKey: id) }
    }

    func key(of id: JobID) -> LetterKey? {
        claimed.withLock { $0[id] ?? nil }
    }

    /// Remembers the key as long as the job is claimed.
    func remember(_ key: LetterKey, of id: JobID) {
        claimed.withLock { claimed in
            if claimed[id] != nil { claimed[id] = .some(key) }
        }
    }
}

/// What one write takes, which may be undone with others and run a second time.
final class Taking: Sendable {
    private let claims: Claims
    private let taken = Mutex<[Job]>([])

    init(of claims: Claims) {
        self.claims = claims
    }

    func take(_ jobs: [Job], limit: Int) -> [Job] {
        taken.withLock { taken in
            taken = claims.take(jobs, limit: limit)
            return taken
        }
    }

    func undo() {
        taken.withLock { taken in
            for job in taken { claims.release(job.id) }
            taken = []
        }
    }
}
