// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Delivers webhooks in the order in which they came, one after the other, as Jira does on a good day; or as it may on a bad
/// one, where that is asked for: all at once, the last of several first, or more than once.
///
/// Tries again on a connection that fails and on 408, 409, 425, 429 and 5xx, at most five times.
final class WebhookSender: Announcer {
    struct Manner: Sendable {
        var retries = 5
        var pause = Duration.seconds(1)
        var timeout = Duration.seconds(30)
        var isUnordered = false
        /// So many are held back until they are together, and then the last goes first.
        var reversed = 1
        /// How often each is sent, though it was taken.
        var copies = 1
    }

    private let stream: AsyncStream<Delivery>
    private let continuation: AsyncStream<Delivery>.Continuation
    private let manners: Mutex<Manner>
    private let logger: Logger

    init(manner: Manner, logger: Logger) {
        (stream, continuation) = AsyncStream.makeStream()
        manners = Mutex(manner)
        self.logger = logger
    }

    func announce(_ delivery: Delivery) {
        continuation.yield(delivery)
    }

    /// How those are sent that come from now on.
    var manner: Manner {
        get { manners.withLock { $0 } }
        set { manners.withLock { $0 = newValue } }
    }

    /// Works until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            var held: [Delivery] = []
            for await delivery in stream {
                let manner = self.manner
                held.append(delivery)
                guard held.count >= manner.reversed else { continue }
                for delivery in held.reversed().flatMap({ Array(repeating: $0, count: manner.copies) }) {
                    if manner.isUnordered {
                        group.addTask { await self.deliver(delivery) }
                    } else {
                        await deliver(delivery)
                    }
                }
                held = []
            }
            group.cancelAll()
        }
    }

    private func deliver(_ delivery: Delivery) async {
        let manner = self.manner
        for attempt in 0...manner.retries {
            guard !Task.isCancelled else { return }
            if await isTaken(delivery, attempt: attempt) { return }
            if attempt < manner.retries { try? await Task.sleep(for: manner.pause) }
        }
        logger.warning("A webhook was given up", metadata: ["identifier": "\(delivery.identifier)"])
    }

    /// Whether there is nothing left to do: the receiver took it, or refused it for good.
    private func isTaken(_ delivery: Delivery, attempt: Int) async -> Bool {
        var request = HTTPClientRequest(url: delivery.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json; charset=UTF-8")
        request.headers.add(name: "User-Agent", value: serverName)
        request.headers.add(name: "X-Atlassian-Webhook-Identifier", value: delivery.identifier)
        request.headers.add(name: "X-Atlassian-Webhook-Flow", value: "Primary")
        if attempt > 0 { request.headers.add(name: "X-Atlassian-Webhook-Retry", value: String(attempt)) }
        if let signature = delivery.signature { request.headers.add(name: "X-Hub-Signature", value: signature) }
        if let token = delivery.token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        request.body = .bytes(ByteBuffer(bytes: delivery.body))
        do {
            let answer = try await HTTPClient.shared.execute(
                request, timeout: .nanoseconds(Int64(manner.timeout / .nanoseconds(1))))
            _ = try? await answer.body.collect(upTo: 1 << 20)
            let code = Int(answer.status.code)
            return ![408, 409, 425, 429].contains(code) && code < 500
        } catch {
            return false
        }
    }
}
