// SPDX-License-Identifier: Apache-2.0

import Foundation
import Planning
import Synchronization

/// How far the queue of events is taken: what Jira told before then is kept here, and can be told in its order.
///
/// A queue that was found empty has nothing from before; one that gives something has nothing that is much older, since it
/// gives first what came first. What another process has just received, and not kept yet, is not known.
final class QueueProgress: Sendable {
    fileprivate struct State {
        var taken = Date.distantPast
        /// On their way into the queue.
        var sending: [String: Date] = [:]
        /// Of looks that received something and have not kept all of it: how far the queue was taken when they did.
        var inHand: [UUID: Date] = [:]
        /// Tenants of whom something could not be kept: how far theirs is taken, and until when the queue hides it.
        var held: [TenantID: (taken: Date, until: Date)] = [:]
        var behind: [TenantID: Date] = [:]
    }

    private let state = Mutex(State())

    /// What is told waits so long for what came before it, and then no more.
    private static let patience = 300.0

    var taken: Date { state.withLock(\.known) }

    func begin(_ event: VerifiedEvent) {
        state.withLock { $0.sending[event.token] = event.receivedAt }
    }

    func end(_ event: VerifiedEvent) {
        state.withLock { _ = $0.sending.removeValue(forKey: event.token) }
    }

    /// A look has something in its hands, which no other look finds in the queue now.
    func hold(_ look: UUID) {
        state.withLock { $0.inHand[look] = $0.taken }
    }

    func release(_ look: UUID) {
        state.withLock { $0.inHand[look] = nil }
    }

    /// A look that began then found nothing.
    func empty(at time: Date) {
        state.withLock { state in
            state.taken = max(state.taken, time)
            state.held = state.held.filter { $0.value.until > time }
        }
    }

    /// A look that began at `time` found nothing older than `oldest`, and that is kept.
    func reach(_ oldest: Date, at time: Date) {
        state.withLock { state in
            state.taken = max(state.taken, oldest)
            state.held = state.held.filter { $0.value.until.addingTimeInterval(60) > time }
        }
    }

    /// Something of this tenant comes again, and is older than what follows.
    func hold(_ tenant: TenantID, until time: Date) {
        state.withLock { $0.held[tenant] = ($0.held[tenant]?.taken ?? $0.taken, time) }
    }

    /// Whether what this tenant's Jira told at a time may be told now.
    func permission(toTell tenant: TenantID, of time: Date, at now: Date) -> Permission {
        state.withLock { state in
            let taken = min(state.known, state.held[tenant]?.taken ?? .distantFuture)
            if time <= taken {
                state.behind[tenant] = nil
                return .given
            }
            let since = state.behind[tenant] ?? now
            state.behind[tenant] = since
            return now.timeIntervalSince(since) < Self.patience ? .notYet : .overdue
        }
    }

    enum Permission {
        case given
        /// What came before may be in the queue still.
        case notYet
        /// The same, for too long.
        case overdue
    }
}

extension QueueProgress.State {
    fileprivate var known: Date {
        let sent = sending.values.reduce(taken) { min($0, $1.addingTimeInterval(-0.001)) }
        return inHand.values.reduce(sent, min)
    }
}
