// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
import Vault

extension Line {
    /// What wraps the key of one that is not done.
    var pendingRetention: Retention {
        switch self {
        case .letter: .pending
        case .event: .pendingEvent
        }
    }

    /// What a finished one is kept for.
    var retention: Retention {
        switch self {
        case .letter: .audit
        case .event: .event
        }
    }
}

public enum JobState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Durable, not yet decided; then `planned` or any end.
    case received
    /// Its plan is kept, nothing is begun; then `executing`.
    case planned
    /// An action was begun; then an end, or again after a retry.
    case executing
    /// Ended well. Comes back only by `rerun`.
    case done
    /// Ended without success. Comes back only by `rerun`.
    case failed
    /// Waits for a person: `retry`, `discard`.
    case parked
}

/// One letter or event and the state of its work. What was received is sealed beside it: `payload(of:)`, `body(of:)`.
public struct Job: Sendable, Hashable, Identifiable {
    public var id: JobID
    public var tenant: TenantID
    public var line: Line
    /// Which configured source, or which webhook, it came from.
    public var source: String
    public var state: JobState
    public var receivedAt: Date
    /// When it is to be tried; nil when nothing is to be done.
    public var dueAt: Date?
    /// How often it was tried in vain.
    public var attempts: Int
    /// Bytes of the body.
    public var size: Int

    public var isUnfinished: Bool { state != .done && state != .failed }
}

/// A job that is still to be done, in whose work a process ended.
public struct InterruptedJob: Sendable, Hashable {
    public var job: Job
    public var times: Int
}

/// Which jobs to list, newest first.
public struct JobFilter: Sendable, Hashable {
    public var line: Line
    public var states: Set<JobState>
    /// Only those older than this one.
    public var before: JobID?
    public var limit: Int

    public init(
        line: Line, states: Set<JobState> = Set(JobState.allCases), before: JobID? = nil, limit: Int = 100
    ) {
        self.line = line
        self.states = states
        self.before = before
        self.limit = limit
    }
}

/// That an action was begun, and what came of it if it ended. Begun and not ended is to be reconciled by a read.
public struct Mark: Sendable, Hashable {
    public var action: ActionID
    /// For the first time.
    public var begunAt: Date
    /// For the last time.
    public var triedAt: Date
    public var endedAt: Date?
    public var result: Data?
}

/// How a job ends.
public enum Ending: String, Sendable, Hashable {
    case done
    case failed
}
