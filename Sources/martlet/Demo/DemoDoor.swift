// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import MailTransport
import NIOCore
import Planning
import Store
import Vault

/// The way by which the demo's letters reach Martlet.
enum DemoDoor: Sendable {
    case smtp(port: Int)
    case imap(Dovecot)

    static let user = "support"

    /// Where more letters can be put in by hand.
    var words: String {
        switch self {
        case .smtp(let port): "Mail by SMTP               127.0.0.1:\(port), to \(DemoLetters.mailbox)"
        case .imap(let dovecot):
            "Mailbox by IMAP            127.0.0.1:\(dovecot.imapPort), user \(Self.user), password \(Dovecot.password)"
        }
    }

    /// The mailbox that Martlet is to watch, if there is one.
    func source(of profile: ConfigurationID) -> Source? {
        guard case .imap(let dovecot) = self else { return nil }
        var source = Source(id: ConfigurationID("mailbox")!, profile: profile, host: "127.0.0.1", user: Self.user)
        source.port = dovecot.imapPort
        source.security = .plain
        source.start = .everything
        return source
    }

    /// Hands a letter over, and gives the job that it became.
    func put(_ letter: DemoLetter, for tenant: TenantStore) async throws -> JobID {
        switch self {
        case .smtp(let port): return try await Self.send(letter, port)
        case .imap(let dovecot):
            let newest = try await Self.newest(tenant)
            try dovecot.deliver(letter.bytes, to: Self.user)
            for _ in 0..<300 {
                if let job = try await Self.newest(tenant), job != newest { return job }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw ConfigurationFault(
                file: "demo", line: nil, words: "\"\(letter.title)\" was not fetched within 30 seconds.")
        }
    }

    private static func send(_ letter: DemoLetter, _ port: Int) async throws -> JobID {
        let client = SMTPClient(through: MailServer(host: "127.0.0.1", port: port, security: .none))
        let envelope = MailTransport.Envelope(
            sender: SMTPAddress(letter.from), recipients: [SMTPAddress(DemoLetters.mailbox)!])
        let delivery = try await client.deliver(ByteBuffer(bytes: letter.bytes), envelope: envelope)
        guard let job = delivery.reply.text.split(separator: " ").last.map(String.init).flatMap(JobID.init) else {
            throw ConfigurationFault(file: "demo", line: nil, words: "The letter was not kept: \(delivery.reply)")
        }
        return job
    }

    private static func newest(_ tenant: TenantStore) async throws -> JobID? {
        try await tenant.jobs(matching: JobFilter(line: .letter, limit: 1)).first?.id
    }
}
