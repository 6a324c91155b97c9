// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Whether a source or outbound can be reached, since when, and what its server said.
public struct SourceHealth: Sendable, Hashable {
    public var source: String
    public var isOnline: Bool
    public var changedAt: Date
    public var checkedAt: Date
    /// The server's own words. Sealed.
    public var said: String

    public init(source: String, isOnline: Bool, changedAt: Date, checkedAt: Date, said: String) {
        self.source = source
        self.isOnline = isOnline
        self.changedAt = changedAt
        self.checkedAt = checkedAt
        self.said = said
    }
}
