// SPDX-License-Identifier: Apache-2.0

import Markup

// OAuth 2.0 as Atlassian's authorization server has it. Each operation is named by its place at auth.atlassian.com, or at
// api.atlassian.com where that is said.

/// What a token is asked for with.
public enum TokenGrant: Sendable {
    /// What a person's consent brought back, and the address that it came back to.
    case code(String, redirect: String)
    /// What came with the token before. It counts once: the answer has the next one.
    case refresh(String)
    /// A service account's own name and secret.
    case clientCredentials
}

extension TokenGrant: CustomStringConvertible, CustomReflectable {
    public var description: String { "(grant)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A token, and how long it counts.
public struct IssuedToken: Sendable {
    public let accessToken: String
    /// Nothing where the grant can be used again as it is.
    public let refreshToken: String?
    /// Seconds from the answer on.
    public let lifetime: Int
    public let scopes: [String]
}

extension IssuedToken: CustomStringConvertible, CustomReflectable {
    public var description: String { "(token)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension IssuedToken: Readable {
    init(at place: Place) throws(Unreadable) {
        accessToken = try place.required("access_token").string()
        refreshToken = place["refresh_token"]?.text
        lifetime = place["expires_in"]?.value.integerValue ?? 3600
        scopes = (place["scope"]?.text ?? "").split(separator: " ").map(String.init)
    }
}

extension Write where Answer == IssuedToken {
    /// Atlassian: POST /oauth/token
    public static func token(for grant: TokenGrant, client: String, secret: String) -> Self {
        var body: JSONValue = ["client_id": .string(client), "client_secret": .string(secret)]
        switch grant {
        case .code(let code, let redirect):
            body["grant_type"] = "authorization_code"
            body["code"] = .string(code)
            body["redirect_uri"] = .string(redirect)
        case .refresh(let token):
            body["grant_type"] = "refresh_token"
            body["refresh_token"] = .string(token)
        case .clientCredentials: body["grant_type"] = "client_credentials"
        }
        return Write({ [body] _ in Request(.post, ["oauth", "token"], body: body) }, IssuedToken.init(at:))
    }
}

/// A site that a token opens.
public struct AccessibleSite: Hashable, Sendable {
    /// The id by which the gateway knows it: letters, digits and hyphens.
    public let cloudID: String
    public let url: String
    public let scopes: [String]
}

extension AccessibleSite: Readable {
    init(at place: Place) throws(Unreadable) {
        let id = try place.required("id")
        cloudID = try id.string()
        guard (1...100).contains(cloudID.utf8.count),
            cloudID.utf8.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
        else { throw id.unreadable }
        url = try place.required("url").string()
        scopes = place["scopes"]?.value.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

extension Read where Answer == [AccessibleSite] {
    /// Atlassian: GET /oauth/token/accessible-resources at api.atlassian.com
    public static var accessibleSites: Self {
        Read(
            { _ in Request(.get, ["oauth", "token", "accessible-resources"]) },
            { (place) throws(Unreadable) in
                try place.list { (item) throws(Unreadable) in try AccessibleSite(at: item) }
            })
    }
}

/// Where a person is asked for consent, below the authorization server.
///
/// - Parameter state: Comes back with the answer, and shows to which question it belongs.
///
/// Atlassian: GET /authorize
public func consentTarget(client: String, scopes: [String], redirect: String, state: String) -> String {
    Request(
        .get, ["authorize"],
        query: .items(
            ("audience", "api.atlassian.com"), ("client_id", client), ("scope", scopes.joined(separator: " ")),
            ("redirect_uri", redirect), ("state", state), ("response_type", "code"), ("prompt", "consent"))
    ).target
}
