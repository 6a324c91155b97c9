// SPDX-License-Identifier: Apache-2.0

import Fakes
import LocalServers
import Logging
import NIOCore
import Testing

@testable import MailTransport

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func start(
    _ reception: SMTPTestReception, _ change: (inout SMTPServerConfiguration) -> Void = { _ in }
) async throws -> SMTPServer {
    var configuration = SMTPServerConfiguration(port: 0, name: "mx.example.org")
    change(&configuration)
    return try await SMTPServer.start(configuration, delivering: reception, logger: quiet)
}

private func client(
    _ server: SMTPServer, _ security: MailServer.Security = .none, trust: MailServer.Trust = .system,
    as credentials: Credentials? = nil, host: String = "127.0.0.1"
) -> SMTPClient {
    SMTPClient(
        through: MailServer(host: host, port: server.port, security: security, trust: trust), as: credentials,
        name: "client.example.net")
}

private let envelope = Envelope(
    sender: SMTPAddress("ann@example.com"), recipients: [SMTPAddress("help@example.org")!])
private let small = ByteBuffer(string: "Subject: Hi\r\n\r\n.\r\n..\r\nbye\r\n")

@Suite("The SMTP server on a real socket", .timeLimit(.minutes(2)))
struct SMTPServerTests {
    @Test("keeps a letter byte for byte, small or large")
    func whole() async throws {
        let reception = SMTPTestReception()
        let server = try await start(reception)
        var random = SplitMix(state: 3)
        var large = ByteBuffer(string: "Subject: large\r\n\r\n")
        while large.readableBytes < 8_000_000 {
            large.writeString(String(repeating: random.next() % 9 == 0 ? "." : "x", count: Int(random.next() % 90)))
            large.writeString("\r\n")
        }
        let replies = try await client(server).session { session in
            let first = try await session.deliver(small, envelope: envelope)
            let second = try await session.deliver(large, envelope: envelope)
            return [first.reply, second.reply].map(\.description)
        }
        #expect(replies == ["250 2.0.0 Kept as L1", "250 2.0.0 Kept as L2"])
        let first = try #require(await reception.next())
        #expect(first.content == Array(small.readableBytesView))
        #expect(first.session.greeting == "client.example.net")
        #expect(first.session.remote == IPAddress("127.0.0.1"))
        #expect(first.session.protocolName(for: first.envelope) == "ESMTP")
        #expect(first.envelope.declaredSize == small.readableBytes)
        #expect(await reception.next()?.content == Array(large.readableBytesView))
        await server.shutDown(within: .seconds(5))
    }

    @Test("refuses what it is not for, and relays nothing")
    func refusedRecipient() async throws {
        let reception = SMTPTestReception()
        let server = try await start(reception)
        let stranger = Envelope(sender: nil, recipients: [SMTPAddress("ann@elsewhere.example")!])
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server).deliver(small, envelope: stranger)
        }
        #expect(failure?.reply == ServerReply(code: 550, enhanced: "5.1.1", text: "Not for us"))
        #expect(reception.count == 0)
        await server.shutDown(within: .seconds(5))
    }

    @Test(
        "says what went wrong inside, and never 250",
        arguments: [
            (SMTPTestReception.Trouble.atBegin(ReceptionVerdict.insufficientStorage), 452),
            (.atBegin(ChannelError.eof), 451), (.atWrite(ReceptionVerdict.insufficientStorage), 452),
            (.atWrite(ChannelError.eof), 451), (.atFinish(ChannelError.eof), 451),
            (.atFinish(ReceptionVerdict.tooLarge), 552),
        ])
    func trouble(trouble: SMTPTestReception.Trouble, code: Int) async throws {
        let reception = SMTPTestReception(trouble: trouble)
        let server = try await start(reception)
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server).deliver(small, envelope: envelope)
        }
        #expect(failure?.reply?.code == code)
        #expect(reception.count == 0)
        await server.shutDown(within: .seconds(5))
    }

    @Test("gets no letter from who may not send it any more when it is to go")
    func withoutPermission() async throws {
        struct NotAnyMore: Error {}
        let reception = SMTPTestReception()
        let server = try await start(reception)
        let sender = SMTPClient(
            through: MailServer(host: "127.0.0.1", port: server.port, security: .none),
            permission: { throw NotAnyMore() })
        try await sender.probe()
        await #expect(throws: NotAnyMore.self) { try await sender.deliver(small, envelope: envelope) }
        #expect(reception.count == 0)
        await server.shutDown(within: .seconds(5))
    }

    @Test("says 250 only when the letter is kept, and lets it finish while shutting down")
    func shutDown() async throws {
        let gate = Gate()
        let reception = SMTPTestReception(finishGate: gate)
        let server = try await start(reception)
        let delivery = Task { try await client(server).deliver(small, envelope: envelope) }
        await gate.visitor()
        let shutDown = Task { await server.shutDown(within: .seconds(30)) }
        #expect(reception.count == 0)
        await gate.open()
        #expect(try await delivery.value.reply.description == "250 2.0.0 Kept as L1")
        await shutDown.value
        let failure = await #expect(throws: MailTransportError.self) { try await client(server).probe() }
        #expect(failure?.code == .unreachable)
    }

    @Test("ends when the patience with a stuck letter is at its end")
    func shutDownLimit() async throws {
        let gate = Gate()
        let reception = SMTPTestReception(finishGate: gate)
        let server = try await start(reception)
        let delivery = Task { try await client(server).deliver(small, envelope: envelope) }
        await gate.visitor()
        await server.shutDown(within: .milliseconds(50))
        let failure = await #expect(throws: MailTransportError.self) { try await delivery.value }
        #expect(failure?.code == .closed)
        await gate.open()
    }

    @Test("reads no further while the sink is busy")
    func backpressure() async throws {
        let gate = Gate()
        let reception = SMTPTestReception(writeGate: gate)
        let server = try await start(reception) { $0.limits.messageSize = 1 << 30 }
        let address = MailServer(host: "127.0.0.1", port: server.port, security: .none)
        let connection = try await Connection.open(to: address)
        try await connection.write("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n", within: .seconds(10))
        let block = ByteBuffer(string: String(repeating: "0123456789abcde\r\n", count: 1 << 16))
        var taken = 0
        let failure = await #expect(throws: MailTransportError.self) {
            while taken < 200 {
                try await connection.write(block, shown: "", within: .milliseconds(500))
                taken += 1
            }
        }
        #expect(failure?.code == .timedOut)
        #expect(taken < 50)
        await gate.open()
        await reception.abandoned.pass()
        #expect(reception.count == 0)
        await connection.close()
        await server.shutDown(within: .seconds(5))
    }

    @Test("abandons a letter whose sender goes away")
    func goneSender() async throws {
        let reception = SMTPTestReception()
        let server = try await start(reception)
        let address = MailServer(host: "127.0.0.1", port: server.port, security: .none)
        let connection = try await Connection.open(to: address)
        try await connection.write("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n", within: .seconds(10))
        // The letter has begun, and nothing that was read is lost with the connection.
        while try await !connection.readLine(within: .seconds(20)).text.hasPrefix("354") {}
        let block = String(repeating: "0123456789abcde\r\n", count: 1 << 14)
        try await connection.write(block, within: .seconds(10))
        await connection.close()
        await reception.abandoned.pass()
        #expect(reception.count == 0)
        await server.shutDown(within: .seconds(5))
    }

    @Test("lets in whom it is told to, and no more than it is told to")
    func doors() async throws {
        let strict = try await start(SMTPTestReception()) { $0.allowedNetworks = [IPNetwork("192.0.2.0/24")!] }
        let stranger = await #expect(throws: MailTransportError.self) { try await client(strict).probe() }
        #expect(stranger?.reply == ServerReply(code: 554, enhanced: "5.7.1", text: "Not from this address"))
        await strict.shutDown(within: .seconds(5))

        let narrow = try await start(SMTPTestReception()) { $0.limits.connectionsPerClient = 1 }
        let second = try await client(narrow).session { _ in
            await #expect(throws: MailTransportError.self) { try await client(narrow).probe() }
        }
        #expect(second?.code == .busy)
        await narrow.shutDown(within: .seconds(5))
    }

    @Test("hangs up on the silent")
    func silence() async throws {
        let server = try await start(SMTPTestReception()) { $0.limits.commandTimeout = .milliseconds(30) }
        let address = MailServer(host: "127.0.0.1", port: server.port, security: .none)
        let connection = try await Connection.open(to: address)
        #expect(try await connection.readLine(within: .seconds(20)).text == "220 mx.example.org ESMTP Martlet")
        #expect(try await connection.readLine(within: .seconds(20)).text == "421 4.4.2 Nothing heard for too long")
        await connection.close()
        await server.shutDown(within: .seconds(5))
    }

    @Test("says in words when it cannot listen")
    func takenPort() async throws {
        let first = try await start(SMTPTestReception())
        let failure = await #expect(throws: MailTransportError.self) {
            try await start(SMTPTestReception()) { $0.port = first.port }
        }
        #expect(failure?.code == .cannotListen)
        #expect(failure?.said.hasPrefix("Mail cannot be received on 127.0.0.1, port \(first.port): ") == true)
        await first.shutDown(within: .seconds(5))
    }
}

@Suite(
    "Encryption between SMTP client and server", .timeLimit(.minutes(2)),
    .enabled(if: Program.exists("openssl"), "needs openssl"))
struct SMTPEncryptionTests {
    private let folder = try! TemporaryFolder()

    private func identity(_ names: [String] = ["DNS:localhost", "IP:127.0.0.1"]) async throws -> (TLSIdentity, String) {
        let made = try await LocalCertificate.make(in: folder, names: names)
        return (try TLSIdentity(certificateChain: made.certificate, privateKey: made.privateKey), made.certificate)
    }

    @Test("works by STARTTLS and from the first byte, with sign-in", arguments: [MailServer.Security.startTLS, .tls])
    func works(security: MailServer.Security) async throws {
        let (identity, pem) = try await identity()
        let reception = SMTPTestReception()
        let server = try await start(reception) {
            $0.encryption = security == .tls ? .tls(identity) : .startTLSRequired(identity)
            $0.authentication = .required { $0 == "ann" && $1 == "sesame" }
        }
        let right = client(
            server, security, trust: .authorities(pem: pem), as: Credentials(user: "ann", password: "sesame"),
            host: "localhost")
        #expect(try await right.deliver(small, envelope: envelope).reply.description == "250 2.0.0 Kept as L1")
        let letter = try #require(await reception.next())
        #expect(letter.session.isEncrypted)
        #expect(letter.session.user == "ann")
        #expect(letter.session.protocolName(for: letter.envelope) == "ESMTPSA")
        let wrong = client(
            server, security, trust: .authorities(pem: pem), as: Credentials(user: "ann", password: "open"))
        let failure = await #expect(throws: MailTransportError.self) { try await wrong.probe() }
        #expect(failure?.code == .authenticationFailed)
        let anonymous = client(server, security, trust: .anyone)
        let unknown = await #expect(throws: MailTransportError.self) {
            try await anonymous.deliver(small, envelope: envelope)
        }
        #expect(unknown?.code == .authenticationRequired)
        let open = client(server)
        if security == .startTLS {
            let refused = await #expect(throws: MailTransportError.self) {
                try await open.deliver(small, envelope: envelope)
            }
            #expect(refused?.reply == ServerReply(code: 530, enhanced: "5.7.0", text: "Say STARTTLS first"))
        }
        await server.shutDown(within: .seconds(5))
    }

    @Test("is refused with a certificate that nobody vouches for, or for another name")
    func certificates() async throws {
        let (identity, pem) = try await identity(["DNS:elsewhere.example"])
        let server = try await start(SMTPTestReception()) { $0.encryption = .startTLS(identity) }
        let unknown = await #expect(throws: MailTransportError.self) {
            try await client(server, .startTLSIfOffered, host: "localhost").probe()
        }
        #expect(unknown?.code == .certificateRejected)
        #expect(unknown?.retry == .whenReauthorized)
        #expect(
            unknown?.said == "The certificate of localhost:\(server.port) is not trusted, or has expired.")
        for host in ["localhost", "127.0.0.1"] {
            let other = await #expect(throws: MailTransportError.self) {
                try await client(server, .startTLS, trust: .authorities(pem: pem), host: host).probe()
            }
            #expect(other?.code == .certificateRejected)
            #expect(other?.said == "The certificate of \(host):\(server.port) is for another name.")
        }
        try await client(server, .startTLS, trust: .anyone).probe()
        await server.shutDown(within: .seconds(5))
    }

    @Test("is said not to work in words when the files do not fit")
    func badIdentity() {
        let failure = #expect(throws: MailTransportError.self) {
            try TLSIdentity(certificateChain: "nonsense", privateKey: "more")
        }
        #expect(failure?.code == .invalidConfiguration)
    }
}
