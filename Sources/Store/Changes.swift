// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tells who listens what is new; several tellings before one is heard become one.
final class Changes: Sendable {
    private struct Listeners: Sendable {
        var next = 0
        var all: [News: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let listeners = Mutex(Listeners())

    func stream(of news: News) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.all[news, default: [:]][listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.all[news]?.removeValue(forKey: number) }
        }
        return stream
    }

    func announce(_ news: News) {
        let all = listeners.withLock { Array($0.all[news, default: [:]].values) }
        for listener in all { listener.yield() }
    }

    func finish() {
        let all = listeners.withLock { listeners in
            defer { listeners.all = [:] }
            return listeners.all.values.flatMap(\.values)
        }
        for listener in all { listener.finish() }
    }
}
