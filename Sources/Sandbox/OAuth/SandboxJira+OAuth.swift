// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Vault

/// A refusal of the authorization server, in its own form (RFC 6749 §5.2).
struct OAuthRefusal: Error {
    let status: Int
    let code: String
    let words: String

    var answer: Answer { Answer(status, ["error": .string(code), "error_description": .string(words)]) }

    static let unreadable = OAuthRefusal(status: 400, code: "invalid_request", words: "Incorrect request parameters")
    static let grantType = OAuthRefusal(
        status: 400, code: "invalid_request",
        words: "grant_type must be one of [authorization_code|refresh_token|client_credentials]")
    static let client = OAuthRefusal(status: 401, code: "access_denied", words: "Unauthorized")
    static let code = OAuthRefusal(status: 403, code: "invalid_grant", words: "Invalid authorization code")
    static let refresh = OAuthRefusal(status: 403, code: "unauthorized_client", words: "refresh_token is invalid")
}

/// The stand-in of auth.atlassian.com: consent, tokens that end, refresh tokens that are exchanged at each use.
extension SandboxJira {
    static let scopes = [
        "read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-webhook", "read:servicedesk-request",
        "write:servicedesk-request", "manage:servicedesk-customer", "offline_access",
    ]

    /// What the consent page must know before it asks. Words where there is nothing to ask.
    func question(_ query: [(name: String, value: String)]) -> Result<ConsentQuestion, JiraRefusal> {
        func field(_ name: String) -> String { query.first { $0.name == name }?.value ?? "" }
        guard field("client_id") == settings.oauthClient else { return .failure(.badRequest("There is no such app.")) }
        guard field("response_type") == "code", field("audience") == "api.atlassian.com" else {
            return .failure(.badRequest("response_type is code and audience api.atlassian.com."))
        }
        guard isLoopback(field("redirect_uri")) else {
            return .failure(.badRequest("This sandbox leads back to loopback addresses only."))
        }
        let wanted = field("scope").split(separator: " ").map(String.init)
        guard !wanted.isEmpty, wanted.allSatisfy(Self.scopes.contains) else {
            return .failure(.badRequest("Known scopes: \(Self.scopes.joined(separator: ", "))."))
        }
        return .success(ConsentQuestion(scopes: wanted, redirect: field("redirect_uri"), state: field("state")))
    }

    /// Where the browser goes with a yes or a no.
    func answer(_ question: ConsentQuestion, _ answer: ConsentAnswer) -> String {
        var fields = [("state", question.state)]
        if answer == .yes {
            let code = newToken().reveal()
            oauth.codes[code] = OAuthState.Consent(
                scopes: question.scopes, redirect: question.redirect, until: now().addingTimeInterval(300))
            fields.append(("code", code))
        } else {
            fields += [("error", "access_denied"), ("error_description", "User did not authorize the request")]
        }
        var address = URLComponents(string: question.redirect) ?? URLComponents()
        address.queryItems = (address.queryItems ?? []) + fields.map { URLQueryItem(name: $0.0, value: $0.1) }
        return address.string ?? question.redirect
    }

    /// Atlassian: POST /oauth/token
    func token(_ body: JSONValue?) throws -> Answer {
        guard let body, body.objectValue != nil else { throw OAuthRefusal.unreadable }
        let grant = body["grant_type"]?.stringValue ?? ""
        guard ["authorization_code", "refresh_token", "client_credentials"].contains(grant) else {
            throw OAuthRefusal.grantType
        }
        guard body["client_id"]?.stringValue == settings.oauthClient,
            Secret(body["client_secret"]?.stringValue ?? "") == Secret(settings.oauthSecret)
        else { throw OAuthRefusal.client }
        oauth.issuer.counts[grant, default: 0] += 1
        switch grant {
        case "authorization_code":
            let code = body["code"]?.stringValue ?? ""
            guard let consent = oauth.codes.removeValue(forKey: code), consent.until > now(),
                body["redirect_uri"]?.stringValue == consent.redirect
            else { throw OAuthRefusal.code }
            return try issue(consent.scopes)
        case "refresh_token":
            let token = body["refresh_token"]?.stringValue ?? ""
            guard let refresh = oauth.refreshes[token], refresh.until > now(),
                refresh.usedAt.map({ now().timeIntervalSince($0) <= OAuthState.leeway }) ?? true
            else { throw OAuthRefusal.refresh }
            if refresh.usedAt == nil { oauth.refreshes[token]?.usedAt = now() }
            return try issue(refresh.scopes)
        default: return try issue(Self.scopes.filter { $0 != "offline_access" })
        }
    }

    private func issue(_ scopes: [String]) throws -> Answer {
        let keys = try signingKeys ?? SigningKeyPair(id: "sandbox")
        oauth.issuer.key = keys.privatePEM
        let issued = Int(now().timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": "https://auth.atlassian.com", "sub": .string(apiUser.accountID),
            "aud": .string(settings.oauthClient),
            "iat": .integer(issued), "exp": .integer(issued + oauth.issuer.lifetime),
            "jti": .string(newToken().reveal()),
            "scope": .string(scopes.joined(separator: " ")),
        ]
        let access = try keys.sign(claims.serialized)
        oauth.accesses[access] = OAuthState.Access(
            scopes: scopes, until: now().addingTimeInterval(Double(oauth.issuer.lifetime)))
        var answer: JSONValue = [
            "access_token": .string(access), "expires_in": .integer(oauth.issuer.lifetime), "token_type": "Bearer",
            "scope": .string(scopes.joined(separator: " ")),
        ]
        if scopes.contains("offline_access") {
            let token = newToken().reveal()
            oauth.refreshes[token] = OAuthState.Refresh(
                scopes: scopes, until: now().addingTimeInterval(OAuthState.idle))
            answer["refresh_token"] = .string(token)
        }
        return Answer(200, answer)
    }

    /// Atlassian: GET /oauth/token/accessible-resources
    func accessibleResources(_ token: String) throws -> Answer {
        guard let access = access(token) else { throw OAuthRefusal.client }
        return Answer(
            200,
            [
                [
                    "id": .string(SandboxConfiguration.cloudID), "url": .string(site), "name": "sandbox",
                    "scopes": .array(access.scopes.filter { $0 != "offline_access" }.map { .string($0) }),
                    "avatarUrl": .string("\(site)/avatar.svg"),
                ]
            ])
    }

    private var signingKeys: SigningKeyPair? {
        get throws { try oauth.issuer.key.map { try SigningKeyPair(id: "sandbox", pem: $0) } }
    }

    /// The public halves of the keys that access tokens are signed with.
    func publishedKeys() throws -> Answer {
        guard let keys = try signingKeys else { return Answer(200, ["keys": []]) }
        return Answer(200, try JSONValue(parsing: Array(try keys.published().utf8)))
    }

    /// What a token may do now.
    func access(_ token: String) -> OAuthState.Access? {
        oauth.accesses[token].flatMap { $0.until > now() ? $0 : nil }
    }

    // MARK: On demand

    /// `{"lifetime": 60, "tokenScopes": ["read:jira-work"]}`: seconds that tokens count from now on, and what the API token may
    /// do, which is everything where this is null.
    func setOAuth(_ call: Call) throws -> Answer {
        let body = try call.object()
        if let given = body["tokenScopes"] {
            let names = given.arrayValue?.compactMap(\.stringValue)
            guard given == .null || names?.count == given.arrayValue?.count else {
                throw JiraRefusal.badField("tokenScopes", "A list of scopes, or null.")
            }
            tokenScopes = names
        }
        if let lifetime = body["lifetime"]?.integerValue { oauth.issuer.lifetime = max(1, lifetime) }
        return readOAuth(call)
    }

    func readOAuth(_ call: Call) -> Answer {
        Answer(
            200,
            [
                "lifetime": .integer(oauth.issuer.lifetime),
                "issued": .object(oauth.issuer.counts.mapValues { .integer($0) }),
                "client": .string(settings.oauthClient),
                "tokenScopes": tokenScopes.map { .array($0.map { .string($0) }) } ?? .null,
            ])
    }

    /// What somebody does who withdraws the consent: no token counts any more.
    func withdrawConsent(_ call: Call) -> Answer {
        (oauth.codes, oauth.refreshes, oauth.accesses) = ([:], [:], [:])
        return .noContent
    }
}

enum ConsentAnswer: Sendable {
    case yes, no
}

/// What a person is asked.
struct ConsentQuestion: Sendable {
    var scopes: [String]
    var redirect: String
    var state: String
}

/// What the gateway says to a token that may do less than this.
struct ScopeMismatch: Error {
    var answer: Answer { Answer(401, ["code": 401, "message": "Unauthorized; scope does not match"]) }
}

extension Endpoint {
    /// The scope that a token of OAuth 2.0 needs for this.
    var scope: String {
        if path.hasPrefix("webhook") { return "manage:jira-webhook" }
        if path.hasPrefix("user") || path == "myself" { return "read:jira-user" }
        let isOfCustomers = ["customer", "organization"].contains { path.hasPrefix($0) || path.hasSuffix("}/\($0)") }
        if isOfCustomers { return "manage:servicedesk-customer" }
        if path.hasPrefix("request/{key}/sla") { return "read:jira-work" }
        if path.hasPrefix("request") || path.hasPrefix("servicedesk") {
            return method == "GET" ? "read:servicedesk-request" : "write:servicedesk-request"
        }
        return method == "GET" || path.hasPrefix("search") ? "read:jira-work" : "write:jira-work"
    }
}
