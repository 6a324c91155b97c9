// SPDX-License-Identifier: Apache-2.0

import Engine
import Fakes
import Foundation
import Planning
import Store
import Testing
import Vault

@testable import Console

@Suite("Connecting a Jira by OAuth 2.0") struct ConnectTests {
    /// Acme's connection is by OAuth 2.0; its server gives a token to whoever asks.
    private func withApp(_ body: (House, Browser) async throws -> Void) async throws {
        let server = try await ScriptedHTTPServer.start(
            .answer(
                200, headers: [("Content-Type", "application/json")],
                body: """
                    {"access_token": "aa", "refresh_token": "rr", "expires_in": 3600,
                    "scope": "read:jira-work write:jira-work offline_access"}
                    """))
        try await withHouse { house in
            var configuration = House.configuration
            var app = OAuthApp(client: "our-app")
            app.issuer = server.address
            configuration.connections[0].oauth = app
            configuration.connections[0].account = nil
            configuration.connections[0].api = "http://127.0.0.1:1"
            configuration.connections[0].allowsPrivateAddress = true
            let tenant = try await house.store.tenant(acme)
            try await tenant.apply(configuration, at: noon)
            try await tenant.put(
                Secret("s"), named: SecretName.clientSecret, of: .connection, Profile.defaultConnection)
            try await body(house, try await Browser(house, as: "anna"))
        }
        try await server.stop()
    }

    /// The state of the question that the page asks.
    private func ask(_ browser: Browser) async throws -> String {
        let page = try await browser.post("/configuration/connect", ["connection": "jira"])
        #expect(page.status == 200)
        return try #require(page.text.firstMatch(of: /state=([A-Za-z0-9_-]+)/).map { String($0.1) })
    }

    @Test("leads to the consent page, and finishes what came back to the session that asked")
    func connects() async throws {
        try await withApp { house, anna in
            let before = try await anna.get("/configuration")
            #expect(before.has("jira: nobody has connected it yet.") && before.has("Connect jira</button>"))
            let page = try await anna.post("/configuration/connect", ["connection": "jira"])
            #expect(
                page.has("/authorize?audience=api.atlassian.com&amp;client_id=our-app&amp;scope=read%3Ajira-work%20"))
            let state = try await ask(anna)
            let back = try await Browser(house).get("/oauth/callback?code=c%26d&state=\(state)&evil=%3Cscript%3E")
            #expect(back.status == 200)
            #expect(
                back.has("<a href=\"/configuration/connected?code=c%26d&amp;state=\(state)\">Finish in the console</a>")
            )
            #expect(!back.has("script"))
            let done = try await anna.get("/configuration/connected?code=c%26d&state=\(state)")
            #expect(done.status == 200)
            #expect(done.has("jira: connected to https://acme.atlassian.net."))
            #expect(done.has("Without the scope read:jira-user no sender&#39;s account is found."))
            #expect(try await anna.get("/configuration").has("jira: connected."))
            let again = try await anna.get("/configuration/connected?code=c%26d&state=\(state)")
            #expect(again.status == 409)
            let trail = try await anna.get("/trail")
            #expect(trail.has("Asked to connect a Jira"))
        }
    }

    @Test("takes no answer to a question of another session, another tenant, or of long ago")
    func strangers() async throws {
        try await withApp { house, anna in
            let words = "Nobody asked for this in your session, or it is too long ago: begin anew."
            let state = try await ask(anna)
            for browser in [try await Browser(house, as: "otto"), try await Browser(house, as: "anna")] {
                let answer = try await browser.get("/configuration/connected?code=c&state=\(state)")
                #expect(answer.status == 409 && answer.has(words))
            }
            #expect(try await anna.get("/configuration/connected?code=c&state=x").status == 409)
            house.advance(601)
            #expect(try await anna.get("/configuration/connected?code=c&state=\(state)").has(words))
            #expect(try await anna.get("/configuration").has("nobody has connected it yet."))
        }
    }

    @Test("says it when the person said no, and when there is nothing to consent to")
    func refuses() async throws {
        try await withApp { house, anna in
            let state = try await ask(anna)
            let no = try await anna.get("/configuration/connected?error=access_denied&state=\(state)")
            #expect(no.status == 409 && no.has("The consent was not given (access_denied)."))
            let otto = try await Browser(house, as: "otto")
            let other = try await otto.post("/configuration/connect", ["connection": "jira"])
            #expect(other.status == 409)
            #expect(other.has("The connection &quot;jira&quot; is not one that somebody consents to."))
            #expect(try await otto.get("/configuration").has("Connecting Jira") == false)
        }
    }
}
