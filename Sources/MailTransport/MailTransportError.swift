// SPDX-License-Identifier: Apache-2.0

/// Why mail could not be fetched or sent, and whether trying again can help.
///
/// `description` is safe to show to users of the tenant: it names only their own configured server and the server's
/// own words, bounded and scrubbed. `debugDescription` adds what operators need.
public struct MailTransportError: Error, Sendable {
    /// What went wrong; the raw value is the label in metrics and audit.
    public enum Code: String, Sendable, CaseIterable {
        /// No connection: name unknown, refused, no route.
        case unreachable
        case timedOut = "timed-out"
        /// The other side closed in the middle.
        case closed
        /// The TLS handshake failed, for another reason than the certificate.
        case tlsFailed = "tls-failed"
        case certificateRejected = "certificate-rejected"
        /// Encryption is required by the configuration and not offered by the server.
        case tlsUnavailable = "tls-unavailable"
        /// We refused to send credentials over an open line.
        case plainTextRefused = "plain-text-refused"
        case authenticationFailed = "authentication-failed"
        /// The server offers no way to sign in that we know.
        case authenticationUnavailable = "authentication-unavailable"
        /// The server asks for a sign-in that is not configured.
        case authenticationRequired = "authentication-required"
        /// The server spoke, but not the protocol.
        case protocolViolation = "protocol-violation"
        case senderRefused = "sender-refused"
        case recipientsRefused = "recipients-refused"
        case letterRefused = "letter-refused"
        case tooLarge = "too-large"
        /// An address or header needs SMTPUTF8 and the server lacks it.
        case needsUTF8 = "needs-utf8"
        /// The mailbox or folder does not exist, or may not be opened.
        case mailboxUnavailable = "mailbox-unavailable"
        /// The server asks to come back later.
        case busy
        case invalidConfiguration = "invalid-configuration"
        /// A listener could not be opened.
        case cannotListen = "cannot-listen"
    }

    /// When the same attempt may be made again.
    public enum Retry: Sendable, Hashable {
        case never
        case soon
        case after(Duration)
        /// Not before a person has changed the credentials or the server's certificate.
        case whenReauthorized
    }

    public let code: Code
    public let retry: Retry
    /// One sentence that is safe for users.
    public let said: String
    /// The server's reply, where there is one.
    public let reply: ServerReply?
    /// More, for operators; sealed with the audit.
    public let detail: String
    public let underlying: (any Error)?

    public init(
        _ code: Code, retry: Retry, said: String, reply: ServerReply? = nil, detail: String = "",
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.retry = retry
        self.said = said
        self.reply = reply
        self.detail = detail
        self.underlying = underlying
    }
}

/// The words of a server's refusal, scrubbed: one line, no control characters, at most 400 characters.
public struct ServerReply: Sendable, Hashable {
    /// The three-digit code of SMTP; nil for IMAP.
    public let code: Int?
    /// The enhanced status code of RFC 3463, such as `5.7.1`.
    public let enhanced: String?
    public let text: String

    public init(code: Int? = nil, enhanced: String? = nil, text: String) {
        self.code = code
        self.enhanced = enhanced
        self.text = text
    }
}

extension ServerReply: CustomStringConvertible {
    public var description: String {
        [code.map(String.init), enhanced, text.isEmpty ? nil : text].compactMap(\.self).joined(separator: " ")
    }
}

extension MailTransportError: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { said }

    public var debugDescription: String {
        var parts = ["\(code.rawValue): \(said)"]
        if !detail.isEmpty { parts.append(detail) }
        if let underlying { parts.append(String(reflecting: underlying)) }
        return parts.joined(separator: " | ")
    }
}
