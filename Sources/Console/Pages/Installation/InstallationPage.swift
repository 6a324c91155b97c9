// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Planning
import Store
import Vault

/// What an operator sees: tenants, figures and health. No mail, no subject, no address, no configuration (P67 to P69).
///
/// It reads job counts and health rows only. What a server said is left out, since it may name a mailbox.
struct InstallationPage: Sendable {
    struct TenantRow: Sendable {
        let id: String
        let name: String
        let since: String
        let waitingLetters: String
        let parkedLetters: String
        let waitingEvents: String
        let parkedEvents: String
        let isAudited: Bool
        /// When all of it is destroyed, where it has ended.
        let ends: String?
    }

    struct SourceRow: Sendable {
        let tenant: String
        let source: String
        let state: String
        let tone: String
        let since: String
        let checked: String
        /// As /metrics calls it.
        let figure: String
    }

    let tenants: [TenantRow]
    let sources: [SourceRow]
    let hasSources: Bool
    let figures: [Pair]
    let removeTenant = Route.removeTenant.path
    let resumeAuditing = Route.resumeAuditing.path
    let token: String

    static func page(_ visitor: Visitor, _ store: InstallationStore) async throws -> Response {
        var tenants: [TenantRow] = []
        var sources: [SourceRow] = []
        for tenant in try await store.tenants() {
            let rows = try await store.tenant(tenant.id)
            tenants.append(try await TenantRow(tenant, rows))
            sources += try await rows.health().map { SourceRow(rows, $0) }
        }
        let page = InstallationPage(
            tenants: tenants, sources: sources, hasSources: !sources.isEmpty, figures: try await figures(of: store),
            token: visitor.formToken.reveal())
        return render("installation", page, title: "Installation", for: visitor)
    }

    private static func figures(of store: InstallationStore) async throws -> [Pair] {
        let size = try await store.size()
        let counts = try await store.counts().map {
            Pair(name: "\($0.line == .letter ? "Letters" : "Events") \($0.state.rawValue)", value: "\($0.count)")
        }
        return counts + [
            Pair(name: "Database", value: words(bytes: size.database)),
            Pair(name: "Letters and events", value: words(bytes: size.bodies)),
        ]
    }

    static let template = """
        <h2>Tenants</h2>
        <table class="wide"><thead><tr><th scope="col">Tenant</th><th scope="col">Name</th><th scope="col">Since</th>
        <th scope="col">Letters waiting</th><th scope="col">Letters parked</th><th scope="col">Events waiting</th>
        <th scope="col">Events parked</th><th scope="col">Auditing</th></tr></thead><tbody>
        {{#tenants}}<tr><th scope="row">{{id}}</th><td>{{name}}</td>
        <td>{{since}}{{#ends}}<br>has ended, is destroyed on {{ends}}{{/ends}}</td><td>{{waitingLetters}}</td>
        <td>{{parkedLetters}}</td><td>{{waitingEvents}}</td><td>{{parkedEvents}}</td>
        <td>{{#isAudited}}on{{/isAudited}}{{^isAudited}}off <form method="post" action="{{resumeAuditing}}">
        <input type="hidden" name="token" value="{{token}}"><input type="hidden" name="tenant" value="{{id}}">
        <button>Switch on</button></form>{{/isAudited}}</td></tr>
        {{/tenants}}</tbody></table>
        <h2>Remove a tenant</h2>
        <p><strong>Its keys are destroyed</strong>, and with them all its letters, reports and configuration, here and in every
        backup of the data. A copy of the keys that <code>martlet backup</code> made before still opens older data: make a new
        backup, which is written over it. Its admins can sign in no more.</p>
        <form method="post" action="{{removeTenant}}" class="narrow"><input type="hidden" name="token" value="{{token}}">
        <p><label for="remove">Tenant</label> <select id="remove" name="tenant">
        {{#tenants}}<option>{{id}}</option>{{/tenants}}</select></p>
        <p><label for="again">Its name once more, written by hand</label>
        <input id="again" name="again" required autocomplete="off" maxlength="100"></p>
        <p><button>Remove for good</button></p></form>
        <h2>Sources</h2>
        {{^hasSources}}<p>No mailbox was looked at yet.</p>{{/hasSources}}
        {{#hasSources}}<table class="wide"><thead><tr><th scope="col">Tenant</th><th scope="col">Source</th>
        <th scope="col">State</th><th scope="col">Since</th><th scope="col">Last looked</th>
        <th scope="col">In /metrics</th></tr></thead><tbody>
        {{#sources}}<tr><td>{{tenant}}</td><td>{{source}}</td><td class="{{tone}}">{{state}}</td><td>{{since}}</td>
        <td>{{checked}}</td><td>{{figure}}</td></tr>
        {{/sources}}</tbody></table>{{/hasSources}}
        <h2>Figures</h2><dl>{{#figures}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/figures}}</dl>
        <p>The same for Prometheus: <a href="/metrics">/metrics</a></p>
        """
}

extension InstallationPage.TenantRow {
    init(_ tenant: Tenant, _ rows: TenantStore) async throws {
        let counts = try await rows.counts()
        func count(_ line: Line, _ states: JobState...) -> String {
            "\(counts.filter { $0.line == line && states.contains($0.state) }.map(\.count).reduce(0, +))"
        }
        self.init(
            id: tenant.id.rawValue, name: tenant.name, since: words(tenant.createdAt),
            waitingLetters: count(.letter, .received, .planned, .executing), parkedLetters: count(.letter, .parked),
            waitingEvents: count(.event, .received, .planned, .executing), parkedEvents: count(.event, .parked),
            isAudited: tenant.isAudited, ends: tenant.endsAt.map { words($0) })
    }
}

extension InstallationPage.SourceRow {
    init(_ tenant: TenantStore, _ health: SourceHealth) {
        self.init(
            tenant: tenant.id.rawValue, source: health.source, state: HealthWords.state(health),
            tone: HealthWords.tone(health), since: words(health.changedAt), checked: words(health.checkedAt),
            figure: tenant.metricsName(of: health))
    }
}
