// SPDX-License-Identifier: Apache-2.0

import Planning
import Testing

@Suite("Screening")
struct ScreenTests {
    private let other: JobID = "01J9ZZZZZZZZZZZZZZZZZZZZZZ"

    @Test("drops our own mail by its proven marker, and before anything else is looked at")
    func ownMail() {
        let world = World(ownNames: ["v1 x": .sentByUs(other)], earlierCopy: other)
        let plan = world.plan(for: .of("X-Martlet: v1 x\nTo: sales@example.com\nAuto-Submitted: auto-replied"))
        #expect(plan.refusal == .ownMail)
        #expect(plan.ids == ["screen.own-mail"])
        #expect(plan.actions.isEmpty)
    }

    @Test("ignores a marker that nothing proves, and one that names a thread")
    func foreignMarker() {
        for meaning in [nil, OwnName.thread("10042")] {
            var world = World()
            world.ownNames["v1 x"] = meaning
            let plan = world.plan(for: .of("X-Martlet: v1 x"))
            #expect(plan.disposition == .created)
            #expect(plan.ids.first == "screen.foreign-marker")
        }
        #expect(World().plan(for: .of("X-Martlet:")).disposition == .created)
    }

    @Test("drops a letter that was kept before")
    func copy() {
        #expect(World(earlierCopy: other).plan(for: .of()).refusal == .seenBefore)
    }

    @Test("drops or leaves what no catch address matches")
    func notCaught() {
        let letter = Letter.of("To: sales@example.com")
        #expect(World().plan(for: letter).refusal == .notCaught)
        let plan = World().plan(for: letter, under: .support.with { $0.nonCatch = .ignore })
        #expect(plan.refusal == .notCaughtLeft)
        #expect(plan.disposition == .ignored)
        #expect(World().plan(for: .of("To: undisclosed-recipients:;")).refusal == .notCaught)
    }

    @Test(
        "takes the catch address from any header that names recipients",
        arguments: ["To", "Cc", "Bcc", "Delivered-To", "X-Original-To"])
    func headers(_ name: String) {
        let letter = Letter.of("To: other@example.net\n\(name): \"Support\" <SUPPORT+7@example.com>")
        let plan = World().plan(for: letter)
        #expect(plan.disposition == .created)
        #expect(
            plan.text(of: "screen.caught")
                == "The catch address support@example.com matches SUPPORT+7@example.com in \(name).")
    }

    @Test("counts the letters of a sender only where the profile has a limit")
    func bulk() {
        let limited = Profile.support.with { $0.bulkThreshold = 3 }
        #expect(World(sentWithinHour: 2).plan(for: .of(), under: limited).disposition == .created)
        #expect(World(sentWithinHour: 3).plan(for: .of(), under: limited).refusal == .bulkThreshold)
        #expect(World(sentWithinHour: 1_000).plan(for: .of()).disposition == .created)
    }

    @Test("drops a letter without a sender and asks nothing about it")
    func nobody() {
        let settled = World().settle { facts throws(Inquiry) in
            try decide(.reading("To: support@example.com\n\n"), under: .support, knowing: facts)
        }
        #expect(settled.plan.refusal == .senderMissing)
        #expect(settled.facts.known.isEmpty)
    }

    @Test("asks all that it needs at once")
    func together() throws {
        let profile = Profile.support.with { $0.bulkThreshold = 3 }
        let letter = Letter.of("X-Martlet: v1 x")
        let inquiry = #expect(throws: Inquiry.self) {
            try decide(
                letter, under: profile,
                knowing: World().settle { _ in Plan(disposition: .created, actions: [], findings: []) }.facts)
        }
        #expect(
            Set(inquiry?.questions ?? []) == [
                .earlierCopy, .ownName("v1 x"), .sentWithinHour(address: "ada@example.org"),
            ])
    }
}
