// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import Planning
import Sandbox
import Store
import Testing
import Vault
import WebClient

@testable import Engine

/// What one tenant meets at a Jira spares the others who speak to it, and nothing else of one touches another.
@Suite("Two tenants of one Jira")
struct SharedSiteTests {
    private func takeBoth(_ place: Workplace) async throws -> (acme: JobID, globex: JobID) {
        let first = try await place.take(letter())
        return (first, try await place.take(letter(to: "desk@example.net"), to: "desk@example.net"))
    }

    @Test("both leave it alone as long as it has asked one of them", arguments: ["429", "503"])
    func leaveAlone(fault: String) async throws {
        try await withWorkplace { place in
            let tenant = try await place.addTenant()
            let (_, other) = try await takeBoth(place)
            await place.sandbox.fail(fault, retryAfter: 60)
            try await place.work()
            #expect(await place.sandbox.requests().count == 1)
            #expect(try await tenant.job(other)?.dueAt == place.time.now.addingTimeInterval(60))
            // Of the other's letter and token nothing is told.
            #expect(try await tenant.said(of: other) == "Jira is left alone for a moment.")
            try await place.work(after: 60)
            #expect(await place.sandbox.issues().map(\.key) == ["HELP-1", "HELP-2"])
        }
    }

    @Test("stop in the middle of their work, too, when it asks one of them for a pause")
    func stop() async throws {
        try await withWorkplace { place in
            let tenant = try await place.addTenant()
            let one = try #require(try await place.engine.tenants.setup(acme).site(Profile.defaultConnection))
            let other = try #require(try await place.engine.tenants.setup(tenant.id).site(Profile.defaultConnection))
            await place.sandbox.fail("429", retryAfter: 60)
            await #expect(throws: WebClientError.self) { try await one.get(.myself) }
            let error = await #expect(throws: WebClientError.self) { try await other.get(.myself) }
            #expect(error?.retry == .after(.seconds(60)))
            #expect(error?.said == "Jira asks to slow down (429).")
            #expect(await place.sandbox.requests().count == 1)
            place.time.advance(60)
            #expect(try await other.get(.myself).displayName == "Mail Handler")
        }
    }

    @Test("have limits of their own at a Data Center, which limits each user")
    func dataCenter() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let tenant = try await place.addTenant()
            let one = try #require(try await place.engine.tenants.setup(acme).site(Profile.defaultConnection))
            let here = try #require(one.way)
            #expect(here.limitsEachUser)
            let other = JiraSite(
                connection: SiteConnection(
                    address: SiteAddress(place.sandbox.jiraURL.absoluteString)!, deployment: .dataCenter,
                    credentials: .bearer(Secret("another")), reach: .anywhere),
                over: place.connections)
            #expect(other.way == here)
            await place.sandbox.fail("429", retryAfter: 60)
            let holds = place.engine.holds
            let caller = try await place.engine.tenants.setup(acme).caller(Profile.defaultConnection)
            await #expect(throws: WebClientError.self) {
                try await holds.respecting(caller) { _ = try await one.get(.myself) }
            }
            await #expect(throws: LeftAlone.self) { try await holds.respecting(caller) {} }
            // It asks, and hears that its token is none.
            let error = await #expect(throws: WebClientError.self) { try await other.get(.myself) }
            #expect(error?.code == .unauthorized)
            let neighbour = try await place.engine.tenants.setup(tenant.id).caller(Profile.defaultConnection)
            try await holds.respecting(neighbour) {}
        }
    }

    @Test("have a token each: one that is not accepted is nobody else's trouble")
    func haveTokens() async throws {
        try await withWorkplace { place in
            let tenant = try await place.addTenant()
            let (one, other) = try await takeBoth(place)
            await place.sandbox.fail("401")
            try await place.work()
            #expect(try await place.standing(one).due == 60)
            #expect(try await tenant.job(other)?.state == .done)
        }
    }

    @Test("ask a server of their own for tokens: its troubles are not the Jira's")
    func askForTokens() async throws {
        struct Broken: TokenSource {
            let server: JiraSite
            let place: SiteAddress?
            let app = AppQuota(of: "app", by: "somebody")

            func access(insteadOf refused: Secret?) async throws -> SiteAccess {
                _ = try await server.get(.server)
                throw Unexpected()
            }
        }
        let issuer = try await ScriptedHTTPServer.start(.answer(503, headers: [("Retry-After", "600")]))
        let connections = HTTPConnections()
        let here = SiteAddress("http://127.0.0.1:1")!
        func site(_ address: SiteAddress, _ credentials: SiteCredentials) -> JiraSite {
            JiraSite(
                connection: SiteConnection(address: address, credentials: credentials, reach: .anywhere),
                over: connections)
        }
        let source = Broken(server: site(SiteAddress(issuer.address)!, .nobody), place: here)
        let (one, other) = (site(here, .issued(source)), site(here, .bearer(Secret("t"))))
        #expect(one.way == other.way && one.way != nil)
        let holds = Holds(time: FakeTime())
        let unlucky = Holds.Caller(tenant: acme, connection: Profile.defaultConnection, way: one.way)
        await #expect(throws: WebClientError.self) {
            try await holds.respecting(unlucky) { _ = try await one.get(.myself) }
        }
        await #expect(throws: LeftAlone.self) { try await holds.respecting(unlucky) {} }
        let neighbour = Holds.Caller(tenant: globex, connection: Profile.defaultConnection, way: other.way)
        try await holds.respecting(neighbour) {}
        try await connections.close()
        try await issuer.stop()
    }

    @Test("wait a minute at most for one whose work takes long after Jira was away")
    func tryAlone() async throws {
        try await withWorkplace { place in
            _ = try await place.addTenant()
            let holds = place.engine.holds
            let one = try await place.engine.tenants.setup(acme).caller(Profile.defaultConnection)
            let other = try await place.engine.tenants.setup(globex).caller(Profile.defaultConnection)
            await place.sandbox.fail("503")
            await #expect(throws: WebClientError.self) {
                try await holds.respecting(one) {
                    _ = try await place.engine.tenants.setup(acme).site(one.connection)?.get(.myself)
                }
            }
            try await holds.respecting(one) {
                let left = await #expect(throws: LeftAlone.self) { try await holds.respecting(other) {} }
                #expect(left?.pause == .seconds(1))
                place.time.advance(60)
                try await holds.respecting(other) {}
            }
        }
    }
}
