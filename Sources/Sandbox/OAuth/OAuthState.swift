// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the stand-in of Atlassian's authorization server has given away.
struct OAuthState: Sendable {
    /// What a person has said yes to.
    struct Consent: Codable, Equatable, Sendable {
        var scopes: [String]
        var redirect: String
        var until: Date
    }

    struct Refresh: Codable, Equatable, Sendable {
        var scopes: [String]
        /// Ends when nobody uses it.
        var until: Date
        /// When it was exchanged for the next.
        var usedAt: Date?
    }

    struct Access: Codable, Equatable, Sendable {
        var scopes: [String]
        var until: Date
    }

    /// Who gives them.
    struct Issuer: Codable, Equatable, Sendable {
        /// How often a token was given, by grant.
        var counts: [String: Int] = [:]
        var lifetime = 3600
        /// The private key (PKCS#1 PEM), made when it is first needed.
        var key: String?
    }

    var codes: [String: Consent] = [:]
    var refreshes: [String: Refresh] = [:]
    var accesses: [String: Access] = [:]
    var issuer = Issuer()

    /// A refresh token that was exchanged already counts for ten minutes more, and one that nobody uses for 90 days.
    static let (leeway, idle) = (600.0, 90 * 86_400.0)
}
