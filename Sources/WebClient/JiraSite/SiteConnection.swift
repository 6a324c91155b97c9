// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Jira
import NIOSSL
public import Vault

/// Where a Jira is: `https://example.atlassian.net`, `https://api.atlassian.com/ex/jira/{cloudId}` or, in one's own network,
/// an address with a context path.
public struct SiteAddress: Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String
    let host: String

    /// Nothing but `https`, host, port and path; plain `http` only for this machine. A slash at the end is dropped.
    public init?(_ raw: String) {
        guard let parts = URLComponents(string: raw), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        switch parts.scheme?.lowercased() {
        case "https": break
        case "http" where isThisMachine(host): break
        default: return nil
        }
        self.host = host
        var text = raw
        while text.hasSuffix("/") { text.removeLast() }
        rawValue = text
    }

    public var description: String { rawValue }

    /// As the client sends it, and as it is signed: without the port that goes without saying.
    var signedHost: String {
        guard let parts = URLComponents(string: rawValue), let port = parts.port,
            port != (parts.scheme?.lowercased() == "https" ? 443 : 80)
        else { return host }
        return "\(host):\(port)"
    }

    /// What the site is known to take of each method in a second. Atlassian documents it for its own hosts.
    var rates: [CallKind: Double] {
        let name = host.lowercased()
        let isAtlassians = name == "api.atlassian.com" || name.hasSuffix(".atlassian.net")
        return isAtlassians ? SiteBudget.documented : [:]
    }
}

private func isThisMachine(_ host: String) -> Bool {
    isLocalName(host) || ["127.0.0.1", "::1", "[::1]"].contains(host)
}

/// Who calls, and how that is proven.
public enum SiteCredentials: Sendable {
    /// The e-mail address of an account, and a token or password of it (RFC 7617).
    case account(String, Secret)

    /// A token that says itself whose it is (RFC 6750): Data Center's personal access tokens, tokens of service accounts.
    case bearer(Secret)

    /// Tokens that end by themselves.
    case issued(any TokenSource)

    /// For a server that is told in the request itself who calls.
    case nobody
}

extension SiteCredentials {
    /// The app that the tokens are for, where they are an app's.
    var app: AppQuota? {
        if case .issued(let source) = self { source.app } else { nil }
    }
}

/// How one call is made: where to, and by whose word.
struct Passage {
    let address: SiteAddress
    let authorization: String?
    /// One that can be renewed.
    var renewable: Secret?
}

extension SiteConnection {
    /// - Parameter refused: A token that was not accepted although its time is not over.
    func passage(insteadOf refused: Secret? = nil) async throws -> Passage {
        switch credentials {
        case .account(let name, let token):
            let pair = Data("\(name):\(token.reveal())".utf8).base64EncodedString()
            return Passage(address: address, authorization: "Basic \(pair)")
        case .bearer(let token): return Passage(address: address, authorization: "Bearer \(token.reveal())")
        case .issued(let source):
            let access = try await source.access(insteadOf: refused)
            return Passage(
                address: access.address ?? address, authorization: "Bearer \(access.token.reveal())",
                renewable: access.token)
        case .nobody: return Passage(address: address, authorization: nil)
        }
    }
}

/// One Jira, and as whom to speak to it.
public struct SiteConnection: Sendable {
    /// Of the REST API, which the gateway has elsewhere than the site.
    public let address: SiteAddress
    public let deployment: Deployment
    public let credentials: SiteCredentials
    public let trust: SiteTrust
    public let reach: Reach
    public let limits: CallLimits
    /// Asked just before each call goes that changes anything; what it throws keeps it from going.
    public let permission: @Sendable () throws -> Void

    public init(
        address: SiteAddress, deployment: Deployment = .cloud, credentials: SiteCredentials,
        trust: SiteTrust = .system, reach: Reach = .publicOnly, limits: CallLimits = .standard,
        permission: @escaping @Sendable () throws -> Void = {}
    ) {
        self.address = address
        self.deployment = deployment
        self.credentials = credentials
        self.trust = trust
        self.reach = reach
        self.limits = limits
        self.permission = permission
    }
}

/// Whose word is taken for a site's certificate.
public struct SiteTrust: Sendable {
    /// The authorities that this machine trusts.
    public static let system = SiteTrust()

    let configuration: TLSConfiguration?
    /// In PEM; nothing beside those of this machine.
    let authorities: String?

    private init() {
        (configuration, authorities) = (nil, nil)
    }

    /// Also these authorities, in PEM. Nothing when it is no certificate.
    public init?(authorities pem: String) {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)), !certificates.isEmpty else {
            return nil
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.certificates(certificates)]
        self.configuration = configuration
        authorities = pem
    }
}

/// What one call may take at most.
public struct CallLimits: Sendable, Hashable {
    /// From the first try to connect to the last byte of the answer.
    public var time: Duration

    /// Of an answer, in bytes.
    public var answer: Int

    /// The slowest rate at which a file may travel, in bytes a second. Adds to the time.
    public var uploadRate: Int

    /// Calls a second by method; nothing where the site's address tells.
    public var rates: [Request.Method: Double]?

    public init(time: Duration, answer: Int, uploadRate: Int, rates: [Request.Method: Double]? = nil) {
        self.time = time
        self.answer = answer
        self.uploadRate = uploadRate
        self.rates = rates
    }

    var ratesByKind: [CallKind: Double]? {
        rates.map { Dictionary(uniqueKeysWithValues: $0.map { (.method($0), $1) }) }
    }

    /// A minute, 16 MiB, 32 KiB a second.
    public static let standard = CallLimits(time: .seconds(60), answer: 16 << 20, uploadRate: 32 << 10)

    func time(forUpload length: Int) -> Duration {
        time + .seconds(length / max(uploadRate, 1))
    }
}
