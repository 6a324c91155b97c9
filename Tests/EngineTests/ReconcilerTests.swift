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

    @Test(
        "is found in the projects that are there, also where one that is covered is gone or hidden",
        arguments: [Deployment.cloud, .dataCenter], [true, false])
    func sparesUnseen(deployment: Deployment, isGone: Bool) async throws {
        try await withWorkplace(on: deployment) {
            $0.notifications[0].projects = [ProjectKey("HELP")!, ProjectKey("OPS")!]
        } _: { place in
            _ = try await place.sandbox.open("A lamp", in: "OPS")
            try await look(place)
            place.time.advance(60)
            if isGone {
                await place.sandbox.remove(project: "OPS")
            } else {
                await place.sandbox.hide(project: "OPS")
            }
            _ = try await place.sandbox.open("A printer")
            place.time.advance(60)
            try await look(place)
            #expect(try await place.events().count == 1)
            let kept = try #require(try await place.tenant.position(of: "reconciler/jira"))
            let looked = try JSONDecoder().decode(EventReconciler.Place.self, from: kept)
            #expect(looked.unseen == [ProjectKey("OPS")!] && !looked.isBehind)
            // Nothing is left to look at, and the next look goes on from there.
            try await place.change { $0.notifications[0].projects = [ProjectKey("OPS")!] }
            try await look(place)
            #expect(try await place.events().count == 1)
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
