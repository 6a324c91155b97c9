// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

@testable import MailTransport

/// A caller of the SMTP server that keeps letters in memory and does as the test says.
final class SMTPTestReception: MailReception {
    struct Letter: Sendable {
        let envelope: Envelope
        let session: SMTPSession
        let content: [UInt8]
    }

    /// What goes wrong.
    enum Trouble: Sendable {
        case none
        case atBegin(any Error)
        case atWrite(any Error)
        case atFinish(any Error)
    }

    private let trouble: Trouble
    /// Where letters wait, when there is one.
    let writeGate: Gate?
    let finishGate: Gate?
    private let kept = Mutex<[Letter]>([])
    private let arrivals: AsyncStream<Letter>.Continuation
    let letters: AsyncStream<Letter>
    let abandoned = Gate()

    init(trouble: Trouble = .none, writeGate: Gate? = nil, finishGate: Gate? = nil) {
        self.trouble = trouble
        self.writeGate = writeGate
        self.finishGate = finishGate
        (letters, arrivals) = AsyncStream.makeStream()
    }

    var count: Int { kept.withLock(\.count) }

    /// The next letter to come.
    func next() async -> Letter? {
        for await letter in letters { return letter }
        return nil
    }

    func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict {
        recipient.domain == "elsewhere.example" ? .refused("Not for us") : .accepted
    }

    func begin(_ envelope: Envelope, in session: SMTPSession) async throws -> any LetterSink {
        if case .atBegin(let error) = trouble { throw error }
        return Sink(reception: self, envelope: envelope, session: session)
    }

    private actor Sink: LetterSink {
        let reception: SMTPTestReception
        let envelope: Envelope
        let session: SMTPSession
        var content: [UInt8] = []

        init(reception: SMTPTestReception, envelope: Envelope, session: SMTPSession) {
            self.reception = reception
            self.envelope = envelope
            self.session = session
        }

        func write(_ bytes: ByteBuffer) async throws {
            if case .atWrite(let error) = reception.trouble { throw error }
            await reception.writeGate?.pass()
            content += bytes.readableBytesView
        }

        func finish() async throws -> ReceptionVerdict {
            if case .atFinish(let error) = reception.trouble { throw error }
            await reception.finishGate?.pass()
            let letter = Letter(envelope: envelope, session: session, content: content)
            let number = reception.kept.withLock {
                $0.append(letter)
                return $0.count
            }
            reception.arrivals.yield(letter)
            return .accepted(id: "L\(number)")
        }

        func abandon() async {
            await reception.abandoned.open()
        }
    }
}

/// Stays shut until it is opened, and tells when somebody stands before it.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var visitors = 0
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for one in waiting { one.resume() }
        waiting = []
    }

    func pass() async {
        visitors += 1
        for one in watchers { one.resume() }
        watchers = []
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func visitor() async {
        guard visitors == 0 else { return }
        await withCheckedContinuation { watchers.append($0) }
    }
}
