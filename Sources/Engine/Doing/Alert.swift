// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
public import MailTransport
import NIOCore
import Planning
import Store

/// How operators are told by mail.
public struct AlertRoute: Sendable {
    public var server: MailServer
    public var credentials: Credentials?
    public var from: String
    public var to: [String]
    /// The console's address, for a link.
    public var console: String

    public init(server: MailServer, credentials: Credentials?, from: String, to: [String], console: String) {
        self.server = server
        self.credentials = credentials
        self.from = from
        self.to = to
        self.console = console
    }
}

/// That work of a tenant waits: how much and how long, and not what it is.
struct Alert: Sendable {
    var tenant: TenantID
    var waiting: Waiting
    var days: Int

    private var sentence: String {
        let verb = waiting.letters + waiting.events == 1 ? "waits" : "wait"
        return "\(waiting.words) of \(tenant) \(verb) for more than \(days == 1 ? "a day" : "\(days) days")"
    }

    var subject: String { "Martlet: \(sentence)" }

    func text(console: String) -> String {
        """
        \(sentence). The oldest came on \(waiting.oldest.formatted(.iso8601.year().month().day())).

        Nothing is lost: what waits is kept until it is done, or until an admin of \(tenant) discards it. \
        The admin sees what it is, and why it waits, at \(console)/letters and \(console)/events.

        """
    }
}

extension Engine {
    /// Mails an alert; throws what kept it from being sent.
    func send(_ alert: Alert, by route: AlertRoute) async throws {
        let sender = MIME.Mailbox(address: route.from)
        let seconds = Int(now.timeIntervalSince1970)
        let domain = sender.addressForTransport.split(separator: "@").last.map(String.init) ?? "localhost"
        let recipients = route.to.compactMap(addressForTransport)
        guard !recipients.isEmpty,
            let messageID = MessageID("martlet.alert.\(alert.tenant).\(alert.days).\(seconds)@\(domain)")
        else { throw MailImpossible() }
        var draft = Draft(
            from: sender, to: route.to.map { MIME.Mailbox(address: $0) }, subject: alert.subject,
            date: MailDate(secondsSince1970: seconds), messageID: messageID,
            text: alert.text(console: route.console), html: nil)
        draft.autoSubmitted = AutomaticKind.generated.rawValue
        guard let bytes = composedBytes(draft) else { throw MailImpossible() }
        let client = SMTPClient(through: route.server, as: route.credentials, name: settings.hostName)
        _ = try await client.deliver(
            ByteBuffer(bytes: bytes),
            envelope: MailTransport.Envelope(
                sender: nil, recipients: recipients, isInternationalized: draft.needsSMTPUTF8))
    }
}
