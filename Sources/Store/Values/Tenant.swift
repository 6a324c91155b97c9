// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

public struct Tenant: Sendable, Hashable {
    public var id: TenantID
    public var name: String
    public var createdAt: Date
    /// Whether letters, events and records are kept when their work is done (P16).
    public var isAudited: Bool
    /// When all of it is destroyed, where it has ended (P4).
    public var endsAt: Date?
}
