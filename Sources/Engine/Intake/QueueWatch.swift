// SPDX-License-Identifier: Apache-2.0

import Logging
import MailTransport
import Synchronization
public import WebClient

/// How full the queue of events is, asked once a minute and told as often as somebody wants to know.
final class QueueWatch: Sendable {
    private let last = Mutex<SQSDepth?>(nil)

    private static let pause = Duration.seconds(60)

    /// Nil where it was not told.
    var depth: SQSDepth? { last.withLock { $0 } }

    func run(_ queue: SQSQueue, by time: any Timekeeper) async {
        while !Task.isCancelled {
            await look(at: queue)
            try? await time.sleep(for: Self.pause)
        }
    }

    /// A queue that does not answer is told of by who takes from it.
    func look(at queue: SQSQueue) async {
        let depth = try? await queue.depth()
        last.withLock { $0 = depth }
    }
}

extension Engine {
    /// As of a minute ago at most; nil where there is no queue of events, or it does not say.
    public var eventQueueDepth: SQSDepth? { queueWatch.depth }
}
