// SPDX-License-Identifier: Apache-2.0

public import Jira

/// What a decision about events goes by.
public struct NoticeRules: Sendable, Equatable {
    public var mappings: [NotificationMapping]
    /// Of all profiles: none of these is ever told.
    public var catchAddresses: [AddressPattern]
    /// Where people open issues, by connection.
    public var sites: [ConfigurationID: String]

    public init(
        mappings: [NotificationMapping], catchAddresses: [AddressPattern], sites: [ConfigurationID: String]
    ) {
        self.mappings = mappings
        self.catchAddresses = catchAddresses
        self.sites = sites
    }

    /// Whether anything at all is told about a project. What is not covered is not kept (P37).
    public func covers(_ project: ProjectKey?) -> Bool {
        mappings.contains { $0.covers(project) }
    }
}

extension NotificationMapping {
    /// A project that is not known may be one of those covered.
    func covers(_ project: ProjectKey?) -> Bool {
        guard isEnabled else { return false }
        guard let project, !projects.isEmpty else { return true }
        return projects.contains(project)
    }

    func tells(_ event: Event) -> Bool {
        switch event.kind {
        case .issueCreated: events.contains(.created)
        case .commentCreated: events.contains(.commented)
        default: false
        }
    }
}

extension Event {
    /// Whether everybody who sees the issue may know of it.
    var isForEverybody: Bool {
        guard let comment else { return true }
        // Data Center's webhooks do not tell a service project's internal comments from those for customers.
        let isPublic = comment.isPublic ?? (issue?.project?.kind != .service)
        return comment.visibility == nil && isPublic
    }
}
