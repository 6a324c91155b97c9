// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Logging
import MailTransport
import Planning
import Synchronization
import Testing

@testable import Engine
@testable import Store

/// Who waits is woken by a ring alone: no time passes.
private final class StillTime: Timekeeper {
    private let waits = Mutex(0)

    let now = noon

    /// How often somebody went to rest.
    var count: Int { waits.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        waits.withLock { $0 += 1 }
        await Bell().wait()
        throw CancellationError()
    }
}

/// What is logged: `warning the words`.
private struct Lines: LogHandler {
    let add: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(add: @escaping @Sendable (String) -> Void) {
        self.add = add
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        add("\(event.level) \(event.message)")
    }
}

@Suite("Several processes", .enabled(if: PostgreSQL.isAvailable, "needs Debian's postgresql"))
struct SharingTests {
    /// As many processes as that have ended within the letter's work.
    private func interrupt(_ job: JobID, _ times: Int, in place: Workplace) async throws {
        try await place.store.committer.write { connection in
            for _ in 0..<times { try connection.countInterruption(of: job, in: nil) }
        }
    }

    /// Who has the lease of the letters at which processes ended.
    private func loneWorkers(_ place: Workplace) async throws -> Int {
        try await place.store.database.read {
            try $0.rows("SELECT process FROM leases WHERE name = 'interrupted letters'").count
        }
    }

    @Test("set a letter aside at which they ended for the third time, and go on with the others")
    func endsProcesses() async throws {
        let server = try await PostgreSQL.start()
        try await withWorkplace(database: try await server.makeDatabase()) { one in
            try await one.withAnother { other in
                let poison = try await one.take(letter(subject: "Ends processes"))
                let next = try await one.take(letter(from: "ben@example.com", subject: "Another"))
                try await interrupt(poison, LetterLine.interruptionLimit, in: one)
                try await other.work()
                #expect(try await one.audit(next)?.disposition == .created)
                #expect(try await one.standing(poison).state == .received)
                let bell = Bell()
                await LetterLine(engine: other.engine).workOnInterrupted(after: Seats(bell), bell)
                let said = """
                    Martlet ended 3 times while it worked on this letter, so it is set aside. \
                    Please report it, with the letter if you may.
                    """
                #expect(try await one.standing(poison) == Standing(state: .parked, due: nil, said: said))
                #expect(try await loneWorkers(one) == 0)
            }
        }
    }

    @Test("work at once on what another one takes in, without a look of their own", .timeLimit(.minutes(1)))
    func told() async throws {
        let server = try await PostgreSQL.start()
        try await withWorkplace(database: try await server.makeDatabase()) { one in
            try await one.withAnother { other in
                while other.store.hearing != .hears, !Task.isCancelled { await Task.yield() }
                let time = StillTime()
                let engine = Engine(
                    store: other.store, connections: other.connections, settings: other.engine.settings, time: time,
                    logger: silentLogger)
                #expect(engine.longestRest == .seconds(10))
                let running = Task { await LetterLine(engine: engine).run() }
                while time.count == 0, !Task.isCancelled { await Task.yield() }
                let job = try await one.take(letter())
                while try await one.audit(job) == nil, !Task.isCancelled { await Task.yield() }
                #expect(try await one.audit(job)?.disposition == .created)
                running.cancel()
                await running.value
            }
        }
    }

    @Test("say once that they do not hear each other, and that they do again")
    func hearing() async throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "test") { _ in Lines { line in lines.withLock { $0.append(line) } } }
        var hearing = Hearing.hears
        let steps: [Hearing] = [
            .notYet, .hears, .deaf("The database cannot be reached."), .deaf("The database cannot be reached."),
            .notYet,
            .hears, .hears, .noOthers,
        ]
        for step in steps { Sharing.tell(step, after: &hearing, logger) }
        #expect(
            lines.withLock { $0 } == [
                "warning other processes are not heard, and what they take in is looked for each second: "
                    + "The database cannot be reached.",
                "notice other processes are heard again",
            ])
    }

    @Test("let letters to a Jira that is well wait for none that is for another one")
    func otherSite() async throws {
        let server = try await PostgreSQL.start()
        try await withWorkplace(database: try await server.makeDatabase()) { place in
            try await place.change { configuration in
                var away = place.connection(ConfigurationID("away")!)
                away.site = "http://127.0.0.1:1"
                configuration.connections.append(away)
                var profile = configuration.profiles[0]
                profile.id = sales
                profile.connection = away.id
                profile.catchAddresses = [AddressPattern("sales@example.com")!]
                configuration.profiles.append(profile)
            }
            let first = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(first)?.disposition == .created)
            let stuck = try await place.take(letter(to: "sales@example.com"), to: "sales@example.com")
            let answer = try await place.take(letter(subject: "Re: [HELP-1] Stripes", id: "two@example.com"))
            try await place.work()
            #expect(try await place.standing(stuck).said == "Jira cannot be reached.")
            #expect(try await place.audit(answer)?.disposition == .commented)
        }
    }

    @Test("leave a letter at which one of them ended to one alone, which waits until it has nothing else at work")
    func alone() async throws {
        let server = try await PostgreSQL.start()
        try await withWorkplace(database: try await server.makeDatabase()) { one in
            try await one.withAnother { other in
                let job = try await one.take(letter())
                try await interrupt(job, 1, in: one)
                let bell = Bell()
                let seats = Seats(bell)
                seats.take(acme)
                let lone = Task { await LetterLine(engine: one.engine).workOnInterrupted(after: seats, bell) }
                while try await loneWorkers(other) == 0 { await Task.yield() }
                await LetterLine(engine: other.engine).workOnInterrupted(after: Seats(Bell()), Bell())
                #expect(try await other.standing(job).state == .received)
                seats.leave(acme)
                await lone.value
                #expect(try await other.audit(job)?.disposition == .created)
                #expect(try await loneWorkers(one) == 0)
            }
        }
    }
}
