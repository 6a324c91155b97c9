// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// The letters that this process works on, in a file that outlives it: one that makes the process crash is known by it.
///
/// The file is not flushed, since what the system was told survives the end of a process; after a loss of power it may
/// name a letter too many or too few, which does no harm.
final class WorkMarks: Sendable {
    private struct Slots {
        var jobs: [JobID: Int] = [:]
        var free: [Int] = []
    }

    /// The letters that the process before this one left.
    let left: [JobID]
    private let file: DataFile
    private let slots = Mutex(Slots())

    private static let width = 27
    private static let empty = [UInt8](repeating: 0x20, count: 26) + [0x0A]

    init(_ path: String) throws(StoreError) {
        left = Self.read(path)
        file = try DataFile(path, O_RDWR | O_CREAT)
    }

    /// Forgets what the process before this one left, once it is counted: a start that fails before that forgets nothing.
    func beginAnew() throws(StoreError) {
        try file.truncate()
    }

    private static func read(_ path: String) -> [JobID] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").prefix(10_000).compactMap { JobID(String($0)) }
    }

    /// A disk that takes no mark does not keep a letter from being worked on.
    func add(_ job: JobID) {
        let slot = slots.withLock { slots in
            let slot = slots.free.popLast() ?? slots.jobs.count
            slots.jobs[job] = slot
            return slot
        }
        try? file.write(Array(job.rawValue.utf8) + [0x0A], at: slot * Self.width)
    }

    func remove(_ job: JobID) {
        slots.withLock { slots in
            guard let slot = slots.jobs.removeValue(forKey: job) else { return }
            try? file.write(Self.empty, at: slot * Self.width)
            slots.free.append(slot)
        }
    }
}
