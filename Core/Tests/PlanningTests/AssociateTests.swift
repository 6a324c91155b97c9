// SPDX-License-Identifier: Apache-2.0

import Jira
import Testing

@testable import Planning

@Suite("Association")
struct AssociateTests {
    private let world = World(issues: [.printer])

    @Test(
        "follows a key of the profile's project in the subject",
        arguments: ["HELP-7", "Re: [HELP-7] The printer", "AW: (help-7) Drucker", "Re: HELP-9, HELP-7"])
    func key(_ subject: String) {
        let plan = world.plan(for: .of(subject: subject))
        #expect(plan.disposition == .commented)
        #expect(plan.ids.contains("associate.key-in-subject"))
    }

    @Test(
        "leaves alone what is no key, or the key of another project",
        arguments: [
            "", "HELP", "HELP-", "help-7", "XHELP-7", "HELP-7x", "SALES-3", "HELP-07", "HELP-99999999999999999999",
        ])
    func noKey(_ subject: String) {
        let plan = world.plan(for: .of(subject: subject))
        #expect(plan.disposition == .created)
        #expect(!plan.ids.contains("associate.key-in-subject"))
    }

    @Test("does not look at the subject where the profile says so")
    func keysOff() {
        let plan = world.plan(for: .of(subject: "[HELP-7]"), under: .support.with { $0.keysInSubject = false })
        #expect(plan.disposition == .created)
    }

    @Test("finds an issue by a key that it had before it moved within the profile's reach")
    func moved() {
        var moved = IssueFact.printer
        moved.key = "HELP-8"
        let settled = World().settle { facts throws(Inquiry) in
            var known = facts
            if known.answer(to: .issue("HELP-7")) == nil { known.learn(.issue(moved), to: .issue("HELP-7")) }
            return try decide(.of(subject: "HELP-7"), under: .support, knowing: known)
        }
        #expect(
            settled.plan.text(of: "associate.key-in-subject")
                == "The subject names HELP-7, now HELP-8: the letter becomes a comment on it.")
    }

    @Test("writes on no issue that has moved to another project")
    func movedAway() {
        var moved = IssueFact.printer
        moved.key = "SALES-3"
        moved.project = "SALES"
        var world = World(issues: [moved])
        world.threads["old@x"] = moved.id
        let plan = world.plan(for: .of("In-Reply-To: <old@x>"))
        #expect(plan.disposition == .created)
        #expect(plan.ids.contains("associate.other-project"))
    }

    @Test("goes on with the next key, and then with the thread, when an issue is not there")
    func fallsThrough() {
        var world = self.world
        world.threads["old@x"] = "10042"
        let plan = world.plan(for: .of("In-Reply-To: <old@x>", subject: "Re: HELP-98 HELP-99"))
        #expect(
            plan.ids.filter { $0.hasPrefix("associate.") } == [
                "associate.key-unknown", "associate.key-unknown", "associate.answers-letter",
            ])
        #expect(plan.disposition == .commented)
    }

    @Test("takes the whole chain of References, the newest letter first")
    func chain() {
        var world = self.world
        world.threads["first@x"] = "10042"
        let plan = world.plan(for: .of("In-Reply-To: <lost@x>\nReferences: <first@x> <lost@x>"))
        #expect(plan.disposition == .commented)
    }

    @Test("believes the root of a thread only when its code is ours")
    func root() {
        var world = self.world
        let name = "martlet.issue.acme.10042.mac@example.com"
        #expect(world.plan(for: .of("References: <\(name)>")).disposition == .created)
        world.ownNames[name] = .sentByUs(Case.job)
        #expect(world.plan(for: .of("References: <\(name)>")).disposition == .created)
        world.ownNames[name] = .thread("10042")
        let plan = world.plan(for: .of("References: <\(name)>"))
        #expect(plan.disposition == .commented)
        #expect(plan.ids.contains("associate.thread-root"))
        #expect(
            world.plan(for: .of("References: <\(name)>"), under: .support.with { $0.threading = false }).disposition
                == .created)
    }

    @Test("makes a new issue when that of the thread is gone")
    func gone() {
        var world = World()
        world.threads["old@x"] = "10042"
        let plan = world.plan(for: .of("In-Reply-To: <old@x>"))
        #expect(plan.disposition == .created)
        #expect(plan.ids.contains("associate.thread-issue-gone"))
    }

    @Test(
        "never matches on an empty In-Reply-To, and does not even ask",
        arguments: ["In-Reply-To: <>", "In-Reply-To: ", "References: <> <>"])
    func empty(_ header: String) {
        var world = self.world
        world.threads[""] = "10042"
        let settled = world.settle { facts throws(Inquiry) in
            try decide(.of(header), under: .support, knowing: facts)
        }
        #expect(settled.plan.disposition == .created)
        for fact in settled.facts.known {
            if case .thread = fact.question { Testing.Issue.record("asked for a thread of nothing") }
        }
    }
}

@Suite("Identification")
struct IdentifyTests {
    private let desk: AccountID = "5b10a-desk"

    private func reporter(_ plan: Plan) -> AccountID? {
        guard case .createIssue(let issue) = plan.actions.first else { return nil }
        return issue.reporter
    }

    @Test("P13 makes a verified user the reporter, by key only")
    func verified() {
        let plan = World(accounts: [.ada]).plan(for: .of(), under: .support.with { $0.verification = .trustFrom })
        #expect(reporter(plan) == "5b10a-ada")
        #expect(plan.ids.contains("identify.from-trusted"))
    }

    @Test("lets the default reporter stand in for claims and strangers, or nobody where there is none")
    func standIn() {
        let withDesk = Profile.support.with { $0.defaultReporter = desk }
        #expect(reporter(World(accounts: [.ada]).plan(for: .of(), under: withDesk)) == desk)
        #expect(reporter(World().plan(for: .of(), under: withDesk)) == desk)
        #expect(reporter(World().plan(for: .of())) == nil)
    }

    @Test("takes an account that is closed for a stranger's")
    func inactive() {
        var closed = Account.ada
        closed.isActive = false
        let plan = World(accounts: [closed]).plan(for: .of(), under: .support.with { $0.verification = .trustFrom })
        #expect(plan.ids.contains("identify.stranger"))
        #expect(reporter(plan) == nil)
    }

    @Test("rejects strangers where the profile says so, and takes users")
    func rejects() {
        let closed = Profile.support.with {
            $0.strangers = .reject
            $0.verification = .trustFrom
        }
        #expect(World().plan(for: .of(), under: closed).refusal == .senderUnknown)
        #expect(World(accounts: [.ada]).plan(for: .of(), under: closed).disposition == .created)
    }
}

@Suite("The answer to a sender")
struct AnswerTests {
    private let profile = Profile.support.with {
        $0.strangers = .reject
        $0.verification = .trustFrom
        $0.outbound = "relay"
        $0.name = "Support"
    }

    private func mail(_ plan: Plan) -> OutgoingMail? {
        guard case .send(let mail) = plan.actions.first, plan.actions.count == 1 else { return nil }
        return mail
    }

    @Test("says in these words that a letter was rejected, and hangs in its thread")
    func words() {
        let letter = Letter.of(
            "To: Support+x@example.com\nMessage-ID: <b@x>\nIn-Reply-To: <a@x>\nReferences: <r@x> <a@x>",
            subject: "May I?")
        #expect(
            mail(World().plan(for: letter, under: profile))
                == OutgoingMail(
                    outbound: "relay", returnPath: nil, from: "Support+x@example.com", fromName: "Support",
                    recipients: ["ada@example.org"], subject: "Not processed: May I?",
                    text:
                        "Your letter was received but not processed (sender-unknown): this address takes mail only from people who have an account there. Please write to the people who run it if you think you should have one.\n",
                    html: nil, inReplyTo: ["b@x"], references: ["r@x", "a@x", "b@x"], automatic: .replied))
    }

    @Test("is never given to a program, a list or an address that nothing proves")
    func silence() {
        let unproven = profile.with { $0.verification = .none }
        let cases: [(Letter, Profile, String)] = [
            (.of("List-Id: <l.example.org>"), profile, "answer.notice-to-program"),
            (.of("From: no-reply@example.org"), profile, "answer.notice-to-program"),
            (.of("Auto-Submitted: auto-generated"), profile, "answer.notice-to-program"),
            (.of(subject: "Automatic reply: away"), profile, "answer.notice-to-doubtful"),
            (.of(), unproven, "answer.notice-to-unverified"),
            (.of(), profile.with { $0.outbound = nil }, "answer.notice-without-outbound"),
        ]
        for (letter, profile, id) in cases {
            let plan = World().plan(for: letter, under: profile)
            #expect(plan.refusal == .senderUnknown)
            #expect(plan.actions.isEmpty)
            #expect(plan.ids.last == id)
        }
    }

    @Test("is not given for any other refusal")
    func otherRefusals() {
        let dropped = World().plan(for: .of("To: sales@example.com"), under: profile)
        #expect(dropped.actions.isEmpty && !dropped.ids.contains { $0.hasPrefix("answer.") })
        let parked = World(accounts: [.ada], issueTypes: nil).plan(for: .of(), under: profile)
        #expect(parked.disposition == .parked)
        #expect(parked.actions.isEmpty && !parked.ids.contains { $0.hasPrefix("answer.") })
    }
}
