// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The ways to sign in that we speak, best first.
public enum SASLMechanism: String, Sendable, CaseIterable {
    case oauthBearer = "OAUTHBEARER"
    case xoauth2 = "XOAUTH2"
    case plain = "PLAIN"
    case login = "LOGIN"

    /// The best of those that the server offers and the credentials can serve; nil if there is none.
    public static func best(for credentials: Credentials, offered: some Collection<String>) -> SASLMechanism? {
        let names = Set(offered.map { $0.uppercased() })
        return allCases.first { $0.serves(credentials) && names.contains($0.rawValue) }
    }

    private func serves(_ credentials: Credentials) -> Bool {
        switch (self, credentials.proof) {
        case (.plain, .password), (.login, .password), (.oauthBearer, .bearer), (.xoauth2, .bearer): true
        default: false
        }
    }
}

/// The client's side of one sign-in: RFC 4616 PLAIN, LOGIN, RFC 7628 OAUTHBEARER, XOAUTH2.
///
///     C: AUTH PLAIN AGFsaWNlAHNlY3JldA==          initialResponse
///     S: 235 2.7.0 Authentication successful
public struct SASLExchange: Sendable {
    public let mechanism: SASLMechanism
    private let credentials: Credentials
    private var answers = 0

    /// `host` and `port` are told to the server by OAUTHBEARER only.
    public init(_ mechanism: SASLMechanism, _ credentials: Credentials, host: String, port: Int) {
        self.mechanism = mechanism
        self.credentials = credentials
        self.host = host
        self.port = port
    }

    private let host: String
    private let port: Int

    /// What may be sent along with the command, in base64; nil if the server has to ask first (LOGIN).
    public var initialResponse: String? {
        let user = credentials.user
        let secret = credentials.secret
        switch mechanism {
        case .plain: return base64("\0\(user)\0\(secret)")
        case .xoauth2: return base64("user=\(user)\u{1}auth=Bearer \(secret)\u{1}\u{1}")
        case .oauthBearer:
            let name = user.replacingOccurrences(of: "=", with: "=3D").replacingOccurrences(of: ",", with: "=2C")
            return base64("n,a=\(name),\u{1}host=\(host)\u{1}port=\(port)\u{1}auth=Bearer \(secret)\u{1}\u{1}")
        case .login: return nil
        }
    }

    /// The answer, in base64, to a further challenge; nil if there is nothing left to say, so cancel with `*`.
    ///
    /// An OAuth server that refuses sends its reasons as a challenge and waits for one more line before it says no.
    public mutating func answer() -> String? {
        defer { answers += 1 }
        switch (mechanism, answers) {
        case (.login, 0): return base64(credentials.user)
        case (.login, 1): return base64(credentials.secret)
        case (.plain, 0): return initialResponse
        case (.xoauth2, 0): return ""
        case (.oauthBearer, 0): return "AQ=="
        default: return nil
        }
    }

    private func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
