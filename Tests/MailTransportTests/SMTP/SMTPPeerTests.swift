// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import LocalServers
import Logging
import NIOCore
import Testing

@testable import MailTransport

private let letter = ByteBuffer(
    string: "From: ann@example.com\r\nSubject: Gr\u{fc}\u{df}e\r\nMessage-ID: <1@example.com>\r\n"
        + "Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n\r\nfirst\r\n.dot\r\n..\r\nlast\r\n")

@Suite("Together with real mail programs", .serialized, .timeLimit(.minutes(3)))
struct SMTPPeerTests {
    private func start(
        _ reception: SMTPTestReception, _ change: (inout SMTPServerConfiguration) -> Void = { _ in }
    ) async throws -> SMTPServer {
        var configuration = SMTPServerConfiguration(port: 0, name: "mx.example.org")
        change(&configuration)
        return try await SMTPServer.start(
            configuration, delivering: reception, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(
        "a letter goes from our client through Postfix to our server, encrypted both ways",
        .enabled(if: Postfix.isAvailable && Program.exists("openssl"), "needs Debian's postfix, openssl and root"))
    func postfix() async throws {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        let identity = try TLSIdentity(
            certificateChain: certificate.certificate, privateKey: certificate.privateKey)
        let reception = SMTPTestReception()
        let server = try await start(reception) { $0.encryption = .startTLSRequired(identity) }
        let postfix = try await Postfix.start(
            in: folder, relayTo: server.port,
            settings: [
                "smtpd_tls_cert_file": certificate.certificatePath, "smtpd_tls_key_file": certificate.privateKeyPath,
                "smtpd_tls_security_level": "encrypt", "smtp_tls_security_level": "encrypt",
            ])
        defer { postfix.stop() }
        let client = SMTPClient(
            through: MailServer(
                host: "127.0.0.1", port: postfix.port, security: .startTLS,
                trust: .authorities(pem: certificate.certificate)),
            name: "client.example.net")
        let recipients = ["help@example.org", "j\u{fc}rgen@example.org"].compactMap(SMTPAddress.init)
        let delivery = try await client.deliver(
            letter,
            envelope: Envelope(
                sender: SMTPAddress("ann@example.com"), recipients: recipients, isInternationalized: true))
        #expect(delivery.accepted == recipients)
        #expect(delivery.reply.text.hasPrefix("Ok: queued as "))
        let arrived = try #require(await reception.next())
        #expect(String(decoding: arrived.content, as: UTF8.self).hasSuffix(letter.text))
        #expect(arrived.envelope.recipients == recipients)
        #expect(arrived.session.greeting == "postfix.example.org")
        #expect(arrived.session.protocolName(for: arrived.envelope) == "UTF8SMTPS")
        await server.shutDown(within: .seconds(5))
    }

    @Test(
        "a hundred letters over ten sessions from smtp-source are all kept",
        .enabled(if: Program.exists("smtp-source"), "needs Debian's postfix"))
    func smtpSource() async throws {
        let reception = SMTPTestReception()
        let server = try await start(reception)
        let result = try await Program.run([
            "smtp-source", "-s", "10", "-m", "100", "-l", "4096", "-f", "a@example.com", "-t", "b@example.org",
            "127.0.0.1:\(server.port)",
        ])
        #expect(result.status == 0, "\(result.output)")
        #expect(reception.count == 100)
        await server.shutDown(within: .seconds(5))
    }

    @Test(
        "a letter is taken by aiosmtpd after STARTTLS and sign-in",
        .enabled(
            if: Program.python(with: "aiosmtpd") != nil && Program.exists("openssl"),
            "needs PyPI's aiosmtpd and openssl"))
    func aiosmtpd() async throws {
        let folder = try TemporaryFolder()
        let certificate = try await LocalCertificate.make(in: folder)
        let script = try folder.write(Self.catcher, to: "catcher.py")
        let port = try await freePort()
        let python = try #require(Program.python(with: "aiosmtpd"))
        let server = try await ServerProcess.start(
            [
                python, script, "\(port)", certificate.certificatePath, certificate.privateKeyPath,
                folder.path("letter"),
            ], in: folder, listeningOn: port)
        defer { server.stop() }
        let address = MailServer(
            host: "localhost", port: port, security: .startTLS, trust: .authorities(pem: certificate.certificate))
        let client = SMTPClient(
            through: address, as: Credentials(user: "ann", password: "s\u{e9}same"), name: "client.example.net")
        let delivery = try await client.deliver(
            letter,
            envelope: Envelope(
                sender: SMTPAddress("ann@example.com"), recipients: [SMTPAddress("help@example.org")!]))
        #expect(delivery.accepted.count == 1)
        let caught = try Data(contentsOf: URL(fileURLWithPath: folder.path("letter")))
        #expect(String(decoding: caught, as: UTF8.self) == letter.text)
        let wrong = SMTPClient(
            through: address, as: Credentials(user: "ann", password: "open"), name: "client.example.net")
        let failure = await #expect(throws: MailTransportError.self) { try await wrong.probe() }
        #expect(failure?.code == .authenticationFailed)
    }

    private static let catcher = """
        import ssl, sys, time
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, LoginPassword
        port, certificate, key, place = sys.argv[1:]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        class Catcher:
            async def handle_DATA(self, server, session, envelope):
                open(place, "wb").write(envelope.original_content)
                return "250 2.0.0 Caught"
        def check(server, session, envelope, mechanism, proof):
            right = isinstance(proof, LoginPassword) and proof.password == "s\u{e9}same".encode()
            return AuthResult(success=right, handled=False)
        Controller(Catcher(), hostname="127.0.0.1", port=int(port), tls_context=context, require_starttls=True,
            authenticator=check, auth_required=True).start()
        while True: time.sleep(1000)

        """
}
