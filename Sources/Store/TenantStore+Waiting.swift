// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Planning

/// Work that is not done: how much, and since when.
public struct Waiting: Sendable, Hashable {
    public var letters = 0
    public var events = 0
    public var oldestLetter: Date?
    public var oldestEvent: Date?

    public init() {}

    public var isNothing: Bool { letters + events == 0 }
    public var oldest: Date { min(oldestLetter ?? .distantFuture, oldestEvent ?? .distantFuture) }
}

extension TenantStore {
    /// What is not done and came more than so many days ago.
    public func waiting(longerThan days: Int) async throws -> Waiting {
        try await waiting(receivedBy: store.now().addingTimeInterval(-Double(days) * 86_400))
    }

    /// What is not done and came by then.
    ///
    /// - Parameter level: What was alerted at this level or a higher one is left out.
    public func waiting(receivedBy time: Date, below level: Int = .max) async throws -> Waiting {
        try await database.read { [id] in try $0.waiting(of: id, receivedBy: time, below: level) }
    }

    /// Remembers that somebody was told of these.
    public func setAlerted(_ level: Int, receivedBy time: Date) async throws {
        try await committer.write { [id] in try $0.setAlerted(level, of: id, receivedBy: time) }
    }
}
