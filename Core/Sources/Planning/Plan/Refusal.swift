// SPDX-License-Identifier: Apache-2.0

/// A named reason for not processing a letter or an event. The raw values outlive a release.
public enum Refusal: String, Sendable, Codable, CaseIterable {
    case ownMail = "own-mail"
    case notCaught = "not-caught"
    case notCaughtLeft = "not-caught-left"
    case bounce
    case autoReply = "auto-reply"
    case seenBefore = "seen-before"
    case bulkThreshold = "bulk-threshold"
    case senderMissing = "sender-missing"
    case senderUnknown = "sender-unknown"
    case projectMissing = "project-missing"
    case issueTypeMissing = "issue-type-missing"
    case requestTypeMissing = "request-type-missing"
    case eventUnmapped = "event-unmapped"
    case audienceEmpty = "audience-empty"
    case issueGone = "issue-gone"

    public var disposition: Disposition {
        switch self {
        case .notCaughtLeft: .ignored
        case .senderUnknown: .rejected
        case .projectMissing, .issueTypeMissing, .requestTypeMissing: .parked
        case .ownMail, .notCaught, .bounce, .autoReply, .seenBefore, .bulkThreshold, .senderMissing, .eventUnmapped,
            .audienceEmpty, .issueGone:
            .dropped
        }
    }
}
