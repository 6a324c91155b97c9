// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Jira
import LocalServers
import Logging
import NIOCore
import NIOHTTP1
import Planning
import Store
import Testing
import Vault
import WebClient

@testable import Engine
@testable import Sandbox

private let jira = Profile.defaultConnection

@Suite("The webhooks of a Jira that is connected by OAuth 2.0")
struct AppWebhookTests {
    private let address = "http://127.0.0.1:9/hooks/jira/acme.1"

    @discardableResult
    private func register(_ place: Workplace, to other: String? = nil) async throws -> String? {
        let setup = try await place.setup()
        return try await WebhookRegistration(
            setup.configuration.connections[0], of: setup, to: other ?? address, at: place.time.now
        ).register()
    }

    @Test("are registered for the projects that somebody is told of, once, and removed")
    func registers() async throws {
        try await withApp { place in
            _ = try await place.consent()
            try await register(place)
            try await register(place)
            let hooks = await place.sandbox.jira.webhooks
            #expect(hooks.map(\.url) == [address])
            #expect(hooks[0].events == WebhookRegistration.events)
            #expect(hooks[0].filter?.text == #"project in ("HELP", "OPS")"#)
            let setup = try await place.setup()
            let registration = WebhookRegistration(
                setup.configuration.connections[0], of: setup, to: address, at: place.time.now)
            #expect(try await registration.remove() == 1)
            #expect(await place.sandbox.jira.webhooks.isEmpty)
            place.time.advance(3600)
            #expect(await ConnectionKeeper(engine: place.engine).troubles().isEmpty)
            #expect(await place.sandbox.jira.webhooks.isEmpty)
        }
    }

    @Test("are refreshed before their 30 days are over, made anew where they are gone, and follow the projects")
    func refreshes() async throws {
        try await withApp { place in
            let keeper = ConnectionKeeper(engine: place.engine)
            _ = try await place.consent()
            try await register(place)
            let first = try #require(await place.sandbox.jira.webhooks.first)
            place.time.advance(10 * 86_400)
            #expect(await keeper.troubles().isEmpty)
            #expect(await place.sandbox.jira.webhooks.first?.ends == first.ends)
            place.time.advance(11 * 86_400)
            #expect(await keeper.troubles().isEmpty)
            #expect(await place.sandbox.jira.webhooks.map(\.id) == [first.id])
            #expect(await place.sandbox.jira.webhooks.first?.ends == place.time.now.addingTimeInterval(30 * 86_400))
            place.time.advance(31 * 86_400)
            #expect(await keeper.troubles().isEmpty)
            let counting = await place.sandbox.jira.webhooks.filter { $0.counts(at: place.time.now) }
            #expect(counting.map(\.url) == [address])
            #expect(counting[0].id != first.id)
            try await place.change { $0.notifications[0].projects = [ProjectKey("OPS")!] }
            #expect(await keeper.troubles().isEmpty)
            let now = await place.sandbox.jira.webhooks.filter { $0.counts(at: place.time.now) }
            #expect(now.map { $0.filter?.text } == [#"project in ("OPS")"#])
        }
    }

    @Test("tell of the projects that are there, also where a covered one is gone or hidden, and of it once it is back")
    func spareOthers() async throws {
        try await withApp { place in
            let keeper = ConnectionKeeper(engine: place.engine)
            func filters() async -> [String?] { await place.sandbox.jira.webhooks.map { $0.filter?.text } }
            _ = try await place.consent()
            try await place.change { $0.notifications[0].projects = [ProjectKey("HELP")!, ProjectKey("OPS")!] }
            await place.sandbox.hide(project: "OPS")
            let words = "The account does not see the project OPS, which notifications name: nobody is told of it."
            #expect(try await register(place) == words)
            #expect(await filters() == [#"project in ("HELP")"#])
            #expect(try await place.check().last == "  \(words)")
            await place.sandbox.show(project: "OPS")
            #expect(await keeper.troubles().isEmpty)
            #expect(await filters() == [#"project in ("HELP", "OPS")"#])
            #expect(try await !place.check().contains("  \(words)"))
            // The webhook that stands names it: whether Jira goes on to tell of the others is not known.
            await place.sandbox.remove(project: "OPS")
            #expect(await keeper.troubles().isEmpty)
            #expect(await filters() == [#"project in ("HELP")"#])
            let calls = await place.sandbox.writes().count
            #expect(await keeper.troubles().isEmpty)
            #expect(await place.sandbox.writes().count == calls)
        }
    }

    @Test("are none where all that is covered is gone, in words")
    func noneIsLeft() async throws {
        try await withApp { place in
            _ = try await place.consent()
            try await place.change { $0.notifications[0].projects = [ProjectKey("GONE")!, ProjectKey("LOST")!] }
            let words =
                "The account does not see the projects GONE, LOST, which notifications name: nobody is told of them."
            let refusal = await #expect(throws: WebhookImpossible.self) { try await register(place) }
            #expect(refusal?.description == words)
            #expect(try await place.check().last == "  \(words)")
            #expect(await place.sandbox.jira.webhooks.isEmpty)
        }
    }

    @Test("are said in the log, once, to tell no more of a project that is gone")
    func isLogged() async throws {
        try await withApp { place in
            let ring = LogRing(folder: place.folder.path("logs"), days: 7) { noon }
            let logger = Logger(label: "test") { _ in RingLogHandler(ring, as: .text, now: { noon }) }
            let engine = Engine(
                store: place.store, connections: place.connections, settings: EngineSettings(), time: place.time,
                logger: logger)
            _ = try await place.consent()
            try await place.change { $0.notifications[0].projects = [ProjectKey("HELP")!, ProjectKey("OPS")!] }
            try await register(place)
            await place.sandbox.remove(project: "OPS")
            for _ in 0..<2 { #expect(await ConnectionKeeper(engine: engine).troubles().isEmpty) }
            #expect(
                LogRing.lines(in: place.folder.path("logs"), limit: 100) == [
                    "2026-11-22T12:00:00Z notice Jira sends no events of projects that it does not show connection=jira "
                        + "projects=OPS tenant=acme"
                ])
        }
    }

    @Test("leave alone those of another tenant that the same app has at the same Jira, be they registered or removed")
    func othersStay() async throws {
        try await withApp { place in
            _ = try await place.consent()
            let other = address.replacing("acme", with: "globex")
            try await register(place, to: other)
            try await register(place)
            try await register(place)
            #expect(await place.sandbox.jira.webhooks.map(\.url) == [other, address])
            place.time.advance(21 * 86_400)
            #expect(await ConnectionKeeper(engine: place.engine).troubles().isEmpty)
            let ends = await place.sandbox.jira.webhooks.compactMap(\.ends)
            #expect(ends.map { $0.timeIntervalSince(place.time.now) / 86_400 } == [9, 30])
            let setup = try await place.setup()
            let registration = WebhookRegistration(
                setup.configuration.connections[0], of: setup, to: address, at: place.time.now)
            #expect(try await registration.remove() == 1)
            #expect(await place.sandbox.jira.webhooks.map(\.url) == [other])
        }
    }

    @Test("are believed by a token that our app's secret has signed, for as long as it counts")
    func believes() async throws {
        try await withApp { place in
            _ = try await place.consent()
            let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)
            let intake = EventIntake(engine: place.engine)
            let token = await place.sandbox.jira.webhookToken()
            let refused: [String?] = [
                nil, "", token, "Bearer", "Bearer \(token)x", "Basic \(token)",
                "Bearer \(WebToken.signed(Array(#"{"exp": 4102444800}"#.utf8), with: Secret("another")))",
            ]
            for authorization in refused {
                let verdict = try await intake.accept(
                    body, .init(authorization: authorization, connection: jira), delivery: "1", for: acme)
                #expect(verdict == .unsigned, "\(authorization ?? "none")")
            }
            let unnamed = EventIntake.Proof(authorization: "Bearer \(token)")
            #expect(try await intake.accept(body, unnamed, delivery: "1", for: acme) == .unsigned)
            let proof = EventIntake.Proof(authorization: "Bearer \(token)", connection: jira)
            #expect(try await intake.accept(body, proof, delivery: "1", for: acme) == .kept)
            #expect(try await intake.accept(body, proof, delivery: "1", for: acme) == .repeated)
            place.time.advance(3600)
            #expect(try await intake.accept(body, proof, delivery: "2", for: acme) == .unsigned)
        }
    }

    @Test("are of the site to whose address they came, where an app has two")
    func twoSites() async throws {
        try await withApp { place in
            let second = ConfigurationID("second")!
            try await place.change {
                $0.connections.append($0.connections[0])
                $0.connections[1].id = second
            }
            for id in [jira, second] {
                try await place.tenant.put(appSecret, named: SecretName.clientSecret, of: .connection, id)
            }
            let token = await place.sandbox.jira.webhookToken()
            let proof = EventIntake.Proof(authorization: "Bearer \(token)", connection: second)
            let body = Array(#"{"webhookEvent": "comment_created"}"#.utf8)
            let verdict = try await EventIntake(engine: place.engine).accept(body, proof, delivery: "1", for: acme)
            #expect(verdict == .kept)
            #expect(try await place.events().map(\.source) == ["webhook/second"])
        }
    }
}
