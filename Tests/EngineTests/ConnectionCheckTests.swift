// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import MailTransport
import Planning
import Store
import Testing
import Vault

@testable import Engine
@testable import Sandbox

@Suite("The check of a connection")
struct ConnectionCheckTests {
    private func lines(_ place: Workplace) async throws -> [String] {
        place.engine.tenants.forget()
        let setup = try await place.engine.tenants.setup(acme)
        return await ConnectionCheck(setup.configuration.connections[0], of: setup, at: place.time.now).lines()
    }

    @Test("says as whom it works, and that nothing is missing", arguments: [Deployment.cloud, .dataCenter])
    func works(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) { place in
            let said = try await lines(place)
            #expect(
                said == [
                    "jira: works, as Mail Handler.", "  support: has all that it needs in HELP.",
                ])
            #expect(await place.sandbox.writes() == [])
        }
    }

    @Test("says what each missing permission costs", arguments: [Deployment.cloud, .dataCenter])
    func missesPermissions(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) {
            $0.profiles[0].transitionsOnComment = [TransitionRule(status: "Done", transition: "To Do")]
        } _: { place in
            await place.sandbox.jira.deny(Permission.allCases.map(\.rawValue))
            let said = try await lines(place)
            #expect(
                said.dropFirst() == [
                    "  Without \"Browse projects\" in HELP the account sees none of its issues.",
                    "  Without \"Create issues\" in HELP no letter becomes an issue.",
                    "  Without \"Add comments\" in HELP no reply becomes a comment.",
                    "  Without \"Create attachments\" in HELP no file is attached.",
                    "  Without \"Transition issues\" in HELP no comment moves its issue.",
                    "  Without \"Modify reporter\" in HELP the sender is not the issue's reporter.",
                    "  Without the global permission \"Browse users and groups\" no sender's account is found.",
                ])
        }
    }

    @Test("says which project or issue type is not there")
    func missesThings() async throws {
        try await withWorkplace {
            $0.profiles[0].issueType = "Wish"
        } _: { place in
            #expect(
                try await lines(place).last
                    == "  support: there is no issue type Wish in HELP, only Task, Bug, Incident.")
            // A letter never becomes a part of another issue.
            try await place.change { $0.profiles[0].issueType = "Sub-task" }
            #expect(
                try await lines(place).last
                    == "  support: there is no issue type Sub-task in HELP, only Task, Bug, Incident.")
            try await place.change { $0.profiles[0].project = ProjectKey("NOPE")! }
            #expect(try await lines(place).last == "  support: the account does not see the project NOPE.")
        }
    }

    @Test("says which field a new issue must have that no letter fills", arguments: [Deployment.cloud, .dataCenter])
    func missesFields(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) { place in
            await place.sandbox.jira.require(["duedate", "description"])
            #expect(
                try await lines(place).dropFirst() == [
                    "  support: each new Task in HELP needs \"Due date\", which no letter has: give it a default in "
                        + "Jira, or make it optional."
                ])
            let job = try await place.take(letter())
            try await place.work()
            #expect(
                try await place.standing(job).said
                    == "Jira refused the request (400). duedate: Due date is required.")
        }
    }

    @Test("says what to do about a token that is not accepted, by the kind of connection")
    func refused() async throws {
        try await withWorkplace { place in
            try await place.tenant.put(
                Secret("no"), named: SecretName.token, of: .connection, Profile.defaultConnection)
            let said = try await lines(place)
            #expect(said[0].hasPrefix("jira: Jira does not accept the account or its token (401)."))
            #expect(
                said[1]
                    == "  A token with scopes counts only at the gateway: set api to https://api.atlassian.com/ex/jira/…"
            )
        }
        try await withWorkplace(on: .dataCenter) { place in
            try await place.tenant.put(
                Secret("no"), named: SecretName.token, of: .connection, Profile.defaultConnection)
            #expect(try await lines(place)[1] == "  The token should be a personal access token that has not ended.")
        }
    }

    @Test("says that the deployment is another than was set")
    func otherDeployment() async throws {
        try await withWorkplace { place in
            try await place.change { $0.connections[0].deployment = .dataCenter }
            #expect(try await lines(place)[1] == "  This is Jira Cloud: leave out deployment.")
        }
    }

    @Test("announces the end of a token for 30 days, and after it")
    func tokenEnds() async throws {
        try await withWorkplace { place in
            try await place.change { $0.connections[0].tokenEnds = Day("2026-12-02") }
            #expect(
                try await lines(place)[1] == "  Its token ends on 2026-12-02, in 11 days: make a new one in time.")
            #expect(
                await TokenWatch(engine: place.engine).warnings().map(\.words)
                    == ["Its token ends on 2026-12-02, in 11 days: make a new one in time."])
            place.time.advance(10 * 86_400)
            #expect(
                try await lines(place)[1] == "  Its token ends on 2026-12-02, within a day: make a new one now.")
            place.time.advance(86_400)
            #expect(
                try await lines(place)[1]
                    == "  Its token ended on 2026-12-02: make a new one and give it by martlet apply.")
            try await place.change { $0.connections[0].tokenEnds = Day("2027-12-02") }
            #expect(try await lines(place).count == 2)
        }
    }
}

@Suite("The webhook of a tenant's Jira")
struct WebhookRegistrationTests {
    private let address = "http://127.0.0.1:9/hooks/jira/acme.1"

    private func registration(_ place: Workplace) async throws -> WebhookRegistration {
        place.engine.tenants.forget()
        let setup = try await place.engine.tenants.setup(acme)
        return WebhookRegistration(setup.configuration.connections[0], of: setup, to: address, at: place.time.now)
    }

    @Test("is registered once however often, with a secret that is kept, and removed")
    func registers() async throws {
        try await withWorkplace { place in
            try await registration(place).register()
            let first = try await place.tenant.secret(
                named: SecretName.webhook, of: .connection, Profile.defaultConnection)
            try await registration(place).register()
            let hooks = await place.sandbox.jira.webhooks
            #expect(hooks.map(\.url) == [address])
            #expect(
                hooks[0].events == [
                    "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created",
                ])
            let second = try await place.tenant.secret(
                named: SecretName.webhook, of: .connection, Profile.defaultConnection)
            #expect(hooks[0].secret == second && first != second)
            #expect(try await registration(place).remove() == 1)
            #expect(await place.sandbox.jira.webhooks.isEmpty)
            #expect(try await registration(place).remove() == 0)
        }
    }

    @Test("signs with its former secret as long as it is there beside the new one, and not longer")
    func formerSecret() async throws {
        try await withWorkplace { place in
            try await registration(place).register()
            let connection = Profile.defaultConnection
            let former = try #require(
                try await place.tenant.secret(named: SecretName.webhook, of: .connection, connection))
            let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)
            func accept(_ secret: Secret) async throws -> EventIntake.Verdict {
                try await EventIntake(engine: place.engine).accept(
                    body, .init(signature: signed(body, with: secret)), delivery: nil, for: acme)
            }
            // The earlier one cannot be deleted just now.
            await place.sandbox.fail("503", "DELETE")
            await #expect(throws: (any Error).self) { try await registration(place).register() }
            let second = try #require(
                try await place.tenant.secret(named: SecretName.webhook, of: .connection, connection))
            #expect(try await accept(former) == .kept)
            #expect(try await accept(second) == .kept)
            await place.sandbox.mend()
            try await registration(place).register()
            #expect(try await accept(former) == .unsigned)
            #expect(try await accept(second) == .unsigned)
        }
    }

    @Test("goes on to be believed while a registration that was broken off is made again and refused")
    func brokenOff() async throws {
        try await withWorkplace { place in
            try await registration(place).register()
            let connection = Profile.defaultConnection
            let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)
            func isBelieved() async throws -> Bool {
                let secret = try #require(await place.sandbox.jira.webhooks.last?.secret)
                return try await EventIntake(engine: place.engine).accept(
                    body, .init(signature: signed(body, with: secret)), delivery: nil, for: acme) == .kept
            }
            await place.sandbox.fail("503", "POST")
            await #expect(throws: (any Error).self) { try await registration(place).register() }
            #expect(try await isBelieved())
            // Jira makes it, and its answer does not come; then it takes none.
            await place.sandbox.fail("500", "POST")
            await #expect(throws: (any Error).self) { try await registration(place).register() }
            #expect(await place.sandbox.jira.webhooks.count == 2)
            #expect(try await isBelieved())
            await place.sandbox.fail("401", "POST")
            await #expect(throws: (any Error).self) { try await registration(place).register() }
            #expect(try await isBelieved())
            try await registration(place).register()
            #expect(await place.sandbox.jira.webhooks.count == 1)
            #expect(try await isBelieved())
            #expect(
                try await place.tenant.secret(named: SecretName.comingWebhook, of: .connection, connection)
                    == Secret(""))
        }
    }

    @Test("of Data Center is made by hand, and words say where")
    func isMadeByHand() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let registration = try await registration(place)
            let error = await #expect(throws: NoRegistration.self) { try await registration.register() }
            #expect(
                error?.description
                    == "Data Center's webhooks are added by hand, under Administration, System, WebHooks. "
                    + "The address is \(address)")
        }
    }
}

@Suite("An event that Jira did not tell")
struct ReconcilerTests {
    private func look(_ place: Workplace, since seconds: Double) async throws {
        let setup = try await place.engine.tenants.setup(acme)
        let since = place.time.now.addingTimeInterval(-seconds)
        try await EventReconciler(engine: place.engine).look(
            setup, Profile.defaultConnection, since: since, from: since)
    }

    @Test("is found by looking, and told like any other", arguments: [Deployment.cloud, .dataCenter])
    func isFound(deployment: Deployment) async throws {
        try await withWorkplace(on: deployment) { place in
            let issue = try await place.sandbox.open("A printer", "It prints stripes.")
            _ = try await place.sandbox.comment("On it", on: issue.key, as: "Bo Lindqvist")
            try await look(place, since: 60)
            #expect(try await place.events().count == 2)
            try await place.tick(after: 60)
            #expect(await place.sandbox.told() == ["ada@example.com: [HELP-1] A printer"])
            let words = String(decoding: await place.sandbox.mails()[0], as: UTF8.self)
            #expect(words.contains("Ada Ringer opened HELP-1:\r\n\r\nIt prints stripes."))
            #expect(words.contains("On it"))
        }
    }

    @Test("is told once, whether it was told, found, or both in either order")
    func isToldOnce() async throws {
        try await withWorkplace { place in
            let issue = try await place.sandbox.open("A printer")
            try await place.comment("On it", on: issue, as: "Bo Lindqvist")
            try await look(place, since: 60)
            try await look(place, since: 60)
            #expect(try await place.events().count == 2)
            let id = try await place.sandbox.comment("Done", on: issue.key, as: "Bo Lindqvist")
            try await look(place, since: 60)
            let body = commentEvent(id, on: issue, by: await place.sandbox.accountID("Bo Lindqvist"))
            #expect(try await place.tell(body, delivery: "late") == .repeated)
            #expect(try await place.events().count == 3)
        }
    }

    @Test("is not looked for where nobody is told, nor beyond what is covered (P43)")
    func looksNoFurther() async throws {
        try await withWorkplace {
            $0.notifications[0].projects = [ProjectKey("OPS")!]
        } _: { place in
            _ = try await place.sandbox.open("A printer")
            try await look(place, since: 60)
            #expect(try await place.events().isEmpty)
            try await place.change { $0.notifications = [] }
            let before = await place.sandbox.requests().count
            try await look(place, since: 60)
            #expect(await place.sandbox.requests().count == before)
        }
    }

    private func look(_ place: Workplace, pages: Int = 10) async throws {
        place.engine.tenants.forget()
        let setup = try await place.engine.tenants.setup(acme)
        try await EventReconciler(engine: place.engine, pages: pages).look(setup, Profile.defaultConnection)
    }

    @Test("is found where a look does not come to the end, although its issue changed again by the next")
    func isBehind() async throws {
        try await withWorkplace { place in
            try await look(place)
            place.time.advance(600)
            let late = try await place.sandbox.open("A printer")
            _ = try await place.sandbox.comment("On it", on: late.key, as: "Bo Lindqvist")
            // One page has 100 issues.
            for number in 0..<100 {
                _ = try await place.sandbox.open("A lamp \(number)")
                place.time.advance(5)
            }
            try await place.sandbox.edit(late.key)
            place.time.advance(600)
            let all = JobFilter(line: .event, limit: 200)
            try await look(place, pages: 1)
            #expect(try await place.tenant.jobs(matching: all).count == 100)
            try await look(place, pages: 1)
            #expect(try await place.tenant.jobs(matching: all).count == 102)
            // Nothing from before that is looked for any more.
            try await look(place, pages: 1)
            let place = try #require(try await place.tenant.position(of: "reconciler/jira"))
            #expect(try JSONDecoder().decode(EventReconciler.Place.self, from: place).from == nil)
        }
    }

    @Test("is looked for from where the last look at that Jira ended, also by another process")
    func looksOn() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("From before")
            place.time.advance(600)
            try await look(place)
            #expect(try await place.events().isEmpty)
            _ = try await place.sandbox.open("A printer")
            place.time.advance(86_400)
            try await place.afterCrash { after in
                try await look(after)
                #expect(try await after.events().count == 1)
                // A connection that is added later has its own beginning.
                let second = ConfigurationID("second")!
                try await after.change { configuration in
                    configuration.connections.append(after.connection(second))
                    configuration.notifications[0].connection = second
                }
                let setup = try await after.engine.tenants.setup(acme)
                try await EventReconciler(engine: after.engine).look(setup, second)
                #expect(try await after.events().count == 1)
            }
        }
    }

    @Test("from before the first look is never told, although each look reaches back")
    func beganThen() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("From before")
            place.time.advance(60)
            for _ in 0..<3 {
                try await look(place)
                #expect(try await place.events().isEmpty)
                place.time.advance(60)
            }
            _ = try await place.sandbox.open("A printer")
            place.time.advance(60)
            try await look(place)
            #expect(try await place.events().count == 1)
        }
    }

    @Test("is found by the next look where there are more than one look takes")
    func looksInSteps() async throws {
        try await withWorkplace { place in
            try await look(place)
            for number in 0..<1010 {
                _ = try await place.sandbox.open("Issue \(number)")
                place.time.advance(1)
            }
            try await look(place)
            #expect(try await place.tenant.jobs(matching: JobFilter(line: .event, limit: 5000)).count == 1000)
            try await look(place)
            #expect(try await place.tenant.jobs(matching: JobFilter(line: .event, limit: 5000)).count == 1010)
        }
    }

    @Test("is looked for although another tenant's set-up cannot be read")
    func sparesOthers() async throws {
        try await withWorkplace { place in
            let globex = TenantID("globex")!
            try await place.store.createTenant(globex, name: "Globex", at: noon)
            try await place.store.tenant(globex).put(
                .connection, Profile.defaultConnection, Data("{".utf8), at: noon)
            place.engine.tenants.forget()
            #expect(await place.engine.tenants.readable().map(\.id) == [acme])
            #expect(try await place.engine.tenants.all().unreadable == [globex])
            let known = await SMTPIntake(engine: place.engine).accepts(SMTPAddress("support@example.com")!, in: session)
            #expect(known == .accepted)
            let unknown = await SMTPIntake(engine: place.engine).accepts(SMTPAddress("desk@example.net")!, in: session)
            #expect(unknown == .tryLater)
        }
    }

    @Test("from before is left alone")
    func isRecent() async throws {
        try await withWorkplace { place in
            _ = try await place.sandbox.open("A printer")
            place.time.advance(120)
            try await look(place, since: 60)
            #expect(try await place.events().isEmpty)
        }
    }
}

extension SandboxJira {
    fileprivate func deny(_ names: [String]) {
        denied = Set(names)
    }

    fileprivate func require(_ fields: [String]) {
        required = Set(fields)
    }
}
