// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

public enum ConfigurationKind: String, Sendable, Hashable, CaseIterable, Codable {
    case source
    case outbound
    case profile
    case connection
    case notification
    case template
}

/// One configured thing of a tenant; its secrets are kept apart.
public struct ConfigurationRow: Sendable, Hashable {
    public var kind: ConfigurationKind
    public var id: ConfigurationID
    /// Counts the changes, from 1.
    public var revision: Int
    public var changedAt: Date
    /// Its JSON. Sealed.
    public var payload: Data
}
