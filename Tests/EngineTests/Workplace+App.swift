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
let appSecret = Secret(SandboxConfiguration().oauthSecret)
let callback = "http://127.0.0.1:9/oauth/callback"

/// A workplace whose connection is by OAuth 2.0.
func withApp(
    _ grant: OAuthApp.Grant = .consent, limits: RateLimitSettings = RateLimitSettings(), pointsPerHour: Int? = nil,
    _ body: (Workplace) async throws -> Void
) async throws {
    try await withWorkplace(limits: limits) {
        var app = OAuthApp(client: SandboxConfiguration().oauthClient, grant: grant)
        app.pointsPerHour = pointsPerHour
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
    func setup() async throws -> TenantSetup {
        engine.tenants.forget()
        return try await engine.tenants.setup(acme)
    }

    func check() async throws -> [String] {
        let setup = try await setup()
        return await ConnectionCheck(setup.configuration.connections[0], of: setup, at: time.now).lines()
    }

    /// What a person does with a browser: opens the page, says yes, and is led back.
    ///
    /// - Parameter change: To the address that is opened.
    func consent(_ change: (String) -> String = { $0 }) async throws -> [String] {
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
    func endAccess() {
        oauth.accesses = [:]
    }

    func endAll() {
        (oauth.codes, oauth.refreshes, oauth.accesses) = ([:], [:], [:])
    }
}
