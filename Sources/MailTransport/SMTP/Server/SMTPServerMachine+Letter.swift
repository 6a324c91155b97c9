// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The letter that is coming in.
struct LetterInput {
    /// Enough bytes to be worth a call of the sink.
    static let pieceSize = 64 * 1024

    var unstuffing = DotUnstuffing()
    var piece = ByteBuffer()
    var size = 0
    /// Whether a part has been handed out.
    var isOpen = false
    /// Why the rest is read only to be thrown away.
    var failure: ReceptionVerdict?
}

extension SMTPServerMachine {
    mutating func startLetter() {
        guard let transaction else { return refuse(SMTPServerReply.senderFirst) }
        guard !transaction.recipients.isEmpty else { return refuse(SMTPServerReply.noRecipients) }
        letter = LetterInput()
        phase = .letter
        reply(SMTPServerReply.sendLetter)
    }

    /// Reads on in the letter; nil when more bytes are needed, or when the phase has changed.
    mutating func readLetter() -> Action? {
        guard let transaction, input.readableBytes > 0 else { return nil }
        let before = letter.piece.readableBytes
        let ended = letter.unstuffing.move(&input, to: &letter.piece)
        letter.size += letter.piece.readableBytes - before
        if letter.size > rules.limits.messageSize { return readOversize(ended: ended) }
        if letter.failure != nil { return throwAway(ended: ended) }
        guard ended || letter.piece.readableBytes >= LetterInput.pieceSize else { return nil }
        let piece = letter.piece
        letter.piece = ByteBuffer()
        letter.isOpen = true
        phase = ended ? .finishing : .taking
        return ended ? .takeLast(piece, transaction) : .take(piece, transaction)
    }

    /// Somebody who goes on long after the limit is cut off; others hear `552` at the end of their letter.
    private mutating func readOversize(ended: Bool) -> Action? {
        let wasOpen = letter.isOpen
        letter.isOpen = false
        letter.failure = .tooLarge
        if letter.size > 2 * rules.limits.messageSize + 1024 * 1024 {
            close(saying: SMTPServerReply.tooLarge)
        } else {
            throwAway(ended: ended)
        }
        return wasOpen ? .abandon : nil
    }

    @discardableResult
    private mutating func throwAway(ended: Bool) -> Action? {
        letter.piece.clear()
        if ended, let failure = letter.failure { conclude(failure) }
        return nil
    }

    /// The sink has taken a part, or gives the reason why it takes no more; it has then been abandoned.
    mutating func taken(failure: ReceptionVerdict?) {
        guard case .taking = phase else { return }
        phase = .letter
        guard let failure else { return }
        letter.failure = failure
        letter.isOpen = false
    }

    mutating func decide(letter verdict: ReceptionVerdict) {
        guard case .finishing = phase else { return }
        conclude(verdict)
    }

    private mutating func conclude(_ verdict: ReceptionVerdict) {
        phase = .commands
        letter = LetterInput()
        transaction = nil
        messages += 1
        switch verdict {
        case .accepted(let id): reply("250 2.0.0 Kept as ", id)
        case .insufficientStorage: reply(SMTPServerReply.insufficientStorage)
        case .tooLarge: refuse(SMTPServerReply.tooLarge)
        case .refused(let words):
            reply("554 5.6.0 ", words)
            countError()
        case .failed: reply(SMTPServerReply.notKept)
        }
        if isStopping { shutDown() }
    }
}
