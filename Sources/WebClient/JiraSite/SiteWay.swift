// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Vault

/// The way to a Jira: those who go the same way share its limits and its troubles, whoever they are.
///
/// It is what is really called. What a tenant says of its Jira, as the name of a site that another address stands for, or an
/// authority of its own, leads to another way, so that nobody slows down a Jira by a server of one's own.
public struct SiteWay: Sendable, Hashable {
    private let address: String
    private let authorities: String?
    private let reach: Reach
    /// Whether each user has limits of its own there, as Data Center has it. Cloud's are of the site.
    public let limitsEachUser: Bool

    init(to address: SiteAddress, of connection: SiteConnection) {
        self.address = address.canonical
        authorities = connection.trust.authorities
        reach = connection.reach
        limitsEachUser = connection.deployment == .dataCenter
    }
}

extension SiteConnection {
    /// Nothing where a token tells where it counts, and there is none yet.
    var way: SiteWay? {
        if case .issued(let source) = credentials { return source.place.map { SiteWay(to: $0, of: self) } }
        return SiteWay(to: address, of: self)
    }
}

extension SiteCredentials {
    /// Whom a site limits that limits each user. A token is known by its digest.
    var user: String? {
        switch self {
        case .account(let name, _): name.lowercased()
        case .bearer(let token): digest(.sha256, Array(token.reveal().utf8))
        case .issued, .nobody: nil
        }
    }
}

extension SiteAddress {
    /// The same for all that mean the same by RFC 3986 §6.2.2.1 and §6.2.3.
    fileprivate var canonical: String {
        let parts = URLComponents(string: rawValue)
        return "\(parts?.scheme?.lowercased() ?? "")://\(signedHost.lowercased())\(parts?.percentEncodedPath ?? "")"
    }
}
