// SPDX-License-Identifier: Apache-2.0

// Sandbox: a stand-in for Jira Cloud or Data Center and a mailbox, on loopback, for demo, rehearsal and tests. Its state
// is in memory, and in a file of SQLite where one is named.
//
// The one verb is `start`. What it starts speaks REST v3 (and v2, with wiki markup kept as it came), registers and sends
// signed webhooks, catches mail by SMTP, and shows all of it on pages that work without script. Every page and every answer
// says that this is not Jira.
//
//   State/       what the stand-in knows: the actor `SandboxJira` and its values
//   Keeping/     the file, and what of the state is not in it yet
//   Operations/  one file for each kind of REST operation
//   Query/       the JQL that it answers
//   Documents/   the Atlassian Document Format: rules, text, wiki markup, HTML
//   Webhooks/    registration, the bodies of events, delivery
//   ServiceDesk/ customers, organizations, requests and their comments
//   OAuth/       the stand-in of Atlassian's authorization server, and webhooks of apps
//   DataCenter/  what Data Center answers otherwise than Cloud
//   Wire/        requests in, answers out, the shapes of JSON, faults on demand
//   Admin/       what Jira does not have: acting as somebody, faults, counts
//   Mail/        the mailbox
//   Pages/       what a person sees
//
// Invariants: refusals have Jira's own words where they are known; ids and keys follow from the order of the requests,
// times from the clock that was given; an operation happens whole or not at all,
// and what it changed is in the file, where there is one, before anybody is told.
//
// It must never send anything anywhere but to loopback, and nothing but the `martlet` target and tests may import it.

import Foundation
import Hummingbird
import Logging
import MailTransport
import NIOCore
import ServiceLifecycle

/// In the `Server` field of every answer and the `User-Agent` of every webhook.
let serverName = "Martlet-sandbox (a stand-in, not Jira)"

/// Starts a sandbox and returns when it listens.
public func start(_ configuration: SandboxConfiguration = SandboxConfiguration()) async throws -> RunningSandbox {
    let settings = JiraSettings(
        deployment: configuration.deployment, limits: configuration.limits, apiUser: configuration.apiUser,
        apiToken: configuration.apiToken, oauthClient: configuration.oauthClient,
        oauthSecret: configuration.oauthSecret,
        projects: configuration.projects, uploadLimit: configuration.uploadLimit,
        attachmentBytes: configuration.attachmentBytes)
    let sender = WebhookSender(
        manner: WebhookSender.Manner(
            retries: configuration.webhookRetries, pause: configuration.webhookPause,
            isUnordered: configuration.sendsWebhooksUnordered),
        logger: configuration.logger)
    let jira = SandboxJira(settings: settings, announcer: sender, now: configuration.now)
    let file = try configuration.database.map { try StateFile(path: $0) }
    if let file { try await jira.open(file) }
    let catcher = MailCatcher(sizeLimit: configuration.mailBytes, now: configuration.now)
    let mailbox = try await SMTPServer.start(
        SMTPServerConfiguration(port: configuration.smtpPort, name: "mailbox.sandbox.example"), delivering: catcher,
        logger: configuration.logger)
    let pages = PageRoutes(
        jira: jira, catcher: catcher, smtpPort: mailbox.port, replyPort: configuration.replyPort,
        isKept: file != nil, now: configuration.now)
    let responder = SandboxResponder(
        contextPath: configuration.contextPath, door: RESTDoor(jira: jira, settings: settings, now: configuration.now),
        pages: pages.responder())

    let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
    var logger = configuration.logger
    logger.logLevel = max(logger.logLevel, .warning)
    let application = Application(
        responder: responder,
        configuration: ApplicationConfiguration(
            address: .hostname("127.0.0.1", port: configuration.port), serverName: serverName),
        onServerRunning: { channel in listening.yield(channel.localAddress?.port ?? 0) },
        logger: logger)
    let group = serviceGroup(of: application, logger)
    let serving = Task {
        do {
            try await group.run()
            listening.finish()
        } catch {
            listening.finish(throwing: error)
        }
    }
    let sending = Task { await sender.run() }
    do {
        for try await port in ports {
            let url = "http://127.0.0.1:\(port)\(configuration.contextPath)"
            await jira.listen(at: url)
            return RunningSandbox(
                jiraURL: URL(string: url)!, mailbox: mailbox, catcher: catcher, jira: jira, group: group,
                serving: serving, sending: sending, file: file)
        }
        throw CancellationError()
    } catch {
        sending.cancel()
        await mailbox.shutDown(within: .zero)
        throw error
    }
}

/// One service, which has a second to finish what it answers when it is to stop.
private func serviceGroup(of application: any Service, _ logger: Logger) -> ServiceGroup {
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(1)
    return ServiceGroup(configuration: configuration)
}
