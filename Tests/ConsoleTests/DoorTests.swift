// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import HTTPTypes
import Jira
import LocalServers
import Logging
import Planning
import Store
import TestStores
import Testing
import Vault
import WebClient

@testable import Console

@Suite("The door for webhooks") struct WebhookDoorTests {
    private let secret = Secret("webhook secret")
    private let body = Array("{\"webhookEvent\":\"jira:issue_created\"}".utf8)

    private func headers(_ id: String, of body: [UInt8]) -> [String: String] {
        [
            "X-Hub-Signature": "sha256=\(hex(signature(of: Data(body), with: secret)))",
            "X-Atlassian-Webhook-Identifier": id,
        ]
    }

    private func open(_ house: House) async throws -> String {
        let rows = try await house.store.tenant(acme)
        try await rows.put(secret, named: SecretName.webhook, of: .connection, Profile.defaultConnection)
        return webhookPath(of: rows)
    }

    @Test("keeps a signed event before it answers, and a repeated one once (P36)")
    func signed() async throws {
        try await withHouse { house in
            let path = try await open(house)
            let jira = Browser(house)
            #expect(try await jira.send(.post, path, body, headers("1", of: body)).status == 200)
            #expect(try await jira.send(.post, path, body, headers("1", of: body)).status == 200)
            #expect(try await jira.send(.post, path, body, headers("2", of: body)).status == 200)
            let kept = try await house.store.tenant(acme).jobs(matching: JobFilter(line: .event))
            #expect(kept.count == 2)
        }
    }

    @Test("takes what is not signed only at the address of a Data Center that has no secret")
    func silent() async throws {
        try await withHouse { house in
            let rows = try await house.store.tenant(acme)
            var configuration = House.configuration
            configuration.connections[0].deployment = .dataCenter
            try await rows.apply(configuration, at: noon)
            let own = webhookPath(of: rows, for: configuration.connections[0])
            #expect(own.hasPrefix("/hooks/jira/acme.jira."))
            let jira = Browser(house)
            #expect(try await jira.send(.post, webhookPath(of: rows), body).status == 401)
            #expect(try await jira.send(.post, own, body).status == 200)
            let mac = own.split(separator: ".")[2]
            for path in ["acme.other.\(mac)", "acme.\(mac)", "other.jira.\(mac)", "acme.jira.x", "acme..\(mac)"] {
                #expect(try await jira.send(.post, "/hooks/jira/\(path)", body).status == 404, "\(path)")
            }
            try await rows.put(secret, named: SecretName.webhook, of: .connection, Profile.defaultConnection)
            #expect(try await jira.send(.post, own, body).status == 401)
            #expect(try await jira.send(.post, own, body, headers("1", of: body)).status == 200)
        }
    }

    @Test(
        "asks Jira to come again while the disk is full, and keeps nothing then",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small disk"))
    func diskFull() async throws {
        let folder = try TemporaryFolder()
        let disk = try SmallDisk(at: folder.path("data"), size: "3m")
        defer { disk.unmount() }
        try await withHouse(in: folder) { house in
            let path = try await open(house)
            let jira = Browser(house)
            try folder.write(String(repeating: "x", count: 2_000_000), to: "data/else")
            var kept = 0
            var last = try await jira.send(.post, path, body, headers("0", of: body))
            for number in 1..<1000 where last.status == 200 {
                kept += 1
                let large = body + [UInt8](repeating: 0x20, count: 40_000)
                last = try await jira.send(.post, path, large, headers("\(number)", of: large))
            }
            #expect(last.status == 503)
            #expect(last.headers[.retryAfter] == "30")
            #expect(try await house.store.tenant(acme).jobs(matching: JobFilter(line: .event)).count == kept)
            try disk.resize("32m")
            #expect(try await jira.send(.post, path, body, headers("later", of: body)).status == 200)
        }
    }

    @Test("asks Jira to come again while it cannot be looked up whose the address is")
    func unreachable() async throws {
        try await withHouse { house in
            let path = try await open(house)
            let jira = Browser(house)
            try await house.store.close()
            // What was looked up a moment ago is known still.
            house.advance(2)
            let answer = try await jira.send(.post, path, body, headers("1", of: body))
            #expect(answer.status == 503)
            #expect(answer.headers[.retryAfter] == "5")
        }
    }

    @Test("refuses what is not signed, not addressed to a tenant, or too large")
    func refusals() async throws {
        try await withHouse { house in
            let path = try await open(house)
            let jira = Browser(house)
            #expect(try await jira.send(.post, path, body).status == 401)
            #expect(try await jira.send(.post, path, body + [0x20], headers("1", of: body)).status == 401)
            let forged = String(path.dropLast()) + (path.hasSuffix("0") ? "1" : "0")
            for wrong in [
                forged, "/hooks/jira/acme", "/hooks/jira/nobody.00", "/hooks/jira/other\(path.dropFirst(16))",
            ] {
                #expect(try await jira.send(.post, wrong, body, headers("1", of: body)).status == 404, "\(wrong)")
            }
            let large = [UInt8](repeating: 0x20, count: WebhookDoor.largestBody + 1)
            #expect(try await jira.send(.post, path, large, headers("1", of: large)).status == 413)
            #expect(try await house.store.tenant(acme).jobs(matching: JobFilter(line: .event)).isEmpty)
        }
    }

    @Test("refuses plain HTTP that a proxy sent on (P34)")
    func plainHTTP() async throws {
        try await withHouse(publicURL: "https://martlet.example") { house in
            let path = try await open(house)
            let jira = Browser(house)
            for proxied in [["X-Forwarded-Proto": "http"], ["X-Forwarded-For": "192.0.2.1"], ["Via": "1.1 proxy"]] {
                let all = headers("1", of: body).merging(proxied) { one, _ in one }
                #expect(try await jira.send(.post, path, body, all).status == 403)
            }
            let secure = headers("1", of: body).merging(["X-Forwarded-Proto": "https"]) { one, _ in one }
            let answer = try await jira.send(.post, path, body, secure)
            #expect(answer.status == 200)
            #expect(answer.header("Strict-Transport-Security") == "max-age=31536000")
        }
    }
}

@Suite("The transport") struct TransportTests {
    @Test("must be encrypted where the console listens beyond this machine (P34)")
    func listening() async throws {
        try await withHouse { house in
            let engine = Engine(
                store: house.store, connections: house.connections, settings: EngineSettings(),
                logger: .init(label: "t"))
            let error = await #expect(throws: ConsoleError.self) {
                _ = try await ConsoleServer.start(
                    ConsoleConfiguration(host: "0.0.0.0", port: 0), engine: engine, logger: .init(label: "t"))
            }
            #expect(
                error?.description
                    == "The console on 0.0.0.0 needs a certificate, or a public URL with https of a proxy in front: "
                    + "plain HTTP is for loopback only.")
        }
    }

    @Test("behind a proxy makes a cookie that goes by HTTPS only")
    func cookie() async throws {
        try await withHouse(publicURL: "https://martlet.example") { house in
            let answer = try await Browser(house).post(
                "/sign-in", ["name": "anna", "password": House.password], headers: ["X-Forwarded-Proto": "https"])
            let cookie = answer.header("Set-Cookie") ?? ""
            #expect(cookie.hasPrefix("__Host-martlet=") && cookie.contains("Secure"))
        }
    }
}

@Suite("The probes") struct ProbeTests {
    @Test("tell figures and name nobody")
    func metrics() async throws {
        try await withHouse { house in
            let rows = try await house.store.tenant(acme)
            try await rows.park(try await house.keep(), said: "No.")
            try await rows.setHealth(
                SourceHealth(
                    source: "annas", isOnline: false, changedAt: noon, checkedAt: noon.addingTimeInterval(60),
                    said: "NO catch@acme.example"))
            let probe = Browser(house)
            #expect(try await probe.get("/health").text == "ok\n")
            #expect(try await probe.get("/ready").text == "ready\n")
            house.advance(90)
            let metrics = try await probe.get("/metrics")
            #expect(metrics.has("martlet_jobs{line=\"letter\",state=\"parked\"} 1\n"))
            #expect(metrics.has("martlet_jobs{line=\"event\",state=\"received\"} 0\n"))
            #expect(metrics.has("martlet_oldest_waiting_seconds{line=\"letter\"} 90\n"))
            #expect(metrics.has("martlet_oldest_waiting_seconds{line=\"event\"} 0\n"))
            #expect(metrics.has("martlet_sources{state=\"offline\"} 1\n"))
            #expect(metrics.has("martlet_tenants{state=\"served\"} 2\n"))
            #expect(metrics.has("process_uptime_seconds 90\n"))
            #expect(metrics.has("martlet_overdue{kind=\"keys\"} 0\nmartlet_overdue{kind=\"rows\"} 0\n"))
            // What is not known, or not there, is not told of.
            for name in ["last_sweep", "event_queue", "database_readers"] { #expect(!metrics.has("martlet_\(name)")) }
            #expect(!metrics.has("acme") && !metrics.has("@") && !metrics.has("annas"))
            let resident = metrics.text.firstMatch(of: #/process_resident_memory_bytes ([0-9]+)/#)
            #expect(resident.flatMap { Int($0.1) } ?? 0 > 1_000_000)
            let database = metrics.text.firstMatch(of: #/martlet_database_bytes ([0-9]+)/#)
            #expect(database.flatMap { Int($0.1) } ?? 0 > 10_000)
        }
    }

    @Test("tell when sources were reached and things were destroyed last, and how much is overdue")
    func upkeep() async throws {
        try await withHouse { house in
            let rows = try await house.store.tenant(acme)
            let began = Int(noon.timeIntervalSince1970)
            for (source, isOnline) in [("anna-box", true), ("other", false)] {
                try await rows.setHealth(
                    SourceHealth(
                        source: source, isOnline: isOnline, changedAt: noon, checkedAt: noon.addingTimeInterval(60),
                        said: ""))
            }
            _ = try await house.keepDone()
            _ = try await house.store.sweep()
            _ = try await house.store.endTenant(other, afterDays: 3)
            let probe = Browser(house)
            let metrics = try await probe.get("/metrics")
            #expect(metrics.has("martlet_last_sweep_timestamp_seconds \(began)\n"))
            #expect(metrics.has("martlet_tenants{state=\"served\"} 1\nmartlet_tenants{state=\"ended\"} 1\n"))
            let sources = metrics.text.matches(
                of: #/martlet_source_last_success_timestamp_seconds\{source="([0-9a-f]{8})"\} ([0-9]+)/#)
            #expect(Set(sources.map { Int($0.2) }) == [began + 60, began])
            #expect(!metrics.has("anna"))
            // An operator sees which they are.
            let page = try await Browser(house, as: "olga").get("/installation")
            for source in sources { #expect(page.has("<td>\(source.1)</td>")) }
            // A letter and its record, the tenant, and keys; two hours are for the sweep to come.
            house.advance(31 * 86_400 + 7_200)
            let later = try await probe.get("/metrics")
            #expect(later.has("martlet_overdue{kind=\"rows\"} 3\n"))
            #expect(!later.has("martlet_overdue{kind=\"keys\"} 0\n"))
            _ = try await house.store.sweep()
            let swept = try await probe.get("/metrics")
            #expect(swept.has("martlet_overdue{kind=\"keys\"} 0\nmartlet_overdue{kind=\"rows\"} 0\n"))
            #expect(swept.has("martlet_last_sweep_timestamp_seconds \(began + 31 * 86_400 + 7_200)\n"))
        }
    }

    @Test("say when the store cannot be read")
    func notReady() async throws {
        let house = try await House()
        try await house.store.close()
        let probe = Browser(house)
        #expect(try await probe.get("/ready").status == 503)
        #expect(try await probe.get("/health").status == 200)
        await house.console.stop()
        try await house.connections.close()
    }
}

@Suite("Sources and configuration") struct OverviewTests {
    @Test(
        "show the server's words to the tenant, and only the state to an operator (P67)",
        arguments: DatabaseEngine.ends)
    func health(on engine: DatabaseEngine) async throws {
        try await withHouse(on: engine) { house in
            try await house.store.tenant(acme).setHealth(
                SourceHealth(
                    source: "box", isOnline: false, changedAt: noon, checkedAt: noon,
                    said: "NO [AUTHENTICATIONFAILED] catch@acme.example"))
            let sources = try await Browser(house, as: "anna").get("/sources")
            #expect(sources.has("NO [AUTHENTICATIONFAILED] catch@acme.example") && sources.has("offline"))
            let installation = try await Browser(house, as: "olga").get("/installation")
            #expect(installation.has("offline") && installation.has("box") && installation.has("Tenant acme"))
            #expect(!installation.has("AUTHENTICATIONFAILED") && !installation.has("catch@"))
        }
    }

    @Test("never show a secret")
    func secrets() async throws {
        try await withHouse { house in
            try await house.store.tenant(acme).put(
                Secret("hush-hush"), named: SecretName.token, of: .connection, Profile.defaultConnection)
            let page = try await Browser(house, as: "anna").get("/configuration")
            #expect(page.has("<dt>API token</dt><dd>set</dd>") && page.has("<dt>webhook secret</dt><dd>not set</dd>"))
            #expect(page.has("https://acme.atlassian.net") && page.has("catch@acme.example"))
            #expect(!page.has("hush-hush"))
        }
    }
}
