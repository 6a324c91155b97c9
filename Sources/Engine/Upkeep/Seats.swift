// SPDX-License-Identifier: Apache-2.0

import Planning
import Synchronization

/// Who is at work. A letter that waits for another gives its seat to the next.
final class Seats: Sendable {
    private let taken = Mutex<[TenantID: Int]>([:])
    private let bell: Bell

    /// - Parameter bell: Rung when a seat becomes free.
    init(_ bell: Bell) {
        self.bell = bell
    }

    var count: Int { taken.withLock { $0.values.reduce(0, +) } }

    func take(_ tenant: TenantID) {
        taken.withLock { $0[tenant, default: 0] += 1 }
    }

    func leave(_ tenant: TenantID) {
        taken.withLock { taken in
            taken[tenant, default: 0] -= 1
            if taken[tenant] == 0 { taken[tenant] = nil }
        }
        bell.ring()
    }

    /// Who has the most seats that a tenant may have, and how many may be given at once to whoever comes among the others.
    ///
    /// - Parameter coming: Whose letters are about to take a seat.
    func room(upTo most: Int, with coming: [TenantID]) -> (sated: Set<TenantID>, room: Int) {
        var seats = taken.withLock { $0 }
        for tenant in coming { seats[tenant, default: 0] += 1 }
        let sated = Set(seats.filter { $0.value >= most }.keys)
        let others = seats.filter { $0.value < most }.values.max() ?? 0
        return (sated, most - others)
    }
}
