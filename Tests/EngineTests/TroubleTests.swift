// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import MailTransport
import Planning
import Store
import Testing
import Vault
import WebClient

@testable import Engine

@Suite("A letter that meets trouble")
struct TroubleTests {
    @Test("waits while Jira has a fault of its own, and becomes one issue afterwards")
    func unavailable() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            await place.sandbox.fail("503")
            try await place.work()
            #expect(
                try await place.standing(job)
                    == Standing(
                        state: .received, due: 2, said: "Jira has a fault of its own (503). Service Unavailable"))
            try await place.work(after: 1)
            #expect(await place.sandbox.requests().count == 1)
            try await place.work(after: 1)
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test(
        "is put off for less than the minute that other processes look ahead, where they must see that it comes first")
    func withinSight() {
        func pause(_ error: any Error) -> Duration? { Trouble(error, attempts: 9, spread: 1).withinSight.pause }
        #expect(pause(LeftAlone(pause: .seconds(300))) == .seconds(55))
        #expect(pause(LeftAlone(pause: .seconds(30))) == .seconds(30))
        #expect(pause(Unexpected()) == nil)
    }

    @Test(
        "waits longer each time: a minute at most while Jira is away, five where it may be the letter",
        arguments: [
            ("503", [2, 4, 8, 16, 32, 60, 60, 60, 60]), ("500", [2, 4, 8, 16, 32, 64, 128, 256, 300]),
        ])
    func backoff(fault: String, wanted: [Double]) async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            await place.sandbox.fail(fault, "GET", times: 20)
            var waits: [Double] = []
            for _ in 0..<9 {
                try await place.work()
                let due = try #require(try await place.standing(job).due)
                waits.append(due)
                place.time.advance(due)
            }
            #expect(waits == wanted)
        }
    }

    @Test("waits as long as Jira asks, and every other letter to that site with it")
    func tooMany() async throws {
        try await withWorkplace { place in
            let first = try await place.take(letter())
            let second = try await place.take(letter(id: "two@example.com", body: "And another.\r\n"))
            await place.sandbox.fail("429", retryAfter: 30)
            try await place.work()
            #expect(
                try await place.standing(first)
                    == Standing(state: .received, due: 30, said: "Jira asks to slow down (429). Rate limit exceeded."))
            #expect(
                try await place.standing(second)
                    == Standing(state: .received, due: 30, said: "Jira is left alone for a moment."))
            #expect(await place.sandbox.requests().count == 1)
            try await place.work(after: 30)
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1", "HELP-2"])
        }
    }

    @Test("that goes through does not end the pause that Jira asked for meanwhile")
    func successDuringPause() async throws {
        let time = FakeTime()
        let holds = Holds(time: time)
        let caller = Holds.Caller(tenant: acme, connection: Profile.defaultConnection)
        try await holds.respecting(caller) {
            // Another call of the same connection is refused while this one is under way.
            await #expect(throws: WebClientError.self) {
                try await holds.respecting(caller) { throw try await refusal(429, after: 30) }
            }
        }
        let left = await #expect(throws: LeftAlone.self) {
            try await holds.respecting(caller) {}
        }
        #expect(left?.pause == .seconds(30))
        time.advance(30)
        try await holds.respecting(caller) {}
    }

    /// What the client makes of such an answer.
    private func refusal(_ status: Int, after seconds: Int) async throws -> WebClientError {
        let server = try await ScriptedHTTPServer.start(
            .answer(status, headers: [("Retry-After", "\(seconds)")]))
        let connections = HTTPConnections()
        let site = JiraSite(
            connection: SiteConnection(
                address: SiteAddress(server.address)!, credentials: .account("a", Secret("b")), reach: .anywhere),
            over: connections)
        let error = await #expect(throws: WebClientError.self) { try await site.get(.myself) }
        try await connections.close()
        try await server.stop()
        return try #require(error)
    }

    @Test("waits a minute when Jira does not accept the token, and goes through once it does")
    func unauthorized() async throws {
        try await withWorkplace { place in
            let job = try await place.take(letter())
            await place.sandbox.fail("401")
            try await place.work()
            let standing = try await place.standing(job)
            #expect(standing.state == .received)
            #expect(standing.due == 60)
            #expect(standing.said?.hasPrefix("Jira does not accept the account or its token (401).") == true)
            try await place.work(after: 60)
            #expect(await place.sandbox.issues().count == 1)
        }
    }

    @Test("waits while Jira cannot be reached, and lets another tenant's letters through")
    func otherTenant() async throws {
        try await withWorkplace {
            $0.connections[0].site = "http://127.0.0.1:1"
        } _: { place in
            let other = try await place.addTenant()
            let stuck = try await place.take(letter())
            let free = try await place.take(letter(to: "desk@example.net"), to: "desk@example.net")
            try await place.work()
            #expect(
                try await place.standing(stuck)
                    == Standing(state: .received, due: 2, said: "Jira cannot be reached."))
            #expect(try await other.job(free)?.state == .done)
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1"])
        }
    }

    @Test("spares the letters to other sites while its own is left alone")
    func otherSite() async throws {
        try await withWorkplace { configuration in
            configuration.connections[0].site = "http://127.0.0.1:1"
        } _: { place in
            try await place.change { configuration in
                let second = ConfigurationID("second")!
                configuration.connections.append(place.connection(second))
                var profile = configuration.profiles[0]
                profile.id = sales
                profile.connection = second
                profile.catchAddresses = [AddressPattern("sales@example.com")!]
                configuration.profiles.append(profile)
            }
            let stuck = try await place.take(letter())
            let free = try await place.take(letter(to: "sales@example.com"), to: "sales@example.com")
            let held = try await place.take(letter(id: "three@example.com"))
            try await place.work()
            #expect(try await place.standing(stuck).said == "Jira cannot be reached.")
            #expect(try await place.standing(held).said == "Jira is left alone for a moment.")
            #expect(try await place.audit(free)?.disposition == .created)
        }
    }

    @Test("is parked in words when its profile is gone, and the next one goes on")
    func profileGone() async throws {
        try await withWorkplace { place in
            let poisoned = try await place.take(letter())
            try await place.change { configuration in
                configuration.profiles[0].id = sales
            }
            let sound = try await place.take(letter(id: "two@example.com"))
            try await place.work()
            #expect(
                try await place.standing(poisoned)
                    == Standing(
                        state: .parked, due: nil,
                        said: "The profile \"support\" that took this letter in is not there any more."))
            #expect(try await place.audit(sound)?.disposition == .created)
        }
    }

    @Test("is parked with Jira's own words when Jira refuses the issue, and the next one goes on")
    func refused() async throws {
        try await withWorkplace { place in
            let poisoned = try await place.take(letter())
            try await place.keepPlan(for: poisoned)
            await place.sandbox.remove(project: "HELP")
            try await place.change { $0.profiles[0].project = ProjectKey("OPS")! }
            let sound = try await place.take(letter(id: "two@example.com", body: "Fine.\r\n"))
            try await place.work()
            let standing = try await place.standing(poisoned)
            #expect(standing.state == .parked)
            #expect(standing.due == nil)
            #expect(standing.said?.hasSuffix("(400). project: Specify a valid project ID or key") == true)
            #expect(try await place.audit(sound)?.disposition == .created)
            #expect(await place.sandbox.issues().map(\.key) == ["OPS-1"])
        }
    }

    @Test("whose reporter Jira refuses becomes an issue without that reporter, rather than none")
    func reporterRefused() async throws {
        try await withWorkplace {
            $0.profiles[0].defaultReporter = AccountID("5b10a2844c20165700ede999")
        } _: { place in
            let job = try await place.take(letter(from: "Somebody <somebody@example.org>"))
            try await place.work()
            #expect(
                await place.sandbox.writes() == ["POST /rest/api/3/issue 400", "POST /rest/api/3/issue 201"])
            #expect(await place.sandbox.issues().map(\.reporter) == ["Mail Handler"])
            let record = try #require(try await place.audit(job))
            #expect(record.disposition == .created)
            #expect(record.reporter == nil)
            #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created, without its reporter."])
            #expect(record.findings.last?.id == "identify.reporter-refused")
            #expect(record.findings.last?.text.contains("(the issue shows another)") == false)
        }
    }

    @Test("whose reporter Jira refused, and whose issue was found after an interruption, says so too")
    func reporterRefusedUnnoted() async throws {
        try await withWorkplace {
            $0.profiles[0].defaultReporter = AccountID("5b10a2844c20165700ede999")
        } _: { place in
            let job = try await place.take(letter(from: "Somebody <somebody@example.org>"))
            await place.sandbox.fail("delay", "POST", "/rest/api/3/issue")
            await place.sandbox.fail("500", "POST", "/rest/api/3/issue")
            try await place.work()
            try await place.work(after: 60)
            #expect(
                await place.sandbox.writes() == ["POST /rest/api/3/issue 400", "POST /rest/api/3/issue 500"])
            let record = try #require(try await place.audit(job))
            #expect(record.issue?.rawValue == "HELP-1")
            #expect(record.reporter == nil)
            #expect(
                record.findings.last?.text
                    == "Jira did not take the reporter (the issue shows another): the issue is there without.")
        }
    }

    @Test("for a project that Jira does not have is parked, and becomes an issue once its profile is mended")
    func projectMissing() async throws {
        try await withWorkplace {
            $0.profiles[0].project = ProjectKey("NOPE")!
        } _: { place in
            let job = try await place.take(letter())
            try await place.work()
            let standing = try await place.standing(job)
            #expect(standing.state == .parked)
            #expect(standing.due == nil)
            #expect(standing.said?.contains("NOPE") == true)
            #expect(await place.sandbox.writes() == [])
            try await place.change { $0.profiles[0].project = ProjectKey("HELP")! }
            try await place.tenant.takeUp(job, at: place.time.now, said: "")
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1"])
        }
    }
}
