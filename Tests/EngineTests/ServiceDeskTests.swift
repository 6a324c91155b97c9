// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import Markup
import Planning
import Sandbox
import Store
import Testing
import WebClient

@testable import Engine
@testable import Sandbox

/// A profile whose project is a service project, from the letter to what Jira has then.
@Suite("A service project")
struct ServiceDeskTests {
    private static let properties = "/rest/api/3/issue/10001/properties/martlet.mail"
    private static let participants = "/rest/servicedeskapi/request/10001/participant"
    private static let policy = ServiceDeskPolicy(requestType: "Ask for a task", participants: true)

    private func withDesk(
        _ policy: ServiceDeskPolicy = policy, spoiling spoilt: SpecificationProxy.Violation.Direction? = nil,
        _ body: (Workplace) async throws -> Void
    ) async throws {
        let projects: [SandboxConfiguration.Project] = [.init(key: "HELP", name: "Help", isServiceProject: true)]
        try await withWorkplace(projects: projects, spoiling: spoilt) {
            $0.profiles[0].serviceDesk = policy
        } _: { place in
            try await body(place)
        }
    }

    private func letterToBo(subject: String = "The printer prints stripes", id: String = "one@example.com") -> [UInt8] {
        letter(subject: subject, id: id, headers: "Cc: Bo <bo@example.com>\r\n")
    }

    @Test("gets a request on behalf of the sender, with our property, and the letter's recipients take part")
    func becomesRequest() async throws {
        try await withDesk { place in
            let job = try await place.take(letterToBo())
            try await place.work()
            #expect(
                await place.sandbox.requests() == [
                    "GET /rest/api/3/user/search 200", "GET /rest/servicedeskapi/servicedesk 200",
                    "GET /rest/servicedeskapi/servicedesk/10000/requesttype 200", "GET /rest/api/3/user/search 200",
                    "POST /rest/servicedeskapi/request 201", "PUT \(Self.properties) 201",
                    "POST \(Self.participants) 200",
                ])
            let issue = try #require(await place.sandbox.issues().first)
            #expect(issue.summary == "The printer prints stripes")
            #expect(issue.reporter == "Ada Ringer")
            #expect(
                issue.mark == [
                    "v": 1, "messageIDs": ["one@example.com"], "action": .string("\(job).support.0"),
                ])
            #expect(await place.sandbox.participants("HELP-1") == ["Bo Lindqvist"])
            let record = try #require(try await place.audit(job))
            #expect(record.disposition == .created)
            #expect(record.reporter?.rawValue == (await place.sandbox.accountID("Ada Ringer")))
            #expect(
                record.outcomes.map(\.result.words) == [
                    "Issue HELP-1 was created.", "One person more takes part in the request.",
                ])
        }
    }

    @Test("is asked for its request types every ten minutes, and anew when Jira refuses one")
    func remembersTypes() async throws {
        try await withDesk { place in
            let here = SiteMemory.Place(tenant: acme, connection: Profile.defaultConnection)
            let old = ServiceDeskFact(
                id: ServiceDesk.ID("10000")!,
                requestTypes: [RequestType(id: RequestType.ID("99")!, name: "Ask for a task")])
            _ = try await place.engine.memory.serviceDesk(of: ProjectKey("HELP")!, at: here, now: place.time.now) {
                old
            }
            place.time.advance(1)
            try await place.take(letter())
            try await place.take(letter(id: "two@example.com", body: "Another.\r\n"))
            try await place.work()
            #expect(await place.sandbox.issues().map(\.reporter) == ["Ada Ringer", "Ada Ringer"])
            let asked = await place.sandbox.requests().filter { $0.contains("/requesttype") }
            #expect(asked.count == 1)
        }
    }

    @Test("is known to have too long a text where Jira names no field, by Cloud's own limit alone")
    func isTooLong() {
        func stated(_ words: String) -> Int? { Objections(messages: [words]).textTooLong?.stated }
        #expect(stated("The entered text is too long. It exceeds the allowed limit of 32,767 characters.") == 32_767)
        #expect(stated("Der Text ist zu lang: hier sind höchstens 32.767 Zeichen erlaubt.") == 32_767)
        #expect(stated("The request type 10001 does not exist.") == nil)
        #expect(stated("The request type does not exist.") == nil)
    }

    @Test(
        "makes nothing twice when the work is cut off",
        arguments: [
            CutPoint(action: "POST", path: "/rest/servicedeskapi/request", isPerformed: true),
            CutPoint(action: "POST", path: "/rest/servicedeskapi/request", isPerformed: false),
            CutPoint(action: "PUT", path: properties, isPerformed: true),
            CutPoint(action: "PUT", path: properties, isPerformed: false),
            CutPoint(action: "POST", path: participants, isPerformed: true),
            CutPoint(action: "POST", path: participants, isPerformed: false),
        ])
    func isCutOff(_ point: CutPoint) async throws {
        try await withDesk { place in
            let job = try await place.take(letterToBo())
            await place.sandbox.fail(point.isPerformed ? "500" : "503", point.action, point.path)
            try await place.work()
            await place.sandbox.mend()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                let issues = await after.sandbox.issues()
                #expect(issues.map(\.key) == ["HELP-1"])
                #expect(issues.first?.mark?["action"] == .string("\(job).support.0"))
                #expect(await after.sandbox.participants("HELP-1") == ["Bo Lindqvist"])
                #expect(try await after.audit(job)?.issue?.rawValue == "HELP-1")
                #expect(try await after.audit(job)?.reporter?.rawValue == (await after.sandbox.accountID("Ada Ringer")))
            }
        }
    }

    @Test("takes no request for a letter's that has other words, though its subject and its sender are the same")
    func isNotTaken() async throws {
        try await withDesk { place in
            // The one letter's request has no property yet, and the other's was never made.
            let one = try await place.take(letter(body: "It is the one on floor 3.\r\n"))
            await place.sandbox.fail("503", "PUT", Self.properties)
            try await place.work()
            let two = try await place.take(letter(id: "two@example.com", body: "It is the one on floor 4.\r\n"))
            await place.sandbox.fail("503", "POST", "/rest/servicedeskapi/request")
            try await place.work()
            await place.sandbox.mend()
            for _ in 0..<3 { try await place.work(after: 120) }
            let marks = await place.sandbox.issues().map { $0.mark?["action"]?.stringValue ?? "" }
            #expect(marks.sorted() == ["\(one).support.0", "\(two).support.0"].sorted())
        }
    }

    @Test(
        "becomes a request although our account may not edit it, and the check of the connection says what that means")
    func mayNotEdit() async throws {
        try await withDesk { place in
            await place.sandbox.jira.deny(["EDIT_ISSUES"])
            let job = try await place.take(letterToBo())
            try await place.work()
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1"])
            #expect(await place.sandbox.participants("HELP-1") == ["Bo Lindqvist"])
            #expect(try await place.audit(job)?.disposition == .created)
            let words = "Without \"Edit issues\" in HELP a request may be made twice after a crash."
            #expect(try await place.check().contains("  \(words)"))
        }
    }

    @Test("gets a request of our own account's where Jira takes the sender for no customer, and the record says so")
    func refusesCustomer() async throws {
        try await withDesk { place in
            try await place.change {
                $0.profiles[0].verification = .none
                $0.profiles[0].defaultReporter = AccountID("nobody")
            }
            let job = try await place.take(letter())
            try await place.work()
            #expect(await place.sandbox.issues().map(\.reporter) == ["Mail Handler"])
            let record = try #require(try await place.audit(job))
            #expect(record.reporter == nil)
            #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created, without its reporter."])
        }
    }

    @Test("gets comments that only agents see, where the profile says so", arguments: RequestAudience.allCases)
    func comments(audience: RequestAudience) async throws {
        try await withDesk(ServiceDeskPolicy(comments: audience)) { place in
            _ = try await place.sandbox.open("A printer")
            let job = try await place.take(letter(subject: "Re: HELP-1"))
            try await place.work()
            let comment = try #require(await place.sandbox.jira.issuesInOrder.first?.comments.first)
            #expect(comment.isPublic == (audience == .everybody))
            #expect(comment.properties["martlet.mail"]?["action"] == .string("\(job).support.0"))
        }
    }

    @Test("lets nobody take part in an issue that is no request, and takes the letter all the same")
    func isNoRequest() async throws {
        try await withDesk { place in
            _ = try await place.sandbox.open("A printer")
            let job = try await place.take(letterToBo(subject: "Re: HELP-1"))
            try await place.work()
            #expect(await place.sandbox.issues().first?.comments.count == 1)
            let outcome = try #require(try await place.audit(job)?.outcomes.last)
            #expect(
                outcome.result.words
                    == "Nobody more takes part in the request: Jira does not have this, or does not show it to the account "
                    + "(404). The request does not exist or you do not have permission to see it.")
        }
    }

    // MARK: New customers

    private static let create = ServiceDeskPolicy(requestType: "Ask for a task", customers: .create)
    private static let customer = "/rest/servicedeskapi/customer"
    private static let deskCustomer = "/rest/servicedeskapi/servicedesk/10000/customer"

    private func strangersLetter() -> [UInt8] { letter(from: "Nils New <nils@customer.example>") }

    private func expectCustomer(_ place: Workplace, _ job: JobID) async throws {
        let people = await place.sandbox.jira.people.filter { $0.emailAddress == "nils@customer.example" }
        #expect(people.map(\.displayName) == ["Nils New"])
        #expect(await place.sandbox.jira.deskState.circles.customers[10000] == Set(people.map(\.accountID)))
        #expect(await place.sandbox.issues().map(\.reporter) == ["Nils New"])
        let record = try #require(try await place.audit(job))
        #expect(record.reporter?.rawValue == people.first?.accountID)
        #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created, on behalf of a new customer."])
        #expect(record.findings.map(\.id).contains("identify.new-customer"))
    }

    @Test("makes a customer of a verified sender whom Jira does not know, and the request is theirs")
    func makesCustomer() async throws {
        try await withDesk(Self.create) { place in
            let job = try await place.take(strangersLetter())
            try await place.work()
            try await expectCustomer(place, job)
            #expect(
                await place.sandbox.writes() == [
                    "POST \(Self.customer) 201", "POST \(Self.deskCustomer) 204",
                    "POST /rest/servicedeskapi/request 201", "PUT \(Self.properties) 201",
                ])
            let again = try await place.take(letter(from: "nils@customer.example", id: "two@example.com"))
            try await place.work()
            #expect(try await place.audit(again)?.outcomes.map(\.result.words) == ["Issue HELP-2 was created."])
            #expect(await place.sandbox.issues().map(\.reporter) == ["Nils New", "Nils New"])
        }
    }

    @Test(
        "makes one customer and one request when the work is cut off",
        arguments: [
            CutPoint(action: "POST", path: customer, isPerformed: true),
            CutPoint(action: "POST", path: customer, isPerformed: false),
            CutPoint(action: "POST", path: deskCustomer, isPerformed: true),
            CutPoint(action: "POST", path: deskCustomer, isPerformed: false),
            CutPoint(action: "POST", path: "/rest/servicedeskapi/request", isPerformed: true),
            CutPoint(action: "POST", path: "/rest/servicedeskapi/request", isPerformed: false),
            CutPoint(action: "PUT", path: properties, isPerformed: true),
            CutPoint(action: "PUT", path: properties, isPerformed: false),
        ])
    func isCutOffAtCustomer(_ point: CutPoint) async throws {
        try await withDesk(Self.create) { place in
            let job = try await place.take(strangersLetter())
            await place.sandbox.fail(point.isPerformed ? "500" : "503", point.action, point.path)
            try await place.work()
            await place.sandbox.mend()
            place.time.advance(60)
            try await place.afterCrash { after in
                try await after.work()
                #expect(await after.sandbox.issues().map(\.key) == ["HELP-1"])
                try await expectCustomer(after, job)
            }
        }
    }

    @Test("adds a new customer to the profile's organizations before the request is made, and says what Jira refuses")
    func addsToOrganizations() async throws {
        var policy = Self.create
        policy.organizations = ["acme ltd", "Globex"]
        // The document knows no answer to a path that is not there.
        try await withDesk(policy, spoiling: .response) { place in
            await place.sandbox.found(organizations: "Acme Ltd", "Globex", "Hooli")
            await place.sandbox.fail("404", "POST", "/rest/servicedeskapi/organization/10002/user")
            let job = try await place.take(strangersLetter())
            try await place.work()
            let people = await place.sandbox.jira.people.filter { $0.displayName == "Nils New" }.map(\.accountID)
            #expect(await place.sandbox.jira.deskState.organizations.map(\.members) == [people, [], []])
            #expect(
                await place.sandbox.writes() == [
                    "POST \(Self.customer) 201", "POST \(Self.deskCustomer) 204",
                    "POST /rest/servicedeskapi/organization/10001/user 204",
                    "POST /rest/servicedeskapi/organization/10002/user 404",
                    "POST /rest/servicedeskapi/request 201", "PUT \(Self.properties) 201",
                ])
            let record = try #require(try await place.audit(job))
            #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created, on behalf of a new customer."])
            let said = record.findings.filter { $0.id.hasPrefix("identify.organization") }.map(\.text)
            #expect(said.first == "The new customer is to belong to Acme Ltd, Globex.")
            #expect(
                said.last?.hasPrefix(
                    "The new customer does not belong to all of the organizations: Jira does not have this, or does not "
                        + "show it to the account (404).") == true)
            try await place.change { $0.profiles[0].serviceDesk?.organizations = ["Hooli", "Initech"] }
            #expect(
                try await place.check().last
                    == "  support: there is no organization Initech that the account sees.")
        }
    }

    @Test("makes no customer of a sender whom nothing proves, nor where the profile does not say so")
    func makesNoCustomer() async throws {
        try await withDesk(Self.create) { place in
            let count = await place.sandbox.jira.people.count
            try await place.change { $0.profiles[0].verification = .none }
            try await place.take(strangersLetter())
            try await place.work()
            try await place.change {
                $0.profiles[0].verification = .trustFrom
                $0.profiles[0].serviceDesk?.customers = .existing
            }
            try await place.take(letter(from: "Nils New <nils@customer.example>", id: "two@example.com"))
            try await place.work()
            #expect(await place.sandbox.jira.people.count == count)
            #expect(await place.sandbox.issues().map(\.reporter) == ["Mail Handler", "Mail Handler"])
        }
    }

    @Test("gets a request of our own account's where Jira makes no customer, and the record says why")
    func refusesNewCustomer() async throws {
        try await withDesk(Self.create) { place in
            await place.sandbox.jira.deny(["ADMINISTER"])
            let job = try await place.take(strangersLetter())
            try await place.work()
            #expect(await place.sandbox.issues().map(\.reporter) == ["Mail Handler"])
            let record = try #require(try await place.audit(job))
            #expect(record.reporter == nil)
            #expect(record.outcomes.map(\.result.words) == ["Issue HELP-1 was created, without its reporter."])
            #expect(record.findings.last?.text.contains("You do not have the permission ADMINISTER.") == true)
        }
    }

    @Test("is looked at by the check of a connection")
    func isChecked() async throws {
        func lines(_ place: Workplace) async throws -> [String] {
            place.engine.tenants.forget()
            let setup = try await place.engine.tenants.setup(acme)
            return await ConnectionCheck(setup.configuration.connections[0], of: setup, at: place.time.now).lines()
        }
        try await withDesk { place in
            #expect(try await lines(place).last == "  support: has all that it needs in HELP.")
            try await place.change { $0.profiles[0].serviceDesk?.requestType = "Wish" }
            #expect(
                try await lines(place).last
                    == "  support: there is no request type Wish in HELP, only Ask for a task, Ask for a bug, "
                    + "Ask for a incident.")
        }
        try await withWorkplace {
            $0.profiles[0].serviceDesk = Self.policy
        } _: { place in
            let said = try await lines(place)
            #expect(said.last == "  support: HELP is no service project that the account sees.")
        }
    }
}
