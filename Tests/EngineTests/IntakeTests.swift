// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import LocalServers
import MailTransport
import NIOCore
import Planning
import Store
import Testing

@testable import Engine

@Suite("Mail that comes by SMTP")
struct SMTPIntakeTests {
    private func withTwoProfiles(_ body: (Workplace) async throws -> Void) async throws {
        try await withWorkplace {
            var second = $0.profiles[0]
            second.id = sales
            second.catchAddresses = [AddressPattern("@sales.example.com")!]
            $0.profiles.append(second)
        } _: { place in
            try await body(place)
        }
    }

    @Test("for two profiles is kept once for each, with its own recipients")
    func twoProfiles() async throws {
        try await withTwoProfiles { place in
            try await place.take(
                letter(), to: "support@example.com", "one@sales.example.com", "support+x@example.com")
            let jobs = try await place.tenant.jobs(matching: JobFilter(line: .letter))
            var origins: [String: [String]] = [:]
            for job in jobs {
                let origin = try await place.tenant.origin(of: job.id)
                origins[origin.profile.rawValue] = origin.envelope.recipients
            }
            #expect(jobs.count == 2)
            #expect(
                origins == [
                    "support": ["support@example.com", "support+x@example.com"], "sales": ["one@sales.example.com"],
                ])
            try await place.work()
            #expect(await place.sandbox.issues().count == 2)
        }
    }

    @Test("is accepted for catch addresses, and refused in words for others")
    func refusal() async throws {
        try await withTwoProfiles { place in
            let intake = SMTPIntake(engine: place.engine)
            for known in ["support@example.com", "SUPPORT@Example.com", "anyone@sales.example.com"] {
                #expect(await intake.accepts(SMTPAddress(known)!, in: session) == .accepted, "\(known)")
            }
            for unknown in ["postmaster@example.com", "support@example.org", "supporter@example.com"] {
                #expect(
                    await intake.accepts(SMTPAddress(unknown)!, in: session)
                        == .refused("No profile takes mail to this address."), "\(unknown)")
            }
        }
    }

    @Test("is left with its sender when a catch address was taken away since it was accepted")
    func addressGone() async throws {
        try await withTwoProfiles { place in
            for recipients in [["elsewhere@example.com"], ["support@example.com", "elsewhere@example.com"]] {
                let envelope = MailTransport.Envelope(sender: nil, recipients: recipients.compactMap(SMTPAddress.init))
                await #expect(throws: ReceptionVerdict.failed) {
                    _ = try await SMTPIntake(engine: place.engine).begin(envelope, in: session)
                }
            }
        }
    }

    @Test("is put off when nobody can say whose it is")
    func storeClosed() async throws {
        try await withWorkplace { place in
            try await place.afterCrash { after in
                try await after.store.close()
                let intake = SMTPIntake(engine: after.engine)
                #expect(await intake.accepts(SMTPAddress("support@example.com")!, in: session) == .tryLater)
            }
        }
    }

    @Test(
        "is left with its sender when the disk is full",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small disk"))
    func diskFull() async throws {
        let folder = try TemporaryFolder()
        let disk = try SmallDisk(at: folder.path("data"), size: "3m")
        defer { disk.unmount() }
        try await withWorkplace(in: folder) { place in
            let kept = try await place.take(letter())
            var verdict: ReceptionVerdict?
            for number in 0..<200 where verdict == nil {
                let body = String(repeating: "\(number) is not little. ", count: 2_500)
                do {
                    try await place.take(letter(id: "\(number)@example.com", body: body))
                } catch {
                    verdict = error as? ReceptionVerdict
                }
            }
            #expect(verdict == .insufficientStorage)
            try disk.resize("32m")
            try await place.take(letter(id: "later@example.com"))
            #expect(try await place.tenant.job(kept)?.state == .received)
        }
    }
}

@Suite("A mailbox that is set up")
struct MailboxKeeperTests {
    @Test("is watched although its tenant's set-up could not be read just then", .timeLimit(.minutes(1)))
    func isWatched() async throws {
        try await withWorkplace {
            $0.sources = [
                Planning.Source(id: ConfigurationID("box")!, profile: support, host: "127.0.0.1", user: "support")
            ]
            $0.sources[0].port = 1
        } _: { place in
            let keeper = MailboxKeeper(engine: place.engine)
            let watched = try #require(await keeper.wanted()?.wanted.first)
            try await place.tenant.put(.outbound, outbound, Data("{".utf8), at: place.time.now)
            place.engine.tenants.forget()
            let watching = Task { await keeper.watch(watched) }
            while try await place.tenant.health().isEmpty { await Task.yield() }
            #expect(try await place.tenant.health().map(\.isOnline) == [false])
            watching.cancel()
            await watching.value
        }
    }
}

@Suite("Mail that comes from a mailbox")
struct MailboxIntakeTests {
    private let place = MailboxPlace(uidValidity: 7, uid: 42)

    private func source(_ strategy: Planning.ReadStrategy) -> Planning.Source {
        var source = Planning.Source(id: ConfigurationID("box")!, profile: support, host: "127.0.0.1", user: "support")
        source.readStrategy = strategy
        return source
    }

    private func fetch(_ bytes: [UInt8], by intake: MailboxIntake) async throws {
        let arrival = MailboxArrival(place: place, received: nil, size: bytes.count, flags: [])
        let sink = try await intake.begin(arrival)
        try await sink.write(ByteBuffer(bytes: bytes))
        guard case .accepted = try await sink.finish() else { throw Unexpected() }
    }

    /// What the mailbox is to be told of one letter, before and after a crash.
    private func fates(
        _ strategy: Planning.ReadStrategy, _ bytes: [UInt8], nonCatch: NonCatchAction = .drop, project: String = "HELP"
    ) async throws -> [Settlement.Fate] {
        var fates: [Settlement.Fate] = []
        let source = source(strategy)
        try await withWorkplace {
            $0.sources = [source]
            $0.profiles[0].nonCatch = nonCatch
            $0.profiles[0].project = ProjectKey(project)!
        } _: { workplace in
            let intake = MailboxIntake(engine: workplace.engine, tenant: workplace.tenant, source: source)
            try await fetch(bytes, by: intake)
            #expect(try await intake.settlements() == [])
            try await workplace.work()
            let settlements = try await intake.settlements()
            #expect(settlements.allSatisfy { $0.place == place })
            fates = settlements.map(\.fate)
            try await workplace.afterCrash { after in
                let again = MailboxIntake(engine: after.engine, tenant: after.tenant, source: source)
                #expect(try await again.settlements() == settlements)
                try await again.carriedOut(settlements)
                #expect(try await again.settlements() == [])
            }
        }
        return fates
    }

    @Test("is marked as read once it is done, also after a restart")
    func markSeen() async throws {
        #expect(try await fates(.unreadMarkRead, letter()) == [.markSeen])
    }

    @Test("is deleted once it is done, where all is read and deleted")
    func delete() async throws {
        #expect(try await fates(.allDelete, letter()) == [.delete])
    }

    @Test("is marked or deleted when it was dropped, too")
    func dropped() async throws {
        let stray = letter(to: "elsewhere@example.com")
        #expect(try await fates(.unreadMarkRead, stray) == [.markSeen])
        #expect(try await fates(.allDelete, stray) == [.delete])
    }

    @Test("stays as it is when it is ignored, whatever the strategy")
    func ignored() async throws {
        let stray = letter(to: "elsewhere@example.com")
        #expect(try await fates(.unreadMarkRead, stray, nonCatch: .ignore) == [.leave])
        #expect(try await fates(.allDelete, stray, nonCatch: .ignore) == [.leave])
    }

    @Test("stays unread when it is parked, and is deleted when it is kept here alone")
    func parked() async throws {
        #expect(try await fates(.unreadMarkRead, letter(), project: "NOPE") == [])
        #expect(try await fates(.allDelete, letter(), project: "NOPE") == [.delete])
    }

    @Test("is told of what was kept, though not at the first try, and of all that came at the same time")
    func boardKeeps() async throws {
        let source = source(.unreadMarkRead)
        try await withWorkplace { workplace in
            let settlements = (1...50).map {
                Settlement(place: MailboxPlace(uidValidity: 7, uid: $0), fate: .markSeen)
            }
            let board = SettlementBoard()
            #expect(try await board.list(of: workplace.tenant, source.id) == [])
            try await workplace.afterCrash { closed in
                try await closed.store.close()
                await #expect(throws: StoreError.self) {
                    try await board.add(settlements[0], of: closed.tenant, source.id, at: noon)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for one in settlements {
                    group.addTask { try await board.add(one, of: workplace.tenant, source.id, at: noon) }
                }
                try await group.waitForAll()
            }
            let kept = try await SettlementBoard().list(of: workplace.tenant, source.id)
            #expect(Set(kept) == Set(settlements))
            #expect(kept.count == 50)
            try await board.remove(settlements.dropLast(1), of: workplace.tenant, source.id, at: noon)
            #expect(try await SettlementBoard().list(of: workplace.tenant, source.id) == [settlements[49]])
        }
    }

    @Test("that is too large or unreadable is parked in words, and the box goes on")
    func tooLarge() async throws {
        let source = source(.unreadMarkRead)
        try await withWorkplace {
            $0.sources = [source]
        } _: { workplace in
            let intake = MailboxIntake(engine: workplace.engine, tenant: workplace.tenant, source: source)
            let arrival = MailboxArrival(place: place, received: nil, size: 99_000_000, flags: [])
            try await intake.oversized(arrival, header: Array("Subject: A film\r\n\r\n".utf8))
            workplace.time.advance(1)
            try await intake.unreadable(arrival, said: "NO [SERVERBUG]")
            let jobs = try await workplace.tenant.jobs(matching: JobFilter(line: .letter))
            #expect(jobs.map(\.state) == [.parked, .parked])
            var said: [String?] = []
            for job in jobs { said.append(try await workplace.tenant.said(of: job.id)) }
            #expect(
                said == [
                    "The server does not give this message: NO [SERVERBUG]",
                    "The letter has 99000000 bytes, more than is fetched. It is still in the mailbox.",
                ])
        }
    }

    @Test(
        "that is kept as its header alone becomes no issue and is not deleted in the mailbox, whatever is asked for",
        arguments: [Planning.ReadStrategy.unreadMarkRead, .allDelete])
    func onlyTheHeader(_ strategy: Planning.ReadStrategy) async throws {
        let source = source(strategy)
        try await withWorkplace {
            $0.sources = [source]
        } _: { workplace in
            let intake = MailboxIntake(engine: workplace.engine, tenant: workplace.tenant, source: source)
            let arrival = MailboxArrival(place: place, received: nil, size: 99_000_000, flags: [])
            try await intake.oversized(arrival, header: Array("From: ada@example.com\r\nSubject: A film\r\n\r\n".utf8))
            let job = try #require(try await workplace.tenant.jobs(matching: JobFilter(line: .letter)).first)
            try await workplace.tenant.takeUp(job.id, at: workplace.time.now, said: "An admin asked.")
            try await workplace.work()
            let said = """
                Only the header of this letter is kept here, so nothing can be made of it. \
                The letter itself is still in its mailbox.
                """
            #expect(try await workplace.standing(job.id) == Standing(state: .parked, due: nil, said: said))
            #expect(await workplace.sandbox.requests() == [])
            #expect(try await intake.settlements() == [])
        }
    }

    @Test("keeps its place over a restart")
    func position() async throws {
        try await withWorkplace { workplace in
            let source = source(.unreadMarkRead)
            let intake = MailboxIntake(engine: workplace.engine, tenant: workplace.tenant, source: source)
            #expect(try await intake.position() == nil)
            let position = MailboxPosition(uidValidity: 7, floor: 42, start: noon)
            try await intake.remember(position)
            try await workplace.afterCrash { after in
                let again = MailboxIntake(engine: after.engine, tenant: after.tenant, source: source)
                let found = try await again.position()
                #expect(found == position)
            }
        }
    }
}
