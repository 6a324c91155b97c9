// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// What happened. Raw values are stable: they are kept and shown.
    public enum Kind: Hashable, Sendable {
        case issueCreated
        case issueUpdated
        case issueDeleted
        case commentCreated
        case commentUpdated
        case commentDeleted

        /// Something else, by Jira's own name: `sprint_closed`.
        case other(String)
    }
}

extension Event.Kind: RawRepresentable, Codable, CustomStringConvertible {
    private static let names: [String: Self] = [
        "issue-created": .issueCreated, "issue-updated": .issueUpdated, "issue-deleted": .issueDeleted,
        "comment-created": .commentCreated, "comment-updated": .commentUpdated, "comment-deleted": .commentDeleted,
    ]

    public init(rawValue: String) {
        self = Self.names[rawValue] ?? .other(rawValue)
    }

    public var rawValue: String {
        switch self {
        case .issueCreated: "issue-created"
        case .issueUpdated: "issue-updated"
        case .issueDeleted: "issue-deleted"
        case .commentCreated: "comment-created"
        case .commentUpdated: "comment-updated"
        case .commentDeleted: "comment-deleted"
        case .other(let name): name
        }
    }

    public var description: String { rawValue }

    /// - Parameters:
    ///   - type: `issue_event_type_name`, which old servers do not send.
    ///   - comment: What came with the event. An old server's comment that was never edited is a new one.
    init(event: String, type: String?, comment: Comment?) {
        switch event {
        case "jira:issue_created": self = .issueCreated
        case "jira:issue_deleted": self = .issueDeleted
        case "jira:issue_updated": self = Self(type: type, comment: comment)
        case "comment_created": self = .commentCreated
        case "comment_updated": self = .commentUpdated
        case "comment_deleted": self = .commentDeleted
        default: self = .other(String(event.prefix(100)))
        }
    }

    private init(type: String?, comment: Comment?) {
        switch (type, comment) {
        case ("issue_commented", .some): self = .commentCreated
        case ("issue_comment_edited", .some): self = .commentUpdated
        case ("issue_comment_deleted", _): self = .commentDeleted
        case (nil, .some(let comment)): self = comment.created == comment.updated ? .commentCreated : .commentUpdated
        default: self = .issueUpdated
        }
    }
}
