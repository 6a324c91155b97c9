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
            #expect(hooks[0].secret == second?.reveal() && first != second)
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
                let secret = Secret(try #require(await place.sandbox.jira.webhooks.last?.secret))
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

    @Test("of Data Center is registered with a secret too, and without one nothing needs to be signed")
    func registersOnDataCenter() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            let connection = Profile.defaultConnection
            try await registration(place).register()
            try await registration(place).register()
            let hooks = await place.sandbox.jira.webhooks
            #expect(hooks.map(\.url) == [address])
            let secret = try #require(
                try await place.tenant.secret(named: SecretName.webhook, of: .connection, connection))
            #expect(hooks[0].secret == secret.reveal() && !secret.isEmpty)
            #expect(
                await place.sandbox.writes().suffix(2) == [
                    "POST /rest/jira-webhook/1.0/webhooks 201", "DELETE /rest/jira-webhook/1.0/webhooks/10001 204",
                ])
            func accept(_ body: String, _ signature: String?) async throws -> EventIntake.Verdict {
                try await EventIntake(engine: place.engine).accept(
                    Array(body.utf8), .init(signature: signature, connection: connection), delivery: nil, for: acme)
            }
            let body = #"{"webhookEvent": "comment_created"}"#
            #expect(try await accept(body, nil) == .unsigned)
            #expect(try await accept(body, signed(Array(body.utf8), with: secret)) == .kept)
            #expect(try await registration(place).remove() == 1)
            #expect(await place.sandbox.jira.webhooks.isEmpty)
            #expect(try await accept(#"{"webhookEvent": "comment_updated"}"#, nil) == .kept)
        }
    }

    @Test("of a Data Center before version 10 is made by hand, and words say where")
    func isMadeByHand() async throws {
        try await withWorkplace(on: .dataCenter) { place in
            await place.sandbox.fail("404", "GET", "/rest/jira-webhook/")
            let registration = try await registration(place)
            let error = await #expect(throws: NoRegistration.self) { try await registration.register() }
            #expect(
                error?.description
                    == "A Data Center before version 10 has no webhooks that Martlet can register: add one by hand, "
                    + "under Administration, System, WebHooks, without a secret. The address is \(address)")
        }
    }
}
