// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A signed-in or not yet signed-in IMAP connection. Drives an `IMAPMachine` over a `Connection`; its verbs are one file each.
///
/// Used by one task. After an error that is not a plain refusal it can only be closed.
final class IMAPConnection {
    let server: MailServer
    let credentials: Credentials
    /// How long the server may take for each answer.
    let patience: Duration
    private let line: Connection
    private var machine = IMAPMachine()
    private(set) var isEncrypted: Bool

    private init(_ line: Connection, _ credentials: Credentials, patience: Duration) {
        server = line.server
        self.line = line
        self.credentials = credentials
        self.patience = patience
        isEncrypted = line.server.security == .tls
    }

    /// Connects, takes the greeting, and turns on TLS as the server's security asks for. Does not sign in.
    static func open(
        to server: MailServer, as credentials: Credentials, patience: Duration, transcript: Transcript
    ) async throws -> IMAPConnection {
        let line = try await Connection.open(to: server, within: patience, transcript: transcript)
        let connection = IMAPConnection(line, credentials, patience: patience)
        do {
            try await connection.greet()
            return connection
        } catch {
            await line.close()
            throw error
        }
    }

    var isLoopback: Bool { line.isLoopback }
    var hasNews: Bool { machine.hasNews }
    var messages: UInt32 { machine.messages }

    func can(_ capability: String) -> Bool { machine.capabilities?.contains(capability) ?? false }

    var capabilities: Set<String> { machine.capabilities ?? [] }

    var literals: IMAPCommand.Literals {
        can("LITERAL+") ? .immediate : .synchronizing
    }

    func forgetNews() { machine.forgetNews() }

    func forgetCapabilities() { machine.forgetCapabilities() }

    func close() async { await line.close() }

    // MARK: Steps

    func start(_ command: IMAPCommand) async throws {
        try await send(machine.start(command))
    }

    func answer(_ words: String, shown: String? = nil) async throws {
        try await send(machine.answer(words, shown: shown))
    }

    func send(_ chunk: IMAPCommand.Chunk) async throws {
        try await line.write(ByteBuffer(bytes: chunk.bytes), shown: chunk.shown, within: patience)
    }

    /// The next step, waiting for the server as long as it may take.
    func step() async throws -> IMAPMachine.Step {
        while true {
            if let step = try stepAtHand() { return step }
            machine.receive(try await read(within: patience))
        }
    }

    /// The next step of what has come in already.
    func stepAtHand() throws -> IMAPMachine.Step? {
        do {
            return try machine.next()
        } catch {
            throw MailTransportError(.protocolViolation, retry: .soon, said: "\(server) sent \(error.words).")
        }
    }

    func receive(_ bytes: ByteBuffer) { machine.receive(bytes) }

    /// A way to read that another task may hold, for as long as nobody else reads.
    var reading: @Sendable (Duration) async throws -> ByteBuffer {
        { [line] in try await line.readSome(within: $0) }
    }

    private func read(within limit: Duration) async throws -> ByteBuffer {
        do {
            return try await line.readSome(within: limit)
        } catch let error as MailTransportError where error.code == .closed {
            throw closed(by: error)
        }
    }

    /// A broken connection, with the words with which the server took its leave.
    func closed(by error: MailTransportError) -> MailTransportError {
        guard let words = machine.farewell else { return error }
        let reply = ServerReply(text: hush(words))
        return MailTransportError(
            .closed, retry: .soon, said: "\(server) closed the connection: “\(reply.text)”", reply: reply,
            underlying: error)
    }

    // MARK: Whole commands

    /// Runs a command to its end; a refusal comes back as a status that is not OK.
    func run(_ command: IMAPCommand, _ told: (IMAPResponse) -> Void = { _ in }) async throws -> IMAPStatus {
        try await start(command)
        while true {
            switch try await step() {
            case .send(let chunk): try await send(chunk)
            case .told(let response): told(response)
            case .asked: try await answer("*")
            case .finished(let status): return status
            case .greeted, .bodyBegins, .body, .bodyEnds: break
            }
        }
    }

    /// Runs a command that has to succeed.
    @discardableResult
    func perform(_ command: IMAPCommand, _ told: (IMAPResponse) -> Void = { _ in }) async throws -> IMAPStatus {
        let status = try await run(command, told)
        guard status.kind == .ok else { throw refused(command.name, status) }
        return status
    }

    func refused(_ command: String, _ status: IMAPStatus) -> MailTransportError {
        let reply = ServerReply(text: hush(status.text))
        return MailTransportError(
            status.kind == .bad ? .protocolViolation : .busy, retry: .soon,
            said: "\(server) refused \(command): “\(reply.text)”", reply: reply)
    }

    /// A server's words without our secrets and on one line.
    func hush(_ words: String) -> String { scrubbed(words, hiding: [credentials.secret]) }

    // MARK: Opening

    private func greet() async throws {
        guard case .greeted(let greeting) = try await step() else { return }
        if greeting.kind == .bye {
            let reply = ServerReply(text: hush(greeting.text))
            throw MailTransportError(
                .busy, retry: .soon, said: "\(server) turned us away: “\(reply.text)”", reply: reply)
        }
        isSignedIn = greeting.kind == .preauth
        try await askCapabilities()
        try await startTLS()
    }

    var isSignedIn = false

    /// Nothing that came in the open may be taken for an encrypted answer.
    func encrypt() async throws {
        guard machine.isDrained else {
            throw MailTransportError(
                .protocolViolation, retry: .soon,
                said: "\(server) sent data in the open where encryption had to begin.")
        }
        try await line.encrypt(within: patience)
        isEncrypted = true
        forgetCapabilities()
    }
}
