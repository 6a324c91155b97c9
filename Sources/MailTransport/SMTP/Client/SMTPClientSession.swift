// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// An open line to a server that letters can be sent over, one after another.
public actor SMTPClientSession {
    let client: SMTPClient
    let connection: Connection
    var extensions = SMTPExtensions()
    private var isEncrypted = false
    private var needsReset = false

    init(_ client: SMTPClient, _ connection: Connection) {
        self.client = client
        self.connection = connection
        isEncrypted = client.server.security == .tls
    }

    // MARK: Beginning and end

    func begin() async throws {
        let greeting = try await SMTPReply.read(from: connection, within: client.timeouts.command)
        guard greeting.code == 220 else { throw failure(.letterRefused, "did not let us in", greeting) }
        try await greet()
        try await encryptAsConfigured()
        if let credentials = client.credentials { try await signIn(credentials) }
    }

    /// Says goodbye; a server that does not answer is not waited for.
    func quit() async {
        let patience = min(client.timeouts.command, .seconds(2))
        try? await connection.write("QUIT\r\n", within: patience)
        _ = try? await SMTPReply.read(from: connection, within: patience)
    }

    private func greet() async throws {
        let reply = try await ask("EHLO \(client.name)")
        if reply.isPositive {
            extensions = SMTPExtensions(reply.lines)
            return
        }
        extensions = SMTPExtensions()
        let plain = try await ask("HELO \(client.name)")
        guard plain.isPositive else { throw failure(.letterRefused, "did not let us in", plain) }
    }

    private func encryptAsConfigured() async throws {
        switch client.server.security {
        case .none, .tls: return
        case .startTLSIfOffered where !extensions.startTLS: return
        case .startTLS where !extensions.startTLS:
            throw MailTransportError(
                .tlsUnavailable, retry: .after(.seconds(300)),
                said: "\(client.server) does not offer encryption (STARTTLS), which this connection requires.")
        case .startTLS, .startTLSIfOffered: break
        }
        let reply = try await ask("STARTTLS")
        guard reply.code == 220 else { throw failure(.tlsUnavailable, "refused to encrypt", reply) }
        try await connection.encrypt(within: client.timeouts.command)
        isEncrypted = true
        try await greet()
    }

    private func signIn(_ credentials: Credentials) async throws {
        guard isEncrypted || connection.isLoopback else {
            throw MailTransportError(
                .plainTextRefused, retry: .whenReauthorized,
                said: "The password was not sent: the connection to \(client.server) is not encrypted.")
        }
        guard let mechanism = SASLMechanism.best(for: credentials, offered: extensions.mechanisms) else {
            throw MailTransportError(
                .authenticationUnavailable, retry: .whenReauthorized,
                said: "\(client.server) offers no way to sign in that fits these credentials.",
                detail: "offered: \(scrubbed(extensions.mechanisms.joined(separator: " ")))")
        }
        var exchange = SASLExchange(mechanism, credentials, host: client.server.host, port: client.server.port)
        let name = mechanism.rawValue
        var reply: SMTPReply
        if let initial = exchange.initialResponse {
            reply = try await ask("AUTH \(name) \(initial)", shown: "AUTH \(name) ****")
        } else {
            reply = try await ask("AUTH \(name)")
        }
        while reply.code == 334 {
            reply = try await ask(exchange.answer() ?? "*", shown: "****")
        }
        guard reply.code == 235 else {
            throw failure(reply.isTemporary ? .busy : .authenticationFailed, "refused the sign-in", reply)
        }
    }

    // MARK: Letters

    public func deliver(_ letter: ByteBuffer, envelope: Envelope) async throws -> Delivery {
        var envelope = envelope
        envelope.isEightBit = envelope.isEightBit || letter.readableBytesView.contains { $0 >= 0x80 }
        return try await deliver(OneSegment(letter), size: letter.readableBytes, envelope: envelope)
    }

    public func deliver(
        _ segments: some AsyncSequence<ByteBuffer, any Error> & Sendable, size: Int?, envelope: Envelope
    ) async throws -> Delivery {
        try check(envelope, size: size)
        if needsReset { _ = try await ask("RSET") }
        needsReset = true
        let (accepted, refused) = try await address(envelope, size: size)
        try client.permission()
        let go = try await ask("DATA")
        guard go.code == 354 else { throw failure(.letterRefused, "refused the letter", go) }
        let reply = try await send(segments)
        guard reply.isPositive else { throw failure(.letterRefused, "refused the letter", reply) }
        needsReset = false
        return Delivery(accepted: accepted, refused: refused, reply: reply.words(hiding: secrets))
    }

    private func check(_ envelope: Envelope, size: Int?) throws {
        let addresses = envelope.recipients + [envelope.sender].compactMap(\.self)
        if !extensions.utf8, envelope.isInternationalized || addresses.contains(where: \.needsUTF8) {
            throw MailTransportError(
                .needsUTF8, retry: .never,
                said: "\(client.server) does not take addresses with letters beyond ASCII (SMTPUTF8).")
        }
        if let size, let limit = extensions.maximumSize, size > limit {
            throw MailTransportError(
                .tooLarge, retry: .never,
                said: "The letter has \(size) bytes and \(client.server) takes \(limit) at most.")
        }
    }

    /// MAIL and RCPT, in one go where the server offers PIPELINING.
    private func address(
        _ envelope: Envelope, size: Int?
    ) async throws -> (accepted: [SMTPAddress], refused: [(recipient: SMTPAddress, reason: MailTransportError)]) {
        let commands = [mail(envelope, size: size)] + envelope.recipients.map { "RCPT TO:<\($0)>" }
        var replies: [SMTPReply] = []
        if extensions.pipelining {
            for start in stride(from: 0, to: commands.count, by: 100) {
                let group = commands[start..<min(start + 100, commands.count)]
                try await connection.write(
                    group.map { $0 + "\r\n" }.joined(), shown: group.joined(separator: "\nC: "),
                    within: client.timeouts.command)
                for _ in group { replies.append(try await nextReply()) }
            }
        } else {
            for command in commands {
                replies.append(try await ask(command))
                if replies.count == 1, !replies[0].isPositive { break }
            }
        }
        guard replies[0].isPositive else { throw failure(.senderRefused, "refused the sender", replies[0]) }
        return try sorted(envelope.recipients, replies.dropFirst())
    }

    private func sorted(
        _ recipients: [SMTPAddress], _ replies: ArraySlice<SMTPReply>
    ) throws -> (accepted: [SMTPAddress], refused: [(recipient: SMTPAddress, reason: MailTransportError)]) {
        var accepted: [SMTPAddress] = []
        var refused: [(recipient: SMTPAddress, reason: MailTransportError)] = []
        for (recipient, reply) in zip(recipients, replies) {
            if reply.isPositive {
                accepted.append(recipient)
            } else {
                refused.append((recipient, failure(.recipientsRefused, "refused \(recipient)", reply)))
            }
        }
        guard accepted.isEmpty else { return (accepted, refused) }
        // As long as one of them may be taken later, the letter is worth another attempt.
        throw refused.first { $0.reason.retry != .never }?.reason ?? refused.first?.reason
            ?? MailTransportError(.recipientsRefused, retry: .never, said: "The letter has no recipient.")
    }

    private func mail(_ envelope: Envelope, size: Int?) -> String {
        var command = "MAIL FROM:<\(envelope.sender?.rawValue ?? "")>"
        if let size, extensions.size { command += " SIZE=\(size)" }
        // QUIRK: where 8BITMIME is not offered the bytes go all the same; no server of this century minds.
        if envelope.isEightBit, extensions.eightBit { command += " BODY=8BITMIME" }
        if extensions.utf8, envelope.isInternationalized || envelope.hasUTF8Address { command += " SMTPUTF8" }
        return command
    }

    private func send(_ segments: some AsyncSequence<ByteBuffer, any Error> & Sendable) async throws -> SMTPReply {
        var stuffing = DotStuffing()
        for try await segment in segments {
            let bytes = stuffing.add(segment)
            guard bytes.readableBytes > 0 else { continue }
            try await connection.write(bytes, shown: "<\(bytes.readableBytes) bytes>", within: client.timeouts.data)
        }
        try await connection.write(stuffing.finish(), shown: ".", within: client.timeouts.data)
        return try await SMTPReply.read(from: connection, within: client.timeouts.completion)
    }

    // MARK: Lines

    private func ask(_ command: String, shown: String? = nil) async throws -> SMTPReply {
        try await connection.write(command + "\r\n", shown: shown, within: client.timeouts.command)
        return try await nextReply()
    }

    private func nextReply() async throws -> SMTPReply {
        let reply = try await SMTPReply.read(from: connection, within: client.timeouts.command)
        // RFC 5321 §3.8: said at any time, and the line is closed behind it.
        if reply.code == 421 { throw failure(.busy, "asks to come back later", reply) }
        return reply
    }
}

extension Envelope {
    fileprivate var hasUTF8Address: Bool {
        sender?.needsUTF8 == true || recipients.contains(where: \.needsUTF8)
    }
}

/// A letter that is all at hand.
private struct OneSegment: AsyncSequence, Sendable {
    let bytes: ByteBuffer

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var bytes: ByteBuffer?

        mutating func next() async throws -> ByteBuffer? { bytes.take() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes) }
}
