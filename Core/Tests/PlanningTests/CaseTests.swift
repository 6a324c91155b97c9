// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Planning
import Testing

private let updatesGoldens = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

@Suite("The cases")
struct CaseTests {
    @Test("are found, at least thirty")
    func count() {
        #expect(Case.all.count >= 30)
    }

    @Test("give the plan of their report", arguments: Case.all)
    func report(_ one: Case) throws {
        let plan = try decide(try one.letter, under: try one.profile, knowing: try one.facts)
        if updatesGoldens { try one.keep(plan) }
        let isSame = plan == (try one.report)
        if !isSame { try one.keep(actual: plan) }
        #expect(isSame, "compare report.json with report.actual.json in \(one.file("").path)")
    }

    @Test("keep their plan as JSON without loss", arguments: Case.all)
    func codable(_ one: Case) throws {
        let plan = try one.report
        let again = try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan))
        #expect(again == plan)
        let facts = try one.facts
        #expect(try JSONDecoder().decode(Facts.self, from: JSONEncoder().encode(facts)) == facts)
        let profile = try one.profile
        #expect(try JSONDecoder().decode(Profile.self, from: JSONEncoder().encode(profile)) == profile)
    }

    @Test("end in a disposition that fits their refusal and their actions", arguments: Case.all)
    func disposition(_ one: Case) throws {
        let plan = try one.report
        if let refusal = plan.refusal {
            #expect(plan.disposition == refusal.disposition)
            #expect(plan.actions.allSatisfy { if case .send = $0 { true } else { false } })
        } else if case .createIssue = plan.actions.first {
            #expect(plan.disposition == .created)
        } else if case .addComment = plan.actions.first {
            #expect(plan.disposition == .commented)
        } else {
            Testing.Issue.record("a plan without a refusal begins with an issue or a comment")
        }
        #expect(!plan.findings.isEmpty)
    }

    @Test("P13 name the reporter by the account's key only", arguments: Case.all)
    func reporterByKey(_ one: Case) throws {
        for case .createIssue(let issue) in try one.report.actions {
            let names = try one.facts.known.compactMap { fact -> Account? in
                if case .account(let account) = fact.answer { account } else { nil }
            }
            let reporter = issue.reporter?.rawValue ?? ""
            for account in names {
                #expect(!reporter.contains(account.displayName))
                #expect(!reporter.contains(account.emailAddress ?? "@"))
            }
        }
    }

    @Test("P32 hand nothing to entity properties but the letter's own Message-ID", arguments: Case.all)
    func properties(_ one: Case) throws {
        let own = try one.letter.messageID.map { [$0] } ?? []
        for action in try one.report.actions {
            switch action {
            case .createIssue(let issue): #expect(issue.messageIDs == own)
            case .createRequest(let request): #expect(request.messageIDs == own)
            case .addComment(let comment): #expect(comment.messageIDs == own)
            case .attach, .transition, .addParticipants, .send: continue
            }
        }
    }
}

@Suite("The inquiry of a case")
struct InquiryTests {
    @Test("asks for all facts of the case, no others, and none twice", arguments: Case.all)
    func settles(_ one: Case) throws {
        let facts = try one.facts
        var learnt = Facts(now: facts.now)
        let (letter, profile) = (try one.letter, try one.profile)
        var rounds = 0
        while let inquiry = inquiry(about: letter, profile, learnt) {
            rounds += 1
            try #require(rounds <= 20, "the questions do not end")
            try #require(!inquiry.questions.isEmpty)
            #expect(Set(inquiry.questions).count == inquiry.questions.count, "asked twice in one round")
            for question in inquiry.questions {
                try #require(learnt.answer(to: question) == nil, "asked again: \(question)")
                learnt.learn(try #require(facts.answer(to: question), "not in facts.json: \(question)"), to: question)
            }
        }
        #expect(Set(learnt.known) == Set(facts.known))
        #expect(try decide(letter, under: profile, knowing: learnt) == (try one.report))
    }

    @Test("gives the same plan when it is decided twice", arguments: Case.all)
    func twice(_ one: Case) throws {
        let (letter, profile, facts) = (try one.letter, try one.profile, try one.facts)
        let first = try decide(letter, under: profile, knowing: facts)
        #expect(try decide(letter, under: profile, knowing: facts) == first)
        var later = facts
        later.now += 86_400
        #expect(try decide(letter, under: profile, knowing: later) == first)
    }

    @Test("does not depend on the order in which the facts were learnt", arguments: Case.all)
    func order(_ one: Case) throws {
        let (letter, profile, facts) = (try one.letter, try one.profile, try one.facts)
        let wanted = try decide(letter, under: profile, knowing: facts)
        for turn in facts.known.indices {
            let turned = Array(facts.known[turn...] + facts.known[..<turn])
            for known in [turned, turned.reversed()] {
                #expect(try decide(letter, under: profile, knowing: Facts(now: facts.now, known: known)) == wanted)
            }
        }
    }

    @Test("asks for exactly that fact which is taken away", arguments: Case.all)
    func missing(_ one: Case) throws {
        let (letter, profile, facts) = (try one.letter, try one.profile, try one.facts)
        for index in facts.known.indices {
            var known = facts.known
            let removed = known.remove(at: index)
            let asked = inquiry(about: letter, profile, Facts(now: facts.now, known: known))
            #expect(asked?.questions == [removed.question])
        }
    }

    private func inquiry(about letter: Letter, _ profile: Profile, _ facts: Facts) -> Inquiry? {
        do throws(Inquiry) {
            _ = try decide(letter, under: profile, knowing: facts)
            return nil
        } catch {
            return error
        }
    }
}
