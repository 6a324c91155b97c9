// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore

/// Between a connection and the caller's `MailReception`: turns what the caller throws into verdicts.
struct SMTPDesk: Sendable {
    enum Answer: Sendable {
        case recipient(RecipientVerdict)
        case signIn(Bool)
        case taken(any LetterSink)
        case stopped(ReceptionVerdict)
        case letter(ReceptionVerdict)
    }

    let reception: any MailReception
    let logger: Logger

    func take(
        _ piece: ByteBuffer, of envelope: Envelope, in session: SMTPSession, _ open: (any LetterSink)?
    ) async -> Answer {
        do {
            return .taken(try await write(piece, of: envelope, in: session, open))
        } catch {
            return .stopped(verdict(on: error, session))
        }
    }

    func takeLast(
        _ piece: ByteBuffer, of envelope: Envelope, in session: SMTPSession, _ open: (any LetterSink)?
    ) async -> ReceptionVerdict {
        do {
            return try await write(piece, of: envelope, in: session, open).finish()
        } catch {
            return verdict(on: error, session)
        }
    }

    private func write(
        _ piece: ByteBuffer, of envelope: Envelope, in session: SMTPSession, _ open: (any LetterSink)?
    ) async throws -> any LetterSink {
        let sink: any LetterSink
        if let open { sink = open } else { sink = try await reception.begin(envelope, in: session) }
        guard piece.readableBytes > 0 else { return sink }
        do {
            try await sink.write(piece)
        } catch {
            await sink.abandon()
            throw error
        }
        return sink
    }

    private func verdict(on error: any Error, _ session: SMTPSession) -> ReceptionVerdict {
        if let verdict = error as? ReceptionVerdict { return verdict }
        logger.error(
            "A letter could not be kept", metadata: ["connection": "\(session.connection)", "reason": "\(error)"])
        return .failed
    }
}
