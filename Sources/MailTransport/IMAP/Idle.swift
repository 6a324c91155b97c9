// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension IMAPConnection {
    /// Asks for nothing, so that the server may tell what has changed: RFC 3501 §6.1.2.
    func noop() async throws {
        try await perform(IMAPCommand("NOOP"))
    }

    /// Waits until a message arrives, a call comes, or time is up: RFC 2177.
    ///
    ///     C: m9 IDLE
    ///     S: + idling
    ///     S: * 4 EXISTS
    ///     C: DONE
    ///     S: m9 OK IDLE terminated
    ///
    /// A link that has died meanwhile shows when the server does not answer DONE.
    func idle(for limit: Duration, on time: any Timekeeper, orUntil calls: SourceCalls) async throws {
        try await start(IMAPCommand("IDLE"))
        guard try await untilAsked() else { return }
        var isOver = try hasEnded()
        if !isOver, !hasNews { isOver = try await wait(for: limit, on: time, orUntil: calls) }
        if !isOver {
            try await answer("DONE")
            try await untilFinished()
        }
    }

    /// Whether the server has begun to idle; false if it refuses.
    private func untilAsked() async throws -> Bool {
        while true {
            switch try await step() {
            case .asked: return true
            case .finished(let status):
                guard status.kind == .ok else { throw refused("IDLE", status) }
                return false
            default: break
            }
        }
    }

    private func untilFinished() async throws {
        while true {
            if case .finished(let status) = try await step() {
                guard status.kind == .ok else { throw refused("IDLE", status) }
                return
            }
        }
    }

    private enum Pause: Sendable {
        case bytes(ByteBuffer)
        case over
    }

    /// Whether the server has ended the IDLE by itself.
    private func wait(
        for limit: Duration, on time: any Timekeeper, orUntil calls: SourceCalls
    ) async throws -> Bool {
        let read = reading
        return try await withThrowingTaskGroup(of: Pause.self) { group in
            group.addTask {
                try await time.sleep(for: limit)
                return .over
            }
            group.addTask {
                try await calls.wait(for: .settle)
                return .over
            }
            group.addTask { .bytes(try await read(.seconds(86400))) }
            defer { group.cancelAll() }
            do {
                while case .bytes(let bytes)? = try await group.next() {
                    receive(bytes)
                    if try hasEnded() { return true }
                    if hasNews { return false }
                    group.addTask { .bytes(try await read(.seconds(86400))) }
                }
            } catch let error as MailTransportError where error.code == .closed {
                throw closed(by: error)
            }
            group.cancelAll()
            while let pause = await group.nextResult() {
                if case .success(.bytes(let bytes)) = pause { receive(bytes) }
            }
            return try hasEnded()
        }
    }

    private func hasEnded() throws -> Bool {
        while let step = try stepAtHand() {
            if case .finished = step { return true }
        }
        return false
    }
}
