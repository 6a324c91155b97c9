// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Planning
import Store
import Vault

/// What `apply` reads: the set-up, and where its secrets are to be had.
struct SetupFile: Decodable {
    var configuration: Configuration
    var secrets: [SecretEntry]

    private enum CodingKeys: String, CodingKey {
        case secrets
    }

    init(from decoder: any Decoder) throws {
        configuration = try Configuration(from: decoder)
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        secrets = try keys.decodeIfPresent([SecretEntry].self, forKey: .secrets) ?? []
    }

    static func read(_ file: String) throws -> SetupFile {
        let wanted = try decodeYAML(SetupFile.self, text: readText(file), file: file)
        let problems = wanted.configuration.problems + wanted.strayProblems
        guard problems.isEmpty else {
            throw ConfigurationFault(file: file, line: nil, words: problems.joined(separator: " "))
        }
        return wanted
    }

    private var strayProblems: [String] {
        let known = Set(
            configuration.connections.map { "connection \"\($0.id)\"" }
                + configuration.sources.map { "source \"\($0.id)\"" }
                + configuration.outbounds.map { "outbound \"\($0.id)\"" })
        return secrets.map { "\($0.kind.rawValue) \"\($0.id)\"" }.filter { !known.contains($0) }.map {
            "A secret is given for the \($0), which is not there."
        }
    }
}

/// One secret: of what, and from where.
///
///     - {connection: jira, name: token, environment: JIRA_TOKEN}
struct SecretEntry: Decodable {
    var kind: ConfigurationKind
    var id: ConfigurationID
    var name: String
    var place: SecretPlace

    enum CodingKeys: String, CodingKey, CaseIterable {
        case connection, source, outbound, name, environment, file, value
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        if let id = try keys.decodeIfPresent(ConfigurationID.self, forKey: .connection) {
            (kind, self.id) = (.connection, id)
        } else if let id = try keys.decodeIfPresent(ConfigurationID.self, forKey: .source) {
            (kind, self.id) = (.source, id)
        } else {
            (kind, self.id) = (.outbound, try keys.decode(ConfigurationID.self, forKey: .outbound))
        }
        let allowed =
            kind == .connection
            ? [SecretName.token, SecretName.webhook, SecretName.clientSecret] : [SecretName.password]
        name = try keys.value(.name, or: allowed[0])
        guard allowed.contains(name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: keys, debugDescription: "the name is one of: \(allowed.joined(separator: ", "))")
        }
        place = try keys.secretPlace([
            (.environment, { .environment($0) }), (.file, { .file($0) }), (.value, { .value($0) }),
        ])
    }

    struct Resolved {
        var kind: ConfigurationKind
        var id: ConfigurationID
        var name: String
        var value: Secret
    }

    func resolved(file: String) throws -> Resolved {
        Resolved(
            kind: kind, id: id, name: name,
            value: try place.resolved(for: "The secret of the \(kind.rawValue) \"\(id)\"", file: file))
    }
}
