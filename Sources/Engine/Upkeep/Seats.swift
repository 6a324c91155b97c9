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

    /// Who has that many seats or more.
    ///
    /// - Parameter coming: Whose letters are about to take a seat.
    func holders(of count: Int, with coming: [TenantID] = []) -> Set<TenantID> {
        var seats = taken.withLock { $0 }
        for tenant in coming { seats[tenant, default: 0] += 1 }
        return Set(seats.filter { $0.value >= count }.keys)
    }
}
