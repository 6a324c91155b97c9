// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
import Logging
import MailTransport
import Markup
import Planning
import Store
import WebClient

/// Looks every few minutes for what Jira did not tell: webhooks are best effort, and may be lost.
///
/// What it finds is kept as an event like any other, under the identity that the webhook has too, so that nothing is told
/// twice. It looks only at projects that a notification covers (P43).
struct EventReconciler: Sendable {
    let engine: Engine

    private static let pause = Duration.seconds(300)
    /// How far it looks back beyond the last look: Jira's index lags, and clocks differ.
    private static let overlap = 300.0
    /// How far it looks back after a time in which Martlet did not run.
    private static let furthest = 2 * 86_400.0

    func run() async {
        var lastLooks: [EventPlace: Date] = [:]
        while !Task.isCancelled {
            for setup in (try? await engine.tenants.all()) ?? [] {
                for connection in setup.configuration.connections where setup.site(connection.id) != nil {
                    let place = EventPlace(tenant: setup.id, connection: connection.id)
                    let now = engine.now
                    do {
                        let last = lastLooks[place]?.addingTimeInterval(-Self.overlap)
                        let first = try await firstLook(setup, at: now)
                        try await look(setup, connection.id, since: last ?? first)
                        lastLooks[place] = now
                    } catch {
                        engine.logger.notice(
                            "missed events cannot be looked for",
                            metadata: ["tenant": "\(setup.id)", "error": "\(type(of: error))"])
                    }
                }
            }
            try? await engine.time.sleep(for: Self.pause)
        }
    }

    /// From when on a new process looks: since the last event that came, and never from before the first.
    private func firstLook(_ setup: TenantSetup, at now: Date) async throws -> Date {
        let last = try await setup.store.jobs(matching: JobFilter(line: .event)).first?.receivedAt ?? now
        return max(last, now.addingTimeInterval(-Self.furthest))
    }

    /// Keeps what happened since then and is not kept yet.
    func look(_ setup: TenantSetup, _ connection: ConfigurationID, since: Date) async throws {
        guard let site = setup.site(connection), let projects = setup.coveredProjects(connection) else { return }
        try await engine.holds.respecting(setup.id, connection) {
            for issue in try await changedIssues(site, projects, since: since) {
                if let created = issue.created, created >= since {
                    try await keep(.created(issue), setup, connection)
                }
                for comment in try await comments(of: issue, site, since: since) {
                    try await keep(.commented(comment, issue), setup, connection)
                }
            }
        }
    }

    private func changedIssues(
        _ site: JiraSite, _ projects: Set<ProjectKey>, since: Date
    ) async throws -> [Jira.Issue] {
        let minutes = Int(engine.now.timeIntervalSince(since) / 60) + 1
        let names = projects.map(\.rawValue).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        let restriction = projects.isEmpty ? "" : " AND project in (\(names))"
        var issues: [Jira.Issue] = []
        var token: String?
        repeat {
            let page = try await site.get(
                .search(
                    "updated >= -\(minutes)m\(restriction) ORDER BY updated DESC",
                    fields: Jira.Issue.usualFields + ["created", "creator"], limit: 100, pageToken: token))
            issues += page.issues
            token = page.nextPageToken
        } while token != nil
        return issues
    }

    private func comments(of issue: Jira.Issue, _ site: JiraSite, since: Date) async throws -> [Comment] {
        var found: [Comment] = []
        var next: Int? = 0
        while let start = next {
            let page = try await site.get(.commentsInWiki(of: .id(issue.id), startAt: start))
            let recent = page.items.filter { $0.created.map { $0 >= since } ?? false }
            found += recent
            next = recent.count == page.items.count ? page.next : nil
        }
        return found.reversed()
    }

    private func keep(_ missed: MissedEvent, _ setup: TenantSetup, _ connection: ConfigurationID) async throws {
        let verdict = try await EventIntake(engine: engine).keep(
            missed.body.serialized, of: connection, delivery: nil, setup)
        guard verdict == .kept else { return }
        engine.logger.notice("Jira had not told of an event", metadata: ["tenant": "\(setup.id)"])
    }
}

extension TenantSetup {
    func site(_ connection: ConfigurationID) -> JiraSite? { sites[connection] }

    /// The projects that somebody is told of; empty where it is all of them, nil where there are none.
    fileprivate func coveredProjects(_ connection: ConfigurationID) -> Set<ProjectKey>? {
        let mappings = noticeRules(for: connection).mappings.filter(\.isEnabled)
        guard !mappings.isEmpty else { return nil }
        return mappings.contains { $0.projects.isEmpty } ? [] : Set(mappings.flatMap(\.projects))
    }
}

/// What a webhook would have told, in its form.
private enum MissedEvent {
    case created(Jira.Issue)
    case commented(Comment, Jira.Issue)

    var body: JSONValue {
        switch self {
        case .created(let issue):
            var body: JSONValue = [
                "webhookEvent": "jira:issue_created", "issue_event_type_name": "issue_created", "issue": json(issue),
            ]
            if let creator = issue.fields["creator"] { body["user"] = creator }
            return body
        case .commented(let comment, let issue):
            return ["webhookEvent": "comment_created", "comment": json(comment), "issue": json(issue)]
        }
    }

    private func json(_ issue: Jira.Issue) -> JSONValue {
        ["id": .string(issue.id.rawValue), "key": .string(issue.key.rawValue), "fields": issue.fields]
    }

    private func json(_ comment: Comment) -> JSONValue {
        var json: JSONValue = ["id": .string(comment.id.rawValue)]
        if case .wiki(let text) = comment.body { json["body"] = .string(text) }
        if let author = comment.author { json["author"] = self.json(author) }
        if let visibility = comment.visibility {
            json["visibility"] = ["type": .string(visibility.kind.rawValue), "value": .string(visibility.name)]
        }
        if let isPublic = comment.isPublic { json["jsdPublic"] = .bool(isPublic) }
        return json
    }

    private func json(_ account: Jira.Account) -> JSONValue {
        ["accountId": .string(account.id.rawValue), "displayName": .string(account.displayName)]
    }
}
