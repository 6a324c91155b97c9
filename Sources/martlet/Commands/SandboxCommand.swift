// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Jira
import Sandbox
import UnixSignals

/// `martlet sandbox`: a stand-in Jira and a mailbox on loopback, until it is interrupted.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Runs a stand-in for Jira and a mailbox, on this machine only.",
        discussion: """
            It is for demo, rehearsal and tests. It is not Jira, and forgets everything when it stops, unless --database \
            names a file: then projects, issues, comments, files, people, webhooks and grants of OAuth 2.0 are there again. \
            The mailbox, the request log, and faults and limits that were switched on are always forgotten.
            """)

    @Option(help: "The port of the stand-in Jira and its pages; 0 takes a free one.")
    var port = 8090

    @Option(help: "The port on which the mailbox takes mail by SMTP; 0 takes a free one.")
    var smtpPort = 8091

    @Option(help: "The port on this machine to which the mailbox sends replies by SMTP.")
    var replyToSMTP: Int?

    @Option(help: "The keys of the projects, separated by commas.")
    var projects = "HELP,OPS"

    @Option(help: "Those of them that are service projects, separated by commas.")
    var serviceProjects = ""

    @Option(help: "A file of SQLite that keeps the state over a stop; it is made where there is none.")
    var database: String?

    @Option(help: "The e-mail address of the account that the mail handler uses.")
    var user = "mail-handler@example.com"

    @Option(help: "The API token of that account.")
    var token = "sandbox-token"

    @Flag(
        help: "Stand in for Data Center: REST v2 alone, people by key and name, the token as a personal access token.")
    var dataCenter = false

    @Option(help: "Where Data Center's site begins below its host, for example /jira.")
    var contextPath = ""

    func validate() throws {
        guard contextPath.isEmpty || dataCenter && contextPath.hasPrefix("/") && !contextPath.hasSuffix("/") else {
            throw ValidationError("A context path is Data Center's, begins with a slash and ends without one.")
        }

        for port in [port, smtpPort, replyToSMTP ?? 0] where !(0...65535).contains(port) {
            throw ValidationError("A port is a number from 0 to 65535, not \(port).")
        }
    }

    /// Where Cloud's gateway would be, and the app that its authorization server knows.
    private func gateway(to sandbox: RunningSandbox, _ configuration: SandboxConfiguration) -> String {
        guard !dataCenter else { return "" }
        let address = sandbox.jiraURL.absoluteString
        return """

              gateway         \(address)/ex/jira/\(SandboxConfiguration.cloudID)
              OAuth 2.0       client \(configuration.oauthClient), client-secret \(configuration.oauthSecret), \
            issuer and gateway \(address)
            """
    }

    func run() async throws {
        var configuration = SandboxConfiguration()
        configuration.port = port
        configuration.smtpPort = smtpPort
        configuration.replyPort = replyToSMTP
        configuration.deployment = dataCenter ? .dataCenter : .cloud
        configuration.contextPath = contextPath
        configuration.database = database
        configuration.apiUser = user
        configuration.apiToken = token
        configuration.projects = projects.split(separator: ",").map { key in
            let known = configuration.projects.first { $0.key == key }
            var project = known ?? SandboxConfiguration.Project(key: String(key), name: String(key))
            project.isServiceProject = serviceProjects.split(separator: ",").contains(key)
            return project
        }
        let sandbox = try await Sandbox.start(configuration)
        let words = """
            Sandbox: a stand-in, not Jira.
              pages and REST  \(sandbox.jiraURL.absoluteString)
              mailbox, SMTP   127.0.0.1:\(sandbox.smtpPort)
              account         \(user), token \(token)\(database.map { "\n  state           \($0)" } ?? "")\(gateway(to: sandbox, configuration))

            """
        FileHandle.standardOutput.write(Data(words.utf8))
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
        await sandbox.stop()
    }
}
