// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import LocalServers
import Planning
import Store
import Testing
import Vault
import WebClient

@testable import Engine

@Suite("Events that come by a queue", .enabled(if: Bucket.isAvailable, "needs the Python package moto"))
struct QueuedEventTests {
    /// It waits for nothing.
    private func queue(of server: Bucket, hidden: Int = 60) throws -> SQSQueue {
        try #require(
            SQSQueue(
                url: server.queue, region: Bucket.region,
                as: AWSCredentials(accessKey: server.accessKey, secretKey: Secret(Bucket.secretKey)), waiting: 0,
                hidden: hidden
            ) {
                Date()
            } sleep: { _ in
            })
    }

    /// A workplace whose engine has a queue beside its database.
    private func withQueue(
        hidden: Int = 60, _ body: (Workplace, EventIntake, QueuedEvents) async throws -> Void
    ) async throws {
        let server = try await Bucket.start()
        let queue = try queue(of: server, hidden: hidden)
        try await withWorkplace { place in
            let engine = engine(of: place, queue)
            try await body(place, EventIntake(engine: engine), QueuedEvents(engine: engine, queue: queue))
        }
        try await queue.close()
    }

    private func engine(of place: Workplace, _ queue: SQSQueue) -> Engine {
        Engine(
            store: place.store, connections: place.connections, settings: place.engine.settings, eventQueue: queue,
            time: place.time, logger: silentLogger)
    }

    private func event(_ number: Int, _ words: String = "words") -> [UInt8] {
        Array(
            #"{"webhookEvent": "jira:issue_updated", "issue": {"id": "10001", "key": "HELP-1"}, "n": \#(number), "w": "\#(words)"}"#
                .utf8)
    }

    private func accept(_ intake: EventIntake, _ body: [UInt8], _ delivery: String?) async throws -> EventIntake.Verdict
    {
        try await intake.accept(body, .init(signature: signed(body)), delivery: delivery, for: acme)
    }

    @Test("are counted there, as of when the queue was asked last")
    func depth() async throws {
        try await withQueue { place, intake, queued in
            let engine = queued.engine
            #expect(engine.eventQueueDepth == nil)
            #expect(try await accept(intake, event(1), "delivery") == .kept)
            await engine.queueWatch.look(at: queued.queue)
            #expect(engine.eventQueueDepth == SQSDepth(waiting: 1, taken: 0))
            try await queued.takeUp()
            #expect(engine.eventQueueDepth == SQSDepth(waiting: 1, taken: 0))
            await engine.queueWatch.look(at: queued.queue)
            #expect(engine.eventQueueDepth == SQSDepth(waiting: 0, taken: 0))
        }
    }

    @Test("wait there sealed, and come into the database in their order, as of when Jira told them (P36)")
    func order() async throws {
        try await withQueue { place, intake, queued in
            let began = place.time.now
            for number in 1...3 {
                #expect(try await accept(intake, event(number), "delivery \(number)") == .kept)
                place.time.advance(1)
            }
            #expect(try await place.events().isEmpty)
            place.time.advance(100)
            try await queued.takeUp()
            let events = try await place.events()
            #expect(events.map { $0.receivedAt.timeIntervalSince(began) } == [0, 1, 2])
            for (number, job) in events.enumerated() {
                let body = try await place.tenant.body(of: job.id)
                #expect(try await body.read(0..<job.size) == event(number + 1))
            }
            #expect(try await queued.queue.receive().isEmpty)
        }
    }

    @Test("say nothing to who reads the queue, and open for nobody once their time is over (P36)")
    func sealedThere() async throws {
        try await withQueue { place, intake, queued in
            #expect(try await accept(intake, event(1, "NoHumanReadsThis"), "1") == .kept)
            let message = try #require(try await queued.queue.receive().first)
            let seen = try JSONDecoder().decode([String: String].self, from: Data(message.text.utf8))
            #expect(seen.keys.sorted() == ["event", "tenant", "token"])
            let bytes = try #require(Data(base64Encoded: seen["event"] ?? ""))
            for words in ["NoHumanReadsThis", "HELP-1", "issue_updated"] {
                #expect(bytes.range(of: Data(words.utf8)) == nil)
            }
            place.time.advance(9 * 86_400)
            _ = try await place.store.sweep()
            try await queued.queue.send(message.text, group: "late", name: "late")
            try await queued.takeUp()
            #expect(try await place.events().isEmpty)
            #expect(try await queued.queue.receive().isEmpty)
        }
    }

    @Test("are kept once, however often Jira or the queue brings them")
    func once() async throws {
        try await withQueue { place, intake, queued in
            #expect(try await accept(intake, event(1), "same") == .kept)
            let message = try #require(try await queued.queue.receive().first)
            #expect(try await accept(intake, event(1), "same") == .kept)
            for round in 1...3 {
                try await queued.queue.send(message.text, group: "again", name: "again \(round)")
                try await queued.takeUp()
            }
            #expect(try await place.events().count == 1)
        }
    }

    @Test("that are changed, or are nobody's, are dropped, and all others come")
    func changed() async throws {
        try await withQueue { place, intake, queued in
            #expect(try await accept(intake, event(1), "1") == .kept)
            let message = try #require(try await queued.queue.receive().first)
            // While it is there, nothing that follows in its group comes.
            try await queued.queue.delete(message)
            let changed = [
                message.text.replacing(#""tenant":"acme""#, with: #""tenant":"nobody""#),
                message.text.replacing(#""token":""#, with: #""token":"x"#), "{}", "no JSON",
            ]
            for (number, text) in changed.enumerated() {
                try await queued.queue.send(text, group: "group", name: "\(number)")
            }
            #expect(try await accept(intake, event(2), "2") == .kept)
            try await queued.takeUp()
            #expect(try await place.events().count == 1)
            #expect(try await queued.queue.receive().isEmpty)
        }
    }

    @Test("come into the database at once where the queue is away, or has no room for one")
    func besides() async throws {
        try await withQueue { place, intake, queued in
            let large = event(1, String(repeating: "x", count: 200_000))
            #expect(try await accept(intake, large, "large") == .kept)
            #expect(try await place.events().count == 1)
            // Nobody listens there.
            let away = SQSQueue(
                url: "http://127.0.0.1:1/1/away.fifo", region: "r",
                as: AWSCredentials(accessKey: "A", secretKey: Secret("s"))
            ) {
                Date()
            } sleep: { _ in
            }
            let without = EventIntake(engine: engine(of: place, try #require(away)))
            #expect(try await accept(without, event(2), "small") == .kept)
            #expect(try await place.events().count == 2)
            #expect(try await accept(without, event(2), "small") == .repeated)
        }
    }

    @Test("of a tenant whose set-up cannot be read stay in the queue, and those of others do not wait for them")
    func sparesOthers() async throws {
        try await withQueue(hidden: 0) { place, intake, queued in
            let globex = TenantID("globex")!
            try await place.store.createTenant(globex, name: "Globex", at: noon)
            let tenant = try await place.store.tenant(globex)
            try await place.apply(place.configuration, to: tenant)
            for number in 1...2 {
                let verdict = try await intake.accept(
                    event(number), .init(signature: signed(event(number))), delivery: "\(number)", for: globex)
                #expect(verdict == .kept)
            }
            #expect(try await accept(intake, event(3), "3") == .kept)
            try await tenant.put(.connection, Profile.defaultConnection, Data("{".utf8), at: noon)
            queued.engine.tenants.forget()
            await #expect(throws: (any Error).self) { try await queued.takeUp() }
            #expect(try await place.events().count == 1)
            try await place.apply(place.configuration, to: tenant)
            queued.engine.tenants.forget()
            while try await tenant.jobs(matching: JobFilter(line: .event)).count < 2 { try await queued.takeUp() }
            #expect(try await queued.queue.receive().isEmpty)
        }
    }

    @Test(
        "are told in the order in which they came, also where one is too large for the queue and overtakes the others")
    func overtaken() async throws {
        try await withQueue { place, intake, queued in
            let ids = try await commented([("first", 0), ("second", 200_000), ("third", 0)], to: intake, place)
            // The large one alone is there so far.
            #expect(try await place.events().count == 1)
            try await queued.takeUp()
            #expect(try await comments(place) == ids)
            let events = try await place.events()
            try await place.tick(after: 60)
            #expect(await place.sandbox.told().count == 1)
            let text = try #require(await place.sandbox.texts().first)
            let places = try ["first", "second", "third"].map { try #require(text.range(of: $0)).lowerBound }
            #expect(places == places.sorted())
            // The one that came first leads, and the others are told with it.
            #expect(try await place.audit(events[0].id)?.disposition == .notified)
            for job in events[1...] {
                #expect(try await place.audit(job.id)?.findings == [.merged(into: events[0].id)])
            }
        }
    }

    /// Comments on one issue that come in order, some too large for the queue; gives the ids.
    private func commented(
        _ comments: [(words: String, padding: Int)], to intake: EventIntake, _ place: Workplace, seconds: Double = 1
    ) async throws -> [String] {
        let issue = try await place.sandbox.open("A printer")
        let bo = await place.sandbox.accountID("Bo Lindqvist")
        var ids: [String] = []
        for (words, padding) in comments {
            let id = try await place.sandbox.comment(words, on: issue.key, as: "Bo Lindqvist")
            ids.append(id)
            let event = String(decoding: commentEvent(id, on: issue, by: bo), as: UTF8.self)
            let body = Array(event.replacing("words", with: words).utf8) + [UInt8](repeating: 0x20, count: padding)
            #expect(try await accept(intake, body, "delivery \(id)") == .kept)
            place.time.advance(seconds)
        }
        return ids
    }

    private func comments(_ place: Workplace) async throws -> [String?] {
        var ids: [String?] = []
        for job in try await place.events() {
            let body = try await place.tenant.body(of: job.id)
            ids.append(try Event(decoding: try await body.read(0..<job.size)).comment?.id.rawValue)
        }
        return ids
    }

    @Test("are told in one mail and in their order, also where nobody took them out of the queue before")
    func tickFirst() async throws {
        try await withQueue { place, intake, queued in
            _ = try await commented([("first", 0), ("second", 200_000), ("third", 0)], to: intake, place)
            #expect(try await place.events().count == 1)
            place.time.advance(60)
            try await EventLine(engine: queued.engine).tick()
            #expect(await place.sandbox.told().count == 1)
            let text = try #require(await place.sandbox.texts().first)
            let places = try ["first", "second", "third"].map { try #require(text.range(of: $0)).lowerBound }
            #expect(places == places.sorted())
            #expect(try await place.events().allSatisfy { $0.state == .done })
        }
    }

    @Test("keep the order of their receipt within one millisecond, by whatever way they come")
    func sameMillisecond() async throws {
        try await withQueue { place, intake, queued in
            let sizes = [0, 200_000, 0, 0, 200_000, 200_000, 0, 0, 200_000, 0]
            let ids = try await commented(
                sizes.enumerated().map { ("number \($0.offset)", $0.element) }, to: intake, place, seconds: 0)
            await queued.catchUp()
            while try await place.events().count < sizes.count { try await queued.takeUp() }
            #expect(try await comments(place) == ids)
            #expect(Set(try await place.events().map(\.receivedAt)).count == 1)
        }
    }

    @Test("wait while the queue cannot be taken up, and are told after 5 minutes with a line that says so")
    func queueAway() async throws {
        try await withQueue { place, intake, queued in
            _ = try await commented([("small", 0), ("large", 200_000)], to: intake, place)
            // Nobody listens there.
            let away = try #require(
                SQSQueue(
                    url: "http://127.0.0.1:1/1/away.fifo", region: "r",
                    as: AWSCredentials(accessKey: "A", secretKey: Secret("s"))
                ) {
                    Date()
                } sleep: { _ in
                })
            let line = EventLine(engine: engine(of: place, away))
            let large = try #require(try await place.events().first?.id)
            place.time.advance(60)
            for _ in 0..<60 {
                try await line.tick()
                let words = "It waits until what Jira told before it is out of the queue of events."
                // The next tick is in five seconds.
                #expect(try await place.standing(large) == Standing(state: .received, due: -55, said: words))
                place.time.advance(5)
            }
            #expect(await place.sandbox.told().isEmpty)
            try await line.tick()
            #expect(await place.sandbox.told().count == 1)
            let found = try #require(try await place.audit(large)).findings.last
            #expect(
                found?.text
                    == "The queue of events could not be taken up for 5 minutes: what Jira told before may be told after this."
            )
            try await away.close()
        }
    }

    @Test("of a tenant whose others cannot be kept now wait for these, and those of other tenants do not")
    func heldBack() async throws {
        let progress = QueueProgress()
        let globex = TenantID("globex")!
        func may(_ tenant: TenantID, _ time: Double, at now: Double) -> QueueProgress.Permission {
            progress.permission(toTell: tenant, of: noon.addingTimeInterval(time), at: noon.addingTimeInterval(now))
        }
        #expect(may(acme, 0, at: 0) == .notYet)
        progress.empty(at: noon.addingTimeInterval(10))
        #expect(may(acme, 10, at: 10) == .given)
        #expect(may(acme, 11, at: 11) == .notYet)
        progress.hold(acme, until: noon.addingTimeInterval(80))
        progress.reach(noon.addingTimeInterval(30), at: noon.addingTimeInterval(31))
        progress.empty(at: noon.addingTimeInterval(40))
        #expect(may(globex, 40, at: 41) == .given)
        #expect(may(acme, 10, at: 41) == .given)
        #expect(may(acme, 11, at: 41) == .notYet)
        #expect(may(acme, 11, at: 341) == .overdue)
        // It would have come again by now.
        progress.empty(at: noon.addingTimeInterval(81))
        #expect(may(acme, 81, at: 342) == .given)
        #expect(may(acme, 82, at: 343) == .notYet)
    }

    @Test("on their way into the queue hold back what came after them")
    func underWay() {
        let progress = QueueProgress()
        let event = VerifiedEvent(
            body: [], of: Profile.defaultConnection, delivery: nil, receivedAt: noon, place: nil)
        progress.begin(event)
        progress.empty(at: noon.addingTimeInterval(10))
        #expect(progress.permission(toTell: acme, of: noon.addingTimeInterval(1), at: noon) == .notYet)
        progress.end(event)
        #expect(progress.permission(toTell: acme, of: noon.addingTimeInterval(1), at: noon) == .given)
    }

    @Test("stay in the queue while they cannot be kept")
    func stay() async throws {
        try await withQueue(hidden: 0) { place, intake, queued in
            #expect(try await accept(intake, event(1), "1") == .kept)
            try await place.store.close()
            await #expect(throws: StoreError.self) { try await queued.takeUp() }
            #expect(try await queued.queue.receive().count == 1)
        }
    }
}
