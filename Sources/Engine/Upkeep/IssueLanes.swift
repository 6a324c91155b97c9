// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MailTransport
import Planning
import Store
import Synchronization
import WebClient

/// The letters that write to an issue: in the order in which they came, one at a time, and no faster than Jira takes it.
///
/// A letter that has to wait long is put off and keeps its place, so that nobody waits behind it but its own issue.
final class IssueLanes: Sendable {
    struct Place: Hashable, Sendable {
        var tenant: TenantID
        var connection: ConfigurationID
        var issue: IssueID

        /// The same in every process.
        var name: String { "\(connection.rawValue)/\(issue.rawValue)" }
    }

    /// What a letter may do now.
    enum Turn: Equatable {
        case now
        case later(Date)
    }

    fileprivate enum Stage {
        case joined
        case waiting(Bell)
        case running
        case away(until: Date)
    }

    fileprivate struct Entry {
        let job: JobID
        let writes: Int
        /// When its turn should come, by what was known when it joined.
        let slot: Date
        var stage: Stage
    }

    fileprivate struct Lane {
        var entries: [Entry] = []
        /// What is expected of those that joined, and what was really written, each write as it went.
        var forecast = WritePace.ofIssue
        var pace = WritePace.ofIssue
        /// When the last of those that had to go away may come back.
        var lateUntil = Date.distantPast

        func isLate(at now: Date) -> Bool { lateUntil.timeIntervalSince(now) > IssueLanes.lateness }

        func isRested(at now: Date) -> Bool { entries.isEmpty && lateUntil <= now && pace.isRested(at: now) }
    }

    private struct State {
        var lanes: [Place: Lane] = [:]
        /// Of each letter that has a place in a lane, which one.
        var homes: [JobID: Place] = [:]

        mutating func forgetRested(at now: Date) {
            guard lanes.count > 1000 else { return }
            lanes = lanes.filter { !$0.value.isRested(at: now) }
        }
    }

    private let state = Mutex(State())

    /// Who did not come back a minute after its time is waited for no longer.
    private static let patience = 60.0

    /// Between those that had to go away: about as fast as Jira takes a long row of writes, so that few wait in memory.
    static let spacing = 0.3

    /// Seconds from which on who comes to a lane need not know yet what it will do there.
    static let lateness = 1.0

    /// So many wait in memory behind one that takes long; the others go away.
    static let waitingLimit = 20

    /// Takes a place behind those that came before, unless it has one. It has none in another lane from then on.
    func join(_ job: JobID, _ place: Place, writes: Int, at now: Date) {
        if let former = state.withLock({ $0.homes[job] }), former != place { leave(job, until: nil, at: now) }
        state.withLock { state in
            var lane = state.lanes[place] ?? Lane()
            let forgotten = lane.entries.filter { $0.job != job && $0.isForgotten(at: now, after: Self.patience) }
            if !forgotten.isEmpty {
                let jobs = Set(forgotten.map(\.job))
                lane.entries.removeAll { jobs.contains($0.job) }
                for job in jobs { state.homes[job] = nil }
                lane.ring()
            }
            if !lane.entries.contains(where: { $0.job == job }) {
                let entry = Entry(
                    job: job, writes: writes, slot: lane.forecast.grant(writes, at: now), stage: .joined)
                let index = lane.entries.firstIndex { $0.job > job && !$0.isRunning } ?? lane.entries.count
                lane.entries.insert(entry, at: index)
            }
            state.lanes[place] = lane
            state.homes[job] = place
        }
    }

    /// Waits while those before are at work; says how long to go away where that would be long.
    func turn(
        of job: JobID, _ place: Place, by clock: any Timekeeper, while idling: (Bell) async -> Void
    ) async -> Turn {
        while true {
            let bell = Bell()
            let time = clock.now
            let turn = state.withLock { state in
                guard state.lanes[place] != nil else { return Turn?.some(.now) }
                return state.lanes[place]!.advance(job, waitingAt: bell, at: time)
            }
            if let turn { return turn }
            await idling(bell)
            if Task.isCancelled { return .later(clock.now) }
        }
    }

    func hasPlace(_ job: JobID) -> Bool {
        state.withLock { $0.homes[job] != nil }
    }

    /// A letter was sent away until then.
    func note(_ place: Place, lateUntil time: Date) {
        state.withLock { state in
            let known = state.lanes[place]?.lateUntil ?? time
            state.lanes[place, default: Lane()].lateUntil = max(known, time)
        }
    }

    /// Whether who comes now is sent away for longer than a moment.
    func isLate(_ place: Place, now: Date) -> Bool {
        state.withLock { $0.lanes[place]?.isLate(at: now) ?? false }
    }

    func isAnyLate(at connection: ConfigurationID, of tenant: TenantID, now: Date) -> Bool {
        state.withLock { state in
            state.lanes.contains {
                $0.key.tenant == tenant && $0.key.connection == connection && $0.value.isLate(at: now)
            }
        }
    }

    /// When the next write to an issue may go, which is then taken for done: of the letter whose turn it is, or of the one that
    /// made the issue.
    func grant(at place: Place, now: Date) -> Date {
        state.withLock { state in
            let time = state.lanes[place, default: Lane()].pace.grant(1, at: now)
            state.forgetRested(at: now)
            return time
        }
    }

    /// What other processes wrote to an issue lately, besides what this one did.
    func adopt(_ pace: WritePace, at place: Place) {
        state.withLock { $0.lanes[place, default: Lane()].pace = pace }
    }

    /// Ends a turn. A letter that will be tried again keeps its place. False for one that has none.
    @discardableResult
    func leave(_ job: JobID, until: Date?, at now: Date) -> Bool {
        state.withLock { state in
            guard let place = state.homes[job], var lane = state.lanes[place],
                let index = lane.entries.firstIndex(where: { $0.job == job })
            else { return false }
            if let until {
                lane.entries[index].stage = .away(until: until)
            } else {
                lane.entries.remove(at: index)
                state.homes[job] = nil
            }
            lane.ring()
            state.lanes[place] = lane.isRested(at: now) ? nil : lane
            state.forgetRested(at: now)
            return true
        }
    }
}

extension IssueLanes.Lane {
    /// The turn of a letter, or nil where it waits for the bell.
    fileprivate mutating func advance(_ job: JobID, waitingAt bell: Bell, at now: Date) -> IssueLanes.Turn? {
        guard let index = entries.firstIndex(where: { $0.job == job }) else { return .now }
        if isAhead(entries[index].slot, of: now) { return leave(index, until: entries[index].slot) }
        guard index > 0 else { return begin(at: now) }
        if case .away(let until) = entries[index - 1].stage {
            return leave(index, until: max(until, now).addingTimeInterval(IssueLanes.spacing))
        }
        guard entries.count(where: \.isWaiting) < IssueLanes.waitingLimit else {
            return leave(index, until: now.addingTimeInterval(IssueLanes.spacing * Double(index)))
        }
        entries[index].stage = .waiting(bell)
        return nil
    }

    /// Those who wait look again: whom they waited for is gone, or will come later.
    fileprivate func ring() {
        for entry in entries {
            if case .waiting(let bell) = entry.stage { bell.ring() }
        }
    }

    /// The first goes, unless those before it went later than they should have: when all its writes have room, or the first
    /// group of them.
    private mutating func begin(at now: Date) -> IssueLanes.Turn {
        var granted = pace
        let time = granted.grant(entries[0].writes, at: now)
        if isAhead(time, of: now) { return leave(0, until: time) }
        entries[0].stage = .running
        return .now
    }

    private mutating func leave(_ index: Int, until: Date) -> IssueLanes.Turn {
        entries[index].stage = .away(until: until)
        ring()
        return .later(until)
    }
}

/// By more than what is lost when a time is kept.
private func isAhead(_ time: Date, of now: Date) -> Bool {
    time.timeIntervalSince(now) > 0.005
}

extension IssueLanes.Entry {
    fileprivate var isRunning: Bool {
        if case .running = stage { true } else { false }
    }

    fileprivate var isWaiting: Bool {
        if case .waiting = stage { true } else { false }
    }

    fileprivate func isForgotten(at now: Date, after patience: Double) -> Bool {
        guard case .away(let until) = stage else { return false }
        return now.timeIntervalSince(until) > patience
    }
}

/// The letter's issue takes no more writes for a moment, or others come first; nothing was tried.
struct WaitsItsTurn: Error {
    let pause: Duration
    /// Whether Jira was asked what the letter is for, and answered.
    let isNewlyPlanned: Bool
}
