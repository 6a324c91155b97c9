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
    /// Pages of a search in one look.
    var pages = 10

    private static let pause = Duration.seconds(300)
    /// How far it looks back beyond the last look: Jira's index lags, and clocks differ.
    private static let overlap = 300.0
    /// How far it looks back after a time in which Martlet did not run.
    private static let furthest = 2 * 86_400.0
    /// Issues in one page of a search, and pages of comments of one issue: what is beyond the pages of one look is for the
    /// next, so that one busy Jira does not keep the others waiting.
    private static let (pageSize, commentPages) = (100, 10)

    func run() async {
        while !Task.isCancelled {
            for setup in await engine.tenants.readable() {
                for connection in setup.configuration.connections {
                    do {
                        try await look(setup, connection.id)
                    } catch {
                        engine.logger.notice(
                            "missed events cannot be looked for",
                            metadata: ["tenant": "\(setup.id)", "error": "\(label(of: error))"])
                    }
                }
            }
            try? await engine.time.sleep(for: Self.pause)
        }
    }

    /// Goes on where the last look at this Jira ended; the first one begins now.
    func look(_ setup: TenantSetup, _ connection: ConfigurationID) async throws {
        let now = engine.now
        let name = "reconciler/\(connection)"
        let last = try await setup.store.position(of: name).map { try JSONDecoder().decode(Place.self, from: $0) }
        var place = Place(looked: now, isBehind: false)
        if let last {
            let start = last.isBehind ? last.looked : last.looked.addingTimeInterval(-Self.overlap)
            let earliest = max(last.began ?? start, now.addingTimeInterval(-Self.furthest))
            let since = max(start, earliest)
            place = try await look(setup, connection, since: since, from: last.from.map { max($0, earliest) } ?? since)
        }
        place.began = last?.began ?? now
        if let unseen = place.unseen, unseen != last?.unseen {
            engine.logger.notice(
                "no missed events are looked for in projects that Jira does not show",
                metadata: [
                    "tenant": "\(setup.id)", "connection": "\(connection)",
                    "projects": "\(unseen.map(\.rawValue).joined(separator: ", "))",
                ])
        }
        try await setup.store.setPosition(try canonicalJSON(place), of: name, at: now)
    }

    /// How far a Jira was looked through.
    struct Place: Codable {
        var looked: Date
        /// There was more than one look takes.
        var isBehind: Bool
        /// When it was first looked at: what happened before is not told.
        var began: Date?
        /// While looks are behind: since when what happened is looked for. An issue may have changed again much later.
        var from: Date?
        /// Projects that are covered and were not there, or not shown to the account.
        var unseen: [ProjectKey]?
    }

    /// Keeps what happened in issues that changed since then and is not kept yet.
    ///
    /// - Parameter from: What happened before is not looked for.
    @discardableResult
    func look(
        _ setup: TenantSetup, _ connection: ConfigurationID, since: Date, from: Date
    ) async throws -> Place {
        let now = engine.now
        var place = Place(looked: now, isBehind: false)
        guard let site = setup.site(connection), let projects = setup.coveredProjects(connection) else { return place }
        try await engine.holds.respecting(setup.caller(connection)) {
            let changed = try await changedIssues(site, projects, since: since)
            place.unseen = changed.unseen
            for issue in changed.issues {
                if let created = issue.created, created >= from {
                    try await keep(.created(issue), setup, connection)
                }
                for comment in try await comments(of: issue, site, since: from) {
                    try await keep(.commented(comment, issue), setup, connection)
                }
            }
            guard !changed.isWhole else { return }
            // Never the same again: more changes at one moment than a look takes are passed over.
            let reached = max(changed.issues.last?.updated ?? now, since.addingTimeInterval(60))
            (place.looked, place.isBehind, place.from) = (min(reached, now), true, from)
        }
        return place
    }

    private struct Changed {
        /// Those that changed longest ago come first.
        var issues: [Jira.Issue] = []
        var isWhole = true
        var unseen: [ProjectKey]?
    }

    /// Jira refuses a whole search for one project that is gone or hidden: then the others are looked at without it.
    private func changedIssues(
        _ site: JiraSite, _ projects: Set<ProjectKey>, since: Date
    ) async throws -> Changed {
        do {
            return try await search(site, projects, since: since)
        } catch let refusal as WebClientError where refusal.code == .badRequest && !projects.isEmpty {
            let there = try await site.browsableProjects()
            let unseen = projects.subtracting(there)
            // All are there, so that Jira objects to something else.
            guard !unseen.isEmpty else { throw refusal }
            let seen = projects.intersection(there)
            var changed = seen.isEmpty ? Changed() : try await search(site, seen, since: since)
            changed.unseen = unseen.inOrder
            return changed
        }
    }

    private func search(_ site: JiraSite, _ projects: Set<ProjectKey>, since: Date) async throws -> Changed {
        let minutes = Int(engine.now.timeIntervalSince(since) / 60) + 1
        let restriction = projects.isEmpty ? "" : " AND \(projectClause(projects))"
        var changed = Changed()
        var token: String?
        for _ in 0..<pages {
            let page = try await site.get(
                .search(
                    "updated >= -\(minutes)m\(restriction) ORDER BY updated ASC",
                    fields: Jira.Issue.usualFields + ["created", "updated", "creator", "description"], texts: .wiki,
                    limit: Self.pageSize, pageToken: token))
            changed.issues += page.issues
            token = page.nextPageToken
            if token == nil { return changed }
        }
        changed.isWhole = false
        return changed
    }

    private func comments(of issue: Jira.Issue, _ site: JiraSite, since: Date) async throws -> [Comment] {
        var found: [Comment] = []
        var next: Int? = 0
        var pages = 0
        while let start = next, pages < Self.commentPages {
            pages += 1
            let page = try await site.get(.commentsInWiki(of: .id(issue.id), startAt: start))
            let recent = page.items.filter { $0.created.map { $0 >= since } ?? false }
            found += recent
            next = recent.count == page.items.count ? page.next : nil
        }
        return found.reversed()
    }

    private func keep(_ missed: MissedEvent, _ setup: TenantSetup, _ connection: ConfigurationID) async throws {
        let received = engine.received()
        let event = VerifiedEvent(
            body: missed.body.serialized, of: connection, delivery: nil, receivedAt: received.at, place: received.place)
        let verdict = try await EventIntake(engine: engine).keep(event, setup)
        guard verdict == .kept else { return }
        engine.logger.notice("Jira had not told of an event", metadata: ["tenant": "\(setup.id)"])
    }
}

extension TenantSetup {
    func site(_ connection: ConfigurationID) -> JiraSite? { sites[connection] }

    /// The projects that somebody is told of; empty where it is all of them, nil where there are none.
    func coveredProjects(_ connection: ConfigurationID) -> Set<ProjectKey>? {
        let mappings = noticeRules(for: connection).mappings.filter(\.isEnabled)
        guard !mappings.isEmpty else { return nil }
        return mappings.contains { $0.projects.isEmpty } ? [] : Set(mappings.flatMap(\.projects))
    }
}

extension JiraSite {
    /// All whose issues the account sees.
    func browsableProjects() async throws -> Set<ProjectKey> {
        Set(try await all { .projects(.browse, startAt: $0, limit: 100) }.map(\.key))
    }
}

extension Set<ProjectKey> {
    var inOrder: [ProjectKey] { sorted { $0.rawValue < $1.rawValue } }
}

/// In quotes, since a key may be a reserved word of JQL.
func projectClause(_ projects: Set<ProjectKey>) -> String {
    "project in (\(projects.map { "\"\($0)\"" }.sorted().joined(separator: ", ")))"
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
