// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A mailbox on an IMAP server.
public struct IMAPAccount: Sendable {
    public let server: MailServer
    public let credentials: Credentials
    public let folder: String

    public init(server: MailServer, credentials: Credentials, folder: String = "INBOX") {
        self.server = server
        self.credentials = credentials
        self.folder = folder
    }
}

/// How a mailbox is read.
public struct ReadingRules: Sendable {
    public var strategy: ReadStrategy
    public var start: StartingPoint
    /// Larger messages are not fetched, in bytes.
    public var sizeLimit: Int
    /// How often a server is asked that cannot push.
    public var pollInterval: Duration
    /// How long to listen to a server that can push, before asking it all the same. Many links go deaf after ten minutes.
    public var idleRenewal: Duration
    /// How long the server may take for an answer, and for each piece of a message.
    public var patience: Duration

    public init(
        strategy: ReadStrategy = .unread, start: StartingPoint = .now, sizeLimit: Int = 50 << 20,
        pollInterval: Duration = .seconds(60), idleRenewal: Duration = .seconds(9 * 60),
        patience: Duration = .seconds(30)
    ) {
        self.strategy = strategy
        self.start = start
        self.sizeLimit = sizeLimit
        self.pollInterval = pollInterval
        self.idleRenewal = idleRenewal
        self.patience = patience
    }
}

/// Watches one folder of an IMAP server: connects, listens, fetches, settles; and comes back when the line breaks.
public final class IMAPSource: MailSource {
    let account: IMAPAccount
    let rules: ReadingRules
    private let sink: any MailboxSink
    private let time: any Timekeeper
    private let jitter: @Sendable () -> Double
    private let transcript: Transcript
    private let calls = SourceCalls()

    /// `jitter` gives numbers from 0 up to 1, by chance.
    public init(
        _ account: IMAPAccount, rules: ReadingRules, sink: any MailboxSink, time: any Timekeeper = SystemTime(),
        jitter: @escaping @Sendable () -> Double, transcript: Transcript = .off
    ) {
        self.account = account
        self.rules = rules
        self.sink = sink
        self.time = time
        self.jitter = jitter
        self.transcript = transcript
    }

    public func settle() { calls.ring(.settle) }

    public func poll() { calls.ring(.poll) }

    public func run() async {
        let watch = IMAPWatch(folder: account.folder, rules: rules, sink: sink, time: time, calls: calls)
        var schedule = RetrySchedule()
        while !Task.isCancelled {
            do {
                try await attend(watch) { schedule.succeeded() }
            } catch {
                guard !Task.isCancelled else { return }
                let delay = schedule.failed(at: time.now, pace: pace(after: error), jitter: jitter())
                await sink.report(.offline(outage(error, schedule, delay)))
                await rest(delay)
            }
        }
    }

    /// One connection from its opening to its end.
    private func attend(_ watch: IMAPWatch, looked: () -> Void) async throws {
        let connection = try await connect()
        do {
            try await connection.signIn()
            try await watch.run(on: connection, looked: looked)
        } catch {
            if error is MailTransportError || Task.isCancelled {
                await connection.close()
            } else {
                await connection.logOut()
            }
            throw error
        }
    }

    func connect() async throws -> IMAPConnection {
        try await IMAPConnection.open(
            to: account.server, as: account.credentials, patience: rules.patience, transcript: transcript)
    }

    /// Until the next try, or until a person asks for it.
    private func rest(_ delay: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [time] in try? await time.sleep(for: delay) }
            group.addTask { [calls] in try? await calls.wait(for: .poll) }
            await group.next()
            group.cancelAll()
        }
        _ = calls.take()
    }

    private func pace(after error: any Error) -> RetrySchedule.Pace {
        switch (error as? MailTransportError)?.retry {
        case .never?, .whenReauthorized?: .slow
        case .soon?, .after?, nil: .quick
        }
    }

    private func outage(_ error: any Error, _ schedule: RetrySchedule, _ delay: Duration) -> Outage {
        let now = time.now
        return Outage(
            code: (error as? MailTransportError)?.code, since: schedule.since ?? now, said: String(describing: error),
            failures: schedule.failures, nextTry: now + delay.seconds)
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
