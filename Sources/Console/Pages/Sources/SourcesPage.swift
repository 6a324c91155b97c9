// SPDX-License-Identifier: Apache-2.0

import Engine
import Hummingbird
import Planning
import Store

/// A tenant's mailboxes: whether each can be reached, since when, and what its server said.
struct SourcesPage: Sendable {
    struct Row: Sendable {
        let id: String
        let mailbox: String
        let profile: String
        let state: String
        let tone: String
        let since: String
        let checked: String
        let said: String
    }

    let rows: [Row]
    let hasRows: Bool

    static func page(_ visit: AdminVisit) async throws -> Response {
        let health = try await visit.store.health()
        let rows = visit.setup.configuration.sources.map { source in
            Row(source, health.first { $0.source == source.id.rawValue })
        }
        return render("sources", SourcesPage(rows: rows, hasRows: !rows.isEmpty), title: "Sources", for: visit.visitor)
    }

    static let template = """
        {{^hasRows}}<p>No mailbox is set up. Mail may still come by SMTP.</p>{{/hasRows}}
        {{#hasRows}}<table class="wide"><thead><tr><th scope="col">Source</th><th scope="col">Mailbox</th>
        <th scope="col">Profile</th><th scope="col">State</th><th scope="col">Since</th><th scope="col">Last looked</th>
        <th scope="col">The server said</th></tr></thead><tbody>
        {{#rows}}<tr><th scope="row">{{id}}</th><td>{{mailbox}}</td><td>{{profile}}</td><td class="{{tone}}">{{state}}</td>
        <td>{{since}}</td><td>{{checked}}</td><td>{{said}}</td></tr>
        {{/rows}}</tbody></table>{{/hasRows}}
        """
}

extension SourcesPage.Row {
    init(_ source: Source, _ health: SourceHealth?) {
        self.init(
            id: source.id.rawValue, mailbox: "\(source.mailbox) of \(source.user) at \(source.host):\(source.port)",
            profile: source.profile.rawValue,
            state: source.isEnabled ? HealthWords.state(health) : "switched off",
            tone: source.isEnabled ? HealthWords.tone(health) : "quiet",
            since: health.map { words($0.changedAt) } ?? "", checked: health.map { words($0.checkedAt) } ?? "",
            said: health?.said ?? "")
    }
}

enum HealthWords {
    static func state(_ health: SourceHealth?) -> String {
        guard let health else { return "not looked at yet" }
        return health.isOnline ? "online" : "offline"
    }

    static func tone(_ health: SourceHealth?) -> String {
        guard let health else { return "wait" }
        return health.isOnline ? "good" : "bad"
    }
}
