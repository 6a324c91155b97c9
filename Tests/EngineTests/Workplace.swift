// SPDX-License-Identifier: Apache-2.0

import Fakes
import Foundation
import Jira
import LocalServers
import Logging
import MailTransport
import NIOCore
import Planning
import Sandbox
import Store
import Synchronization
import TestStores
import Testing
import Vault
import WebClient

@testable import Engine

let noon = Date(timeIntervalSince1970: 1_795_348_800)
let acme = TenantID("acme")!
let globex = TenantID("globex")!
let support = ConfigurationID("support")!
let sales = ConfigurationID("sales")!
let outbound = ConfigurationID("mailbox")!
let hookSecret = Secret("a secret that both sides know")

/// Time that stands still until a test moves it. Who sleeps wakes at once, later.
final class FakeTime: Timekeeper {
    private let current = Mutex((now: noon, step: 0.0))

    var now: Date {
        current.withLock {
            $0.now += $0.step
            return $0.now
        }
    }

    func advance(_ seconds: Double) {
        current.withLock { $0.now += seconds }
    }

    /// Goes on by itself a little with every look at it.
    func run() {
        current.withLock { $0.step = 0.001 }
    }

    func sleep(for duration: Duration) async throws {
        advance(duration.seconds)
    }

    /// The same for the pace of calls.
    var ofCalls: CallClock {
        CallClock(
            date: { self.now }, elapsed: { self.now.timeIntervalSince1970 },
            sleep: { try await self.sleep(for: $0) })
    }
}

/// An engine with a store of its own, set up for a stand-in Jira in the same process.
struct Workplace: Sendable {
    let folder: TemporaryFolder
    let outside: Outside
    let master: MasterKey
    let time: FakeTime
    let sandbox: RunningSandbox
    let connections: HTTPConnections
    let store: InstallationStore
    let tenant: TenantStore
    let engine: Engine

    fileprivate init(
        _ folder: TemporaryFolder, _ master: MasterKey, _ time: FakeTime, _ sandbox: RunningSandbox,
        _ connections: HTTPConnections, _ outside: Outside = Outside(), data: String = "data"
    ) async throws {
        self.folder = folder
        self.outside = outside
        self.master = master
        self.time = time
        self.sandbox = sandbox
        self.connections = connections
        let keys = try KeyRing.open(folder: folder.path("keys"), master: master)
        let shared = BodyHome.folder(folder.path("bodies"), isShared: true)
        let bucket = try await outside.bucket.map { BodyHome.bucket($0) }
        store = try await InstallationStore.open(
            folder: folder.path(data), database: try outside.address,
            bodies: bucket ?? (outside.database == nil ? .dataFolder : shared), keys: keys
        ) { time.now }
        if try await store.tenants().isEmpty { try await store.createTenant(acme, name: "Acme", at: time.now) }
        tenant = try await store.tenant(acme)
        var settings = EngineSettings()
        settings.jitter = 1...1
        engine = Engine(store: store, connections: connections, settings: settings, time: time, logger: silentLogger)
    }

    /// The same files as they are at this moment under a new process: what a power cut would leave.
    func afterCrash<Value>(
        under newMaster: MasterKey? = nil, _ body: (Workplace) async throws -> Value
    ) async throws -> Value {
        let copy = try TemporaryFolder()
        for part in ["data", "keys"] {
            try FileManager.default.copyItem(atPath: folder.path(part), toPath: copy.path(part))
        }
        let after = try await Workplace(copy, newMaster ?? master, time, sandbox, connections)
        let value = try await body(after)
        try? await after.store.close()
        return value
    }

    /// Another process that serves the same database.
    func withAnother<Value>(_ body: (Workplace) async throws -> Value) async throws -> Value {
        let other = try await Workplace(folder, master, time, sandbox, connections, outside, data: "other")
        let value = try await body(other)
        try? await other.store.close()
        return value
    }

    // MARK: Setting up

    func apply(_ configuration: Configuration) async throws {
        try await apply(configuration, to: tenant)
    }

    func apply(_ configuration: Configuration, to tenant: TenantStore) async throws {
        try await tenant.apply(configuration, at: time.now)
        let token = Secret(SandboxConfiguration().apiToken)
        for connection in configuration.connections {
            try await tenant.put(token, named: SecretName.token, of: .connection, connection.id)
            try await tenant.put(hookSecret, named: SecretName.webhook, of: .connection, connection.id)
        }
        engine.tenants.forget()
    }

    func change(_ change: (inout Configuration) -> Void) async throws {
        var configuration = try await tenant.configuration()
        change(&configuration)
        try await apply(configuration)
    }

    /// Another tenant, with the same Jira: Globex, whose mail goes to desk@example.net.
    func addTenant(_ change: (inout Configuration) -> Void = { _ in }) async throws -> TenantStore {
        try await store.createTenant(globex, name: "Globex", at: noon)
        let tenant = try await store.tenant(globex)
        var configuration = configuration
        configuration.profiles[0].catchAddresses = [AddressPattern("desk@example.net")!]
        change(&configuration)
        try await apply(configuration, to: tenant)
        return tenant
    }

    /// One profile that believes everybody, one outbound that leads to the mailbox, one notification.
    var configuration: Configuration {
        var setup = Configuration()
        setup.connections = [connection(Profile.defaultConnection)]
        setup.outbounds = [
            Outbound(id: outbound, host: "127.0.0.1", port: sandbox.smtpPort, security: .plain)
        ]
        var profile = Profile(
            id: support, catchAddresses: [AddressPattern("support@example.com")!], project: ProjectKey("HELP")!)
        profile.verification = .trustFrom
        setup.profiles = [profile]
        setup.notifications = [
            NotificationMapping(id: ConfigurationID("news")!, outbound: outbound, from: "support@example.com")
        ]
        return setup
    }

    func connection(_ id: ConfigurationID) -> Planning.Connection {
        var connection = Planning.Connection(
            id: id, site: sandbox.jiraURL.absoluteString, account: SandboxConfiguration().apiUser,
            allowsPrivateAddress: true)
        guard sandbox.jiraURL.path.isEmpty else {
            connection.deployment = .dataCenter
            connection.account = nil
            return connection
        }
        return connection
    }

    /// All bytes that are kept of it, as they lie on the disks.
    func raw() async throws -> Data {
        var out = try await outside.everything()
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            if let bytes = FileManager.default.contents(atPath: folder.path(name)) { out.append(bytes) }
        }
        return out
    }

    /// The names of all kept bodies.
    func bodies() async throws -> [String] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return (files + (try await outside.objects())).filter { $0.hasSuffix(".body") || $0.hasSuffix(".segment") }
    }

    // MARK: Letters

    /// Takes a letter in by SMTP; a second passes.
    @discardableResult
    func take(_ letter: [UInt8], to recipients: String...) async throws -> JobID {
        let addresses = (recipients.isEmpty ? ["support@example.com"] : recipients).compactMap(SMTPAddress.init)
        let sink = try await SMTPIntake(engine: engine).begin(
            MailTransport.Envelope(sender: SMTPAddress("ada@example.com"), recipients: addresses), in: session)
        try await sink.write(ByteBuffer(bytes: letter))
        let verdict = try await sink.finish()
        guard case .accepted(let id) = verdict, let job = JobID(id) else { throw verdict }
        time.advance(1)
        return job
    }

    /// Works on all letters that are due, in the order in which they came.
    func work() async throws {
        for job in try await store.claim(.letter, limit: 100, at: time.now) {
            await LetterLine(engine: engine).work(on: job)
        }
    }

    func work(after seconds: Double) async throws {
        time.advance(seconds)
        try await work()
    }

    /// Decides about a letter and keeps the plan, as a process does that dies then.
    func keepPlan(for job: JobID) async throws {
        let setup = try await engine.tenants.setup(acme)
        guard let found = try await tenant.job(job), let profile = setup.profile(support) else { throw Unexpected() }
        let read = try await ReadLetter.open(found, of: tenant)
        let decided = try await deciding(
            at: time.now,
            with: FactFinder(
                setup: setup, connection: profile.connection, site: setup.sites[profile.connection]!, job: job)
        ) { facts throws(Inquiry) in
            try decide(read.letter, under: profile, knowing: facts)
        }
        let kept = KeptPlan(decider: support, plan: decided.plan, facts: decided.facts)
        try await tenant.write(try kept.step(of: job))
    }

    func audit(_ job: JobID) async throws -> AuditRecord? {
        try await tenant.audit(of: job).map { try JSONDecoder().decode(AuditRecord.self, from: $0.record) }
    }

    /// State, seconds until it is due, and the words: `received 60 Jira does …`
    func standing(_ job: JobID) async throws -> Standing {
        guard let found = try await tenant.job(job) else { throw Unexpected() }
        return Standing(
            state: found.state, due: found.dueAt.map { $0.timeIntervalSince(time.now) },
            said: try await tenant.said(of: job))
    }
}

struct Standing: Equatable {
    var state: JobState
    var due: Double?
    var said: String?
}

/// Runs a test's body in a workplace, and clears it away.
func withWorkplace(
    in folder: TemporaryFolder? = nil, on deployment: Deployment = .cloud,
    limits: RateLimitSettings = RateLimitSettings(), uploadLimit: Int = 64 << 20, outside: Outside = Outside(),
    projects: [SandboxConfiguration.Project] = SandboxConfiguration().projects,
    spoiling spoilt: SpecificationProxy.Violation.Direction? = nil,
    _ change: (inout Configuration) -> Void = { _ in },
    _ body: (Workplace) async throws -> Void
) async throws {
    let time = FakeTime()
    var settings = SandboxConfiguration()
    settings.now = { time.now }
    settings.logger = silentLogger
    settings.deployment = deployment
    settings.limits = limits
    settings.uploadLimit = uploadLimit
    settings.projects = projects
    settings.contextPath = deployment == .cloud ? "" : "/jira"
    try await withCheckedSandbox(settings, spoilt) { sandbox in
        let connections = HTTPConnections(pacedBy: time.ofCalls)
        do {
            let place = try await Workplace(
                try folder ?? TemporaryFolder(), .random(), time, sandbox, connections, outside)
            var configuration = place.configuration
            change(&configuration)
            try await place.apply(configuration)
            try await body(place)
            try await place.store.close()
        } catch {
            try? await connections.close()
            throw error
        }
        try await connections.close()
    }
}

/// The same, with rows and bodies kept by this engine.
func withWorkplace(
    keepingIn engine: DatabaseEngine, _ change: (inout Configuration) -> Void = { _ in },
    _ body: (Workplace) async throws -> Void
) async throws {
    try await withWorkplace(outside: try await Outside(engine), change, body)
}

/// The same, in a database that other processes may share.
func withWorkplace(database: String, _ body: (Workplace) async throws -> Void) async throws {
    try await withWorkplace(outside: Outside(database: database), { _ in }, body)
}

/// Runs a test's body with a stand-in Jira. Where Atlassian's specifications are at hand, all that is asked of it and all
/// that it answers is held to them.
///
/// - Parameter spoilt: What the test spoils on purpose.
private func withCheckedSandbox(
    _ settings: SandboxConfiguration, _ spoilt: SpecificationProxy.Violation.Direction?,
    _ body: (RunningSandbox) async throws -> Void
) async throws {
    let sandbox = try await Sandbox.start(settings)
    var failure: (any Error)?
    do {
        if SpecificationProxy.isThere {
            let document: SpecificationProxy.Document = settings.deployment == .cloud ? .cloud : .dataCenter
            let found = try await SpecificationProxy.violations(before: sandbox.jiraURL, by: document) { address in
                try await body(sandbox.reached(at: address))
            }.filter { $0.direction != spoilt }
            #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
        } else {
            try await body(sandbox)
        }
    } catch {
        failure = error
    }
    await sandbox.stop()
    if let failure { throw failure }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

struct Unexpected: Error {}
