// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Hummingbird
import Planning
import Store
import Vault

/// What a tenant has set up, to look at. Of a secret it says only whether it is there.
struct ConfigurationPage: Sendable {
    struct Item: Sendable {
        let id: String
        let values: [Pair]
    }

    struct Kind: Sendable {
        let name: String
        let items: [Item]
        let hasItems: Bool
    }

    /// A connection that somebody consents to, and how it stands.
    struct Consented: Sendable {
        let id: String
        let words: String
    }

    let kinds: [Kind]
    let consents: [Consented]
    let hasConsents: Bool
    let connect = Route.connect.path
    let webhook: String
    let problems: [String]
    let hasProblems: Bool
    let terms: TermsForm
    let isAudited: Bool
    let consequence = AuditingSwitch.consequence
    let stopAuditing = Route.stopAuditing.path
    let token: String

    static func page(_ visit: AdminVisit, publicURL: String?) async throws -> Response {
        let setup = visit.setup.configuration
        let store = visit.store
        let secrets = SecretLook(store: store, connections: setup.connections, address: publicURL ?? "")
        let consents = visit.setup.consents.map { Consented(id: $0.connection.rawValue, words: $0.words) }
        let page = ConfigurationPage(
            kinds: [
                try await kind("Connections", setup.connections, .connection, secrets),
                try await kind("Profiles", setup.profiles, .profile, secrets),
                try await kind("Sources", setup.sources, .source, secrets),
                try await kind("Outbounds", setup.outbounds, .outbound, secrets),
                try await kind("Notifications", setup.notifications, .notification, secrets),
            ], consents: consents, hasConsents: !consents.isEmpty,
            webhook: (publicURL ?? "") + webhookPath(of: store), problems: setup.problems,
            hasProblems: !setup.problems.isEmpty, terms: try await TermsForm(of: store),
            isAudited: try await store.isAudited(), token: visit.visitor.formToken.reveal())
        return render("configuration", page, title: "Configuration", for: visit.visitor)
    }

    private static func kind(
        _ name: String, _ values: [some Encodable & Identifiable<ConfigurationID>], _ kind: ConfigurationKind,
        _ secrets: SecretLook
    ) async throws -> Kind {
        var items: [Item] = []
        for value in values {
            let shown = try pairs(of: value) + (try await secrets.pairs(of: kind, value.id))
            items.append(Item(id: value.id.rawValue, values: shown))
        }
        return Kind(name: name, items: items, hasItems: !items.isEmpty)
    }

    /// The members of the value as `martlet export` writes them, in the order of their names.
    private static func pairs(of value: some Encodable) throws -> [Pair] {
        let json = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value)) as? [String: Any] ?? [:]
        return try json.keys.sorted().filter { $0 != "id" }.map { name in
            Pair(name: name, value: try words(json[name] ?? ""))
        }
    }

    private static func words(_ value: Any) throws -> String {
        if let text = value as? String { return text }
        let json = try JSONSerialization.data(
            withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
        return String(decoding: json, as: UTF8.self)
    }

    static let template = """
        <p>To change it, use <code>martlet export</code> and <code>martlet apply</code>.</p>
        {{#hasProblems}}<div class="problem" role="alert"><ul>{{#problems}}<li>{{.}}</li>{{/problems}}</ul></div>{{/hasProblems}}
        <h2>Webhooks</h2><p>Jira sends its events to <code>{{webhook}}</code>, signed. A Data Center that does not sign has an address of
        its own, which stands with its connection.</p>
        {{#kinds}}<h2>{{name}}</h2>
        {{^hasItems}}<p>None.</p>{{/hasItems}}
        {{#items}}<h3>{{id}}</h3><dl>{{#values}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/values}}</dl>
        {{/items}}{{/kinds}}
        {{#hasConsents}}<h2>Connecting Jira</h2>
        {{#consents}}<form method="post" action="{{connect}}"><input type="hidden" name="token" value="{{token}}">
        <input type="hidden" name="connection" value="{{id}}"><p>{{id}}: {{words}}</p>
        <button>Connect {{id}}</button></form>{{/consents}}{{/hasConsents}}
        {{#terms}}\(TermsForm.template){{/terms}}
        <h2>Auditing</h2>
        {{^isAudited}}<p>Off: nothing is kept of what is done. An operator can switch it on again.</p>{{/isAudited}}
        {{#isAudited}}<p>On: letters, events and reports are kept for as long as the terms say.</p>
        <form method="post" action="{{stopAuditing}}"><input type="hidden" name="token" value="{{token}}">
        <p>{{consequence}}</p>
        <label><input type="checkbox" name="sure" value="yes" required> I want this</label>
        <button>Switch auditing off</button></form>{{/isAudited}}
        """
}

/// Looks whether secrets are set, and lets go of them.
private struct SecretLook: Sendable {
    let store: TenantStore
    let connections: [Planning.Connection]
    let address: String

    func pairs(of kind: ConfigurationKind, _ id: ConfigurationID) async throws -> [Pair] {
        let names: [(label: String, name: String)] =
            switch kind {
            case .connection: labels(of: connections.first { $0.id == id })
            case .source, .outbound: [("password", SecretName.password)]
            case .profile, .notification, .template: []
            }
        var pairs: [Pair] = []
        for (label, name) in names {
            let isSet = try await store.secret(named: name, of: kind, id) != nil
            pairs.append(Pair(name: label, value: isSet ? "set" : "not set"))
        }
        guard kind == .connection, let connection = connections.first(where: { $0.id == id }),
            connection.hasOwnDoor
        else { return pairs }
        return pairs + [Pair(name: "webhook address", value: address + webhookPath(of: store, for: connection))]
    }

    private func labels(of connection: Planning.Connection?) -> [(label: String, name: String)] {
        connection?.oauth == nil
            ? [("API token", SecretName.token), ("webhook secret", SecretName.webhook)]
            : [("client secret", SecretName.clientSecret)]
    }
}
