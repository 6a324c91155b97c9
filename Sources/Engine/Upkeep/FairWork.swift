// SPDX-License-Identifier: Apache-2.0

import Planning
import Store
import Synchronization

/// Something to do for a tenant.
struct TenantTask: Sendable {
    let tenant: TenantID
    let run: @Sendable () async -> Void
}

/// Work of several tenants that waits for workers: whoever has fewest at work is next, and nobody has more than a share.
final class FairWork: Sendable {
    private struct State {
        /// Of each tenant, in order.
        var waiting: [TenantID: ArraySlice<TenantTask>] = [:]
        var atWork: [TenantID: Int] = [:]
    }

    private let state = Mutex(State())
    private let workers: Int

    init(workers: Int) {
        self.workers = workers
    }

    /// Whose work waits here or is begun.
    var tenants: Set<TenantID> { state.withLock { Set($0.waiting.keys).union($0.atWork.keys) } }

    func add(_ tasks: [TenantTask]) {
        state.withLock { state in
            for task in tasks { state.waiting[task.tenant, default: []].append(task) }
        }
    }

    /// Takes what is to begin now; nil where nothing is, or nobody may have one more. Each that was taken must end.
    ///
    /// - Parameter share: What one tenant may have of the workers.
    func begin(share: Int) -> TenantTask? {
        state.withLock { state in
            guard state.atWork.values.reduce(0, +) < workers else { return nil }
            let next = state.waiting.keys
                .map { (tenant: $0, count: state.atWork[$0, default: 0]) }
                .filter { $0.count < share }
                .min { ($0.count, $0.tenant.rawValue) < ($1.count, $1.tenant.rawValue) }
            guard let next, let task = state.waiting[next.tenant]?.popFirst() else { return nil }
            if state.waiting[next.tenant]?.isEmpty == true { state.waiting[next.tenant] = nil }
            state.atWork[next.tenant, default: 0] += 1
            return task
        }
    }

    func end(_ tenant: TenantID) {
        state.withLock { state in
            state.atWork[tenant, default: 1] -= 1
            if state.atWork[tenant] == 0 { state.atWork[tenant] = nil }
        }
    }

    /// Does all of it, and returns when it is done.
    func runAll(share: Int) async {
        await withTaskGroup(of: Void.self) { group in
            repeat {
                while let task = begin(share: share) {
                    group.addTask {
                        await task.run()
                        self.end(task.tenant)
                    }
                }
            } while await group.next() != nil
        }
    }
}

extension Engine {
    /// How many of the workers one tenant may have: all of them only where it is alone.
    func share() async throws -> Int {
        let isAlone = try await store.tenants().count < 2
        return isAlone ? settings.workers : max(1, settings.workers * 3 / 4)
    }
}
