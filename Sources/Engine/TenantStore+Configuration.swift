// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning
public import Store

extension TenantStore {
    /// All that is set up, as one value.
    public func configuration() async throws -> Configuration {
        var configuration = Configuration()
        configuration.connections = try await values(.connection)
        configuration.sources = try await values(.source)
        configuration.outbounds = try await values(.outbound)
        configuration.profiles = try await values(.profile)
        configuration.notifications = try await values(.notification)
        return configuration
    }

    /// Makes all that is set up be this, and nothing else. Secrets of what stays are kept.
    public func apply(_ configuration: Configuration, at time: Date) async throws {
        try await replace(.connection, by: configuration.connections, at: time)
        try await replace(.outbound, by: configuration.outbounds, at: time)
        try await replace(.profile, by: configuration.profiles, at: time)
        try await replace(.source, by: configuration.sources, at: time)
        try await replace(.notification, by: configuration.notifications, at: time)
    }

    private func values<Value: Decodable>(_ kind: ConfigurationKind) async throws -> [Value] {
        try await configuration(kind).map { try JSONDecoder().decode(Value.self, from: $0.payload) }
    }

    private func replace<Value: Encodable & Identifiable>(
        _ kind: ConfigurationKind, by values: [Value], at time: Date
    ) async throws where Value.ID == ConfigurationID {
        let kept = Set(values.map(\.id))
        for row in try await configuration(kind) where !kept.contains(row.id) { try await remove(kind, row.id) }
        for value in values { try await put(kind, value.id, try canonicalJSON(value), at: time) }
    }
}

/// The same bytes for the same value.
func canonicalJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
}
