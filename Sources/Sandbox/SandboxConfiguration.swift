// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Jira
public import Logging

/// What a sandbox is to be. Everything has a value that a demo can use.
public struct SandboxConfiguration: Sendable {
    /// A project that is there from the start.
    public struct Project: Sendable, Equatable {
        public var key: String
        public var name: String
        /// Whether it is a project of Jira Service Management.
        public var isServiceProject: Bool

        public init(key: String, name: String, isServiceProject: Bool = false) {
            self.key = key
            self.name = name
            self.isServiceProject = isServiceProject
        }
    }

    /// The port of Jira and the pages on loopback; 0 takes a free one.
    public var port = 0
    /// The port of the mailbox's SMTP on loopback; 0 takes a free one.
    public var smtpPort = 0
    /// Where the reply form sends to: a port on loopback. Without one there is no reply form.
    public var replyPort: Int?
    public var projects = [
        Project(key: "HELP", name: "Help desk"), Project(key: "OPS", name: "Operations"),
    ]
    /// What is stood in for. Data Center speaks REST v2 alone, and knows people by key and name.
    public var deployment = Deployment.cloud
    /// Where Data Center's site begins below its host: `/jira`, or nothing.
    public var contextPath = ""
    /// The account that the mail handler uses, and its API token; on Data Center its personal access token.
    public var apiUser = "mail-handler@example.com"
    public var apiToken = "sandbox-token"
    /// The app of OAuth 2.0 that the stand-in of Atlassian's authorization server knows, and its secret.
    public var oauthClient = "sandbox-app"
    public var oauthSecret = "sandbox-app-secret"
    /// Jira Cloud's limits; none of them without this.
    public var limits = RateLimitSettings()
    /// The size in bytes above which one attachment is refused.
    public var uploadLimit = 64 << 20
    /// What all attachments together may take of the memory.
    public var attachmentBytes = 1 << 30
    /// What all caught mails together may take of the memory; the oldest ones go first.
    public var mailBytes = 128 << 20
    /// The file in which the state outlives a stop; without one it is in memory alone.
    public var database: String?
    /// The pause before a webhook is tried again, and how often.
    public var webhookPause = Duration.seconds(1)
    public var webhookRetries = 5
    /// Sends webhooks at once, in whatever order they arrive.
    public var sendsWebhooksUnordered = false
    /// By which Atlassian's gateway knows the site: `/ex/jira/{cloudID}`.
    public static let cloudID = "5a0dbc0e-0000-4000-8000-000000000001"
    public var now: @Sendable () -> Date = { Date() }
    public var logger = Logger(label: "sandbox")

    public init() {}
}
