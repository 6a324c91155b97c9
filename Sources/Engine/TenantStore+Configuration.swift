// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Store

extension TenantStore {
    /// All that is set up, as one value of one moment.
    public func configuration() async throws -> Configuration {
        let rows = Dictionary(grouping: try await configurationRows(), by: \.kind)
        func values<Value: Decodable>(_ kind: ConfigurationKind) throws -> [Value] {
            try (rows[kind] ?? []).map { try JSONDecoder().decode(Value.self, from: $0.payload) }
        }
        var configuration = Configuration()
        configuration.connections = try values(.connection)
        configuration.sources = try values(.source)
        configuration.outbounds = try values(.outbound)
        configuration.profiles = try values(.profile)
        configuration.notifications = try values(.notification)
        return configuration
    }

    /// Makes all that is set up be this, and nothing else, all at once. Secrets of what stays are kept.
    public func apply(_ configuration: Configuration, at time: Date) async throws {
        try await replaceConfiguration(
            by: [
                .connection: try rows(configuration.connections), .outbound: try rows(configuration.outbounds),
                .profile: try rows(configuration.profiles), .source: try rows(configuration.sources),
                .notification: try rows(configuration.notifications),
            ], at: time)
    }

    private func rows<Value: Encodable & Identifiable>(
        _ values: [Value]
    ) throws -> [ConfigurationID: Data] where Value.ID == ConfigurationID {
        try Dictionary(values.map { ($0.id, try canonicalJSON($0)) }) { _, last in last }
    }
}

/// The same bytes for the same value.
func canonicalJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
}
