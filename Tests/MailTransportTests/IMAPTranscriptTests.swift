// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import MailTransport

@Suite("A watched IMAP mailbox, by transcript", .timeLimit(.minutes(1)))
struct IMAPTranscriptTests {
    struct Scene {
        let sink: MemorySink
        let time: FakeTime
        let source: IMAPSource
    }

    /// Plays a transcript against a source, while `during` moves time and calls the source. Ends with the transcript.
    private func play(
        _ name: String, sink: MemorySink = MemorySink(), rules: ReadingRules = ReadingRules(),
        security: MailServer.Security = .none, password: String = "secret", folder: String = "INBOX",
        during: (Scene) async -> Void = { _ in }
    ) async throws -> Scene {
        let server = try await ScriptServer(try ScriptServer.transcript(name))
        let time = FakeTime()
        let account = IMAPAccount(
            server: MailServer(host: "127.0.0.1", port: server.port, security: security),
            credentials: Credentials(user: "alice", password: password), folder: folder)
        let source = IMAPSource(account, rules: rules, sink: sink, time: time, jitter: { 0 })
        let scene = Scene(sink: sink, time: time, source: source)
        async let playing: Void = server.play()
        let running = Task { await source.run() }
        await during(scene)
        try await playing
        running.cancel()
        await running.value
        #expect(server.mismatches == [], "\(sink.notes)")
        return scene
    }

    /// The server's words about a failure, without its port, which differs from run to run.
    private func said(_ scene: Scene) -> [String] {
        scene.sink.outages.map { $0.said.replacing(#/127\.0\.0\.1:\d+/#, with: "the server") }
    }

    @Test("is listened to, and told when a letter is settled")
    func idlePush() async throws {
        let scene = try await play("dovecot/idle-push", sink: MemorySink(fate: .markSeen)) { scene in
            await scene.sink.until { $0.letters.count == 1 }
            await scene.time.untilAsleep(for: .seconds(540))
            scene.source.settle()
            await scene.sink.until { $0.outages.count == 1 }
        }
        #expect(
            scene.sink.notes == [
                "remember 1700000000 after 3 taken ", "begin 4", "kept 4", "remember 1700000000 after 3 taken 4",
                "carried out 4 mark-seen",
            ])
        #expect(scene.sink.letters[0].text == "From: Ada <ada@example.org>\r\nSubject: Printer\r\n\r\nHello\r\n")
        #expect(scene.sink.letters[0].arrival.received == Date(timeIntervalSince1970: 1_795_330_800))
    }

    @Test("is asked again every nine minutes, though it could tell by itself")
    func idleRenewal() async throws {
        let scene = try await play("dovecot/idle-renewal") { scene in
            await scene.time.pass(.seconds(540))
            await scene.sink.until { $0.health.count == 2 }
            await scene.time.pass(.seconds(540))
            await scene.sink.until { $0.letters.count == 1 }
        }
        #expect(scene.sink.notes.contains("kept 4"))
    }

    @Test("is asked every minute where it cannot tell; other people's marks survive a deletion")
    func polling() async throws {
        let rules = ReadingRules(strategy: .all)
        let scene = try await play("generic/poll-without-idle", sink: MemorySink(fate: .delete), rules: rules) {
            scene in
            await scene.time.pass(.seconds(60))
            await scene.sink.until { $0.letters.count == 1 }
            await scene.time.pass(.seconds(60))
            await scene.sink.until { $0.notes.contains("carried out 4 delete") }
            await scene.sink.until { $0.remembered?.taken.isEmpty == true }
        }
        #expect(
            scene.sink.remembered == MailboxPosition(uidValidity: 1_700_000_000, floor: 3, start: scene.time.now - 120))
    }

    @Test("loses only our own letters when they are deleted")
    func deletion() async throws {
        let rules = ReadingRules(strategy: .all, start: .everything)
        let scene = try await play("generic/delete", sink: MemorySink(fate: .delete), rules: rules) { scene in
            await scene.sink.until { $0.letters.count == 2 }
            await scene.time.pass(.seconds(60))
        }
        #expect(scene.sink.notes.contains("carried out 1 delete, 2 delete"))
    }

    @Test("is fetched on after the connection broke, and nothing twice")
    func cut() async throws {
        let scene = try await play("dovecot/cut-in-body") { scene in
            await scene.time.pass(.seconds(5))
            await scene.sink.until { $0.letters.count == 2 }
        }
        #expect(
            scene.sink.notes.filter { !$0.hasPrefix("remember") } == [
                "begin 4", "kept 4", "begin 5", "abandoned 5", "begin 5", "kept 5",
            ])
    }

    @Test("goes on when one of its messages cannot be fetched, which is reported in the end")
    func poison() async throws {
        let rules = ReadingRules(pollInterval: .seconds(7200))
        let scene = try await play("generic/fetch-refused", rules: rules) { scene in
            for pause in [60, 300, 1800, 7200] { await scene.time.pass(.seconds(pause)) }
        }
        #expect(
            scene.sink.notes.filter { !$0.hasPrefix("remember") } == [
                "begin 4", "kept 4", "begin 6", "kept 6", "unreadable 5: Internal error occurred.",
            ])
        #expect(scene.sink.remembered?.taken.description == "4:6")
    }

    @Test("is looked through anew when its numbers have changed, but not what was there before the first look")
    func renumbered() async throws {
        let time = FakeTime()
        let known = MailboxPosition(uidValidity: 1_700_000_000, floor: 77, start: time.now, taken: UIDSet([78]))
        let scene = try await play("generic/renumbered", sink: MemorySink(position: known)) { scene in
            await scene.sink.until { $0.letters.count == 2 }
            await scene.sink.until { $0.outages.count == 1 }
        }
        #expect(scene.sink.letters.map(\.arrival.place.uid) == [2, 3])
        #expect(scene.sink.remembered?.taken.description == "1:3")
    }

    @Test("keeps messages over the limit to itself; their header is reported")
    func oversized() async throws {
        let scene = try await play("generic/oversized", rules: ReadingRules(sizeLimit: 60_000)) { scene in
            await scene.sink.until { $0.letters.count == 1 }
        }
        #expect(
            scene.sink.notes.filter { !$0.hasPrefix("remember") } == [
                "oversized 4 of 70000 bytes, header of 46", "begin 5", "kept 5",
            ])
    }

    @Test("cannot slip a large message in as a small one")
    func understated() async throws {
        let scene = try await play("generic/size-understated", rules: ReadingRules(sizeLimit: 500)) { scene in
            await scene.sink.until { $0.outages.count == 1 }
        }
        #expect(scene.sink.notes.contains("oversized 4 of 948 bytes, header of 46"))
        #expect(scene.sink.letters.isEmpty)
    }

    @Test("keeps its mail while our disk is full")
    func noRoom() async throws {
        let sink = MemorySink(verdicts: [.insufficientStorage])
        let scene = try await play("generic/no-room", sink: sink) { scene in
            await scene.time.pass(.seconds(5))
            await scene.sink.until { $0.letters.count == 1 }
        }
        #expect(said(scene)[0] == "There is no room to keep letters here; they stay in the mailbox.")
        #expect(scene.sink.outages[0].code == nil)
        #expect(scene.sink.outages[0].nextTry == scene.sink.outages[0].since + 5)
    }

    @Test("gives a letter once more when our side failed with it, and the others meanwhile")
    func ownFailure() async throws {
        let scene = try await play("generic/one-refused-by-us", sink: MemorySink(verdicts: [.failed])) { scene in
            await scene.sink.until { $0.letters.count == 2 }
            await scene.time.pass(.seconds(60))
        }
        #expect(scene.sink.letters.map(\.arrival.place.uid) == [5, 4])
    }

    @Test(
        "is complained about when nothing can be marked in it, and read all the same",
        arguments: ["read-only", "store-refused"])
    func complaints(_ name: String) async throws {
        let scene = try await play("generic/\(name)", sink: MemorySink(fate: .markSeen)) { scene in
            await scene.sink.until { $0.letters.count == 1 }
            await scene.time.pass(.seconds(60))
            await scene.sink.until { !$0.complaints.isEmpty }
        }
        let words = scene.sink.complaints[0].replacing(#/127\.0\.0\.1:\d+/#, with: "the server")
        let expected = [
            "read-only": "The folder INBOX can only be read, so messages cannot be marked or deleted.",
            "store-refused": "the server refused UID STORE: “Quota exceeded”",
        ]
        #expect(words == expected[name])
        #expect(!scene.sink.notes.contains { $0.hasPrefix("carried out") })
    }

    @Test(
        "is understood in the dialect of its server",
        arguments: [
            "generic/no-initial-response", "generic/authenticate-login", "generic/preauth", "generic/no-uidnext",
            "generic/body-before-uid",
            "generic/vanished", "gmail/two-letters", "exchange/flags-in-between",
        ])
    func dialects(_ name: String) async throws {
        let scene = try await play(name) { scene in
            await scene.sink.until { $0.outages.count == 1 }
        }
        let letters = [
            "generic/body-before-uid": [4, 5], "generic/vanished": [5], "gmail/two-letters": [4, 5],
            "exchange/flags-in-between": [4],
        ]
        #expect(scene.sink.letters.map { Int($0.arrival.place.uid) } == letters[name] ?? [])
        #expect(said(scene) == ["the server closed the connection."])
    }

    @Test("takes a password that only a literal can carry")
    func literalPassword() async throws {
        _ = try await play("generic/literal-password", password: "p\u{e4}ssw\u{f6}rd") { scene in
            await scene.sink.until { $0.outages.count == 1 }
        }
    }

    @Test("does not look twice when it tells the same number of messages again")
    func noNews() async throws {
        _ = try await play("generic/exists-told-again") { scene in
            await scene.time.pass(.seconds(540))
            await scene.sink.until { $0.outages.count == 1 }
        }
    }

    @Test("is found dead when it does not answer the renewal")
    func deaf() async throws {
        let scene = try await play("generic/deaf", rules: ReadingRules(patience: .seconds(1))) { scene in
            await scene.time.pass(.seconds(540))
            await scene.sink.until { $0.outages.count == 1 }
        }
        #expect(said(scene) == ["the server did not answer in time."])
        #expect(scene.sink.outages[0].code == .timedOut)
    }

    @Test("is tried half an hour later when it refused the password, which is not told on")
    func wrongPassword() async throws {
        let scene = try await play("dovecot/wrong-password") { scene in
            await scene.sink.until { $0.outages.count == 1 }
            scene.source.settle()
            await scene.time.pass(.seconds(1800))
            await scene.sink.until { $0.health.count == 3 }
        }
        let outage = scene.sink.outages[0]
        #expect(outage.code == .authenticationFailed)
        #expect(
            said(scene)[0]
                == "the server refused the user name or the password of alice: “Authentication failed for ****.”")
        #expect(outage.nextTry == outage.since + 1800)
    }

    @Test("is tried at once on a person's wish")
    func wish() async throws {
        let scene = try await play("dovecot/wrong-password") { scene in
            await scene.sink.until { $0.outages.count == 1 }
            scene.source.poll()
            await scene.sink.until { $0.health.count == 3 }
        }
        #expect(scene.sink.outages[0].failures == 1)
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        let name: String
        var security = MailServer.Security.none
        var folder = "INBOX"
        let code: MailTransportError.Code
        let wait: Int
        let said: String
        var testDescription: String { name }
    }

    static let troubles = [
        Trouble(
            name: "dovecot/shutdown", code: .closed, wait: 5,
            said: "the server closed the connection: “Server shutting down.”"),
        Trouble(
            name: "gmail/too-many-connections", code: .busy, wait: 5,
            said: "the server cannot let us in at present: “Too many simultaneous connections. (Failure)”"),
        Trouble(
            name: "generic/turned-away", code: .busy, wait: 5,
            said: "the server turned us away: “Too many connections from your IP.”"),
        Trouble(
            name: "generic/not-imap", code: .protocolViolation, wait: 5,
            said: "the server sent an answer that is not IMAP."),
        Trouble(
            name: "generic/folder-missing", folder: "Support/Gel\u{f6}scht", code: .mailboxUnavailable, wait: 5,
            said: "the server does not open the folder Support/Gel\u{f6}scht: “Mailbox doesn't exist: Support”"),
        Trouble(
            name: "generic/login-disabled", code: .authenticationUnavailable, wait: 1800,
            said: "the server offers no way to sign in with these credentials."),
        Trouble(
            name: "generic/starttls-missing", security: .startTLS, code: .tlsUnavailable, wait: 5,
            said: "the server does not offer encryption (STARTTLS)."),
        Trouble(
            name: "generic/starttls-preauth", security: .startTLS, code: .tlsUnavailable, wait: 5,
            said: "the server does not offer encryption (STARTTLS)."),
        Trouble(
            name: "generic/starttls-injection", security: .startTLS, code: .protocolViolation, wait: 5,
            said: "the server sent data in the open where encryption had to begin."),
    ]

    @Test("is offline with the server's own words", arguments: troubles)
    func offline(_ trouble: Trouble) async throws {
        let scene = try await play(trouble.name, security: trouble.security, folder: trouble.folder) { scene in
            await scene.sink.until { $0.outages.count == 1 }
        }
        let outage = scene.sink.outages[0]
        #expect(said(scene)[0] == trouble.said)
        #expect(outage.code == trouble.code)
        #expect(outage.nextTry == outage.since + TimeInterval(trouble.wait))
    }
}
