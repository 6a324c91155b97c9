// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import WebClient

@Suite("A gate")
struct GateTests {
    private final class Inside: Sendable {
        let counts = Mutex((now: 0, most: 0))
    }

    @Test("lets so many in at a time, and all in the end, also after some failed")
    func places() async throws {
        let gate = Gate(places: 4)
        let inside = Inside()
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let result: Void? = try? await gate.pass {
                        inside.counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        for _ in 0..<20 { await Task.yield() }
                        inside.counts.withLock { $0.now -= 1 }
                        if number % 3 == 0 { throw CancellationError() }
                    }
                    return result != nil
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.filter { $0 }.count == 26)
        #expect(inside.counts.withLock { $0.now } == 0)
        #expect((1...4).contains(inside.counts.withLock { $0.most }))
    }

    @Test("lets go of who waits no longer, and keeps its place free for others")
    func cancelled() async throws {
        let gate = Gate(places: 1)
        let (leave, leaves) = AsyncStream.makeStream(of: Void.self)
        let (entered, enters) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await gate.pass {
                enters.finish()
                for await _ in leave {}
            }
        }
        for await _ in entered {}
        let second = Task { try await gate.pass {} }
        let third = Task { try await gate.pass { 3 } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        leaves.finish()
        try await first.value
        #expect(try await third.value == 3)
    }
}
