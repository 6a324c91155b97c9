// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// How a request came here: whether anybody on its way could read it, and from where.
struct Transport: Sendable {
    let hasOwnTLS: Bool
    /// A proxy stands in front and does TLS.
    let hasProxy: Bool

    init(_ configuration: ConsoleConfiguration) {
        hasOwnTLS = configuration.tls != nil
        hasProxy = configuration.publicURL?.lowercased().hasPrefix("https://") == true
    }

    func mayListen(on host: String) -> Bool {
        hasOwnTLS || hasProxy || ["127.0.0.1", "::1", "localhost"].contains(host)
    }

    /// The browser's own line is encrypted, as far as we can know.
    func isEncrypted(_ request: Request) -> Bool {
        if hasOwnTLS { return true }
        return hasProxy && request.headers[.forwardedProto]?.lowercased() == "https"
    }

    /// Plain HTTP only within this machine; what a proxy sent on did not begin here.
    func isAllowed(_ request: Request, from peer: SocketAddress?) -> Bool {
        if isEncrypted(request) { return true }
        let signs: [HTTPField.Name] = [.forwardedProto, .forwardedFor, .forwarded, .via]
        return peer.isLoopback && !signs.contains { request.headers[$0] != nil }
    }

    /// Where the browser is: what the proxy saw, or our own peer.
    func client(of request: Request, from peer: SocketAddress?) -> String {
        if hasProxy, let seen = request.headers[.forwardedFor]?.split(separator: ",").last {
            return seen.trimmingPrefix { $0 == " " }.prefix(64).description
        }
        return peer?.ipAddress ?? ""
    }
}

extension SocketAddress? {
    var isLoopback: Bool {
        guard let address = self?.ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}

extension HTTPField.Name {
    static let forwardedProto = Self("X-Forwarded-Proto")!
    static let forwardedFor = Self("X-Forwarded-For")!
    static let forwarded = Self("Forwarded")!
    static let via = Self("Via")!
    static let secFetchSite = Self("Sec-Fetch-Site")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let openerPolicy = Self("Cross-Origin-Opener-Policy")!
    static let resourcePolicy = Self("Cross-Origin-Resource-Policy")!
    static let hubSignature = Self("X-Hub-Signature")!
    static let webhookIdentifier = Self("X-Atlassian-Webhook-Identifier")!
}
