// SPDX-License-Identifier: Apache-2.0

import Engine
import Fakes
import Foundation
import Jira
import LocalServers
import Logging
import Planning
import Store
import Synchronization
import TestStores
import Vault
import WebClient

@testable import Console

let noon = Date(timeIntervalSince1970: 1_795_348_800)
let acme = TenantID("acme")!
let other = TenantID("other")!
let support = ConfigurationID("support")!

/// A console that listens, over a real store with two tenants, and a clock of its own.
final class House: Sendable {
    static let password = "correct horse"

    let folder: TemporaryFolder
    let keys: KeyRing
    let store: InstallationStore
    let connections: HTTPConnections
    let console: RunningConsole
    private let clock: Clock

    private final class Clock: Sendable {
        let time = Mutex(noon)
    }

    init(
        on engine: DatabaseEngine = .sqlite, in folder: TemporaryFolder? = nil, publicURL: String? = nil,
        tls: (certificate: String, key: String)? = nil
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        keys = try KeyRing.open(folder: folder.path("keys"), master: .random())
        let clock = Clock()
        self.clock = clock
        let outside = try await Outside(engine)
        store = try await InstallationStore.open(
            folder: folder.path("data"), database: try outside.address,
            bodies: try await outside.bucket.map { .bucket($0) } ?? .dataFolder, keys: keys, as: .serving
        ) {
            clock.time.withLock { $0 }
        }
        connections = HTTPConnections()
        let engine = Engine(
            store: store, connections: connections, settings: EngineSettings(), logger: Logger(label: "test"))
        for id in [acme, other] {
            try await store.createTenant(id, name: "Tenant \(id)", at: noon)
            try await store.tenant(id).apply(Self.configuration, at: noon)
        }
        try await store.putTestAccounts()
        let connections = connections
        do {
            console = try await ConsoleServer.start(
                ConsoleConfiguration(host: "127.0.0.1", port: 0, tls: tls, publicURL: publicURL), engine: engine,
                logger: Logger(label: "test"), now: { clock.time.withLock { $0 } })
        } catch {
            try await connections.close()
            throw error
        }
    }

    func close() async throws {
        await console.stop()
        try await store.close()
        try await connections.close()
    }

    func advance(_ seconds: TimeInterval) {
        clock.time.withLock { $0 += seconds }
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.connections = [
            Connection(
                id: Profile.defaultConnection, site: "https://acme.atlassian.net", account: "bot@acme.example")
        ]
        configuration.profiles = [
            Profile(
                id: support, catchAddresses: [AddressPattern("catch@acme.example")!], project: ProjectKey("HELP")!)
        ]
        configuration.sources = [
            Source(id: ConfigurationID("box")!, profile: support, host: "imap.acme.example", user: "catch@acme.example")
        ]
        return configuration
    }
}

/// Runs a test in a house of its own.
func withHouse<Value>(
    on engine: DatabaseEngine = .sqlite, in folder: TemporaryFolder? = nil, publicURL: String? = nil,
    _ body: (House) async throws -> Value
) async throws -> Value {
    let house = try await House(on: engine, in: folder, publicURL: publicURL)
    do {
        let value = try await body(house)
        try await house.close()
        return value
    } catch {
        try? await house.close()
        throw error
    }
}

// MARK: What is kept

extension House {
    static let hostile = "<script>alert('x')</script>\u{600}<img src=x onerror=alert(1)>\" onclick=\"x"
    static let sender = "eve@<b>evil</b>.example"
    static let letter = """
        From: =?utf-8?q?Eve?= <eve@evil.example>
        To: catch@acme.example
        Subject: Secret subject <script>alert(1)</script>
        Message-ID: <1@evil.example>
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        <p onclick="steal()">Hello <b>you</b></p><script>alert(1)</script><img src="https://evil.example/x.png">

        """.replacing("\n", with: "\r\n")

    func keep(_ text: String = House.letter, _ line: Line = .letter, of tenant: TenantID = acme) async throws -> JobID {
        let rows = try await store.tenant(tenant)
        let body = try rows.newBody(line, receivedAt: noon)
        try body.append(Array(text.utf8))
        let origin = LetterOrigin(
            profile: support, envelope: Envelope(returnPath: "ada@example.com", recipients: ["support@example.com"]))
        let receipt = try await rows.receive(
            Arrival(source: "smtp/support", body: body, payload: try JSONEncoder().encode(origin)))
        guard case .kept(let id) = receipt else { throw Unexpected() }
        return id
    }

    /// Keeps a plan whose finding is hostile.
    func plan(_ job: JobID, of tenant: TenantID = acme) async throws {
        let plan = """
            {"decider":"support","facts":{"now":0,"known":[]},
            "plan":{"disposition":"dropped","refusal":"bounce","actions":[],"findings":\(try Self.findings())}}
            """
        try await store.tenant(tenant).write(.planned(job, Data(plan.utf8)))
    }

    /// A letter that is done, with a hostile record.
    func keepDone(_ disposition: Disposition = .created, of tenant: TenantID = acme) async throws -> JobID {
        let job = try await keep(of: tenant)
        try await plan(job, of: tenant)
        try await finish(job, disposition, of: tenant)
        return job
    }

    func finish(_ job: JobID, _ disposition: Disposition, line: Line = .letter, of tenant: TenantID = acme) async throws
    {
        var record = AuditRecord(
            job: job, line: line, receivedAt: noon, finishedAt: noon,
            decider: line == .letter ? support : Profile.defaultConnection, disposition: disposition)
        record.subject = "Secret subject \(Self.hostile)"
        record.sender = Self.sender
        record.issue = IssueKey("HELP-7")
        record.findings = try JSONDecoder().decode([Finding].self, from: Data(try Self.findings().utf8))
        let rows = try await store.tenant(tenant)
        try await rows.write(
            .finished(
                AuditEntry(
                    job: job, line: line, kind: "mail", disposition: disposition.rawValue, finishedAt: noon,
                    record: try JSONEncoder().encode(record), words: record.searchWords())))
    }

    private static func findings() throws -> String {
        let text = String(decoding: try JSONEncoder().encode("Found \(hostile)"), as: UTF8.self)
        return "[{\"stage\":\"screen\",\"id\":\"screen.x\",\"text\":\(text)}]"
    }
}

struct Unexpected: Error {}
