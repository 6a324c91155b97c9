// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Leads the bodies of one FETCH to their letters' sinks. A sink that fails costs its own letter only.
final class IMAPIntake {
    enum Result {
        case taken
        /// Larger than the server had said.
        case oversized(Int)
        /// Our side has no room.
        case noRoom
        case failed(any Error)
    }

    private struct Current {
        let arrival: MailboxArrival
        let sink: any LetterSink
        var collected = ByteBuffer()
    }

    private static let piece = 64 << 10

    private let wanted: [MailboxArrival]
    private let sink: any MailboxSink
    private let limit: Int
    private var current: Current?
    private(set) var results: [(MailboxArrival, Result)] = []
    /// Whether a body came before its number, so that nobody could tell whose it was.
    private(set) var metNameless = false

    init(_ wanted: [MailboxArrival], sink: any MailboxSink, limit: Int) {
        self.wanted = wanted
        self.sink = sink
        self.limit = limit
    }

    /// What was asked for and has not come.
    var missing: [MailboxArrival] {
        let come = Set(results.map(\.0.place))
        return wanted.filter { !come.contains($0.place) }
    }

    /// Where the server got to: the message that was on its way, or would have been next.
    var firstMissing: MailboxArrival? { missing.first }

    func take(_ step: IMAPBodyStep) async throws {
        switch step {
        case .begins(let uid, let length): await begin(uid, length)
        case .bytes(let bytes): await write(bytes)
        case .ends: await finish()
        }
        try Task.checkCancellation()
    }

    /// The connection is lost in the middle.
    func breakOff() async {
        guard let broken = current else { return }
        current = nil
        await broken.sink.abandon()
    }

    private func begin(_ uid: UInt32?, _ length: Int) async {
        guard let arrival = arrival(uid), !results.contains(where: { $0.0.place == arrival.place }) else { return }
        guard length <= limit else {
            results.append((arrival, .oversized(length)))
            return
        }
        do {
            current = Current(arrival: arrival, sink: try await sink.begin(arrival))
        } catch {
            results.append((arrival, Self.result(of: error)))
        }
    }

    private func arrival(_ uid: UInt32?) -> MailboxArrival? {
        guard let uid else {
            if wanted.count == 1 { return wanted[0] }
            metNameless = true
            return nil
        }
        return wanted.first { $0.place.uid == uid }
    }

    /// Collects to pieces of some size, since each may cost a sealed frame.
    private func write(_ bytes: ByteBuffer) async {
        var bytes = bytes
        current?.collected.writeBuffer(&bytes)
        if let count = current?.collected.readableBytes, count >= Self.piece { await pass() }
    }

    private func pass() async {
        guard let letter = current, letter.collected.readableBytes > 0 else { return }
        current?.collected = ByteBuffer()
        do {
            try await letter.sink.write(letter.collected)
        } catch {
            await giveUp(letter, error)
        }
    }

    private func finish() async {
        await pass()
        guard let letter = current else { return }
        current = nil
        do {
            results.append((letter.arrival, Self.result(of: try await letter.sink.finish())))
        } catch {
            results.append((letter.arrival, Self.result(of: error)))
        }
    }

    private func giveUp(_ letter: Current, _ error: any Error) async {
        current = nil
        results.append((letter.arrival, Self.result(of: error)))
        await letter.sink.abandon()
    }

    /// What the sink refuses for good it has reported itself; nobody has to be answered here.
    private static func result(of error: any Error) -> Result {
        switch error as? ReceptionVerdict {
        case .accepted?, .tooLarge?, .refused?: .taken
        case .insufficientStorage?: .noRoom
        case .failed?, nil: .failed(error)
        }
    }
}
