// SPDX-License-Identifier: Apache-2.0

import Planning
import Synchronization

/// Tells who listens that a line may have work; several tellings before one is heard become one.
final class Changes: Sendable {
    private struct Listeners: Sendable {
        var next = 0
        var all: [Line: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    private let listeners = Mutex(Listeners())

    func stream(of line: Line) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.all[line, default: [:]][listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.all[line]?.removeValue(forKey: number) }
        }
        return stream
    }

    func announce(_ line: Line) {
        let all = listeners.withLock { Array($0.all[line, default: [:]].values) }
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
