// SPDX-License-Identifier: Apache-2.0

public import Jira

// Sources, outbounds and connections. Passwords and tokens are not in them: they are kept apart, under the same id.

/// A Jira site and the account that Martlet uses there.
public struct Connection: Sendable, Equatable, Identifiable, Encodable {
    public var id: ConfigurationID
    /// Where people open issues: `https://example.atlassian.net`, or `https://jira.example.com/jira` with its context path.
    public var site: String
    /// Where the REST API is, if elsewhere: `https://api.atlassian.com/ex/jira/` and the site's cloud id.
    public var api: String?
    public var deployment: Deployment
    /// The account's address; its API token is the secret. Without one the secret is a bearer token: a personal access token
    /// of Data Center, a token of a service account.
    public var account: String?
    /// How tokens are got that end by themselves. Then there is no account and no token of its own.
    public var oauth: OAuthApp?
    /// When the token ends, which no site tells: the day, as in `2027-01-31`.
    public var tokenEnds: Day?
    /// In PEM: who signed the certificate of a site in one's own network.
    public var authority: String?
    /// Whether the site may be on a private or loopback address.
    public var allowsPrivateAddress: Bool

    public init(id: ConfigurationID, site: String, account: String?, allowsPrivateAddress: Bool = false) {
        self.id = id
        self.site = site
        self.account = account
        self.allowsPrivateAddress = allowsPrivateAddress
        deployment = .cloud
    }

    public var isDataCenter: Bool { deployment == .dataCenter }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, site, api, deployment, account, oauth, tokenEnds, authority, allowsPrivateAddress
    }
}

extension Connection: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        allowsPrivateAddress = try keys.value(.allowsPrivateAddress, or: false)
        id = try keys.decode(ConfigurationID.self, forKey: .id)
        site = withoutSlash(try keys.decode(String.self, forKey: .site))
        api = try keys.decodeIfPresent(String.self, forKey: .api).map(withoutSlash)
        deployment = try keys.value(.deployment, or: .cloud)
        account = try keys.decodeIfPresent(String.self, forKey: .account)
        oauth = try keys.decodeIfPresent(OAuthApp.self, forKey: .oauth)
        tokenEnds = try keys.decodeIfPresent(Day.self, forKey: .tokenEnds)
        authority = try keys.decodeIfPresent(String.self, forKey: .authority)
        let addresses: [(CodingKeys, String, String?)] = [
            (.site, "a site", site), (.api, "an api", api), (.oauth, "an issuer", oauth?.issuer),
            (.oauth, "a gateway", oauth?.gateway),
        ]
        for (key, noun, address) in addresses {
            guard let address, !address.hasPrefix("https://") else { continue }
            guard allowsPrivateAddress, address.hasPrefix("http://") else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: keys, debugDescription: "\(noun) begins with https://")
            }
        }
        if oauth != nil, account != nil || deployment != .cloud || tokenEnds != nil {
            throw DecodingError.dataCorruptedError(
                forKey: .oauth, in: keys, debugDescription: "oauth is for Cloud, and goes without account and tokenEnds"
            )
        }
        if let authority, !authority.contains("-----BEGIN CERTIFICATE-----") {
            throw DecodingError.dataCorruptedError(
                forKey: .authority, in: keys, debugDescription: "an authority is a certificate in PEM")
        }
    }
}

/// Martlet as an app of OAuth 2.0 that somebody has made in Atlassian's developer console or for a service account. The app's
/// secret is kept apart, as `client-secret`.
public struct OAuthApp: Sendable, Equatable, Encodable {
    public enum Grant: String, Sendable, Codable, CaseIterable {
        /// A person says yes in the browser, once (3LO).
        case consent
        /// The app is a service account's own.
        case clientCredentials = "client-credentials"
    }

    /// Its client id.
    public var client: String
    public var grant: Grant
    /// Where consent is asked for and tokens are given.
    public var issuer: String
    /// Where tokens count: the gateway's address without what leads to a site.
    public var gateway: String
    /// The points that the app has in an hour on this connection's site, where Atlassian gives it more than it gives each app
    /// for all sites together, as it does by the site's plan.
    public var pointsPerHour: Int?

    public init(client: String, grant: Grant = .consent) {
        self.client = client
        self.grant = grant
        issuer = "https://auth.atlassian.com"
        gateway = "https://api.atlassian.com"
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case client, grant, issuer, gateway, pointsPerHour
    }
}

extension OAuthApp: Decodable {
    private static let pointsOfPlans = 1000...500_000

    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init(client: try keys.decode(String.self, forKey: .client))
        guard !client.isEmpty else {
            throw DecodingError.dataCorruptedError(forKey: .client, in: keys, debugDescription: "a client is not empty")
        }
        grant = try keys.value(.grant, or: grant)
        issuer = withoutSlash(try keys.value(.issuer, or: issuer))
        gateway = withoutSlash(try keys.value(.gateway, or: gateway))
        pointsPerHour = try keys.decodeIfPresent(Int.self, forKey: .pointsPerHour)
        if let points = pointsPerHour, !Self.pointsOfPlans.contains(points) {
            throw DecodingError.dataCorruptedError(
                forKey: .pointsPerHour, in: keys,
                debugDescription: "pointsPerHour is a number from 1000 to 500000, the most that Atlassian gives an app")
        }
    }
}

private func withoutSlash(_ address: String) -> String {
    address.hasSuffix("/") ? String(address.dropLast()) : address
}

/// How the line to a mail server is protected.
public enum TransportSecurity: String, Sendable, Codable, CaseIterable {
    /// TLS from the first byte.
    case tls
    /// Plain, then STARTTLS, or nothing.
    case startTLS = "starttls"
    /// For loopback only where a password is used.
    case plain
}

/// A mailbox that letters are fetched from.
public struct Source: Sendable, Equatable, Identifiable, Encodable {
    public var id: ConfigurationID
    public var profile: ConfigurationID
    public var host: String
    public var port: Int
    public var security: TransportSecurity
    public var user: String
    public var mailbox: String
    public var readStrategy: ReadStrategy
    public var start: StartPoint
    public var isEnabled: Bool

    public init(id: ConfigurationID, profile: ConfigurationID, host: String, user: String) {
        self.id = id
        self.profile = profile
        self.host = host
        self.port = 993
        self.security = .tls
        self.user = user
        self.mailbox = "INBOX"
        self.readStrategy = .unreadMarkRead
        self.start = .fromNow
        self.isEnabled = true
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, profile, host, port, security, user, mailbox, readStrategy, start
        case isEnabled = "enabled"
    }
}

extension Source: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init(
            id: try keys.decode(ConfigurationID.self, forKey: .id),
            profile: try keys.decode(ConfigurationID.self, forKey: .profile),
            host: try keys.decode(String.self, forKey: .host),
            user: try keys.decode(String.self, forKey: .user))
        security = try keys.value(.security, or: security)
        port = try keys.value(.port, or: security == .tls ? 993 : 143)
        mailbox = try keys.value(.mailbox, or: mailbox)
        readStrategy = try keys.value(.readStrategy, or: readStrategy)
        start = try keys.value(.start, or: start)
        isEnabled = try keys.value(.isEnabled, or: isEnabled)
    }
}

public enum ReadStrategy: String, Sendable, Codable, CaseIterable {
    case unreadMarkRead = "unread-mark-read"
    case allDelete = "all-delete"
}

public enum StartPoint: String, Sendable, Codable, CaseIterable {
    case fromNow = "from-now"
    case everything
}

/// A server that mail leaves by.
public struct Outbound: Sendable, Equatable, Identifiable, Encodable {
    public var id: ConfigurationID
    public var host: String
    public var port: Int
    public var security: TransportSecurity
    /// Nil where the server wants no sign-in.
    public var user: String?

    public init(
        id: ConfigurationID, host: String, port: Int = 587, security: TransportSecurity = .startTLS, user: String? = nil
    ) {
        self.id = id
        self.host = host
        self.port = port
        self.security = security
        self.user = user
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, host, port, security, user
    }
}

extension Outbound: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init(
            id: try keys.decode(ConfigurationID.self, forKey: .id),
            host: try keys.decode(String.self, forKey: .host))
        security = try keys.value(.security, or: security)
        port = try keys.value(.port, or: security == .tls ? 465 : 587)
        user = try keys.decodeIfPresent(String.self, forKey: .user)
    }
}
