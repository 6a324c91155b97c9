// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Testing

@Suite("A notice")
struct NoticeTests {
    private let world = World(
        issues: [.printer], accounts: [.ada, .bob, .cleo], watchers: [.bob, .cleo])

    @Test("P37 is not written for a project that no mapping covers, and nothing is asked about it")
    func uncovered() {
        let rules = NoticeRules.rules(.news.with { $0.projects = ["SALES"] })
        #expect(!rules.covers("HELP"))
        #expect(rules.covers("SALES"))
        let settled = world.settle { facts throws(Inquiry) in
            try decide([Happening.opened()], under: rules, knowing: facts)
        }
        #expect(settled.plan.refusal == .eventUnmapped)
        #expect(settled.plan.ids == ["screen.unmapped"])
        #expect(settled.facts.known.isEmpty)
    }

    @Test("P37 P52 is not written when the project of an issue, learnt later, is one that no mapping covers")
    func uncoveredLater() {
        let plan = world.notice(
            [Happening.commented(issue: nil)], under: .rules(.news.with { $0.projects = ["SALES"] }))
        #expect(plan.refusal == .eventUnmapped)
        #expect(plan.actions.isEmpty)
        #expect(plan.ids == ["screen.unmapped"])
    }

    @Test("P52 leaves only under a mapping that is there, is on, and names the kind of event")
    func mapped() {
        let opened = [Happening.opened()]
        #expect(world.notice(opened, under: .rules()).refusal == .eventUnmapped)
        #expect(world.notice(opened, under: .rules(.news.with { $0.isEnabled = false })).refusal == .eventUnmapped)
        #expect(world.notice(opened, under: .rules(.news.with { $0.events = [.commented] })).refusal == .eventUnmapped)
        #expect(world.notice(opened, under: .rules(.news.with { $0.events = [] })).refusal == .eventUnmapped)
        #expect(world.notice([Happening.other()]).refusal == .eventUnmapped)
        #expect(world.notice([Happening.commented(kind: .commentUpdated)]).refusal == .eventUnmapped)
        #expect(world.notice(opened).disposition == .notified)
    }

    @Test("covers every project where the mapping names none, and one that is not known yet")
    func covers() {
        #expect(NoticeRules.rules(.news).covers("ANY"))
        #expect(NoticeRules.rules(.news).covers(nil))
        #expect(NoticeRules.rules(.news.with { $0.projects = ["SALES"] }).covers(nil))
        #expect(!NoticeRules.rules(.news.with { $0.isEnabled = false }).covers(nil))
        #expect(!NoticeRules.rules().covers("HELP"))
    }

    @Test("tells the reporter and those who watch, each once, and not who did it")
    func audience() {
        let plan = world.notice([Happening.commented(by: .bob)])
        #expect(plan.mails.map(\.recipients) == [["ada@example.org", "cleo@example.com"]])
        #expect(plan.ids == ["screen.mapped", "address.own-action", "address.told"])
    }

    @Test("tells the roles that the mapping names")
    func roles() {
        let event = [Happening.commented(by: nil)]
        func told(_ roles: [AudienceRole]) -> [String] {
            world.notice(event, under: .rules(.news.with { $0.audience = roles })).mails.flatMap(\.recipients)
        }
        #expect(told([.reporter]) == ["ada@example.org"])
        #expect(told([.assignee]) == ["bob@example.com"])
        #expect(told([.watchers]) == ["bob@example.com", "cleo@example.com"])
        #expect(told([.reporter, .assignee, .watchers]) == ["ada@example.org", "bob@example.com", "cleo@example.com"])
        #expect(told([]) == [])
    }

    @Test("tells who did it where the mapping says so")
    func actor() {
        let plan = world.notice([Happening.commented(by: .bob)], under: .rules(.news.with { $0.tellsActor = true }))
        #expect(plan.mails[0].recipients == ["ada@example.org", "bob@example.com", "cleo@example.com"])
    }

    @Test("tells somebody who did only a part of it")
    func partly() {
        let plan = world.notice([Happening.commented("500", by: .bob), Happening.commented("501", by: .ada)])
        #expect(plan.mails[0].recipients == ["ada@example.org", "bob@example.com", "cleo@example.com"])
    }

    @Test("does not go back to the address whose letter became the comment")
    func mailSender() {
        var world = self.world
        world.mailSenders["500"] = "ADA@example.org"
        let bot = Account(id: "5b10a-bot", displayName: "Martlet", emailAddress: "bot@example.com", kind: .app)
        let plan = world.notice([Happening.commented(by: bot)])
        #expect(plan.mails[0].recipients == ["bob@example.com", "cleo@example.com"])
    }

    @Test("never goes to an address that mail is caught by")
    func catchAddresses() {
        var world = self.world
        world.watchers = [
            Account(id: "1", displayName: "Box", emailAddress: "Support+7@Example.com"),
            Account(id: "2", displayName: "Box", emailAddress: "any@tickets.example.com"),
        ]
        let plan = world.notice([Happening.commented()])
        #expect(plan.mails[0].recipients == ["ada@example.org"])
        #expect(plan.ids.count { $0 == "address.catch-address" } == 2)
    }

    @Test("counts hidden addresses and closed accounts out, and names who did it as such even if hidden")
    func hidden() {
        var world = self.world
        var closed = Account.cleo
        closed.isActive = false
        world.accounts = [Account(id: "5b10a-ada", displayName: "Ada Lind")]
        world.watchers = [Account(id: "5b10a-bob", displayName: "Bob Fox"), closed]
        let plan = world.notice([Happening.commented(by: .bob)])
        #expect(plan.refusal == .audienceEmpty)
        #expect(
            plan.ids == ["screen.mapped", "address.own-action", "address.address-hidden", "address.nobody"])
        #expect(
            plan.text(of: "address.address-hidden")
                == "One person hides the address from Jira's API and cannot be told."
        )
    }

    private static let closed: [Event] = [
        Happening.commented(visibility: Visibility(.role, named: "Administrators")),
        Happening.commented(visibility: Visibility(.group, named: "staff")),
        Happening.commented(isPublic: false),
    ]

    @Test("never tells a comment that not everybody may see", arguments: closed)
    func restricted(_ event: Event) {
        let plan = world.notice([event])
        #expect(plan.refusal == .audienceEmpty)
        #expect(plan.ids == ["screen.restricted"])
        let mixed = world.notice([Happening.opened(), event])
        #expect(mixed.disposition == .notified)
        #expect(!mixed.mails[0].text.contains("cartridge"))
        #expect(mixed.ids.first == "screen.restricted")
        #expect(world.notice([Happening.commented(isPublic: true)]).disposition == .notified)
    }

    /// As Data Center tells them: without their issue, and without a word on who may see them.
    @Test(
        "tells a comment that does not say who sees it only where the project has no customers",
        arguments: [
            (Project.Kind.software, true), (.business, true), (.service, false), (.unknown, false), (nil, false),
        ] as [(Project.Kind?, Bool)])
    func plainComment(_ kind: Project.Kind?, isTold: Bool) {
        var world = self.world
        world.issues[0].projectKind = kind
        let plan = world.notice([Happening.commented(issue: nil)])
        #expect(plan.mails.count == (isTold ? 1 : 0))
        #expect(plan.refusal == (isTold ? nil : .audienceEmpty))
        #expect(plan.ids.contains("screen.restricted") == !isTold)
    }

    @Test("never tells a comment that an edit restricted before it was told")
    func restrictedLater() {
        let edit = Happening.commented(visibility: Visibility(.role, named: "Staff"), kind: .commentUpdated)
        let plan = world.notice([Happening.commented(), edit])
        #expect(plan.mails.isEmpty)
        #expect(plan.ids == ["screen.restricted"])
    }

    @Test("is dropped when its issue is gone")
    func gone() {
        let plan = World().notice([Happening.opened()])
        #expect(plan.refusal == .issueGone)
        #expect(plan.ids == ["screen.issue-gone"])
    }

    @Test("is one for each mapping that covers it")
    func several() {
        let plan = world.notice(
            [Happening.opened()],
            under: .rules(
                .news,
                .news.with {
                    $0.id = "staff"
                    $0.name = "Staff"
                    $0.audience = [.assignee]
                }))
        #expect(plan.mails.count == 2)
        #expect(plan.text(of: "screen.mapped") == #"The notification "news" covers this event."#)
    }

    @Test("asks no question twice, even when events repeat, and its plan does not depend on the order of facts")
    func inquiry() throws {
        let events = [Happening.commented(), Happening.commented(), Happening.opened()]
        var facts = Facts(now: .distantPast)
        var plan: Plan?
        while plan == nil {
            do throws(Inquiry) {
                plan = try decide(events, under: .rules(.news), knowing: facts)
            } catch {
                #expect(Set(error.questions).count == error.questions.count)
                for question in error.questions { facts.learn(world.answer(question), to: question) }
            }
        }
        let reversed = Facts(now: facts.now, known: facts.known.reversed())
        #expect(try decide(events, under: .rules(.news), knowing: reversed) == plan)
        for index in facts.known.indices {
            var known = facts.known
            let removed = known.remove(at: index)
            let inquiry = #expect(throws: Inquiry.self) {
                try decide(events, under: .rules(.news), knowing: Facts(now: facts.now, known: known))
            }
            #expect(inquiry?.questions == [removed.question])
        }
    }
}
