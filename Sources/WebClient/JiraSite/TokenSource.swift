// SPDX-License-Identifier: Apache-2.0

public import Vault

/// A token that counts now, and where.
public struct SiteAccess: Sendable {
    public let token: Secret
    /// The gateway's place for the site; nothing where it is the site's own address.
    public let address: SiteAddress?

    public init(token: Secret, address: SiteAddress?) {
        self.token = token
        self.address = address
    }
}

/// Where tokens come from that end by themselves and are renewed, as those of OAuth 2.0 are.
public protocol TokenSource: Sendable {
    /// The app that they are for, and what Jira lets it do in an hour.
    var app: AppQuota { get }

    /// Where its tokens count, as far as that is known.
    var place: SiteAddress? { get }

    /// - Parameter refused: A token that Jira did not accept although its time is not over: it is renewed.
    func access(insteadOf refused: Secret?) async throws -> SiteAccess
}

/// An app, and how many points Jira gives it.
public struct AppQuota: Sendable, Hashable {
    /// Who it is, by whom: two servers may give the same id to different apps.
    let app: String
    /// On one site in an hour; nothing where all its sites share what Atlassian gives each app.
    let pointsPerHour: Int?

    public init(of client: String, by issuer: String, pointsPerHour: Int? = nil) {
        app = "\(client) of \(issuer)"
        self.pointsPerHour = pointsPerHour
    }
}
