// SPDX-License-Identifier: Apache-2.0

import MailTransport
import NIOCore
import Planning
import Store
import Synchronization
import Testing

@testable import Engine

/// A mail server that says nothing to a recipient until it is let.
private final class DeafMailbox: MailReception {
    private struct State {
        var count = 0
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How often it was asked.
    var count: Int { state.withLock(\.count) }

    func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.count += 1
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return .tryLater
    }

    func begin(_ envelope: MailTransport.Envelope, in session: SMTPSession) async throws -> any LetterSink {
        throw ReceptionVerdict.failed
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

@Suite("Events of a tenant whose mail server does not answer", .timeLimit(.minutes(1)))
struct EventLineTests {
    private let globex = TenantID("globex")!

    /// Acme's mail server is deaf, Globex's is not.
    ///
    /// - Parameter count: Of issues with an event that was put off once.
    private func withDeafServer(
        _ count: Int = 12, _ body: (Workplace, DeafMailbox) async throws -> Void
    ) async throws {
        let mailbox = DeafMailbox()
        let server = try await SMTPServer.start(
            SMTPServerConfiguration(port: 0, name: "deaf.example"), delivering: mailbox, logger: silentLogger)
        try await withWorkplace {
            $0.outbounds[0].port = 1
        } _: { place in
            try await place.store.createTenant(globex, name: "Globex", at: noon)
            try await place.apply(place.configuration, to: try await place.store.tenant(globex))
            for number in 0..<count {
                let issue = try await place.sandbox.open("A printer \(number)")
                try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            }
            try await place.tick()
            #expect(try await place.events().allSatisfy { $0.state == .executing })
            try await place.change { $0.outbounds[0].port = server.port }
            place.time.advance(60)
            try await body(place, mailbox)
            mailbox.open()
        }
        await server.shutDown(within: .zero)
    }

    private func tellGlobex(_ place: Workplace) async throws {
        let issue = try await place.sandbox.open("A screen")
        let id = try await place.sandbox.comment("Here", on: issue.key, as: "Bo Lindqvist")
        let body = commentEvent(id, on: issue, by: await place.sandbox.accountID("Bo Lindqvist"))
        let verdict = try await EventIntake(engine: place.engine).accept(
            body, .init(signature: signed(body)), delivery: id, for: globex)
        #expect(verdict == .kept)
    }

    private func waitUntilTold(_ place: Workplace) async {
        while await place.sandbox.told().isEmpty, !Task.isCancelled { await Task.yield() }
    }

    // Twelve are more than there are workers.
    @Test("that were put off do not hold up another tenant's in the same tick")
    func sameTick() async throws {
        try await withDeafServer { place, mailbox in
            try await tellGlobex(place)
            let tick = Task { try await place.tick() }
            await waitUntilTold(place)
            #expect(await place.sandbox.told().count == 1)
            mailbox.open()
            try await tick.value
            #expect(mailbox.count == 12)
        }
    }

    @Test("that are at work do not hold up another tenant's that come later")
    func laterTick() async throws {
        try await withDeafServer { place, mailbox in
            let running = Task { await EventLine(engine: place.engine).run() }
            while mailbox.count < 6, !Task.isCancelled { await Task.yield() }
            try await tellGlobex(place)
            await waitUntilTold(place)
            #expect(await place.sandbox.told().count == 1)
            running.cancel()
            mailbox.open()
            await running.value
        }
    }

    @Test("wait for their share of the workers, in their order, while others have theirs")
    func shares() async {
        let begun = Mutex<[String]>([])
        let work = FairWork(workers: 4)
        func task(_ tenant: TenantID, _ number: Int) -> TenantTask {
            TenantTask(tenant: tenant) { begun.withLock { $0.append("\(tenant) \(number)") } }
        }
        work.add((1...5).map { task(acme, $0) } + (1...2).map { task(globex, $0) })
        var atWork: [TenantTask] = []
        while let next = work.begin(share: 3) { atWork.append(next) }
        #expect(atWork.map(\.tenant) == [acme, globex, acme, globex])
        #expect(work.tenants == [acme, globex])
        work.end(globex)
        work.end(globex)
        #expect(work.begin(share: 3)?.tenant == acme)
        #expect(work.begin(share: 3) == nil)
        #expect(work.tenants == [acme])
        for _ in 1...3 { work.end(acme) }
        await work.runAll(share: 3)
        #expect(begun.withLock { $0.sorted() } == ["acme 4", "acme 5"])
        #expect(work.tenants.isEmpty)
    }

    @Test("tell nothing of an issue before what was begun earlier is told")
    func inOrder() async throws {
        try await withDeafServer(4) { place, mailbox in
            let running = Task { await EventLine(engine: place.engine).run() }
            // Each has a worker, and none waits.
            while mailbox.count < 4, !Task.isCancelled { await Task.yield() }
            let issue = try #require(await place.sandbox.issues().first)
            try await place.comment("And another thing", on: issue, as: "Bo Lindqvist")
            try await tellGlobex(place)
            await waitUntilTold(place)
            #expect(try await place.events().last?.state == .received)
            #expect(mailbox.count == 4)
            running.cancel()
            mailbox.open()
            await running.value
        }
    }
}
