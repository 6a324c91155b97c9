// SPDX-License-Identifier: Apache-2.0

// Engine: runs the two lines.
//
// Verbs: `run` works until it is cancelled; `rehearse` decides with live reads and does nothing; `replay` decides with
// the facts that were kept, and looks at nothing. Letters come in by `SMTPIntake` and `MailboxIntake`, events by `EventIntake`.
//
// Invariants
//  - Decide, then do: the plan is kept before its first action. Each action is marked begun and ended; one that was begun and
//    not ended is looked for by a read before it is done again.
//  - Only `Doing/Executor` does what a plan says to Jira or sends mail; only `Deciding/FactFinder` looks anything up for one.
//    Beside them `WebhookRegistration` registers the webhook, when an operator asks for it.
//  - A job that fails is put off or parked under its own id; all others go on.

import Foundation
public import Logging
public import MailTransport
public import Store
import Vault
public import WebClient

/// What the lines need of the process around them.
public struct EngineSettings: Sendable {
    /// What we call ourselves to other mail servers.
    public var hostName: String
    /// How long events of one issue wait for each other.
    public var coalescing: Duration
    /// Letters that are worked on at the same time.
    public var workers: Int
    /// How long Jira's search may lag: before that, an issue that is not found may be there all the same.
    public var settling: Duration
    /// How operators are told by mail of work that waits; nil where the log alone says it.
    public var alerts: AlertRoute?
    /// The folder that letters are also written to as they came, unsealed, where an admin asked for it.
    public var rawCopies: String?
    /// Between what shares of its length a pause is chosen, so that what failed together does not come back together.
    public var jitter: ClosedRange<Double> = 0.7...1.3

    public init(
        hostName: String = "localhost", coalescing: Duration = .seconds(60), workers: Int = 8,
        settling: Duration = .seconds(15)
    ) {
        self.hostName = hostName
        self.coalescing = coalescing
        self.workers = workers
        self.settling = settling
    }
}

extension EngineSettings {
    /// The share of a pause that is really waited this time.
    var spread: Double { jitter.lowerBound + (jitter.upperBound - jitter.lowerBound) * Vault.jitter() }
}

/// Both lines of one process.
public struct Engine: Sendable {
    public let store: InstallationStore
    public let tenants: Tenants
    public let settings: EngineSettings
    let time: any Timekeeper
    let logger: Logger
    let holds: Holds
    let lanes = IssueLanes()
    let forerunners = Forerunners()
    let memory = SiteMemory()
    let turnstile = Turnstile()
    let settlements = SettlementBoard()
    let queueProgress = QueueProgress()
    let queueWatch = QueueWatch()
    /// Where Jira's events wait before they come into the database; nil where they come there at once.
    let eventQueue: SQSQueue?

    public init(
        store: InstallationStore, connections: HTTPConnections, settings: EngineSettings,
        eventQueue: SQSQueue? = nil,
        time: any Timekeeper = SystemTime(),
        logger: Logger
    ) {
        self.store = store
        self.eventQueue = eventQueue
        self.settings = settings
        self.time = time
        self.logger = logger
        holds = Holds(time: time)
        tenants = Tenants(store: store, connections: connections, now: { time.now })
    }

    var now: Date { time.now }

    /// How long nobody looks for work that nobody told of: what other processes take in may not be announced here.
    var longestRest: Duration {
        if !store.isShared { return .seconds(60) }
        return store.hearing == .hears ? .seconds(10) : .seconds(1)
    }

    /// Works on letters, events and mailboxes until the task is cancelled. Throws when other processes took this one for
    /// dead, or the key store opens for it no more: then it must not go on.
    public func run() async throws {
        let sharing = Sharing(engine: self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await sharing.beat() }
            group.addTask { try await sharing.follow() }
            group.addTask { for await _ in store.setUpChanges() { tenants.forget() } }
            group.addTask { await LetterLine(engine: self).run() }
            group.addTask { await sharing.alone(at: "events") { await EventLine(engine: self).run() } }
            group.addTask { await sharing.alone(at: "missed events") { await EventReconciler(engine: self).run() } }
            group.addTask { await sharing.alone(at: "tokens") { await TokenWatch(engine: self).run() } }
            group.addTask { await sharing.alone(at: "waiting work") { await WaitingWatch(engine: self).run() } }
            group.addTask { await sharing.alone(at: "connections") { await ConnectionKeeper(engine: self).run() } }
            group.addTask { await MailboxKeeper(engine: self).run() }
            if let eventQueue {
                group.addTask { await QueuedEvents(engine: self, queue: eventQueue).run() }
                group.addTask { await queueWatch.run(eventQueue, by: time) }
            }
            group.addTask { await sharing.alone(at: "sweep") { await Sweeper(engine: self).run() } }
        }
    }
}
