// SPDX-License-Identifier: Apache-2.0

/// All that a tenant has set up, as `martlet apply` reads it and `martlet export` writes it.
///
///     version: 1
///     connections: [{id: jira, site: "https://example.atlassian.net", account: bot@example.com}]
///     profiles: [{id: support, catch: [support@example.com], project: HELP}]
///
/// Secrets stand beside it under `secrets`; who applies the file reads them, and they are never exported.
public struct Configuration: Sendable, Equatable, Encodable {
    public var version: Int
    public var connections: [Connection]
    public var sources: [Source]
    public var outbounds: [Outbound]
    public var profiles: [Profile]
    public var notifications: [NotificationMapping]

    public init() {
        version = Self.currentVersion
        connections = []
        sources = []
        outbounds = []
        profiles = []
        notifications = []
    }

    public static let currentVersion = 1

    enum CodingKeys: String, CodingKey, CaseIterable {
        case version, connections, sources, outbounds, profiles, notifications
    }
}

extension Configuration: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self, leaving: ["secrets"])
        self.init()
        version = try keys.decode(Int.self, forKey: .version)
        guard version == Self.currentVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: keys,
                debugDescription:
                    "version \(version) is not known here; this program reads version \(Self.currentVersion)")
        }
        connections = try keys.value(.connections, or: [])
        sources = try keys.value(.sources, or: [])
        outbounds = try keys.value(.outbounds, or: [])
        profiles = try keys.value(.profiles, or: [])
        notifications = try keys.value(.notifications, or: [])
    }
}

extension Configuration {
    /// What does not fit together, in words. Empty when all is well.
    public var problems: [String] {
        repeated("connection", connections.map(\.id)) + repeated("source", sources.map(\.id))
            + repeated("outbound", outbounds.map(\.id)) + repeated("profile", profiles.map(\.id))
            + repeated("notification", notifications.map(\.id)) + missing + loops
    }

    private func repeated(_ kind: String, _ ids: [ConfigurationID]) -> [String] {
        Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys.sorted().map {
            "There are several \(kind)s called \"\($0)\"."
        }
    }

    private var missing: [String] {
        let connectionIDs = Set(connections.map(\.id))
        let outboundIDs = Set(outbounds.map(\.id))
        let profileIDs = Set(profiles.map(\.id))
        var found: [String] = []
        for profile in profiles {
            if !connectionIDs.contains(profile.connection) {
                found.append(
                    "Profile \"\(profile.id)\" names the connection \"\(profile.connection)\", which is not there.")
            }
            if profile.serviceDesk != nil,
                connections.first(where: { $0.id == profile.connection })?.isDataCenter ?? false
            {
                found.append("Profile \"\(profile.id)\" has a serviceDesk, which works with Jira Cloud alone.")
            }
            if profile.serviceDesk?.customers == .create, profile.verification == .none {
                found.append(
                    "Profile \"\(profile.id)\" makes customers of verified senders alone, and verifies nobody: set its "
                        + "verification.")
            }
            if let outbound = profile.outbound, !outboundIDs.contains(outbound) {
                found.append("Profile \"\(profile.id)\" names the outbound \"\(outbound)\", which is not there.")
            }
        }
        for source in sources where !profileIDs.contains(source.profile) {
            found.append("Source \"\(source.id)\" names the profile \"\(source.profile)\", which is not there.")
        }
        for mapping in notifications {
            if !connectionIDs.contains(mapping.connection) {
                found.append(
                    "Notification \"\(mapping.id)\" names the connection \"\(mapping.connection)\", which is not there."
                )
            }
            if !outboundIDs.contains(mapping.outbound) {
                found.append(
                    "Notification \"\(mapping.id)\" names the outbound \"\(mapping.outbound)\", which is not there.")
            }
        }
        return found
    }

    /// Two profiles that catch the same address would both act on each letter.
    private var loops: [String] {
        let owners = Dictionary(
            grouping: profiles.flatMap { profile in
                profile.catchAddresses.map { (address: $0.rawValue.lowercased(), profile: profile.id) }
            }, by: \.address)
        return owners.filter { Set($0.value.map(\.profile)).count > 1 }.keys.sorted().map {
            "Several profiles catch \"\($0)\"."
        }
    }
}
