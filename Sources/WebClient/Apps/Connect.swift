// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Jira
import Markup
public import Vault

/// What a site tells a Connect app about itself in its life: `installed`, `uninstalled` and the like.
public struct ConnectLifecycle: Sendable {
    public enum Event: String, Sendable {
        case installed, enabled, disabled, uninstalled
    }

    public let event: Event
    /// Which app it is about: ours, or the event is not for us.
    public let appKey: String
    /// Who the site is to us, also after it was moved.
    public let clientKey: String
    public let baseURL: String
    /// Signs what the site sends from now on; `installed` alone has one.
    public let sharedSecret: Secret?
    /// Of the app's own OAuth 2.0 client there, by which it acts for people.
    public let oauthClientID: String?
    /// The id of this installation, once Atlassian has given one.
    public let installationID: String?

    public init(decoding body: [UInt8]) throws(Unreadable) {
        guard let json = try? JSONValue(parsing: body, limits: JSONLimits(bytes: 64 << 10, depth: 16)) else {
            throw Unreadable(place: "the start")
        }
        func text(_ name: String) throws(Unreadable) -> String {
            guard let text = json[name]?.stringValue, !text.isEmpty else { throw Unreadable(place: name) }
            return text
        }
        guard let event = Event(rawValue: try text("eventType")) else { throw Unreadable(place: "eventType") }
        self.event = event
        appKey = try text("key")
        clientKey = try text("clientKey")
        baseURL = try text("baseUrl")
        sharedSecret = json["sharedSecret"]?.stringValue.map { Secret($0) }
        oauthClientID = json["oauthClientId"]?.stringValue
        installationID = json["installationId"]?.stringValue
        if event == .installed, sharedSecret?.isEmpty ?? true { throw Unreadable(place: "sharedSecret") }
    }
}

/// The token in `Authorization: JWT …` of a site that has installed a Connect app.
public enum ConnectToken {
    /// Where the key is shown that a site's life is told under; nothing where the token does not name one of the usual form.
    ///
    /// Nobody has checked the token yet: what it names must not lead anywhere else.
    public static func keyAddress(of text: String) -> String? {
        guard let id = WebToken(text)?.keyID, (1...100).contains(id.utf8.count),
            id.utf8.allSatisfy({ isPlain($0) }), id.utf8.contains(where: { $0 != UInt8(ascii: ".") })
        else { return nil }
        return "https://connect-install-keys.atlassian.com/\(id)"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// A site's life is told under a key of Atlassian's, which `https://connect-install-keys.atlassian.com/{kid}` shows.
    ///
    /// A secret that the body brings is never used to check the body itself.
    ///
    /// - Parameters:
    ///   - baseURL: Where the app is, as its descriptor says.
    ///   - clientKey: The one in the body.
    public static func checkLifecycle(
        _ text: String, signedBy key: SigningKey, clientKey: String, baseURL: String, request: QueryHash, at now: Date
    ) throws(TokenRefusal) {
        guard let token = WebToken(text), token.algorithm == .rs256 else { throw .malformed }
        guard token.isSigned(by: key) else { throw .signature }
        let claims = try TokenClaims(token)
        try claims.checkAudience(baseURL)
        try check(claims, clientKey, request, at: now)
    }

    /// All else is signed with the secret that came when the app was installed.
    public static func checkCall(
        _ text: String, signedWith secret: Secret, clientKey: String, request: QueryHash, at now: Date
    ) throws(TokenRefusal) {
        guard let token = WebToken(text), token.algorithm == .hs256 else { throw .malformed }
        guard token.isSigned(with: secret) else { throw .signature }
        try check(try TokenClaims(token), clientKey, request, at: now)
    }

    private static func check(
        _ claims: TokenClaims, _ clientKey: String, _ request: QueryHash, at now: Date
    ) throws(TokenRefusal) {
        try claims.checkIssuer(clientKey)
        try claims.checkTime(at: now)
        // A token for pages alone (`context-qsh`) opens nothing here.
        guard claims.json["qsh"]?.stringValue == "\(request)" else { throw .request }
    }

    /// A token for a call of ours to the site; it counts for three minutes.
    public static func make(
        appKey: String, request: QueryHash, signedWith secret: Secret, at now: Date
    ) -> String {
        let issued = Int(now.timeIntervalSince1970)
        let claims: JSONValue = [
            "iss": .string(appKey), "iat": .integer(issued), "exp": .integer(issued + 180),
            "qsh": .string("\(request)"),
        ]
        return WebToken.signed(claims.serialized, with: secret)
    }
}

/// The token in `Authorization: Bearer …` of a dynamic webhook, signed with the app's client secret.
public func checkDynamicWebhook(
    _ text: String, signedWith clientSecret: Secret, at now: Date
) throws(TokenRefusal) {
    guard let token = WebToken(text), token.algorithm == .hs256 else { throw .malformed }
    guard token.isSigned(with: clientSecret) else { throw .signature }
    try TokenClaims(token).checkTime(at: now)
}
