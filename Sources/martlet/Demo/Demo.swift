// SPDX-License-Identifier: Apache-2.0

import Console
import Engine
import Foundation
import Jira
import LocalServers
import MIME
import Planning
import Sandbox
import Store
import Vault
import WebClient

/// Martlet and the sandbox in one process, set up for each other.
struct Demo: Sendable {
    let sandbox: RunningSandbox
    let martlet: RunningMartlet
    let tenant: TenantStore
    let site: JiraSite
    let door: DemoDoor
    private let connections: HTTPConnections

    var sandboxURL: String { sandbox.jiraURL.absoluteString }
    var consoleURL: String { martlet.consoleURL }
    var firstAccounts: [(name: String, password: Secret)] { martlet.firstAccounts }

    /// - Parameter dovecot: The server of the mailbox that the letters come by; without one they come by SMTP.
    static func start(folder: String, consolePort: Int, dovecot: Dovecot? = nil) async throws -> Demo {
        let sandboxSettings = SandboxConfiguration()
        let sandbox = try await Sandbox.start(sandboxSettings)
        var settings = Settings()
        settings.data = folder
        settings.smtp.port = 0
        settings.console.port = consolePort
        settings.console.coalescingSeconds = 2
        var engineSettings = try settings.engineSettings
        engineSettings.settling = .zero
        let martlet = try await RunningMartlet.start(settings, engineSettings: engineSettings)
        let tenant = try await martlet.engine.store.tenant(.first)
        let door = dovecot.map(DemoDoor.imap) ?? .smtp(port: martlet.smtpPort ?? 0)
        let token = Secret(sandboxSettings.apiToken)
        let hookSecret = newToken()
        let setup = setup(sandbox, account: sandboxSettings.apiUser, door)
        try await tenant.apply(setup, at: Date())
        for source in setup.sources {
            try await tenant.put(Secret(Dovecot.password), named: SecretName.password, of: .source, source.id)
        }
        try await tenant.put(token, named: SecretName.token, of: .connection, Profile.defaultConnection)
        try await tenant.put(hookSecret, named: SecretName.webhook, of: .connection, Profile.defaultConnection)
        martlet.engine.tenants.forget()
        let connections = HTTPConnections()
        let site = JiraSite(
            connection: SiteConnection(
                address: SiteAddress(sandbox.jiraURL.absoluteString)!,
                credentials: .account(sandboxSettings.apiUser, token), reach: .anywhere),
            over: connections)
        _ = try await site.perform(
            .register(
                Webhook(
                    name: "Martlet", url: "http://127.0.0.1:\(martlet.consolePort)\(webhookPath(of: tenant))",
                    events: ["jira:issue_created", "jira:issue_updated", "comment_created"],
                    secret: hookSecret.reveal())))
        return Demo(
            sandbox: sandbox, martlet: martlet, tenant: tenant, site: site, door: door, connections: connections)
    }

    private static func setup(_ sandbox: RunningSandbox, account: String, _ door: DemoDoor) -> Configuration {
        var setup = Configuration()
        setup.connections = [
            Connection(
                id: Profile.defaultConnection, site: sandbox.jiraURL.absoluteString, account: account,
                allowsPrivateAddress: true)
        ]
        let outbound = ConfigurationID("mailbox")!
        setup.outbounds = [Outbound(id: outbound, host: "127.0.0.1", port: sandbox.smtpPort, security: .plain)]
        var profile = Profile(
            id: ConfigurationID("support")!, catchAddresses: [AddressPattern(DemoLetters.mailbox)!],
            project: ProjectKey("HELP")!)
        profile.verification = .authenticationResults(authservID: DemoLetters.authservID)
        setup.profiles = [profile]
        setup.sources = door.source(of: profile.id).map { [$0] } ?? []
        setup.notifications = [
            NotificationMapping(id: ConfigurationID("news")!, outbound: outbound, from: DemoLetters.mailbox)
        ]
        return setup
    }

    func stop() async throws {
        try await martlet.stop()
        await sandbox.stop()
        try await connections.close()
    }

    // MARK: Playing

    /// Sends all letters, and tells of each what became of it and why. True when each became what it must.
    func play() async throws -> Bool {
        var isAllRight = true
        var firstIssue = ""
        for letter in DemoLetters.first {
            let result = try await send(letter)
            firstIssue = result.record.issue?.rawValue ?? ""
            isAllRight = tell(letter, result) && isAllRight
        }
        guard let notice = try await firstNotice(about: firstIssue) else {
            printLine("No notification about \(firstIssue) arrived within 30 seconds.")
            return false
        }
        let threads = DemoThreads(
            firstIssue: firstIssue, firstMessageID: DemoLetters.plainMessageID, notice: notice.bytes,
            noticeMessageID: notice.messageID)
        for letter in DemoLetters.rest(threads) { isAllRight = tell(letter, try await send(letter)) && isAllRight }
        printLine(isAllRight ? "Each letter became what it must." : "Not each letter became what it must.")
        return isAllRight
    }

    struct Result: Sendable {
        var record: AuditRecord
        var complaints: [String]
    }

    private func send(_ letter: DemoLetter) async throws -> Result {
        let job = try await door.put(letter, for: tenant)
        for _ in 0..<300 {
            if let entry = try await tenant.audit(of: job) {
                let record = try JSONDecoder().decode(AuditRecord.self, from: entry.record)
                return Result(record: record, complaints: try await complaints(about: record, letter.expectation))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let said = try await tenant.said(of: job) ?? "nothing was said"
        throw ConfigurationFault(
            file: "demo", line: nil, words: "\"\(letter.title)\" is not done after 30 seconds: \(said)")
    }

    private func tell(_ letter: DemoLetter, _ result: Result) -> Bool {
        let report = Report(of: result.record)
        printLine("\(letter.title): \(report.verdict)")
        let decisive = result.record.findings.last { $0.stage == .associate || $0.stage == .screen }
        let expected = result.record.findings.first { $0.id == letter.expectation.finding && $0 != decisive }
        for why in [decisive, expected] { why.map { printLine("    \($0.text)") } }
        if let issue = result.record.issue { printLine("    \(sandboxURL)/browse/\(issue)") }
        for complaint in result.complaints { printLine("    WRONG: \(complaint)") }
        return result.complaints.isEmpty
    }

    /// Jira's notice of the first issue, once it was told.
    private func firstNotice(about issue: String) async throws -> (bytes: [UInt8], messageID: String)? {
        for _ in 0..<300 {
            for bytes in await sandbox.mails() {
                let message = parse(bytes)
                if message.subject?.contains(issue) == true, let id = message.messageID { return (bytes, id.rawValue) }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }
}
