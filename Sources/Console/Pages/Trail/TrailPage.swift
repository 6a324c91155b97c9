// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Store

/// What people did, newest first.
struct TrailPage: Sendable {
    struct Row: Sendable {
        let number: String
        let time: String
        let by: String
        let what: String
        let about: String
    }

    let explanation: String
    let rows: [Row]
    let hasRows: Bool
    let next: String?

    private static let length = 100

    static func add(to doors: Doors, _ store: InstallationStore) {
        doors.admins(.trail) { ask, visit in
            try await page(
                visit.store.trail, ask, .trail, visit.visitor,
                explanation: "What admins of this tenant did, and what operators did to it.")
        }
        doors.operators(.installationTrail) { ask, visitor in
            try await page(store.trail, ask, .installationTrail, visitor, explanation: "What operators did.")
        }
    }

    private static func page(
        _ trail: Trail, _ ask: Ask, _ route: Route, _ visitor: Visitor, explanation: String
    ) async throws -> Response {
        let before = ask.query["before"].flatMap(Int.init) ?? .max
        let entries = try await trail.entries(before: before, limit: length)
        let hasMore = entries.count == length && entries.last?.number != 1
        let page = TrailPage(
            explanation: explanation, rows: entries.map(Row.init), hasRows: !entries.isEmpty,
            next: hasMore ? entries.last.map { "\(route.path)?before=\($0.number)" } : nil)
        return render("trail", page, title: "Trail", for: visitor)
    }

    static let template = """
        <p>{{explanation}} Nobody can change it unseen without the keys; <code>martlet audit verify</code>
        checks that nobody did.</p>
        {{^hasRows}}<p>Nothing yet.</p>{{/hasRows}}
        {{#hasRows}}<table class="wide"><thead><tr><th scope="col">No.</th><th scope="col">Time</th><th scope="col">Who</th>
        <th scope="col">What</th><th scope="col">About</th></tr></thead><tbody>
        {{#rows}}<tr><td>{{number}}</td><td>{{time}}</td><td>{{by}}</td><td>{{what}}</td><td>{{about}}</td></tr>
        {{/rows}}</tbody></table>{{/hasRows}}
        {{#next}}<p><a href="{{next}}">Earlier</a></p>{{/next}}
        """
}

extension TrailPage.Row {
    init(_ entry: TrailEntry) {
        self.init(
            number: "\(entry.number)", time: words(entry.doneAt), by: entry.deed.by,
            what: ConsoleDeed(rawValue: entry.deed.what)?.words ?? entry.deed.what, about: entry.deed.about)
    }
}
