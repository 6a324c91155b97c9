// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Markup
import NIOCore

/// All that the stand-in Jira knows, in memory, and in a file where there is one. What time it is comes from outside; the rest follows from the requests.
actor SandboxJira {
    let settings: JiraSettings
    let now: @Sendable () -> Date
    let started: Date
    /// The address under which the site is reached, without a slash at the end. Known once it listens.
    var site = ""

    var people: [Person]
    var projects: [Project]
    /// Changed by `put` alone, so that the search index knows.
    private(set) var issues: [Int: Issue] = [:]
    /// Of an issue that has any, in the order in which they were made.
    private(set) var subtaskIDs: [Int: [Int]] = [:]
    var index = SearchIndex()
    var issueIDs: [String: Int] = [:]
    var homeOfComment: [Int: Int] = [:]
    var homeOfAttachment: [Int: Int] = [:]
    var attachmentBytes = 0
    var sequence = Sequences()
    var log = RequestLog()
    var faults: [Fault] = []
    var limits = RateLimits()
    /// Permissions that the API user does not have, everywhere and by project.
    var denied: Set<String> = []
    var deniedInProjects: [Int: Set<String>] = [:]
    /// What the API token may do; everything where it has no scopes.
    var tokenScopes: [String]?
    var screens = Scheme<ScreenSet>()
    var workflows = Scheme<String>()
    var customFields = CustomField.standard
    var textLimit = RichText.limit
    var webhooks: [Webhook] = []
    var links: [IssueLink] = []
    var catalogue: [CatalogueEntry] = []
    var deskState = ServiceDeskState()
    var oauth = OAuthState()
    let announcer: any Announcer
    /// What webhooks are to be told of once what happened is kept.
    var outbox: [Delivery] = []
    var keeping: Keeping?

    init(settings: JiraSettings, announcer: any Announcer, now: @escaping @Sendable () -> Date) {
        self.settings = settings
        self.announcer = announcer
        self.now = now
        started = now()
        limits.settings = settings.limits
        people = Person.cast(apiUser: settings.apiUser, on: settings.deployment)
        var sequence = Sequences()
        projects = settings.projects.map { Project($0, id: sequence.next(.project)) }
        self.sequence = sequence
    }

    func listen(at site: String) {
        self.site = site
    }

    /// The REST v2 of this deployment, which webhooks and forms speak.
    nonisolated var plainDialect: Dialect { settings.deployment == .cloud ? .v2 : .dataCenter }

    var apiUser: Person { people[0] }

    func person(_ accountID: String) -> Person? {
        people.first { $0.accountID == accountID }
    }

    func project(_ reference: String) -> Project? {
        projects.first { $0.key == reference || String($0.id) == reference }
    }

    func project(of issue: Issue) -> Project {
        projects.first { $0.id == issue.project }!
    }

    func put(_ issue: Issue) {
        keeping?.note(issues[issue.id], id: issue.id)
        index.note(issue, before: issues[issue.id], at: now(), lag: limits.settings.searchLag)
        if let parent = issue.parent, issues[issue.id] == nil { subtaskIDs[parent, default: []].append(issue.id) }
        issues[issue.id] = issue
    }

    func remove(_ issue: Issue) {
        keeping?.note(issue, id: issue.id)
        issues[issue.id] = nil
        if let parent = issue.parent { subtaskIDs[parent]?.removeAll { $0 == issue.id } }
        index.forget(issue.id)
    }

    /// Puts the issues of a file in place.
    func restore(_ kept: [Issue]) {
        for issue in kept.sorted(by: { $0.id < $1.id }) {
            if let parent = issue.parent { subtaskIDs[parent, default: []].append(issue.id) }
            issues[issue.id] = issue
            for key in issue.formerKeys + [issue.key] { issueIDs[key] = issue.id }
            for comment in issue.comments { homeOfComment[comment.id] = issue.id }
            for attachment in issue.attachments {
                homeOfAttachment[attachment.id] = issue.id
                attachmentBytes += attachment.bytes.readableBytes
            }
        }
    }

    var issuesInOrder: [Issue] { issues.values.sorted { $0.id < $1.id } }
}

/// What the stand-in Jira is set to.
struct JiraSettings: Sendable {
    var deployment: Deployment
    var limits: RateLimitSettings
    var apiUser: String
    var apiToken: String
    var oauthClient: String
    var oauthSecret: String
    var projects: [SandboxConfiguration.Project]
    var uploadLimit: Int
    var attachmentBytes: Int

    /// Data Center's own OAuth 2.0 is another.
    var hasIssuer: Bool { deployment == .cloud }
}

/// The next free ids. Each kind of thing counts for itself, as in Jira: a comment and an issue may share a number.
struct Sequences: Codable, Equatable, Sendable {
    private var last: [String: Int] = [:]

    mutating func next(_ kind: Kind) -> Int {
        let id = last[kind.rawValue, default: kind.start] + 1
        last[kind.rawValue] = id
        return id
    }

    /// Never again as low as this.
    mutating func pass(_ id: Int, of kind: Kind) {
        last[kind.rawValue] = max(id, last[kind.rawValue, default: kind.start])
    }

    enum Kind: String {
        case issue
        case comment
        case attachment
        case worklog
        case changelog
        case webhook
        case event
        case link
        case organization
        case catalogue
        case project

        /// Jira's first project has the id 10000.
        fileprivate var start: Int { self == .project ? 9999 : 10000 }
    }
}
