// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Markup
import NIOCore
import NIOHTTP1
import Testing
import Vault

@testable import Sandbox

@Suite("The stand-in of Atlassian's authorization server")
struct OAuthTests {
    private let redirect = "http://127.0.0.1:9/oauth/callback"

    private func consentPath(_ scopes: String = "read:jira-work%20offline_access", client: String = "sandbox-app")
        -> String
    {
        "/authorize?audience=api.atlassian.com&client_id=\(client)&scope=\(scopes)&redirect_uri=http%3A%2F%2F127.0.0.1%3A9"
            + "%2Foauth%2Fcallback&state=s%26t&response_type=code&prompt=consent"
    }

    /// Where the browser is led after the person's answer.
    private func answer(_ site: Site, _ answer: String, _ path: String) async throws -> URLComponents {
        let page = try await site.get(path)
        #expect(page.status == 200)
        let token = try #require(page.text.firstMatch(of: #/name="token" value="([^"]+)"/#)?.1)
        var request = HTTPClientRequest(url: site.base + path)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: "token=\(token)&answer=\(answer)"))
        let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        let reply = try await client.execute(request, timeout: .seconds(10))
        try await client.shutdown()
        #expect(reply.status == .seeOther)
        return try #require(URLComponents(string: reply.headers.first(name: "Location") ?? ""))
    }

    private func code(_ site: Site, _ scopes: String = "read:jira-work%20offline_access") async throws -> String {
        let back = try await answer(site, "yes", consentPath(scopes))
        return try #require(back.queryItems?.first { $0.name == "code" }?.value)
    }

    private func token(_ site: Site, _ body: [String: JSONValue], secret: String = "sandbox-app-secret") async throws
        -> Reply
    {
        var whole: JSONValue = ["client_id": "sandbox-app", "client_secret": .string(secret)]
        for (name, value) in body { whole[name] = value }
        return try await site.post("/oauth/token", whole)
    }

    private func exchange(_ site: Site, _ scopes: String = "read:jira-work%20offline_access") async throws -> JSONValue
    {
        let reply = try await token(
            site,
            [
                "grant_type": "authorization_code", "code": .string(try await code(site, scopes)),
                "redirect_uri": .string(redirect),
            ])
        #expect(reply.status == 200)
        return reply.json
    }

    private func gateway(_ site: Site, _ path: String, _ token: JSONValue?) async throws -> Reply {
        var bare = site
        bare.credentials = ""
        return try await bare.send(
            .GET, "/ex/jira/\(SandboxConfiguration.cloudID)\(path)",
            headers: [("Authorization", "Bearer \(token?.stringValue ?? "")")])
    }

    @Test("asks a person, and leads back with a code or with a no, and with the state as it came")
    func asks() async throws {
        try await withSandbox { site, _ in
            let page = try await site.get(consentPath())
            #expect(page.text.contains("<code>read:jira-work</code>") && page.text.contains("sandbox-app"))
            #expect(
                page.headers.first(name: "Content-Security-Policy")?.contains("form-action 'self' http://127.0.0.1:9;")
                    == true)
            let back = try await answer(site, "yes", consentPath())
            #expect(back.path == "/oauth/callback" && back.port == 9)
            #expect(back.queryItems?.first { $0.name == "state" }?.value == "s&t")
            let refusal = try await answer(site, "no", consentPath())
            #expect(refusal.queryItems?.first { $0.name == "error" }?.value == "access_denied")
            #expect(refusal.queryItems?.contains { $0.name == "code" } == false)
        }
    }

    @Test("asks nothing for an app that it does not know, or that leads elsewhere than to this machine")
    func refusesQuestions() async throws {
        try await withSandbox { site, _ in
            let elsewhere = consentPath().replacing("127.0.0.1", with: "evil.example")
            for path in [consentPath(client: "other"), consentPath("fly"), elsewhere] {
                let reply = try await site.get(path)
                #expect(reply.status == 400, "\(path)")
            }
        }
    }

    @Test("gives a token for a code once, which counts at the gateway alone and for its scopes alone")
    func exchanges() async throws {
        try await withSandbox { site, _ in
            let body: [String: JSONValue] = [
                "grant_type": "authorization_code", "code": .string(try await code(site)),
                "redirect_uri": .string(redirect),
            ]
            let first = try await token(site, body)
            #expect(first.json["expires_in"] == 3600 && first.json["scope"] == "read:jira-work offline_access")
            #expect(try await token(site, body).json["error"] == "invalid_grant")
            let access = first.json["access_token"]
            #expect(try await gateway(site, "/rest/api/3/serverInfo", access).status == 200)
            let mismatch = try await gateway(site, "/rest/api/3/myself", access)
            #expect(mismatch.status == 401)
            #expect(mismatch.json == ["code": 401, "message": "Unauthorized; scope does not match"])
            var bare = site
            bare.credentials = ""
            let atSite = try await bare.send(
                .GET, "/rest/api/3/serverInfo",
                headers: [("Authorization", "Bearer \(access?.stringValue ?? "")")])
            #expect(atSite.status == 401)
        }
    }

    @Test("lists the site that a token opens, and signs tokens with a key that it publishes")
    func publishes() async throws {
        try await withSandbox { site, _ in
            let access = try #require(try await exchange(site)["access_token"]?.stringValue)
            var bare = site
            bare.credentials = ""
            let sites = try await bare.send(
                .GET, "/oauth/token/accessible-resources", headers: [("Authorization", "Bearer \(access)")])
            #expect(sites.json.arrayValue?.first?["id"] == .string(SandboxConfiguration.cloudID))
            #expect(sites.json.arrayValue?.first?["url"] == .string(site.base))
            #expect(sites.json.arrayValue?.first?["scopes"] == ["read:jira-work"])
            let refused = try await bare.send(.GET, "/oauth/token/accessible-resources")
            #expect(refused.status == 401)
            let keys = try #require(SigningKeys(json: try await bare.get("/.well-known/jwks.json").bytes))
            let token = try #require(WebToken(access))
            #expect(token.isSigned(by: try #require(keys[token.keyID ?? ""])))
        }
    }

    @Test("exchanges a refresh token at each use, and takes the one before for ten minutes more")
    func rotates() async throws {
        try await withSandbox { site, _ in
            let first = try await exchange(site)["refresh_token"]
            let body: [String: JSONValue] = ["grant_type": "refresh_token", "refresh_token": first ?? .null]
            let second = try await token(site, body).json["refresh_token"]
            #expect(second != nil && second != first)
            #expect(try await token(site, body).status == 200)
            #expect(
                try await token(site, ["grant_type": "refresh_token", "refresh_token": second ?? .null]).status == 200)
        }
    }

    @Test("refuses in the words of the one that it stands in for")
    func refuses() async throws {
        try await withSandbox { site, _ in
            let unreadable = try await site.send(.POST, "/oauth/token", bytes: Array("nope".utf8))
            #expect(unreadable.status == 400)
            #expect(
                unreadable.json == ["error": "invalid_request", "error_description": "Incorrect request parameters"])
            let kind = try await token(site, ["grant_type": "password"])
            #expect(
                kind.json["error_description"]
                    == "grant_type must be one of [authorization_code|refresh_token|client_credentials]")
            #expect(try await token(site, ["grant_type": "client_credentials"], secret: "no").status == 401)
            let refresh = try await token(site, ["grant_type": "refresh_token", "refresh_token": "no"])
            #expect(refresh.status == 403)
            #expect(refresh.json == ["error": "unauthorized_client", "error_description": "refresh_token is invalid"])
        }
    }

    @Test("gives a service account's app a token without asking anybody, and none to refresh")
    func clientCredentials() async throws {
        try await withSandbox { site, _ in
            let reply = try await token(site, ["grant_type": "client_credentials"]).json
            #expect(reply["refresh_token"] == nil)
            #expect(try await gateway(site, "/rest/api/3/myself", reply["access_token"]).status == 200)
            _ = try await site.send(.DELETE, "/sandbox/oauth")
            #expect(try await gateway(site, "/rest/api/3/myself", reply["access_token"]).status == 401)
        }
    }

    @Test("lets apps alone register dynamic webhooks, with a filter of the few fields that Jira takes")
    func registersWebhooks() async throws {
        try await withSandbox { site, _ in
            #expect(try await site.get("/rest/api/3/webhook").status == 403)
            let access = try await token(site, ["grant_type": "client_credentials"]).json["access_token"]
            var app = site
            app.credentials = ""
            app.base += "/ex/jira/\(SandboxConfiguration.cloudID)"
            let headers = [("Authorization", "Bearer \(access?.stringValue ?? "")")]
            let filters = ["project = HELP", "watchCount > 1", "project ~ HELP", "", "project in (HELP, GONE)"]
            let wanted = filters.map { jql -> JSONValue in
                ["events": ["comment_created"], "jqlFilter": .string(jql)]
            }
            let made = try await app.send(
                .POST, "/rest/api/3/webhook", ["url": "http://127.0.0.1:9/x", "webhooks": .array(wanted)],
                headers: headers)
            let results = try #require(made.json["webhookRegistrationResult"]?.arrayValue)
            let id = try #require(results[0]["createdWebhookId"])
            #expect(results[1]["errors"] == ["The clause watchCount is unsupported"])
            #expect(results[2]["errors"] == ["The operator ~ is unsupported"])
            #expect(results[3]["errors"] != nil)
            #expect(results[4]["errors"] == ["The value 'GONE' does not exist for the field 'project'."])
            let list = try await app.send(.GET, "/rest/api/3/webhook", headers: headers).json
            #expect(list["values"]?.arrayValue?.count == 1 && list["values"]?.arrayValue?.first?["id"] == id)
            // Half a minute past noon of the sandbox's clock, and 30 days.
            #expect(
                list["values"]?.arrayValue?.first?["expirationDate"]?.integerValue ?? 0 > 1_769_860_800_000 + 29
                    * 86_400_000)
            let refreshed = try await app.send(
                .PUT, "/rest/api/3/webhook/refresh", ["webhookIds": [id]], headers: headers)
            #expect(refreshed.status == 200 && refreshed.json["expirationDate"] != nil)
            let removed = try await app.send(.DELETE, "/rest/api/3/webhook", ["webhookIds": [id]], headers: headers)
            #expect(removed.status == 202)
            #expect(try await app.send(.GET, "/rest/api/3/webhook", headers: headers).json["values"] == [])
        }
    }
}
