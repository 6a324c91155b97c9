// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// Letters that were put off before anybody knew which issue they are for: those that came later wait for them, since they may
/// be for the same one.
final class Forerunners: Sendable {
    struct Site: Hashable, Sendable {
        var tenant: TenantID
        var connection: ConfigurationID
    }

    /// By id, which is by age. What is no longer in `until` has gone on.
    fileprivate struct Row {
        var order: [JobID] = []
        var head = 0
        var until: [JobID: Date] = [:]
    }

    private let rows = Mutex<[Site: Row]>([:])

    /// Who did not come back a minute after its time is waited for no longer.
    private static let patience = 60.0

    func putOff(_ job: JobID, at site: Site, until: Date) {
        rows.withLock { $0[site, default: Row()].add(job, until: until) }
    }

    /// It is known what becomes of this letter, or nobody waits for it any more.
    func remove(_ job: JobID, at site: Site) {
        rows.withLock { rows in
            rows[site]?.until[job] = nil
            if rows[site]?.until.isEmpty == true { rows[site] = nil }
        }
    }

    /// Until when the oldest letter is put off that came before this one; nil where there is none.
    func first(before job: JobID, at site: Site, now: Date) -> Date? {
        rows.withLock { $0[site]?.first(at: now, patience: Self.patience).flatMap { $0.job < job ? $0.until : nil } }
    }
}

extension Forerunners.Row {
    fileprivate mutating func add(_ job: JobID, until time: Date) {
        if until.updateValue(time, forKey: job) != nil { return }
        guard let last = order.last, job <= last else { return order.append(job) }
        var (low, high) = (head, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < job { low = middle + 1 } else { high = middle }
        }
        if low == order.count || order[low] != job { order.insert(job, at: low) }
    }

    fileprivate mutating func first(at now: Date, patience: Double) -> (job: JobID, until: Date)? {
        while head < order.count {
            if let time = until[order[head]] {
                if now.timeIntervalSince(time) <= patience { return (order[head], time) }
                until[order[head]] = nil
            }
            head += 1
            guard head > 1000, head > order.count / 2 else { continue }
            order.removeFirst(head)
            head = 0
        }
        return nil
    }
}
