// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import MailTransport
import NIOCore
import Planning
import Store
import Vault

extension Executor {
    /// Sends a mail under an id that a second try has too.
    func send(_ mail: OutgoingMail, _ id: ActionID) async throws -> ActionResult {
        guard let outbound = setup.outbound(mail.outbound) else { throw OutboundMissing(id: mail.outbound) }
        let recipients = mail.recipients.compactMap(addressForTransport)
        guard let messageID = MessageID("martlet.\(id.job).\(id.ordinal)@\(domain(of: mail.from))"),
            !recipients.isEmpty
        else { throw MailImpossible() }
        let draft = draft(mail, messageID, id)
        guard let bytes = composedBytes(draft) else { throw MailImpossible() }
        let envelope = MailTransport.Envelope(
            sender: mail.returnPath.flatMap(addressForTransport), recipients: recipients,
            isInternationalized: draft.needsSMTPUTF8)
        let client = try await client(for: outbound)
        let delivery = try await client.deliver(ByteBuffer(bytes: bytes), envelope: envelope)
        return .sent(messageID: messageID.rawValue, recipients: delivery.accepted.count)
    }

    private func client(for outbound: Outbound) async throws -> SMTPClient {
        let password = try await setup.store.secret(named: SecretName.password, of: .outbound, outbound.id)
        let credentials = outbound.user.map { Credentials(user: $0, password: password?.reveal() ?? "") }
        return SMTPClient(
            through: MailServer(host: outbound.host, port: outbound.port, security: outbound.security.forMail),
            as: credentials, name: engine.settings.hostName)
    }

    private func draft(_ mail: OutgoingMail, _ messageID: MessageID, _ id: ActionID) -> Draft {
        let from = Mailbox(name: mail.fromName, address: mail.from)
        // Several recipients do not see each other.
        let to = mail.recipients.count == 1 ? Mailbox(address: mail.recipients[0]) : from
        let date = MailDate(secondsSince1970: Int(engine.now.timeIntervalSince1970))
        var draft = Draft(
            from: from, to: [to], subject: mail.subject, date: date, messageID: messageID, text: mail.text,
            html: mail.html)
        draft.inReplyTo = mail.inReplyTo.compactMap { MessageID($0) }
        draft.references = mail.references.compactMap { MessageID($0) }
        draft.autoSubmitted = mail.automatic.rawValue
        draft.precedence = "bulk"
        draft.extraFields = [Field(name: "X-Martlet", value: setup.names.marker(of: id.job))]
        return draft
    }
}

private func domain(of address: String) -> String {
    let domain = Mailbox(address: address).addressForTransport.split(separator: "@").last
    return String(domain ?? "localhost")
}

/// With its domain in ASCII: only what stands before the sign may need a server with SMTPUTF8.
private func addressForTransport(_ address: String) -> SMTPAddress? {
    SMTPAddress(Mailbox(address: address).addressForTransport)
}

extension TransportSecurity {
    var forMail: MailServer.Security {
        switch self {
        case .tls: .tls
        case .startTLS: .startTLS
        case .plain: .none
        }
    }
}

/// A plan names an outbound that was taken away since.
struct OutboundMissing: Error, CustomStringConvertible {
    let id: ConfigurationID

    var description: String { "The outbound \"\(id)\" is not there." }
}

/// Addresses that no mail server would take.
struct MailImpossible: Error, CustomStringConvertible {
    var description: String { "The mail has no usable sender or recipient address." }
}
