// SPDX-License-Identifier: Apache-2.0

import Planning
import Synchronization

/// Lets a tenant's letters through in the order in which they were taken up, though they are read at the same time.
final class Turnstile: Sendable {
    private struct Place {
        let job: JobID
        var bell: Bell?
    }

    private let rows = Mutex<[TenantID: [Place]]>([:])

    func queue(_ job: JobID, of tenant: TenantID) {
        rows.withLock { $0[tenant, default: []].append(Place(job: job)) }
    }

    /// Returns when all that were taken up before are through. Who did not queue goes through at once.
    func reach(_ job: JobID, of tenant: TenantID) async {
        while !Task.isCancelled {
            let bell = Bell()
            let isFirst = rows.withLock { rows in
                guard let index = rows[tenant]?.firstIndex(where: { $0.job == job }), index > 0 else { return true }
                rows[tenant]?[index].bell = bell
                return false
            }
            if isFirst { return }
            await bell.wait()
        }
    }

    func leave(_ job: JobID, of tenant: TenantID) {
        rows.withLock { rows in
            guard let index = rows[tenant]?.firstIndex(where: { $0.job == job }) else { return }
            rows[tenant]?.remove(at: index)
            rows[tenant]?.first?.bell?.ring()
            if rows[tenant]?.isEmpty == true { rows[tenant] = nil }
        }
    }
}
