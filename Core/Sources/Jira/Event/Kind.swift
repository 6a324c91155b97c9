// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// What happened. Raw values are stable: they are kept and shown.
    public enum Kind: Hashable, Sendable {
        case issueCreated, issueUpdated, issueDeleted
        case commentCreated, commentUpdated, commentDeleted
        case attachmentCreated, attachmentDeleted
        case worklogCreated, worklogUpdated, worklogDeleted
        case linkCreated, linkDeleted
        case propertySet, propertyDeleted

        /// Something happened to another thing than an issue.
        case beyond(Beyond)

        /// Nothing that Jira documents, by its own name.
        case other(String)
    }

    /// What happens beside issues, by Jira's own names.
    public enum Beyond: String, Sendable, CaseIterable {
        case sprintCreated = "sprint_created"
        case sprintUpdated = "sprint_updated"
        case sprintDeleted = "sprint_deleted"
        case sprintStarted = "sprint_started"
        case sprintClosed = "sprint_closed"
        case versionCreated = "jira:version_created"
        case versionUpdated = "jira:version_updated"
        case versionDeleted = "jira:version_deleted"
        case versionReleased = "jira:version_released"
        case versionUnreleased = "jira:version_unreleased"
        case versionMoved = "jira:version_moved"
        case versionMerged = "jira:version_merged"
        case boardCreated = "board_created"
        case boardUpdated = "board_updated"
        case boardDeleted = "board_deleted"
        case boardConfigurationChanged = "board_configuration_changed"
        case projectCreated = "project_created"
        case projectUpdated = "project_updated"
        case projectDeleted = "project_deleted"
        case projectTrashed = "project_soft_deleted"
        case projectRestored = "project_restored_deleted"
        case projectArchived = "project_archived"
        case projectUnarchived = "project_restored_archived"
        case userCreated = "user_created"
        case userUpdated = "user_updated"
        case userDeleted = "user_deleted"
        case filterCreated = "filter_created"
        case filterUpdated = "filter_updated"
        case filterDeleted = "filter_deleted"
        case issueTypeCreated = "issuetype_created"
        case issueTypeUpdated = "issuetype_updated"
        case issueTypeDeleted = "issuetype_deleted"
        case votingChanged = "option_voting_changed"
        case watchingChanged = "option_watching_changed"
        case unassignedIssuesChanged = "option_unassigned_issues_changed"
        case subtasksChanged = "option_subtasks_changed"
        case issueLinksChanged = "option_issuelinks_changed"
        case timeTrackingChanged = "option_timetracking_changed"
        case timeTrackingProviderChanged = "option_timetracking_provider_changed"

        /// The event's `user` is then the one it happened to.
        var isAboutUser: Bool { [.userCreated, .userUpdated, .userDeleted].contains(self) }
    }
}

extension Event.Kind: RawRepresentable, Codable, CustomStringConvertible {
    /// Of each kind about an issue Jira's name.
    private static let names: [(jira: String, kind: Self)] = [
        ("jira:issue_created", .issueCreated), ("jira:issue_updated", .issueUpdated),
        ("jira:issue_deleted", .issueDeleted), ("comment_created", .commentCreated),
        ("comment_updated", .commentUpdated), ("comment_deleted", .commentDeleted),
        ("attachment_created", .attachmentCreated), ("attachment_deleted", .attachmentDeleted),
        ("worklog_created", .worklogCreated), ("worklog_updated", .worklogUpdated),
        ("worklog_deleted", .worklogDeleted), ("issuelink_created", .linkCreated),
        ("issuelink_deleted", .linkDeleted), ("issue_property_set", .propertySet),
        ("issue_property_deleted", .propertyDeleted),
    ]

    public init(rawValue: String) {
        if let known = Self.names.first(where: { $0.kind.rawValue == rawValue }) {
            self = known.kind
        } else {
            self = Event.Beyond(rawValue: rawValue).map(Self.beyond) ?? .other(rawValue)
        }
    }

    public var rawValue: String {
        switch self {
        case .issueCreated: "issue-created"
        case .issueUpdated: "issue-updated"
        case .issueDeleted: "issue-deleted"
        case .commentCreated: "comment-created"
        case .commentUpdated: "comment-updated"
        case .commentDeleted: "comment-deleted"
        case .attachmentCreated: "attachment-created"
        case .attachmentDeleted: "attachment-deleted"
        case .worklogCreated: "worklog-created"
        case .worklogUpdated: "worklog-updated"
        case .worklogDeleted: "worklog-deleted"
        case .linkCreated: "link-created"
        case .linkDeleted: "link-deleted"
        case .propertySet: "property-set"
        case .propertyDeleted: "property-deleted"
        case .beyond(let beyond): beyond.rawValue
        case .other(let name): name
        }
    }

    public var description: String { rawValue }

    /// - Parameters:
    ///   - type: `issue_event_type_name`, which old servers do not send.
    ///   - comment: What came with the event. An old server's comment that was never edited is a new one.
    init(event: String, type: String?, comment: Comment?) {
        guard let known = Self.names.first(where: { $0.jira == event }) else {
            self = Event.Beyond(rawValue: event).map(Self.beyond) ?? .other(String(event.prefix(100)))
            return
        }
        self = event == "jira:issue_updated" ? Self(type: type, comment: comment) : known.kind
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
