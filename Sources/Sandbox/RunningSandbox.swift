// SPDX-License-Identifier: Apache-2.0

public import Foundation
import MailTransport
import NIOCore
import ServiceLifecycle

/// A sandbox that listens.
public struct RunningSandbox: Sendable {
    /// The address of the site, without a slash at the end.
    public let jiraURL: URL
    /// The port of the mailbox on 127.0.0.1.
    public var smtpPort: Int { mailbox.port }
    let mailbox: SMTPServer
    let catcher: MailCatcher
    let jira: SandboxJira
    let group: ServiceGroup
    let serving: Task<Void, Never>
    let sending: Task<Void, Never>
    let file: StateFile?

    /// The mails that the mailbox caught, as they came, oldest first.
    public func mails() async -> [[UInt8]] {
        await catcher.mails.map(\.bytes)
    }

    /// The bytes of a file on an issue, by its id.
    public func attachment(_ id: String) async -> [UInt8]? {
        await (try? jira.attachment(id)).map { Array($0.bytes.readableBytesView) }
    }

    /// Stops listening, and forgets everything that is not in a file.
    public func stop() async {
        sending.cancel()
        await group.triggerGracefulShutdown()
        await mailbox.shutDown(within: .seconds(1))
        await serving.value
        await sending.value
        file?.close()
    }
}
