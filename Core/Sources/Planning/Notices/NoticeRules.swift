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

/// Who may know of an event.
enum Publicity: Hashable, Sendable {
    /// Everybody who sees the issue.
    case everybody
    case some
    /// It depends on the kind of the issue's project, which the event does not say.
    case unknown
}

extension Event {
    var publicity: Publicity {
        guard let comment else { return .everybody }
        if comment.visibility != nil { return .some }
        if let isPublic = comment.isPublic { return isPublic ? .everybody : .some }
        return Publicity(ofPlainCommentIn: issue?.project?.kind)
    }
}

extension Publicity {
    /// Of a comment that does not say whether customers see it. Data Center's webhooks do not tell a service project's internal
    /// comments from those for customers.
    init(ofPlainCommentIn kind: Project.Kind?) {
        switch kind {
        case .software, .business: self = .everybody
        case .service: self = .some
        case .unknown, nil: self = .unknown
        }
    }
}
