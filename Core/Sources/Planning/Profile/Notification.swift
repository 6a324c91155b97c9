// SPDX-License-Identifier: Apache-2.0

public import Jira

/// Which of Jira's events are told to whom, and in what words.
public struct NotificationMapping: Sendable, Equatable, Identifiable, Encodable {
    public var id: ConfigurationID
    public var name: String
    public var isEnabled: Bool
    public var connection: ConfigurationID
    public var outbound: ConfigurationID
    /// The mailbox that answers come back to: a catch address of a profile.
    public var from: String
    public var fromName: String
    /// Empty covers all projects.
    public var projects: [ProjectKey]
    public var events: [NotifiedEvent]
    public var audience: [AudienceRole]
    public var tellsActor: Bool
    public var template: NoticeTemplate

    public init(id: ConfigurationID, outbound: ConfigurationID, from: String) {
        self.id = id
        self.name = id.rawValue
        self.isEnabled = true
        self.connection = Profile.defaultConnection
        self.outbound = outbound
        self.from = from
        self.fromName = "Jira"
        self.projects = []
        self.events = NotifiedEvent.allCases
        self.audience = [.reporter, .watchers]
        self.tellsActor = false
        self.template = NoticeTemplate()
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name
        case isEnabled = "enabled"
        case connection, outbound, from, fromName, projects, events, audience, tellsActor, template
    }
}

extension NotificationMapping: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init(
            id: try keys.decode(ConfigurationID.self, forKey: .id),
            outbound: try keys.decode(ConfigurationID.self, forKey: .outbound),
            from: try keys.decode(String.self, forKey: .from))
        name = try keys.value(.name, or: name)
        isEnabled = try keys.value(.isEnabled, or: isEnabled)
        connection = try keys.value(.connection, or: connection)
        fromName = try keys.value(.fromName, or: fromName)
        projects = try keys.value(.projects, or: projects)
        events = try keys.value(.events, or: events)
        audience = try keys.value(.audience, or: audience)
        tellsActor = try keys.value(.tellsActor, or: tellsActor)
        template = try keys.value(.template, or: template)
    }
}

/// The kinds of events that can be told so far.
public enum NotifiedEvent: String, Sendable, Codable, CaseIterable {
    case created
    case commented
}

public enum AudienceRole: String, Sendable, Codable, CaseIterable {
    case reporter
    case assignee
    case watchers
}

/// The words of a notice, as Mustache templates; a part that is nil has the default.
public struct NoticeTemplate: Sendable, Equatable, Encodable {
    public var subject: String?
    public var text: String?
    public var html: String?

    public init(subject: String? = nil, text: String? = nil, html: String? = nil) {
        self.subject = subject
        self.text = text
        self.html = html
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case subject, text, html
    }
}

extension NoticeTemplate: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        subject = try keys.decodeIfPresent(String.self, forKey: .subject)
        text = try keys.decodeIfPresent(String.self, forKey: .text)
        html = try keys.decodeIfPresent(String.self, forKey: .html)
    }
}
