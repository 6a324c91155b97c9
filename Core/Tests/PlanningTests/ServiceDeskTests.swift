// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import Testing

@testable import MIME
@testable import Planning

@Suite("A letter to a service project")
struct ServiceDeskTests {
    private let desk = ServiceDeskFact(
        id: "4",
        requestTypes: [
            RequestType(id: "11", name: "Report a fault"),
            RequestType(id: "12", name: "Email request"),
        ])

    private let request = IssueFact(
        id: "10042", key: "HELP-7", project: "HELP", kind: .service, summary: "The printer", status: "Open",
        reporter: "5b10a-ada", assignee: "5b10a-bob")

    private func profile(_ policy: ServiceDeskPolicy) -> Profile {
        Profile.support.with {
            $0.serviceDesk = policy
            $0.verification = .trustFrom
        }
    }

    private var world: World { World(issues: [request], accounts: [.ada, .bob, .cleo], serviceDesk: desk) }

    private let all = "To: support@example.com, Bob <BOB@example.com>\nCc: cleo@example.com, nobody@example.com"

    @Test(
        "becomes a request on behalf of its sender, in wiki markup",
        arguments: ["Email request", "email REQUEST", "12"])
    func becomesRequest(type: String) {
        let html = Letter.of("Content-Type: text/html", body: "<p>It is <b>very</b> warm.</p>")
        let plan = world.plan(for: html, under: profile(ServiceDeskPolicy(requestType: type)))
        #expect(
            plan.actions == [
                .createRequest(
                    NewRequest(
                        project: "HELP", desk: desk.id, type: "12", summary: "A question",
                        description: "It is *very* warm.", customer: "5b10a-ada", messageIDs: []))
            ])
        #expect(plan.disposition == .created)
        #expect(plan.text(of: "fill.request") == #"The letter becomes a customer's request: "Email request"."#)
    }

    @Test("of a stranger becomes a request of the default reporter, or of our own account")
    func ofStranger() {
        func customer(_ reporter: AccountID?) -> AccountID?? {
            let stranger = profile(ServiceDeskPolicy(requestType: "12")).with { $0.defaultReporter = reporter }
            let plan = World(serviceDesk: desk).plan(for: .of(), under: stranger)
            guard case .createRequest(let request) = plan.actions.first else { return nil }
            #expect(request.description == "_From: Ada Lind &lt;ada\\@example.org&gt;_\n\nHello.")
            return .some(request.customer)
        }
        #expect(customer("5b10a-bob") == .some("5b10a-bob"))
        #expect(customer(nil) == .some(nil))
    }

    @Test("of a proven stranger makes a customer, where the profile says so, and the letter's recipients take part")
    func makesCustomer() {
        let policy = ServiceDeskPolicy(requestType: "12", participants: true, customers: .create)
        let wanted = profile(policy).with { $0.defaultReporter = "5b10a-bob" }
        var world = world
        world.accounts.removeAll { $0.id == Account.ada.id }
        let plan = world.plan(for: .of(all), under: wanted)
        guard case .createRequest(let request) = plan.actions.first else {
            Issue.record("no request")
            return
        }
        #expect(request.newCustomer == NewCustomer(address: "ada@example.org", name: "Ada Lind"))
        // Where Jira refuses that: the words still say who wrote.
        #expect(request.customer == "5b10a-bob")
        #expect(request.description.hasPrefix("_From: Ada Lind &lt;ada\\@example.org&gt;_"))
        #expect(plan.ids.contains("identify.new-customer"))
        #expect(added(plan) == [.addParticipants(["5b10a-bob", "5b10a-cleo"], to: .created(byAction: 0))])
        let nameless = world.plan(for: .of("From: ada@example.org"), under: wanted)
        guard case .createRequest(let request) = nameless.actions.first else { return }
        #expect(request.newCustomer?.name == "ada@example.org")
    }

    @Test("of a new customer says to which organizations this person is to belong, and which of them are not there")
    func belongs() {
        let policy = ServiceDeskPolicy(
            requestType: "12", customers: .create, organizations: ["globex", "Initech", "7"])
        var world = world
        world.accounts = []
        world.organizations = [
            Organization(id: "5", name: "Acme Ltd"), Organization(id: "6", name: "Globex"),
            Organization(id: "7", name: "Hooli"),
        ]
        let plan = world.plan(for: .of(), under: profile(policy))
        guard case .createRequest(let request) = plan.actions.first else {
            Issue.record("no request")
            return
        }
        #expect(request.newCustomer?.organizations == ["6", "7"])
        let said = plan.findings.filter { $0.id.hasPrefix("identify.organization") }
        #expect(
            said.map(\.text) == [
                "Jira shows no organization \"Initech\" to this account: the new customer does not belong to it.",
                "The new customer is to belong to Globex, Hooli.",
            ])
        // Of a sender who is there nothing is asked.
        world.accounts = [.ada]
        let (_, facts) = world.settle { facts throws(Inquiry) in
            try decide(.of(), under: profile(policy), knowing: facts)
        }
        #expect(facts.answer(to: .organizations) == nil)
    }

    @Test("makes a customer of nobody else: not of who is there, unproven, a program, or answers an issue")
    func makesNoCustomer() {
        let policy = ServiceDeskPolicy(requestType: "12", customers: .create)
        func made(_ letter: Letter, _ accounts: [Account] = [], _ change: (inout Profile) -> Void = { _ in }) -> Bool {
            var world = world
            world.accounts = accounts
            let plan = world.plan(for: letter, under: profile(policy).with(change))
            if case .createRequest(let request) = plan.actions.first { return request.newCustomer != nil }
            return false
        }
        #expect(made(.of()))
        #expect(!made(.of(), [.ada]))
        var gone = Account.ada
        gone = Account(id: gone.id, displayName: "Ada", emailAddress: gone.emailAddress, isActive: false)
        #expect(!made(.of(), [gone]))
        #expect(!made(.of()) { $0.verification = .none })
        #expect(!made(.of()) { $0.verification = .authenticationResults(authservID: "mx.example.com") })
        #expect(!made(.of()) { $0.serviceDesk?.customers = .existing })
        #expect(!made(.of("List-Id: <news.example.org>\nPrecedence: list")))
        #expect(!made(.of(subject: "Re: HELP-7")))
    }

    @Test("makes customers of verified senders alone, which the set-up says where it verifies nobody")
    func verifiesNobody() throws {
        let json = """
            {"version":1,"connections":[{"id":"jira","site":"https://example.atlassian.net","account":"a@b.c"}],
            "profiles":[{"id":"support","catch":["support@example.com"],"project":"HELP",
            "serviceDesk":{"requestType":"Email request","customers":"create"}}]}
            """
        var configuration = try JSONDecoder().decode(Configuration.self, from: Data(json.utf8))
        #expect(configuration.profiles[0].serviceDesk?.customers == .create)
        #expect(
            configuration.problems == [
                #"Profile "support" makes customers of verified senders alone, and verifies nobody: set its verification."#
            ])
        configuration.profiles[0].verification = .trustFrom
        #expect(configuration.problems.isEmpty)
    }

    @Test("waits where the request type or the desk is not there")
    func waits() {
        let unknown = world.plan(for: .of(), under: profile(ServiceDeskPolicy(requestType: "Wish")))
        #expect(unknown.refusal == .requestTypeMissing)
        #expect(unknown.disposition == .parked)
        #expect(unknown.ids.last == "fill.request-type-missing")
        let missing = World(accounts: [.ada]).plan(for: .of(), under: profile(ServiceDeskPolicy(requestType: "12")))
        #expect(missing.refusal == .projectMissing)
        #expect(missing.ids.last == "fill.service-desk-missing")
        #expect(missing.actions.isEmpty)
    }

    @Test("becomes an issue as anywhere else where no request type is set")
    func becomesIssue() {
        let plan = world.plan(for: .of(all), under: profile(ServiceDeskPolicy(participants: true)))
        guard case .createIssue = plan.actions.first else {
            Issue.record("no issue")
            return
        }
        #expect(plan.actions.count == 1)
    }

    @Test("becomes a comment that customers see, or not, as the profile says")
    func comments() {
        func comment(_ policy: ServiceDeskPolicy?) -> (audience: RequestAudience?, said: Bool) {
            let plan = world.plan(
                for: .of(subject: "Re: HELP-7"),
                under: Profile.support.with { $0.serviceDesk = policy })
            guard case .addComment(let comment) = plan.actions.first else { return (nil, false) }
            return (comment.audience, plan.ids.contains("fill.internal-comment"))
        }
        #expect(comment(nil) == (nil, false))
        #expect(comment(ServiceDeskPolicy()) == (nil, false))
        #expect(comment(ServiceDeskPolicy(comments: .agents)) == (.agents, true))
    }

    private func added(_ plan: Plan) -> [Action] {
        plan.actions.filter { if case .addParticipants = $0 { true } else { false } }
    }

    @Test("lets its recipients with an account take part in the new request, each once")
    func addsToNew() {
        let twice = all + ", bob@example.com, ada@example.org"
        let policy = ServiceDeskPolicy(requestType: "12", participants: true)
        let plan = world.plan(for: .of(twice), under: profile(policy))
        #expect(added(plan) == [.addParticipants(["5b10a-bob", "5b10a-cleo"], to: .created(byAction: 0))])
        #expect(plan.ids.last == "involve.participants")
        let off = world.plan(for: .of(twice), under: profile(ServiceDeskPolicy(requestType: "12")))
        #expect(added(off).isEmpty)
    }

    @Test("lets those take part in an existing request who do not yet, on the word of one who does")
    func addsToExisting() {
        let policy = profile(ServiceDeskPolicy(participants: true))
        var world = world
        world.participants = [.bob]
        let letter = Letter.of(all, subject: "Re: HELP-7")
        #expect(
            added(world.plan(for: letter, under: policy)) == [.addParticipants(["5b10a-cleo"], to: .existing("10042"))])
        // The assignee, and a participant.
        let asBob = Letter.of("From: bob@example.com\n" + all, subject: "Re: HELP-7")
        #expect(added(world.plan(for: asBob, under: policy)).count == 1)
        let asCleo = Letter.of(
            "From: cleo@example.com\nTo: support@example.com, ada@example.org, bob@example.com", subject: "Re: HELP-7")
        let outside = world.plan(for: asCleo, under: policy)
        #expect(added(outside).isEmpty)
        #expect(outside.ids.last == "involve.outsider")
        world.participants = [.cleo]
        #expect(
            added(world.plan(for: asCleo, under: policy)) == [.addParticipants(["5b10a-bob"], to: .existing("10042"))])
    }

    @Test("lets nobody take part on the word of somebody whom nothing proves")
    func isUnverified() {
        let unproven = profile(ServiceDeskPolicy(requestType: "12", participants: true)).with {
            $0.verification = .none
        }
        let plan = world.plan(for: .of(all), under: unproven)
        #expect(added(plan).isEmpty)
        #expect(plan.ids.last == "involve.unverified")
        #expect(
            !World(accounts: [.ada], serviceDesk: desk).plan(for: .of(), under: unproven).ids.contains(
                "involve.unverified"))
    }

    @Test("adds nobody on the word of a proven sender who has no account")
    func isStranger() {
        var world = world
        world.accounts.removeAll { $0.id == Account.ada.id }
        let plan = world.plan(
            for: .of(all), under: profile(ServiceDeskPolicy(requestType: "12", participants: true)))
        #expect(added(plan).isEmpty)
        #expect(plan.ids.last == "involve.outsider")
    }

    @Test("asks for no more than twenty of its recipients, and adds no app and nobody who has left")
    func isBounded() {
        let many = (1...50).map { "p\($0)@example.com" }
        var world = world
        world.accounts += many.enumerated().map { index, address in
            Account(
                id: AccountID("p\(index + 1)")!, displayName: "P", emailAddress: address,
                kind: index == 0 ? .app : .atlassian, isActive: index != 1)
        }
        let letter = Letter.of("To: support@example.com\nCc: \(many.joined(separator: ", "))")
        let policy = profile(ServiceDeskPolicy(requestType: "12", participants: true))
        guard case .addParticipants(let people, _) = added(world.plan(for: letter, under: policy)).first else {
            Issue.record("nobody was added")
            return
        }
        #expect(people.map(\.rawValue) == (3...20).map { "p\($0)" })
    }

    @Test("is not for Data Center, which the set-up says")
    func isOfCloud() throws {
        let json = """
            {"version":1,"connections":[{"id":"jira","site":"https://jira.example.com","deployment":"data-center"}],
            "profiles":[{"id":"support","catch":["support@example.com"],"project":"HELP",
            "serviceDesk":{"requestType":"Email request","comments":"internal","participants":true}}]}
            """
        let configuration = try JSONDecoder().decode(Configuration.self, from: Data(json.utf8))
        #expect(
            configuration.profiles[0].serviceDesk
                == ServiceDeskPolicy(requestType: "Email request", comments: .agents, participants: true))
        #expect(
            configuration.problems == [#"Profile "support" has a serviceDesk, which works with Jira Cloud alone."#])
        let again = try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(configuration))
        #expect(again == configuration)
    }
}
