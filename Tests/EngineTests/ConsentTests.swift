// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Jira
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
private let gateway = "/ex/jira/\(SandboxConfiguration.cloudID)"

/// A connection by OAuth 2.0, from the consent in a browser to the webhook that is refreshed.
@Suite("A Jira that is connected by OAuth 2.0")
struct ConsentTests {
    @Test("is connected by the consent page, and a letter becomes an issue through the gateway by that token")
    func connects() async throws {
        try await withApp { place in
            #expect(
                try await place.check().first
                    == "jira: Nobody has connected Jira yet: do it by martlet tenant connect --connection jira, or on "
                    + "the console's page Configuration.")
            #expect(try await place.consent() == ["jira: connected to \(place.sandbox.jiraURL.absoluteString)."])
            #expect(
                try await place.check() == [
                    "jira: works, as Mail Handler.", "  support: has all that it needs in HELP.",
                ])
            let job = try await place.take(letter())
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.writes().contains("POST \(gateway)/rest/api/3/issue 201"))
            let requests = await place.sandbox.requests()
            #expect(requests.allSatisfy { $0.contains(" \(gateway)/") || $0.contains(" /oauth/") })
        }
    }

    @Test("asks only for the scopes that are used")
    func scopes() async throws {
        try await withApp { place in
            let wanted = [
                "read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-webhook", "offline_access",
            ]
            func asked() async throws -> [String] {
                let setup = try await place.setup()
                let address = try Consent(for: jira, of: setup, returningTo: "http://127.0.0.1:9/").address
                let items = URLComponents(string: address)?.queryItems
                return items?.first { $0.name == "scope" }?.value?.split(separator: " ").map(String.init) ?? []
            }
            #expect(try await asked() == wanted)
            try await place.change { $0.notifications = [] }
            #expect(try await asked() == wanted.filter { $0 != "manage:jira-webhook" })
        }
    }

    @Test("gets a new token when the old one has ended, once however many letters wait for it")
    func renews() async throws {
        try await withApp { place in
            _ = try await place.consent()
            place.time.advance(3600)
            for number in 0..<8 { try await place.take(letter(id: "\(number)@example.com")) }
            let jobs = try await place.store.claim(.letter, limit: 8, at: place.time.now)
            await withTaskGroup(of: Void.self) { group in
                for job in jobs { group.addTask { await LetterLine(engine: place.engine).work(on: job) } }
            }
            #expect(await place.sandbox.issues().count == 8)
            #expect(await place.sandbox.jira.oauth.issuer.counts == ["authorization_code": 1, "refresh_token": 1])
            #expect(await !place.sandbox.requests().contains { $0.hasSuffix(" 401") })
        }
    }

    @Test("gets a new token when Jira does not take the old one before its time")
    func renewsRefused() async throws {
        try await withApp { place in
            _ = try await place.consent()
            await place.sandbox.jira.endAccess()
            try await place.take(letter())
            try await place.work()
            #expect(await place.sandbox.issues().count == 1)
            #expect(await place.sandbox.jira.oauth.issuer.counts["refresh_token"] == 1)
        }
    }

    @Test("loses nothing to a crash after a refresh token was exchanged, before or after the next one was kept")
    func crash() async throws {
        try await withApp { place in
            _ = try await place.consent()
            place.time.advance(3600)
            let first = try await place.tenant.grant(of: jira)
            // The server has exchanged it, and the process dies before it has kept the next.
            try await place.afterCrash { before in
                _ = try await place.setup().site(jira)?.get(.myself)
                #expect(try await before.tenant.grant(of: jira)?.refreshToken == first?.refreshToken)
                before.time.advance(300)
                _ = try await before.setup().site(jira)?.get(.myself)
            }
            // It has kept the next, and dies before it has used it.
            let second = try await place.tenant.grant(of: jira)
            #expect(second?.refreshToken != first?.refreshToken)
            let count = await place.sandbox.jira.oauth.issuer.counts["refresh_token"]
            try await place.afterCrash { after in
                _ = try await after.setup().site(jira)?.get(.myself)
                try await after.take(letter())
                try await after.work()
                #expect(await after.sandbox.issues().count == 1)
            }
            #expect(await place.sandbox.jira.oauth.issuer.counts["refresh_token"] == count)
        }
    }

    @Test("is said to be withdrawn, asks no more then, and goes on when somebody connects again")
    func refused() async throws {
        try await withApp { place in
            _ = try await place.consent()
            await place.sandbox.jira.endAll()
            let job = try await place.take(letter())
            try await place.work()
            let words =
                "Atlassian takes the refresh token no more (refresh_token is invalid): connect Jira again by martlet "
                + "tenant connect --connection jira, or on the console's page Configuration."
            #expect(try await place.standing(job) == Standing(state: .received, due: 60, said: words))
            #expect(try await place.check() == ["jira: \(words)"])
            #expect(try await place.setup().consents.map(\.words) == [words])
            let asked = await place.sandbox.jira.oauth.issuer.counts["refresh_token"]
            let troubles = await ConnectionKeeper(engine: place.engine).troubles()
            #expect(troubles.map { ($0.error as? WebClientError)?.said } == [words])
            #expect(await place.sandbox.jira.oauth.issuer.counts["refresh_token"] == asked)
            _ = try await place.consent()
            try await place.work(after: 60)
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await ConnectionKeeper(engine: place.engine).troubles().isEmpty)
        }
    }

    @Test("keeps its consent while the app's secret is wrong")
    func wrongSecret() async throws {
        try await withApp { place in
            _ = try await place.consent()
            place.time.advance(3600)
            try await place.tenant.put(Secret("no"), named: SecretName.clientSecret, of: .connection, jira)
            #expect(
                try await place.check()
                    == ["jira: Jira does not accept the account or its token (401). Unauthorized"])
            try await place.tenant.put(appSecret, named: SecretName.clientSecret, of: .connection, jira)
            #expect(try await place.check().first == "jira: works, as Mail Handler.")
            try await place.tenant.put(Secret(""), named: SecretName.clientSecret, of: .connection, jira)
            place.time.advance(3600)
            #expect(
                try await place.check()
                    == [
                        "jira: The client secret of the connection \"jira\" is not set: give it by martlet apply, under the "
                            + "name client-secret."
                    ])
        }
    }

    @Test("names each scope that the consent lacks")
    func lacksScopes() async throws {
        try await withApp { place in
            let said = try await place.consent { $0.replacing("read%3Ajira-user%20manage%3Ajira-webhook%20", with: "") }
            let lacks = [
                "  Without the scope read:jira-user no sender's account is found.",
                "  Without the scope manage:jira-webhook Jira cannot be asked to send its events.",
            ]
            #expect(said.dropFirst() == lacks[...])
            #expect(
                try await place.check()
                    == ["jira: The token lacks a scope that this needs (401). Unauthorized; scope does not match"]
                    + lacks)
            #expect(await place.sandbox.jira.oauth.issuer.counts["refresh_token"] == nil)
        }
    }

    @Test("is not connected by what somebody else's browser brought, or by a no")
    func strangeAnswers() async throws {
        try await withApp { place in
            let setup = try await place.setup()
            let consent = try Consent(for: jira, of: setup, returningTo: callback)
            let answers: [([String: String], String)] = [
                (["code": "x"], "This is not the answer to the question that was asked: begin anew."),
                (["code": "x", "state": "no"], "This is not the answer to the question that was asked: begin anew."),
                (
                    [
                        "state": consent.state.reveal(), "error": "access_denied",
                        "error_description": "User did not authorize the request",
                    ], "The consent was not given (User did not authorize the request)."
                ),
                (["state": consent.state.reveal()], "The consent was not given."),
            ]
            for (answer, words) in answers {
                let error = await #expect(throws: ConsentImpossible.self) {
                    try await consent.finish(answer, of: setup)
                }
                #expect(error?.description == words)
            }
            #expect(try await place.tenant.grant(of: jira) == nil)
        }
    }

    @Test("says so when the consent is for another site")
    func otherSite() async throws {
        try await withApp { place in
            try await place.change { $0.connections[0].site = "http://127.0.0.1:1" }
            try await place.tenant.put(appSecret, named: SecretName.clientSecret, of: .connection, jira)
            let error = await #expect(throws: WebClientError.self) { try await place.consent() }
            #expect(
                error?.said == "The consent opens \(place.sandbox.jiraURL.absoluteString), and not http://127.0.0.1:1.")
            #expect(try await place.tenant.grant(of: jira) == nil)
        }
    }

    @Test("is not written to any more once the connection is to another site, nor taken for that")
    func siteChanges() async throws {
        try await withApp { place in
            _ = try await place.consent()
            let words = "The consent opens \(place.sandbox.jiraURL.absoluteString), and not http://127.0.0.1:1."
            try await place.change { $0.connections[0].site = "http://127.0.0.1:1" }
            #expect(try await place.setup().consents.map(\.words) == ["connected, but not yet to http://127.0.0.1:1."])
            let job = try await place.take(letter())
            try await place.work()
            #expect(try await place.standing(job) == Standing(state: .received, due: 60, said: words))
            #expect(await place.sandbox.issues().isEmpty)
            // Also where the token has ended by then.
            place.time.advance(3600)
            #expect(try await place.check() == ["jira: \(words)"])
            #expect(await place.sandbox.jira.oauth.issuer.counts == ["authorization_code": 1, "refresh_token": 1])
            try await place.change { $0.connections[0].site = place.sandbox.jiraURL.absoluteString }
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.jira.oauth.issuer.counts == ["authorization_code": 1, "refresh_token": 1])
        }
    }

    @Test("goes on by the consent that works while somebody's next one fails")
    func failsAgain() async throws {
        try await withApp { place in
            _ = try await place.consent()
            let first = try await place.tenant.grant(of: jira)
            try await place.change { $0.connections[0].site = "http://127.0.0.1:1" }
            await #expect(throws: WebClientError.self) { try await place.consent() }
            #expect(try await place.tenant.grant(of: jira)?.refreshToken == first?.refreshToken)
            try await place.change { $0.connections[0].site = place.sandbox.jiraURL.absoluteString }
            #expect(try await place.setup().consents.map(\.words) == ["connected."])
            place.time.advance(3600)
            #expect(try await place.check().first == "jira: works, as Mail Handler.")
        }
    }

    @Test("gives whom Jira refused a token another one, also where somebody asks for the first at the same time")
    func asksAnother() async throws {
        try await withApp { place in
            _ = try await place.consent()
            let connection = try #require(try await place.setup().oauth[jira])
            let grants = Grants(store: place.store)
            for _ in 0..<20 {
                let refused = try await grants.renew(connection, insteadOf: nil).accessToken
                async let first = grants.renew(connection, insteadOf: nil)
                async let second = grants.renew(connection, insteadOf: refused)
                #expect(try await second.accessToken != refused)
                _ = try await first
            }
        }
    }

    @Test("keeps a new consent that comes while the token of the old one is being renewed", arguments: [200, 403])
    func consentDuringRenewal(status: Int) async throws {
        try await withApp { place in
            _ = try await place.consent()
            let old = try #require(try await place.tenant.grant(of: jira))
            place.time.advance(3600)
            let connection = try #require(try await place.setup().oauth[jira])
            if status == 403 { await place.sandbox.jira.endAll() }
            await place.sandbox.fail("delay", "POST", "/oauth/token", delay: .seconds(1))
            let renewal = Task { try await Grants(store: place.store).renew(connection, insteadOf: nil) }
            // The server has answered, and the answer is on its way.
            while await !place.sandbox.jira.faults.isEmpty { await Task.yield() }
            if status == 200 {
                while await place.sandbox.jira.oauth.issuer.counts["refresh_token"] == nil { await Task.yield() }
            }
            _ = try await place.consent()
            let new = try #require(try await place.tenant.grant(of: jira))
            #expect(new.refreshToken != old.refreshToken)
            let renewed = try await renewal.value
            // Whoever waited for the old one goes on by the new one.
            #expect(renewed.refreshToken == new.refreshToken)
            let kept = try #require(try await place.tenant.grant(of: jira))
            #expect(kept.refreshToken == new.refreshToken && kept.refusal == nil)
            #expect(try await place.check().first == "jira: works, as Mail Handler.")
        }
    }

    @Test("needs no consent where the app is a service account's own")
    func clientCredentials() async throws {
        try await withApp(.clientCredentials) { place in
            #expect(try await place.check().first == "jira: works, as Mail Handler.")
            try await place.take(letter())
            try await place.work()
            place.time.advance(3600)
            try await place.take(letter(id: "two@example.com"))
            try await place.work()
            #expect(await place.sandbox.issues().count == 2)
            #expect(await place.sandbox.jira.oauth.issuer.counts == ["client_credentials": 2])
            let setup = try await place.setup()
            let error = #expect(throws: ConsentImpossible.self) {
                try Consent(for: jira, of: setup, returningTo: callback)
            }
            #expect(error?.description == "The connection \"jira\" is not one that somebody consents to.")
        }
    }
}
