// SPDX-License-Identifier: Apache-2.0

import Foundation
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
}

private func isThisMachine(_ host: String) -> Bool {
    isLocalName(host) || ["127.0.0.1", "::1", "[::1]"].contains(host)
}

/// One Jira, and as whom to speak to it.
public struct SiteConnection: Sendable {
    public let address: SiteAddress

    /// The e-mail address of the account that the token belongs to.
    public let account: String
    public let token: Secret
    public let reach: Reach
    public let limits: CallLimits

    public init(
        address: SiteAddress, account: String, token: Secret, reach: Reach = .publicOnly, limits: CallLimits = .standard
    ) {
        self.address = address
        self.account = account
        self.token = token
        self.reach = reach
        self.limits = limits
    }

    /// RFC 7617.
    var authorization: String {
        "Basic " + Data("\(account):\(token.reveal())".utf8).base64EncodedString()
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

    public init(time: Duration, answer: Int, uploadRate: Int) {
        self.time = time
        self.answer = answer
        self.uploadRate = uploadRate
    }

    /// A minute, 16 MiB, 32 KiB a second.
    public static let standard = CallLimits(time: .seconds(60), answer: 16 << 20, uploadRate: 32 << 10)

    func time(forUpload length: Int) -> Duration {
        time + .seconds(length / max(uploadRate, 1))
    }
}
