// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Markup
public import Vault

/// What a Forge Remote invocation token says, once it was believed: which installation of the app, on which site.
public struct ForgeInvocation: Sendable, Hashable {
    public let appID: String
    public let installationID: String
    /// Where to call back: `https://api.atlassian.com/ex/jira/{cloudId}`.
    public let apiBaseURL: String
    public let cloudID: String?
    public let siteURL: String?
    public let moduleKey: String?
    /// The account of the person in whose name it is called; nothing where the app calls for itself.
    public let principal: String?

    private static let issuer = "forge/invocation-token"

    /// - Parameters:
    ///   - keys: Those at `https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json`.
    ///   - app: Our own id: `ari:cloud:ecosystem::app/` and a UUID.
    public init(checking text: String, keys: SigningKeys, app: String, at now: Date) throws(TokenRefusal) {
        guard let token = WebToken(text), token.algorithm == .rs256, let id = token.keyID else { throw .malformed }
        guard let key = keys[id], token.isSigned(by: key) else { throw .signature }
        let claims = try TokenClaims(token)
        try claims.checkIssuer(Self.issuer)
        try claims.checkAudience(app)
        try claims.checkTime(at: now)
        let about = claims.json["app"]
        guard let appID = about?["id"]?.stringValue, let installation = about?["installationId"]?.stringValue,
            let base = about?["apiBaseUrl"]?.stringValue
        else { throw .malformed }
        self.appID = appID
        installationID = installation
        apiBaseURL = base
        let context = claims.json["context"]
        cloudID = context?["cloudId"]?.stringValue
        siteURL = context?["siteUrl"]?.stringValue
        moduleKey = context?["moduleKey"]?.stringValue
        principal = claims.json["principal"]?.stringValue
    }
}
