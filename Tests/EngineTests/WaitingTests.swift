// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import Logging
import MailTransport
import Planning
import Store
import Testing

@testable import Engine
@testable import Sandbox

@Suite("Work that waits")
struct WaitingTests {
    private let day: Double = 86_400
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var lines: [String] { LogRing.lines(in: folder.path("logs"), limit: 100) }

    /// The place's engine, with a log and a way to tell operators.
    private func engine(of place: Workplace, port: Int? = nil) -> Engine {
        let ring = LogRing(folder: folder.path("logs"), days: 90) { noon }
        var settings = place.engine.settings
        settings.alerts = AlertRoute(
            server: .init(host: "127.0.0.1", port: port ?? place.sandbox.smtpPort, security: .none), credentials: nil,
            from: "martlet@example.com", to: ["ops@example.com"], console: "https://martlet.example.com")
        return Engine(
            store: place.store, connections: place.connections, settings: settings, time: place.time,
            logger: Logger(label: "test") { _ in RingLogHandler(ring, now: { noon }) })
    }

    @Test("is never cut, and is told of once after a day, once after a week, and once after 25 days")
    func ages() async throws {
        try await withWorkplace { place in
            let watch = WaitingWatch(engine: engine(of: place))
            let letter = try await place.take(letter())
            try await place.tenant.park(letter, said: "The project is not there.")
            let event = try place.tenant.newBody(.event, receivedAt: place.time.now)
            try event.append(Array("{}".utf8))
            _ = try await place.tenant.receive(
                Arrival(source: "webhook/jira", body: event, payload: Data("{}".utf8), identity: nil))
            place.time.advance(day - 2)
            await watch.look()
            #expect(lines.isEmpty)
            var told: [Int] = []
            for hours in 0..<(40 * 24) {
                await watch.look()
                if lines.count > told.count { told.append(hours) }
                place.time.advance(3600)
                if hours % 24 == 0 { await Sweeper(engine: place.engine).sweep() }
            }
            #expect(told == [1, 6 * 24 + 1, 24 * 24 + 1])
            let begin = "2026-11-22T12:00:00Z warning work waits"
            #expect(
                lines == [
                    "\(begin) days=1 events=1 letters=1 tenant=acme", "\(begin) days=7 events=1 letters=1 tenant=acme",
                    "\(begin) days=25 events=1 letters=1 tenant=acme",
                ])
            #expect(
                try await place.standing(letter)
                    == Standing(state: .parked, due: nil, said: "The project is not there."))
            #expect(
                await place.sandbox.told() == [
                    "ops@example.com: Martlet: 1 letter and 1 event of acme wait for more than a day",
                    "ops@example.com: Martlet: 1 letter and 1 event of acme wait for more than 7 days",
                    "ops@example.com: Martlet: 1 letter and 1 event of acme wait for more than 25 days",
                ])
        }
    }

    @Test("is told of in words that say how much and since when, and nothing of what it is")
    func words() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            place.time.advance(8 * day)
            await WaitingWatch(engine: engine(of: place)).look()
            let mails = await place.sandbox.mails()
            #expect(mails.count == 1)
            let text = String(decoding: mails.first ?? [], as: UTF8.self)
            #expect(
                text.contains(
                    "1 letter of acme waits for more than 7 days. The oldest came on 2026-11-22."))
            #expect(text.contains("Auto-Submitted: auto-generated"))
            let plain = text.replacing("=\r\n", with: "").replacing("\r\n", with: " ").replacing("=20", with: "")
            #expect(plain.contains("at https://martlet.example.com/letters and https://martlet.example.com/events."))
            for word in ["printer", "ada@", "support@"] { #expect(!text.contains(word), "\(word)") }
        }
    }

    @Test("is told of again within the hour where the mail could not be sent")
    func unsent() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            place.time.advance(2 * day)
            let port = try await freePort()
            await WaitingWatch(engine: engine(of: place, port: port)).look()
            #expect(lines.last?.contains("error waiting work cannot be told of error=mail/unreachable") == true)
            await WaitingWatch(engine: engine(of: place)).look()
            #expect(await place.sandbox.told().count == 1)
            await WaitingWatch(engine: engine(of: place)).look()
            #expect(await place.sandbox.told().count == 1)
        }
    }

    @Test("is told of although another tenant's cannot be told of")
    func othersTrouble() async throws {
        try await withWorkplace { place in
            let globex = TenantID("globex")!
            try await place.store.createTenant(globex, name: "Globex", at: noon)
            for tenant in [place.tenant, try await place.store.tenant(globex)] {
                _ = try await tenant.receive(
                    Arrival(
                        source: "smtp", body: try tenant.newBody(.letter, receivedAt: noon), payload: Data("{}".utf8),
                        identity: nil))
            }
            place.time.advance(2 * day)
            await WaitingWatch(engine: engine(of: place, port: try await freePort())).look()
            func said(_ tenant: TenantID) -> [String] {
                let begin = "2026-11-22T12:00:00Z"
                return [
                    "\(begin) warning work waits days=1 events=0 letters=1 tenant=\(tenant)",
                    "\(begin) error waiting work cannot be told of error=mail/unreachable tenant=\(tenant)",
                ]
            }
            #expect(lines == said(acme) + said(globex))
        }
    }

    @Test("is not told of once it is done")
    func done() async throws {
        try await withWorkplace { place in
            _ = try await place.take(letter())
            try await place.work()
            place.time.advance(2 * day)
            await WaitingWatch(engine: engine(of: place)).look()
            #expect(lines.isEmpty)
        }
    }
}
