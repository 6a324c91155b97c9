// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Logging
import MailTransport
import Planning
import Store
import Testing
import Vault
import WebClient

@testable import Engine

@Suite("A line of the log")
struct LogTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func logger(_ format: RingLogHandler.Format = .text) -> Logger {
        let ring = LogRing(folder: folder.path("logs"), days: 7) { noon }
        return Logger(label: "test") { _ in RingLogHandler(ring, as: format, now: { noon }) }
    }

    private var lines: [String] { LogRing.lines(in: folder.path("logs"), limit: 100) }

    @Test("P86 is one line, bounded, and names no address, whatever it is given")
    func scrubbed() {
        logger().notice(
            "Jira said:\nno user <eve@example.org>, mailto:bob@example.org",
            metadata: ["said": "\(String(repeating: "long ", count: 200))", "plain": "word", "empty": ""])
        #expect(lines.count == 1)
        let line = lines.first ?? ""
        let words =
            "2026-11-22T12:00:00Z notice Jira said: no user <(address)>, mailto:(address) empty=\"\" plain=word said=\"long"
        #expect(line.hasPrefix(words))
        #expect(line.count < 500)
        #expect(line.hasSuffix("…\""))
    }

    @Test("is JSON where that is asked for")
    func json() {
        logger(.json).warning("late", metadata: ["job": "1", "said": "a \"quoted\" word"])
        #expect(
            lines == [
                #"{"about":{"job":"1","said":"a \"quoted\" word"},"level":"warning","message":"late","time":"2026-11-22T12:00:00Z"}"#
            ])
    }

    @Test("is left out below its level")
    func level() {
        logger().debug("not this")
        #expect(lines.isEmpty)
    }

    @Test("P86 says of a failure which it was, and nothing that the other side said")
    func failures() throws {
        #expect(label(of: MailTransportError(.busy, retry: .soon, said: "eve is away")) == "mail/busy")
        #expect(label(of: WaitsItsTurn(pause: .zero, isNewlyPlanned: false)) == "WaitsItsTurn")
    }

    @Test("P84, P85 shows equal senders and subjects as equal, and shows neither, nor any recipient")
    func hashes() async throws {
        try await withWorkplace { place in
            let ring = LogRing(folder: folder.path("logs"), days: 7) { noon }
            let engine = Engine(
                store: place.store, connections: place.connections, settings: place.engine.settings, time: place.time,
                logger: Logger(label: "test") { _ in RingLogHandler(ring, now: { noon }) })
            for (id, subject) in [("1", "Stripes"), ("2", "Stripes"), ("3", "Smoke")] {
                let job = try await place.take(letter(subject: subject, id: "\(id)@example.com"))
                for job in try await place.store.claim(.letter, limit: 1, at: place.time.now) {
                    await LetterLine(engine: engine).work(on: job)
                }
                #expect(try await place.audit(job)?.disposition == .created)
            }
            #expect(lines.count == 3)
            func value(_ name: String, _ line: Int) -> Substring? {
                lines[line].split(separator: " ").first { $0.hasPrefix("\(name)=") }
            }
            #expect(lines.allSatisfy { $0.contains(" info letter done disposition=created job=") })
            #expect(value("sender", 0) == value("sender", 2))
            #expect(value("subject", 0) == value("subject", 1))
            #expect(value("subject", 0) != value("subject", 2))
            for word in ["ada", "support@", "example", "Stripes", "Smoke", "printer"] {
                #expect(!lines.joined().contains(word), "\(word)")
            }
            // The hash is no look-up hash of the rows.
            let lookUp = hex(place.tenant.keys.hash("ada@example.com", for: .address))
            #expect(!lookUp.hasPrefix(value("sender", 0)?.dropFirst(7) ?? "none"))
        }
    }
}
