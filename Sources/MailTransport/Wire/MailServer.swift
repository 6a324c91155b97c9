// SPDX-License-Identifier: Apache-2.0

/// Where a mail server listens and how the line to it is protected.
public struct MailServer: Sendable, Hashable {
    public enum Security: String, Sendable, CaseIterable {
        /// No encryption. Credentials are then sent to the own machine only.
        case none
        /// STARTTLS where the server offers it. An attacker on the line can take the offer away.
        case startTLSIfOffered = "starttls-if-offered"
        case startTLS = "starttls"
        /// TLS from the first byte (ports 465, 993, 995).
        case tls
    }

    public enum Trust: Sendable, Hashable {
        /// The system's certificate authorities.
        case system
        /// The system's authorities and these, in PEM.
        case authorities(pem: String)
        /// Any certificate is taken: protects from listeners, not from impostors.
        case anyone
    }

    public let host: String
    public let port: Int
    public let security: Security
    public let trust: Trust

    public init(host: String, port: Int, security: Security, trust: Trust = .system) {
        self.host = host
        self.port = port
        self.security = security
        self.trust = trust
    }
}

extension MailServer: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
