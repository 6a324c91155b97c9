// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Planning

public struct Tenant: Sendable, Hashable {
    public var id: TenantID
    public var name: String
    public var createdAt: Date
}
