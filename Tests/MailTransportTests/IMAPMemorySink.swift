// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

@testable import MailTransport

/// Keeps what a mailbox gives, and notes every call in order.
final class MemorySink: MailboxSink {
    struct Letter: Sendable {
        var arrival: MailboxArrival
        var bytes: [UInt8] = []
        var largestPiece = 0
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private struct State: Sendable {
        var notes: [String] = []
        var letters: [Letter] = []
        var position: MailboxPosition?
        var settlements: [Settlement] = []
        var health: [SourceHealth] = []
        var waiting: [(@Sendable (MemorySink) -> Bool, CheckedContinuation<Void, Never>)] = []
        /// What `finish` answers, letter by letter, before it accepts.
        var verdicts: [ReceptionVerdict] = []
        var fate: Settlement.Fate?
    }

    private let state: Mutex<State>
    private let keepsBytes: Bool

    /// With a fate, each letter is settled as soon as it is taken; the source has to be told by `settle`.
    init(
        position: MailboxPosition? = nil, fate: Settlement.Fate? = nil, verdicts: [ReceptionVerdict] = [],
        keepsBytes: Bool = true
    ) {
        var start = State()
        start.position = position
        start.fate = fate
        start.verdicts = verdicts
        state = Mutex(start)
        self.keepsBytes = keepsBytes
    }

    var notes: [String] { state.withLock { $0.notes } }
    var letters: [Letter] { state.withLock { $0.letters } }
    var remembered: MailboxPosition? { state.withLock { $0.position } }
    var health: [SourceHealth] { state.withLock { $0.health } }
    var outages: [Outage] {
        health.compactMap { if case .offline(let outage) = $0 { outage } else { nil } }
    }
    var complaints: [String] {
        health.compactMap { if case .online(_, _, let complaint) = $0 { complaint } else { nil } }
    }

    func add(_ settlements: [Settlement]) {
        change { $0.settlements += settlements }
    }

    /// Returns once the condition holds; it is asked again after each call to the sink.
    func until(_ condition: @escaping @Sendable (MemorySink) -> Bool) async {
        if condition(self) { return }
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append((condition, continuation)) }
            change { _ in }
        }
    }

    private func change(_ note: String? = nil, _ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            if let note { state.notes.append(note) }
            body(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for (condition, continuation) in waiting {
            if condition(self) {
                continuation.resume()
            } else {
                state.withLock { $0.waiting.append((condition, continuation)) }
            }
        }
    }

    // MARK: MailboxSink

    func position() async throws -> MailboxPosition? { remembered }

    func remember(_ position: MailboxPosition) async throws {
        change("remember \(position.uidValidity) after \(position.floor) taken \(position.taken)") {
            $0.position = position
        }
    }

    func begin(_ arrival: MailboxArrival) async throws -> any LetterSink {
        change("begin \(arrival.place.uid)") { _ in }
        return MemoryLetter(self, Letter(arrival: arrival), keepsBytes: keepsBytes)
    }

    func oversized(_ arrival: MailboxArrival, header: [UInt8]) async throws {
        change("oversized \(arrival.place.uid) of \(arrival.size) bytes, header of \(header.count)") { _ in }
    }

    func unreadable(_ arrival: MailboxArrival, said: String) async throws {
        change("unreadable \(arrival.place.uid): \(said)") { _ in }
    }

    func settlements() async throws -> [Settlement] { state.withLock { $0.settlements } }

    func carriedOut(_ settlements: [Settlement]) async throws {
        let words = settlements.map { "\($0.place.uid) \($0.fate.rawValue)" }.joined(separator: ", ")
        change("carried out \(words)") { state in state.settlements.removeAll { settlements.contains($0) } }
    }

    func report(_ health: SourceHealth) async {
        change { $0.health.append(health) }
    }

    fileprivate func finish(_ letter: Letter) -> ReceptionVerdict {
        var verdict = ReceptionVerdict.accepted(id: "kept")
        change { state in
            if !state.verdicts.isEmpty { verdict = state.verdicts.removeFirst() }
            guard case .accepted = verdict else {
                state.notes.append("not kept \(letter.arrival.place.uid)")
                return
            }
            state.notes.append("kept \(letter.arrival.place.uid)")
            state.letters.append(letter)
            if let fate = state.fate { state.settlements.append(Settlement(place: letter.arrival.place, fate: fate)) }
        }
        return verdict
    }

    fileprivate func abandon(_ letter: Letter) {
        change("abandoned \(letter.arrival.place.uid)") { _ in }
    }
}

private final class MemoryLetter: LetterSink {
    private let sink: MemorySink
    private let letter: Mutex<MemorySink.Letter>
    private let keepsBytes: Bool

    init(_ sink: MemorySink, _ letter: MemorySink.Letter, keepsBytes: Bool) {
        self.sink = sink
        self.letter = Mutex(letter)
        self.keepsBytes = keepsBytes
    }

    func write(_ bytes: ByteBuffer) async throws {
        letter.withLock { letter in
            if keepsBytes { letter.bytes += bytes.readableBytesView }
            letter.largestPiece = max(letter.largestPiece, bytes.readableBytes)
        }
    }

    func finish() async throws -> ReceptionVerdict { sink.finish(letter.withLock { $0 }) }

    func abandon() async { sink.abandon(letter.withLock { $0 }) }
}
