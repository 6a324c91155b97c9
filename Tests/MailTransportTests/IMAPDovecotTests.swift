// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import LocalServers
import NIOCore
import Testing

@testable import MailTransport

@Suite(
    "A mailbox on a real Dovecot", .enabled(if: Dovecot.isAvailable, "needs Debian's dovecot-imapd"),
    .timeLimit(.minutes(2)))
struct IMAPDovecotTests {
    /// Real time, except that a source that is offline tries again at once.
    struct Impatience: Timekeeper {
        var now: Date { Date() }
        func sleep(for duration: Duration) async throws {
            try await Task.sleep(for: duration <= .seconds(40) ? .milliseconds(30) : duration)
        }
    }

    private func letter(_ number: Int, size: Int = 0) -> [UInt8] {
        let line = String(repeating: "x", count: 74) + "\r\n"
        let body = String(repeating: line, count: size / 76)
        return Array("From: Ada <ada@example.org>\r\nSubject: Letter \(number)\r\n\r\nHello \(number)\r\n\(body)".utf8)
    }

    private func account(
        _ dovecot: Dovecot, user: String = "alice", password: String = Dovecot.password,
        security: MailServer.Security = .tls, trust: MailServer.Trust? = nil
    ) -> IMAPAccount {
        let port = security == .tls ? dovecot.imapsPort : dovecot.imapPort
        let trust = trust ?? .authorities(pem: dovecot.certificate.certificate)
        return IMAPAccount(
            server: MailServer(host: "localhost", port: port, security: security, trust: trust),
            credentials: Credentials(user: user, password: password))
    }

    /// Runs a source while `during` goes on.
    private func watch(
        _ account: IMAPAccount, _ sink: MemorySink, _ rules: ReadingRules = ReadingRules(),
        time: any Timekeeper = Impatience(), during: (IMAPSource) async throws -> Void
    ) async throws {
        let source = IMAPSource(account, rules: rules, sink: sink, time: time, jitter: { 0 })
        let running = Task { await source.run() }
        do {
            try await during(source)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        await running.value
    }

    private func isOnline(_ sink: MemorySink) -> Bool {
        if case .online? = sink.health.last { true } else { false }
    }

    @Test("tells of a new letter by itself; old ones stay unread", arguments: MailServer.Security.allCases)
    func push(_ security: MailServer.Security) async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        try dovecot.deliver(letter(1), to: "alice")
        let sink = MemorySink(fate: .markSeen)
        try await watch(account(dovecot, security: security), sink) { source in
            await sink.until { !$0.health.isEmpty }
            try dovecot.deliver(letter(2), to: "alice")
            await sink.until { $0.letters.count == 1 }
            source.settle()
            await sink.until { $0.notes.contains { $0.hasPrefix("carried out") } }
        }
        #expect(sink.letters.map(\.bytes) == [letter(2)])
        #expect(try dovecot.flags(of: "alice") == ["", "S"])
    }

    @Test(
        "lets in by the mechanism that it offers, and the password stays out of the transcript",
        arguments: ["login", "plain"])
    func mechanisms(_ mechanism: String) async throws {
        var options = Dovecot.Options()
        options.mechanisms = mechanism
        let dovecot = try await Dovecot.start(options)
        defer { dovecot.stop() }
        let log = TranscriptRecorder()
        let source = IMAPSource(
            account(dovecot), rules: ReadingRules(), sink: MemorySink(), jitter: { 0 }, transcript: log.transcript)
        #expect(await source.ping().isWorking)
        #expect(log.text.contains("AUTHENTICATE \(mechanism.uppercased())"))
        #expect(log.text.contains("****"))
        #expect(!log.text.contains("c2VjcmV0"))
    }

    @Test("lets in by the command LOGIN")
    func login() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        let account = account(dovecot)
        let connection = try await IMAPConnection.open(
            to: account.server, as: account.credentials, patience: .seconds(30), transcript: .off)
        let login = IMAPCommand("LOGIN").string("alice", literals: .synchronizing)
            .string(Dovecot.password, literals: .synchronizing)
        let status = try await connection.run(login)
        #expect(status.kind == .ok)
        await connection.logOut()
    }

    @Test("is polled where it does not offer IDLE")
    func polling() async throws {
        var options = Dovecot.Options()
        options.capabilities = "IMAP4rev1 LITERAL+"
        let dovecot = try await Dovecot.start(options)
        defer { dovecot.stop() }
        let sink = MemorySink(fate: .delete)
        let rules = ReadingRules(strategy: .all, pollInterval: .milliseconds(20))
        try await watch(account(dovecot), sink, rules, time: SystemTime()) { _ in
            await sink.until { !$0.health.isEmpty }
            try dovecot.deliver(letter(1), to: "alice")
            await sink.until { $0.notes.contains { $0.hasPrefix("carried out") } }
        }
        #expect(sink.letters.map(\.bytes) == [letter(1)])
        #expect(try dovecot.flags(of: "alice") == [])
    }

    @Test("gives all there is where that is wanted, and loses what is settled as done")
    func deletion() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        try dovecot.deliver(letter(1), to: "alice", seen: true)
        try dovecot.deliver(letter(2), to: "alice")
        let sink = MemorySink()
        let rules = ReadingRules(strategy: .all, start: .everything)
        try await watch(account(dovecot), sink, rules) { source in
            await sink.until { $0.letters.count == 2 }
            let places = sink.letters.map(\.arrival.place)
            sink.add([Settlement(place: places[0], fate: .delete), Settlement(place: places[1], fate: .leave)])
            source.settle()
            await sink.until { $0.notes.contains { $0.hasPrefix("carried out") } }
        }
        #expect(try dovecot.flags(of: "alice").count == 1)
        // What was left in the mailbox is not fetched again.
        try await watch(account(dovecot), sink, rules) { _ in
            let looks = sink.health.count
            await sink.until { $0.health.count > looks }
        }
        #expect(sink.letters.count == 2)
    }

    @Test("leaves read letters alone where only unread ones are wanted")
    func unread() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        try dovecot.deliver(letter(1), to: "alice", seen: true)
        try dovecot.deliver(letter(2), to: "alice")
        let sink = MemorySink()
        try await watch(account(dovecot), sink, ReadingRules(start: .everything)) { _ in
            await sink.until { $0.letters.count == 1 }
            await sink.until { !$0.health.isEmpty }
        }
        #expect(sink.letters.map(\.bytes) == [letter(2)])
        #expect(try dovecot.flags(of: "alice") == ["", "S"])
    }

    @Test("is looked through anew when it gets new numbers")
    func renumbered() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        let sink = MemorySink()
        try await watch(account(dovecot), sink) { _ in
            await sink.until { !$0.health.isEmpty }
            try dovecot.deliver(letter(1), to: "alice")
            await sink.until { $0.letters.count == 1 }
        }
        try await dovecot.renumber("alice", uidValidity: 4711)
        try await watch(account(dovecot), sink) { source in
            await sink.until { $0.letters.count == 2 }
            // A settlement under the old number has to find nothing.
            sink.add([Settlement(place: sink.letters[0].arrival.place, fate: .markSeen)])
            source.settle()
            await sink.until { $0.notes.contains { $0.hasPrefix("carried out") } }
        }
        #expect(sink.letters[0].bytes == sink.letters[1].bytes)
        #expect(sink.letters[1].arrival.place.uidValidity == 4711)
        #expect(try dovecot.flags(of: "alice") == [""])
    }

    @Test("refuses a wrong password, in its own words")
    func wrongPassword() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        let sink = MemorySink()
        try await watch(account(dovecot, password: "wrong"), sink) { _ in
            await sink.until { !$0.outages.isEmpty }
        }
        let outage = sink.outages[0]
        #expect(outage.code == .authenticationFailed)
        #expect(
            outage.said == "localhost:\(dovecot.imapsPort) refused the user name or the password of alice: "
                + "“Authentication failed.”")
        #expect(outage.nextTry.timeIntervalSince(outage.since) > 1799)
        #expect(sink.outages.count == 1)
    }

    @Test("must show a certificate that is trusted")
    func certificate() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        let source = IMAPSource(
            account(dovecot, trust: .system), rules: ReadingRules(), sink: MemorySink(), jitter: { 0 })
        let ping = await source.ping()
        #expect(!ping.isWorking)
        #expect(ping.lines == ["The certificate of localhost:\(dovecot.imapsPort) is not trusted, or has expired."])
    }

    @Test("is found again after a restart and after a cut connection")
    func restart() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        let sink = MemorySink()
        try await watch(account(dovecot), sink) { _ in
            await sink.until { isOnline($0) }
            dovecot.stop()
            await sink.until { !isOnline($0) }
            try dovecot.deliver(letter(1), to: "alice")
            try await dovecot.resume()
            await sink.until { $0.letters.count == 1 && isOnline($0) }
            let outages = sink.outages.count
            while try await !dovecot.kick("alice") {}
            await sink.until { $0.outages.count > outages && isOnline($0) }
            try dovecot.deliver(letter(2), to: "alice")
            await sink.until { $0.letters.count == 2 }
        }
        #expect(sink.letters.map(\.bytes) == [letter(1), letter(2)])
        #expect(sink.outages[0].code == .closed)
    }

    @Test("gives each letter once though connections are cut while it is fetched")
    func cuts() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        for number in 0..<12 { try dovecot.deliver(letter(number, size: 1_000_000), to: "alice") }
        let sink = MemorySink()
        try await watch(account(dovecot), sink, ReadingRules(start: .everything)) { _ in
            for count in [2, 5, 8] {
                await sink.until { $0.letters.count >= count }
                while try await !dovecot.kick("alice") {}
            }
            await sink.until { $0.letters.count == 12 }
        }
        #expect(Set(sink.letters.map(\.bytes)) == Set((0..<12).map { letter($0, size: 1_000_000) }))
        #expect(sink.letters.count == 12)
    }

    @Test("gives a thousand letters in batches")
    func thousand() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        for number in 0..<1000 { try dovecot.deliver(letter(number), to: "alice") }
        let log = TranscriptRecorder(limit: 100_000)
        let sink = MemorySink(fate: .markSeen)
        let source = IMAPSource(
            account(dovecot), rules: ReadingRules(start: .everything), sink: sink, jitter: { 0 },
            transcript: log.transcript)
        let running = Task { await source.run() }
        await sink.until { $0.letters.count == 1000 }
        source.settle()
        await sink.until { $0.notes.contains { $0.hasPrefix("carried out") } }
        running.cancel()
        await running.value
        #expect(Set(sink.letters.map(\.text)).count == 1000)
        #expect(try dovecot.flags(of: "alice") == Array(repeating: "S", count: 1000))
        #expect(log.text.split(separator: "\n").filter { $0.contains("BODY.PEEK[]") }.count == 20)
    }

    @Test("passes a letter of 25 MB on in pieces")
    func large() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        try dovecot.deliver(letter(1, size: 25_000_000), to: "alice")
        let sink = MemorySink()
        try await watch(account(dovecot), sink, ReadingRules(start: .everything)) { _ in
            await sink.until { $0.letters.count == 1 }
        }
        #expect(sink.letters[0].bytes == letter(1, size: 25_000_000))
        #expect(sink.letters[0].largestPiece <= 128 << 10)
    }

    @Test("tells what a test of the connection has found")
    func ping() async throws {
        let dovecot = try await Dovecot.start()
        defer { dovecot.stop() }
        try dovecot.deliver(letter(1), to: "alice", seen: true)
        try dovecot.deliver(letter(2), to: "alice")
        let source = IMAPSource(
            account(dovecot, security: .startTLS), rules: ReadingRules(), sink: MemorySink(), jitter: { 0 })
        #expect(
            await source.ping()
                == Ping(
                    isWorking: true,
                    lines: [
                        "Connected to localhost:\(dovecot.imapPort), encrypted by TLS.",
                        "Signed in as alice.",
                        "The folder INBOX holds 2 messages, 1 of them unread.",
                        "The server tells of new messages by itself.",
                    ]))
        #expect(try dovecot.flags(of: "alice") == ["", "S"])
    }
}
