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
    /// The id of the app that they are for: Jira counts points for an app on all its sites together.
    var app: String { get }

    /// - Parameter refused: A token that Jira did not accept although its time is not over: it is renewed.
    func access(insteadOf refused: Secret?) async throws -> SiteAccess
}
