// SPDX-License-Identifier: Apache-2.0

import Markup

/// How many messages a queue has, about.
public struct SQSDepth: Sendable, Hashable {
    public var waiting: Int
    /// Taken by somebody, and not deleted yet.
    public var taken: Int

    public init(waiting: Int, taken: Int) {
        self.waiting = waiting
        self.taken = taken
    }
}

extension SQSQueue {
    /// What the queue says of itself; nil where its answer has no numbers.
    public func depth() async throws -> SQSDepth? {
        let (waiting, taken) = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        let answer = try await ask("GetQueueAttributes", ["AttributeNames": [.string(waiting), .string(taken)]])
        func count(_ name: String) -> Int? { answer["Attributes"]?[name]?.stringValue.flatMap { Int($0) } }
        return count(waiting).flatMap { first in count(taken).map { SQSDepth(waiting: first, taken: $0) } }
    }
}
