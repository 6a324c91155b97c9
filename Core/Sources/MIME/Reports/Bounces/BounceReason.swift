// SPDX-License-Identifier: Apache-2.0

/// Why a mail did not reach a recipient. The raw values are stable and appear in reports.
public enum BounceReason: String, Sendable, Hashable, CaseIterable, Codable {
    /// SPF, DKIM or DMARC failed.
    case authFailure = "authfailure"
    case badReputation = "badreputation"
    /// The sending host is on a list, or was turned away when it connected.
    case blocked
    case contentError = "contenterror"
    /// It arrived: the report says so.
    case delivered
    /// Larger than this recipient takes.
    case exceedLimit = "exceedlimit"
    case expired
    /// Refused after the recipient had been accepted, or by the recipient's own settings.
    case filtered
    case hasMoved = "hasmoved"
    case hostUnknown = "hostunknown"
    case mailboxFull = "mailboxfull"
    case mailerError = "mailererror"
    /// Larger than the server takes.
    case messageTooBig = "mesgtoobig"
    case networkError = "networkerror"
    case noRelaying = "norelaying"
    /// The domain or its server takes no mail at all.
    case notAccept = "notaccept"
    case notCompliant = "notcompliantrfc"
    case onHold = "onhold"
    case policyViolation = "policyviolation"
    /// The sender's address was refused.
    case rejected
    case requirePTR = "requireptr"
    case securityError = "securityerror"
    case spamDetected = "spamdetected"
    case speeding
    case suspended = "suspend"
    case syntaxError = "syntaxerror"
    case systemError = "systemerror"
    case systemFull = "systemfull"
    case tooManyConnections = "toomanyconn"
    case undefined
    case userUnknown = "userunknown"
    case virusDetected = "virusdetected"

    /// No later attempt can reach the recipient: the address is good for nothing.
    public var isHard: Bool {
        switch self {
        case .userUnknown, .hostUnknown, .hasMoved, .notAccept: true
        default: false
        }
    }
}
