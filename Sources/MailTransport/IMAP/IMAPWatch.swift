// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The work on one open mailbox: carry out what is settled, look for new messages, hand them over, wait; and again.
///
/// Lives as long as its source and goes from connection to connection.
final class IMAPWatch {
    let folder: String
    let rules: ReadingRules
    let sink: any MailboxSink
    let time: any Timekeeper
    let calls: SourceCalls
    /// Messages that could not be fetched so far.
    var suspects = Suspects()
    /// Whether this server names messages behind their bodies, so that only one can be asked for at a time.
    var fetchesSingly = false
    /// How many letters in a row our own side has failed to take.
    var sinkFailures = 0

    init(
        folder: String, rules: ReadingRules, sink: any MailboxSink, time: any Timekeeper, calls: SourceCalls
    ) {
        self.folder = folder
        self.rules = rules
        self.sink = sink
        self.time = time
        self.calls = calls
    }

    /// Until the connection breaks or the sink fails. `looked` is called after each successful look.
    func run(on connection: IMAPConnection, looked: () -> Void) async throws {
        let mailbox = try await connection.select(folder)
        let since = time.now
        var session = IMAPVisit(connection, mailbox, try await position(in: mailbox, connection))
        var nextLook = since
        while true {
            try await settle(&session)
            if time.now >= nextLook {
                try await look(&session)
                looked()
                nextLook = min(time.now + interval(connection).seconds, suspects.nextTry ?? .distantFuture)
            }
            await sink.report(.online(since: since, looked: time.now, complaint: session.complaint))
            if try await wait(on: connection, until: nextLook) { nextLook = time.now }
        }
    }

    private func interval(_ connection: IMAPConnection) -> Duration {
        connection.can("IDLE") ? rules.idleRenewal : rules.pollInterval
    }

    /// Where to start: as remembered, or at the first look as the rules say.
    private func position(in mailbox: IMAPMailbox, _ connection: IMAPConnection) async throws -> MailboxPosition {
        if let position = try await sink.position() {
            guard position.uidValidity != mailbox.uidValidity else { return position }
            suspects = Suspects()
            let renumbered = position.renumbered(mailbox.uidValidity)
            try await sink.remember(renumbered)
            return renumbered
        }
        var position = MailboxPosition(uidValidity: mailbox.uidValidity, floor: 0)
        if rules.start == .now {
            let last = if let next = mailbox.uidNext { next - 1 } else { try await connection.search("ALL").last ?? 0 }
            position.floor = last
            position.start = time.now
        }
        try await sink.remember(position)
        return position
    }

    /// Whether a look is due.
    private func wait(on connection: IMAPConnection, until nextLook: Date) async throws -> Bool {
        // Should the clock be set back meanwhile, we wait no longer than usual.
        let left = min(.seconds(nextLook.timeIntervalSince(time.now)), interval(connection))
        guard left > .zero else { return true }
        if connection.can("IDLE") {
            try await connection.idle(for: left, on: time, orUntil: calls)
        } else {
            try await pause(left)
        }
        return connection.hasNews || calls.take() != .settle
    }

    private func pause(_ duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [time] in try await time.sleep(for: duration) }
            group.addTask { [calls] in try await calls.wait(for: .settle) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Finds what is new and takes it in.
    private func look(_ visit: inout IMAPVisit) async throws {
        try await visit.connection.noop()
        visit.connection.forgetNews()
        let listed = try await visit.connection.search(visit.position.criteria(rules.strategy))
        visit.position.keep(listed)
        let new = listed.filter { !visit.position.taken.contains($0) }
        let (doubtful, sound) = suspects.sort(new, at: time.now)
        for start in stride(from: 0, to: sound.count, by: 50) {
            try await take(Array(sound[start..<min(start + 50, sound.count)]), &visit)
        }
        for uid in doubtful { try await take([uid], &visit) }
        try await remember(&visit)
    }

    /// Keeps the position if it has changed.
    func remember(_ visit: inout IMAPVisit) async throws {
        guard visit.position != visit.remembered else { return }
        try await sink.remember(visit.position)
        visit.remembered = visit.position
    }
}

/// One connection's stay in a mailbox.
struct IMAPVisit {
    let connection: IMAPConnection
    let mailbox: IMAPMailbox
    var position: MailboxPosition
    var remembered: MailboxPosition
    /// What goes wrong although mail comes in.
    var complaint: String?

    init(_ connection: IMAPConnection, _ mailbox: IMAPMailbox, _ position: MailboxPosition) {
        self.connection = connection
        self.mailbox = mailbox
        self.position = position
        remembered = position
    }
}
