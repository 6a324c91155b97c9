// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Logging

/// What a sandbox is to be. Everything has a value that a demo can use.
public struct SandboxConfiguration: Sendable {
    /// A project that is there from the start.
    public struct Project: Sendable, Equatable {
        public var key: String
        public var name: String

        public init(key: String, name: String) {
            self.key = key
            self.name = name
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
    /// The account that the mail handler uses, and its API token.
    public var apiUser = "mail-handler@example.com"
    public var apiToken = "sandbox-token"
    /// The size in bytes above which one attachment is refused.
    public var uploadLimit = 64 << 20
    /// What all attachments together may take of the memory.
    public var attachmentBytes = 1 << 30
    /// What all caught mails together may take of the memory; the oldest ones go first.
    public var mailBytes = 128 << 20
    /// The pause before a webhook is tried again, and how often.
    public var webhookPause = Duration.seconds(1)
    public var webhookRetries = 5
    /// Sends webhooks at once, in whatever order they arrive.
    public var sendsWebhooksUnordered = false
    public var now: @Sendable () -> Date = { Date() }
    public var logger = Logger(label: "sandbox")

    public init() {}
}
