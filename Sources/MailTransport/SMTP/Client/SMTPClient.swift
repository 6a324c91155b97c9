// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Sends letters through one mail server.
///
///     let client = SMTPClient(through: server, as: credentials, name: "martlet.example.org")
///     let delivery = try await client.deliver(draft, envelope: envelope)
public struct SMTPClient: Sendable {
    public struct Timeouts: Sendable, Hashable {
        public var connect = Duration.seconds(30)
        /// For each command and for the greeting.
        public var command = Duration.seconds(120)
        /// For each block of the letter to be taken.
        public var data = Duration.seconds(180)
        /// From the final dot to the verdict (RFC 5321 §4.5.3.2.6).
        public var completion = Duration.seconds(600)

        public init() {}
    }

    let server: MailServer
    let credentials: Credentials?
    let name: String
    let timeouts: Timeouts
    let transcript: Transcript
    let permission: @Sendable () throws -> Void

    /// `name` is what we call ourselves in EHLO; `permission` is asked just before each letter goes, and says no by an error.
    public init(
        through server: MailServer, as credentials: Credentials? = nil, name: String = "localhost",
        timeouts: Timeouts = Timeouts(), transcript: Transcript = .off,
        permission: @escaping @Sendable () throws -> Void = {}
    ) {
        self.server = server
        self.credentials = credentials
        self.name = name
        self.timeouts = timeouts
        self.transcript = transcript
        self.permission = permission
    }

    /// Sends one letter over a connection of its own.
    public func deliver(_ letter: ByteBuffer, envelope: Envelope) async throws -> Delivery {
        try await session { try await $0.deliver(letter, envelope: envelope) }
    }

    /// Sends one letter that comes in segments; `size` is their sum, told to the server beforehand.
    public func deliver(
        _ segments: some AsyncSequence<ByteBuffer, any Error> & Sendable, size: Int?, envelope: Envelope
    ) async throws -> Delivery {
        try await session { try await $0.deliver(segments, size: size, envelope: envelope) }
    }

    /// Greets and signs in and says goodbye: whether letters could be sent.
    public func probe() async throws {
        try await session { _ in }
    }

    /// Several letters over one connection.
    ///
    /// A refused letter leaves the session usable; after a lost connection every further call fails at once.
    public func session<Value: Sendable>(
        _ body: (SMTPClientSession) async throws -> Value
    ) async throws -> Value {
        let connection = try await Connection.open(to: server, within: timeouts.connect, transcript: transcript)
        do {
            let session = SMTPClientSession(self, connection)
            try await session.begin()
            let value = try await body(session)
            await session.quit()
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

/// What became of a letter that the server took for at least one recipient.
public struct Delivery: Sendable {
    public let accepted: [SMTPAddress]
    /// Those the server did not take, each with its reason.
    public let refused: [(recipient: SMTPAddress, reason: MailTransportError)]
    /// The server's words at the end, which often name its queue's id.
    public let reply: ServerReply
}
