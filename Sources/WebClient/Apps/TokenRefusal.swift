// SPDX-License-Identifier: Apache-2.0

import Foundation
import Markup
import Vault

/// Why a token that Atlassian is said to have sent is not believed.
public enum TokenRefusal: String, Error, Sendable, CaseIterable {
    /// No token, or one of an algorithm that has no place here.
    case malformed
    /// Signed with another key, or none that is known.
    case signature
    case expired
    /// It begins to count later, by more than clocks differ.
    case early
    /// Meant for somebody else.
    case audience
    /// Made by somebody else than it should be.
    case issuer
    /// Made for another request.
    case request
}

/// The claims of a token whose signature was checked.
struct TokenClaims {
    let json: JSONValue

    init(_ token: WebToken) throws(TokenRefusal) {
        guard let json = try? JSONValue(parsing: token.claims, limits: JSONLimits(bytes: 16 << 10, depth: 16)),
            json.objectValue != nil
        else { throw .malformed }
        self.json = json
    }

    /// Clocks may differ by a minute.
    func checkTime(at now: Date) throws(TokenRefusal) {
        let leeway = 60.0
        guard let end = json["exp"]?.doubleValue else { throw .malformed }
        if now.timeIntervalSince1970 > end + leeway { throw .expired }
        for claim in ["nbf", "iat"] {
            guard let start = json[claim]?.doubleValue else { continue }
            if now.timeIntervalSince1970 < start - leeway { throw .early }
        }
    }

    func checkIssuer(_ wanted: String) throws(TokenRefusal) {
        guard json["iss"]?.stringValue == wanted else { throw .issuer }
    }

    /// One or several (RFC 7519 §4.1.3).
    func checkAudience(_ wanted: String) throws(TokenRefusal) {
        let audience = json["aud"]?.arrayValue ?? [json["aud"] ?? .null]
        guard audience.contains(.string(wanted)) else { throw .audience }
    }
}
