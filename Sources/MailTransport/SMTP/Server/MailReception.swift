// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Who takes in the letters that an `SMTPServer` receives.
///
/// The calls of one connection come one after another; those of different connections at the same time.
public protocol MailReception: Sendable {
    /// Whether a letter to this address may come in. Only what is accepted here is ever received; nothing is relayed.
    func accepts(_ recipient: SMTPAddress, in session: SMTPSession) async -> RecipientVerdict

    /// A place for one letter to at least one accepted recipient.
    ///
    /// A thrown error is answered with `451 4.3.0`; throw a `ReceptionVerdict` to say another thing.
    func begin(_ envelope: Envelope, in session: SMTPSession) async throws -> any LetterSink
}

/// Takes the bytes of one letter. Exactly one of `finish` and `abandon` is its last call.
public protocol LetterSink: Sendable {
    /// Bytes in order, dots already unstuffed, line ends as received. The connection is not read on before it returns.
    ///
    /// A letter of ordinary size comes in one piece. A thrown error ends the letter with `abandon` and `451 4.3.0`;
    /// throw a `ReceptionVerdict` to say another thing.
    func write(_ bytes: ByteBuffer) async throws

    /// The letter is whole. Return `.accepted` only when it is durable: the sender forgets it then.
    func finish() async throws -> ReceptionVerdict

    /// The letter will not be finished: connection lost, too large, or `write` failed.
    func abandon() async
}

/// The answer to `RCPT TO`.
public enum RecipientVerdict: Sendable, Hashable {
    case accepted
    /// `550 5.1.1`, with one line of text for the sender.
    case refused(String)
    /// `451 4.3.0`: cannot be said now.
    case tryLater
}

/// The answer to the end of a letter.
public enum ReceptionVerdict: Error, Sendable, Hashable {
    /// `250 2.0.0 Kept as <id>`
    case accepted(id: String)
    /// `452 4.3.1`: disk full or quota reached; the sender keeps it and tries again.
    case insufficientStorage
    /// `552 5.3.4`
    case tooLarge
    /// `554 5.6.0`, with one line of text for the sender.
    case refused(String)
    /// `451 4.3.0`: try again later.
    case failed
}

/// What is known about a connection; passed along with every question.
public struct SMTPSession: Sendable, Hashable {
    /// Counts up from 1 with each connection of this listener.
    public let connection: Int
    public let remote: IPAddress?
    /// What the client calls itself in HELO or EHLO: a claim, scrubbed.
    public internal(set) var greeting = ""
    /// Whether it said EHLO.
    public internal(set) var isExtended = false
    public internal(set) var isEncrypted = false
    /// Who has signed in.
    public internal(set) var user: String?

    /// For the `with` of a Received field (RFC 3848, RFC 6531): `ESMTPSA`, `UTF8SMTPS` ...
    public func protocolName(for envelope: Envelope) -> String {
        guard isExtended else { return "SMTP" }
        let name = envelope.isInternationalized ? "UTF8SMTP" : "ESMTP"
        return name + (isEncrypted ? "S" : "") + (user == nil ? "" : "A")
    }
}
