// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import LocalServers
import NIOCore
import Testing

@testable import MailTransport

/// Plays a recorded session from the fixtures.
func scriptedServer(_ name: String) async throws -> ScriptedServer {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("Fixtures/sessions/smtp/\(name).txt")
    return try await ScriptedServer.start(try String(contentsOf: file, encoding: .utf8))
}

@Suite("The SMTP client, against recorded servers,")
struct SMTPClientTests {
    static let letter = ByteBuffer(string: "Subject: Hello\r\n\r\nOne line\r\n.two dots\r\n")
    static let sender = SMTPAddress("martlet@example.net")!

    private func client(
        _ port: Int, security: MailServer.Security = .none, as credentials: Credentials? = nil,
        transcript: Transcript = .off
    ) -> SMTPClient {
        SMTPClient(
            through: MailServer(host: "127.0.0.1", port: port, security: security), as: credentials,
            name: "martlet.example.net", transcript: transcript)
    }

    private func envelope(_ recipients: String...) -> Envelope {
        Envelope(sender: Self.sender, recipients: recipients.compactMap(SMTPAddress.init))
    }

    @Test("says for each recipient what became of it")
    func pipelined() async throws {
        let server = try await scriptedServer("postfix/pipelined")
        let recorder = TranscriptRecorder()
        let delivery = try await client(server.port, transcript: recorder.transcript).deliver(
            Self.letter, envelope: envelope("ann@example.org", "gone@example.org", "bob@example.org"))
        #expect(await server.finish() == [])
        #expect(delivery.accepted.map(\.rawValue) == ["ann@example.org", "bob@example.org"])
        #expect(delivery.refused.map(\.recipient.rawValue) == ["gone@example.org"])
        let reason = try #require(delivery.refused.first?.reason)
        #expect(reason.code == .recipientsRefused)
        #expect(reason.retry == .never)
        #expect(
            reason.said
                == "127.0.0.1:\(server.port) refused gone@example.org: 550 5.1.1 <gone@example.org>: Recipient "
                + "address rejected: User unknown in local recipient table")
        #expect(delivery.reply == ServerReply(code: 250, enhanced: "2.0.0", text: "Ok: queued as 4XyZ1b0c2Dz9v"))
        #expect(recorder.text.contains("C: MAIL FROM:<martlet@example.net> SIZE=39\nC: RCPT TO:<ann@example.org>"))
        #expect(!recorder.text.contains("One line"))
    }

    @Test("signs in by LOGIN where nothing better is offered")
    func login() async throws {
        let server = try await scriptedServer("exchange/login")
        let recorder = TranscriptRecorder()
        let client = client(
            server.port, as: Credentials(user: "martlet", password: "sesame"), transcript: recorder.transcript)
        let delivery = try await client.deliver(Self.letter, envelope: envelope("ann@example.org"))
        #expect(await server.finish() == [])
        #expect(delivery.refused.isEmpty)
        #expect(!recorder.text.contains("c2VzYW1l"))
        #expect(recorder.text.contains("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ****\n"))
    }

    @Test("sends several letters over one connection, also after a refused one and without EHLO")
    func reuse() async throws {
        let server = try await scriptedServer("minimal/helo")
        let delivery = try await client(server.port).session { session in
            let bounce = Envelope(sender: nil, recipients: [SMTPAddress("gone@example.org")!])
            await #expect(throws: MailTransportError.self) { try await session.deliver(Self.letter, envelope: bounce) }
            return try await session.deliver(Self.letter, envelope: envelope("ann@example.org"))
        }
        #expect(delivery.reply == ServerReply(code: 250, text: ""))
        #expect(await server.finish() == [])
    }

    @Test(
        "sorts refusals by what helps against them",
        arguments: [
            (
                "postfix/greylisted", MailTransportError.Code.recipientsRefused,
                MailTransportError.Retry.after(.seconds(300)),
                "refused ann@example.org: 450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, "
                    + "see http://postgrey.example.org/"
            ),
            (
                "postfix/full", .senderRefused, .after(.seconds(300)),
                "refused the sender: 452 4.3.1 Insufficient system storage"
            ),
            (
                "minimal/goodbye", .busy, .after(.seconds(60)),
                "asks to come back later: 421 4.3.2 Going down for maintenance"
            ),
        ])
    func refusals(
        name: String, code: MailTransportError.Code, retry: MailTransportError.Retry, words: String
    ) async throws {
        let server = try await scriptedServer(name)
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server.port).deliver(Self.letter, envelope: envelope("ann@example.org"))
        }
        #expect(await server.finish() == [])
        #expect(failure?.code == code)
        #expect(failure?.retry == retry)
        #expect(failure?.said == "127.0.0.1:\(server.port) \(words)")
    }

    @Test("does not let a server's words give the password away")
    func wrongPassword() async throws {
        let server = try await scriptedServer("exchange/wrong-password")
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server.port, as: Credentials(user: "martlet", password: "sesame")).probe()
        }
        #expect(await server.finish() == [])
        #expect(failure?.code == .authenticationFailed)
        #expect(failure?.retry == .whenReauthorized)
        #expect(
            failure?.said
                == "127.0.0.1:\(server.port) refused the sign-in: 535 5.7.8 Username and password not accepted: "
                + "**** **** See https://support.example.org/")
        #expect(failure.map { String(reflecting: $0).contains("sesame") } == false)
    }

    @Test("hears out a server that refuses a token")
    func refusedToken() async throws {
        let server = try await scriptedServer("exchange/oauth-refused")
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server.port, as: Credentials(user: "martlet", bearer: "token")).probe()
        }
        #expect(await server.finish() == [])
        #expect(failure?.code == .authenticationFailed)
    }

    @Test("refuses to go on without encryption where it is required")
    func noTLS() async throws {
        let server = try await ScriptedServer.start("S: 220 mx\nC: EHLO martlet.example.net\nS: 250 mx")
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server.port, security: .startTLS).probe()
        }
        #expect(await server.finish() == [])
        #expect(failure?.code == .tlsUnavailable)
        #expect(
            failure?.said
                == "127.0.0.1:\(server.port) does not offer encryption (STARTTLS), which this connection requires.")
    }

    @Test("takes what is said in the open behind STARTTLS for an attack")
    func injectedReply() async throws {
        let server = try await ScriptedServer.start(
            "S: 220 mx\nC: EHLO martlet.example.net\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n"
                + #"S: 220 go\r\n250-evil\r\n250 AUTH PLAIN"#)
        let failure = await #expect(throws: MailTransportError.self) {
            try await client(server.port, security: .startTLS).probe()
        }
        _ = await server.finish()
        #expect(failure?.code == .protocolViolation)
    }

    @Test("does not send what the server cannot take")
    func beforehand() async throws {
        let script = "S: 220 mx\nC: EHLO martlet.example.net\nS: 250-mx\nS: 250 SIZE 20\nC: *"
        let large = try await ScriptedServer.start(script)
        let tooLarge = await #expect(throws: MailTransportError.self) {
            try await client(large.port).session { try await $0.deliver(Self.letter, envelope: envelope("a@b")) }
        }
        _ = await large.finish()
        #expect(tooLarge?.code == .tooLarge)
        #expect(tooLarge?.said == "The letter has 39 bytes and 127.0.0.1:\(large.port) takes 20 at most.")
        let foreign = try await ScriptedServer.start(script)
        let needsUTF8 = await #expect(throws: MailTransportError.self) {
            try await client(foreign.port).deliver(Self.letter, envelope: envelope("jürgen@example.org"))
        }
        _ = await foreign.finish()
        #expect(needsUTF8?.code == .needsUTF8)
        #expect(needsUTF8?.retry == .never)
    }

    @Test(
        "survives servers that speak no SMTP",
        arguments: [
            ("S: SSH-2.0-OpenSSH_9.2", MailTransportError.Code.protocolViolation), ("X: close", .closed),
            ("S: 220 x\nC: *\nS: 250-half\nX: close", .closed), ("S: 220 x\nC: *\nS: 999 what", .protocolViolation),
            ("S: 554 5.7.1 Not you", .letterRefused), ("S: 354 what", .letterRefused),
        ])
    func gibberish(script: String, code: MailTransportError.Code) async throws {
        let server = try await ScriptedServer.start(script)
        let failure = await #expect(throws: MailTransportError.self) { try await client(server.port).probe() }
        _ = await server.finish()
        #expect(failure?.code == code)
    }

    @Test("names a server that cannot be reached")
    func unreachable() async throws {
        let port = try await freePort()
        let failure = await #expect(throws: MailTransportError.self) { try await client(port).probe() }
        #expect(failure?.code == .unreachable)
        #expect(failure?.retry == .soon)
        #expect(failure?.said == "127.0.0.1:\(port) could not be reached: the connection was refused.")
    }

    @Test("gives up on a silent server in time, and at once when cancelled")
    func silence() async throws {
        let server = try await ScriptedServer.start("")
        var timeouts = SMTPClient.Timeouts()
        timeouts.command = .milliseconds(30)
        let address = MailServer(host: "127.0.0.1", port: server.port, security: .none)
        let impatient = SMTPClient(through: address, timeouts: timeouts)
        let failure = await #expect(throws: MailTransportError.self) { try await impatient.probe() }
        #expect(failure?.code == .timedOut)
        #expect(failure?.said == "127.0.0.1:\(server.port) did not answer in time.")
        let patient = Task { try await SMTPClient(through: address).probe() }
        patient.cancel()
        await #expect(throws: CancellationError.self) { try await patient.value }
        _ = await server.finish()
    }
}
