// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Sandbox
import Store
import Testing
import Vault

@testable import Engine

@Suite("A webhook")
struct WebhookTests {
    private let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)

    @Test("is kept only with the signature that our secret makes of its very bytes")
    func signature() async throws {
        try await withWorkplace { place in
            let intake = EventIntake(engine: place.engine)
            let right = signed(body)
            let refused: [String?] = [
                nil, "", "sha256=", "sha256=zz", String(right.dropFirst(7)), String(right.dropLast(2)),
                "sha1=\(right.dropFirst(7))", signed(body + [0x20]), signed(body, with: Secret("another")),
            ]
            for signature in refused {
                let verdict = try await intake.accept(body, .init(signature: signature), delivery: "1", for: acme)
                #expect(verdict == .unsigned, "\(signature ?? "none")")
            }
            #expect(try await place.events().isEmpty)
            #expect(try await intake.accept(body, .init(signature: right), delivery: "1", for: acme) == .kept)
            #expect(try await place.events().count == 1)
        }
    }

    @Test("is refused while no secret is set, whatever its signature")
    func noSecret() async throws {
        try await withWorkplace { place in
            try await place.tenant.put(
                Secret(""), named: SecretName.webhook, of: .connection, Profile.defaultConnection)
            place.engine.tenants.forget()
            let verdict = try await EventIntake(engine: place.engine).accept(
                body, .init(signature: signed(body, with: Secret(""))), delivery: "1", for: acme)
            #expect(verdict == .unsigned)
        }
    }

    @Test("is of the Data Center to whose own address it came, where another has the same secret")
    func sameSecret() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let second = ConfigurationID("second")!
            try await place.change { $0.connections.append(place.connection(second)) }
            let proof = EventIntake.Proof(signature: signed(body), connection: second)
            let verdict = try await EventIntake(engine: place.engine).accept(body, proof, delivery: "1", for: acme)
            #expect(verdict == .kept)
            #expect(try await place.events().map(\.source) == ["webhook/second"])
        }
    }

    @Test("that is delivered twice is kept once")
    func repeated() async throws {
        try await withWorkplace { place in
            var verdicts: [EventIntake.Verdict] = []
            for delivery in ["same", "same", "other"] {
                verdicts.append(try await place.tell(body, delivery: delivery))
            }
            #expect(verdicts == [.kept, .repeated, .kept])
            #expect(try await place.events().count == 2)
        }
    }

    @Test("about a project that nobody is told of leaves nothing (P37)")
    func uncovered() async throws {
        try await withWorkplace {
            $0.notifications[0].projects = [ProjectKey("HELP")!]
        } _: { place in
            let issue = try await place.sandbox.open("Operations only", in: "OPS")
            try await place.comment("Quiet, please", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            #expect(try await place.events().isEmpty)
            #expect(try await place.tenant.audit(matching: AuditFilter()).isEmpty)
            #expect(await place.sandbox.requests() == [])
            #expect(await place.sandbox.told() == [])
        }
    }

    @Test("that cannot be read is parked in words, and the others go on")
    func unreadable() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            #expect(try await place.tell(Array("{".utf8), delivery: "broken") == .kept)
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            let broken = try #require(try await place.events().first)
            #expect(broken.state == .parked)
            #expect(try await place.tenant.said(of: broken.id)?.hasPrefix("The event cannot be read: ") == true)
            #expect(await place.sandbox.told().count == 1)
        }
    }
}

@Suite("What happens to an issue")
struct EventTests {
    @Test("within one tick is told in one mail, and the others are recorded as told with the first")
    func oneMail() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.comment("Done", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            let mails = await place.sandbox.told()
            #expect(mails.count == 1)
            #expect(mails.first?.hasPrefix("ada@example.com: ") == true)
            let events = try await place.events()
            #expect(events.map(\.state) == [.done, .done])
            let leader = try #require(try await place.audit(events[0].id))
            let member = try #require(try await place.audit(events[1].id))
            #expect(leader.disposition == .notified)
            #expect(leader.issue?.rawValue == issue.key)
            #expect(member.disposition == .merged)
            #expect(member.findings == [.merged(into: events[0].id)])
            for words in ["printer", "\(issue.key) PRINTER"] {
                let found = try await place.tenant.audit(matching: AuditFilter(line: .event, words: words))
                #expect(Set(found.map(\.job)) == Set(events.map(\.id)), "\(words)")
            }
            #expect(await place.sandbox.writes() == [])
        }
    }

    @Test("in two ticks is told in two mails")
    func twoMails() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            try await place.comment("Done", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            #expect(await place.sandbox.told().count == 2)
        }
    }

    @Test("is told in one mail for each issue")
    func twoIssues() async throws {
        try await withWorkplace { place in
            let one = try await place.sandbox.open("A printer")
            let other = try await place.sandbox.open("A screen", as: "Dana Weiss")
            try await place.comment("On it", on: one, as: "Bo Lindqvist")
            try await place.comment("On that, too", on: other, as: "Bo Lindqvist")
            try await place.tick()
            #expect(
                await Set(place.sandbox.told().map { $0.prefix { $0 != ":" } })
                    == ["ada@example.com", "dana@example.com"])
        }
    }

    @Test("by a letter is not told to its writer, but to the others")
    func ownComment() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            await place.sandbox.watch(issue.key, "Dana Weiss")
            try await place.take(letter(subject: "Re: \(issue.key)"))
            try await place.work()
            let comment = try #require(await place.sandbox.issues().first?.comments.first)
            let body = commentEvent(comment.id, on: issue, by: await place.sandbox.accountID("Mail Handler"))
            #expect(try await place.tell(body, delivery: "1") == .kept)
            try await place.tick()
            #expect(await place.sandbox.told().map { $0.prefix { $0 != ":" } } == ["dana@example.com"])
        }
    }

    @Test("waits while the mail server is away, and is told once, with nothing told twice")
    func mailServerAway() async throws {
        try await withWorkplace {
            $0.outbounds[0].port = 1
        } _: { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.comment("Done", on: issue, as: "Bo Lindqvist")
            try await place.tick()
            #expect(try await place.events().map(\.state) == [.executing, .done])
            try await place.change { $0.outbounds[0].port = place.sandbox.smtpPort }
            place.time.advance(600)
            try await place.afterCrash { after in
                try await after.tick()
                try await after.tick(after: 600)
                #expect(await after.sandbox.told().count == 1)
                #expect(try await after.events().map(\.state) == [.done, .done])
            }
        }
    }

    @Test("and was cut off after its plan is told once, by that plan, with those that it merged")
    func cutOff() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.comment("Done", on: issue, as: "Bo Lindqvist")
            try await place.keepNoticePlan()
            try await place.afterCrash { after in
                #expect(try await after.events().map(\.state) == [.planned, .done])
                try await after.tick()
                try await after.tick(after: 600)
                #expect(await after.sandbox.told().count == 1)
                #expect(try await after.events().map(\.state) == [.done, .done])
                let member = try await after.events()[1].id
                #expect(try await after.audit(member)?.disposition == .merged)
            }
        }
    }

    @Test("waits while Jira is away, and is then told in one mail")
    func jiraAway() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await place.comment("Done", on: issue, as: "Bo Lindqvist")
            await place.sandbox.fail("503", times: 100)
            try await place.tick()
            try await place.tick()
            #expect(try await place.events().map(\.state) == [.received, .received])
            await place.sandbox.mend()
            try await place.tick(after: 60)
            #expect(await place.sandbox.told().count == 1)
            #expect(try await place.events().map(\.state) == [.done, .done])
        }
    }
}

extension Workplace {
    /// Decides about all events as one group and keeps the plan with the first, as a process does that dies then.
    fileprivate func keepNoticePlan() async throws {
        let setup = try await engine.tenants.setup(acme)
        let connection = Profile.defaultConnection
        var pending: [PendingEvent] = []
        for job in try await events() {
            let body = try await tenant.body(of: job.id)
            pending.append(PendingEvent(job: job.id, event: try Event(decoding: try await body.read(0..<body.size))))
        }
        let jobs = try await events()
        let group = coalesce(pending)[0]
        guard let leader = jobs.first(where: { $0.id == group.leader }) else { throw Unexpected() }
        let claimed = ClaimedGroup(
            place: EventPlace(tenant: acme, connection: connection), leader: leader,
            members: jobs.filter { group.members.contains($0.id) }, events: group.events)
        let (_, opening) = try await EventWork(engine: engine, setup: setup, leader: leader).plan(claimed)
        try await tenant.write(opening)
    }
}
