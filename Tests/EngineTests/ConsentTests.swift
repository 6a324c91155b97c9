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
            #expect(await place.sandbox.jira.oauth.counts == ["authorization_code": 1, "refresh_token": 1])
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
            #expect(await place.sandbox.jira.oauth.counts["refresh_token"] == 1)
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
            let count = await place.sandbox.jira.oauth.counts["refresh_token"]
            try await place.afterCrash { after in
                _ = try await after.setup().site(jira)?.get(.myself)
                try await after.take(letter())
                try await after.work()
                #expect(await after.sandbox.issues().count == 1)
            }
            #expect(await place.sandbox.jira.oauth.counts["refresh_token"] == count)
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
            let asked = await place.sandbox.jira.oauth.counts["refresh_token"]
            #expect(await ConnectionKeeper(engine: place.engine).troubles().map(\.words) == [words])
            #expect(await place.sandbox.jira.oauth.counts["refresh_token"] == asked)
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
            #expect(await place.sandbox.jira.oauth.counts["refresh_token"] == nil)
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
            #expect(await place.sandbox.jira.oauth.counts == ["authorization_code": 1, "refresh_token": 1])
            try await place.change { $0.connections[0].site = place.sandbox.jiraURL.absoluteString }
            try await place.work()
            #expect(try await place.audit(job)?.disposition == .created)
            #expect(await place.sandbox.jira.oauth.counts == ["authorization_code": 1, "refresh_token": 1])
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
            #expect(await place.sandbox.jira.oauth.counts == ["client_credentials": 2])
            let setup = try await place.setup()
            let error = #expect(throws: ConsentImpossible.self) {
                try Consent(for: jira, of: setup, returningTo: callback)
            }
            #expect(error?.description == "The connection \"jira\" is not one that somebody consents to.")
        }
    }
}

@Suite("The webhooks of a Jira that is connected by OAuth 2.0")
struct AppWebhookTests {
    private let address = "http://127.0.0.1:9/hooks/jira/acme.1"

    private func register(_ place: Workplace, to other: String? = nil) async throws {
        let setup = try await place.setup()
        try await WebhookRegistration(
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

private let appSecret = Secret(SandboxConfiguration().oauthSecret)
private let callback = "http://127.0.0.1:9/oauth/callback"

/// A workplace whose connection is by OAuth 2.0.
private func withApp(
    _ grant: OAuthApp.Grant = .consent, _ body: (Workplace) async throws -> Void
) async throws {
    try await withWorkplace {
        var app = OAuthApp(client: SandboxConfiguration().oauthClient, grant: grant)
        (app.issuer, app.gateway) = ($0.connections[0].site, $0.connections[0].site)
        $0.connections[0].oauth = app
        $0.connections[0].account = nil
    } _: { place in
        try await place.tenant.put(appSecret, named: SecretName.clientSecret, of: .connection, jira)
        place.engine.tenants.forget()
        try await body(place)
    }
}

extension Workplace {
    fileprivate func setup() async throws -> TenantSetup {
        engine.tenants.forget()
        return try await engine.tenants.setup(acme)
    }

    fileprivate func check() async throws -> [String] {
        let setup = try await setup()
        return await ConnectionCheck(setup.configuration.connections[0], of: setup, at: time.now).lines()
    }

    /// What a person does with a browser: opens the page, says yes, and is led back.
    ///
    /// - Parameter change: To the address that is opened.
    fileprivate func consent(_ change: (String) -> String = { $0 }) async throws -> [String] {
        let setup = try await setup()
        let consent = try Consent(for: jira, of: setup, returningTo: callback)
        let address = change(consent.address)
        let page = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
        let text = String(buffer: try await page.body.collect(upTo: 1 << 20))
        let token = try #require(text.firstMatch(of: #/name="token" value="([^"]+)"/#)?.1)
        var answer = HTTPClientRequest(url: address)
        answer.method = .POST
        answer.body = .bytes(ByteBuffer(string: "token=\(token)&answer=yes"))
        let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        let back = try await client.execute(answer, timeout: .seconds(10))
        try await client.shutdown()
        let items = URLComponents(string: back.headers.first(name: "Location") ?? "")?.queryItems ?? []
        let lines = try await consent.finish(
            Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }, of: setup)
        engine.tenants.forget()
        return lines
    }
}

extension SandboxJira {
    /// Tokens count no more, before their time.
    fileprivate func endAccess() {
        oauth.accesses = [:]
    }

    fileprivate func endAll() {
        (oauth.codes, oauth.refreshes, oauth.accesses) = ([:], [:], [:])
    }
}
