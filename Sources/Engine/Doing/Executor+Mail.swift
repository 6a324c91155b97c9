// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
public import MailTransport
import NIOCore
public import Planning
import Store
import Vault

extension Executor {
    /// Sends a mail under an id that a second try has too.
    ///
    /// - Parameter earlier: What became of it before: it goes to those alone then who were to be tried again.
    mutating func send(
        _ mail: OutgoingMail, _ id: ActionID, after earlier: ActionResult? = nil
    ) async throws -> ActionResult {
        guard let outbound = setup.outbound(mail.outbound) else { throw OutboundMissing(id: mail.outbound) }
        let recipients = mail.recipients.compactMap(addressForTransport)
        guard let messageID = MessageID("martlet.\(id.job).\(id.ordinal)@\(domain(of: mail.from))"),
            !recipients.isEmpty
        else { throw MailImpossible() }
        let draft = draft(mail, messageID, id)
        guard let bytes = composedBytes(draft).map({ ByteBuffer(bytes: $0) }) else { throw MailImpossible() }
        func envelope(to recipients: [SMTPAddress]) -> MailTransport.Envelope {
            MailTransport.Envelope(
                sender: mail.returnPath.flatMap(addressForTransport), recipients: recipients,
                isInternationalized: draft.needsSMTPUTF8)
        }
        let client = try await client(for: outbound)
        var (count, refused) = (0, [RefusedRecipient]())
        if case .sentInPart(_, let before, let left) = earlier {
            refused = try await sendAgain(bytes, to: left, through: client) { envelope(to: [$0]) }
            count = before + left.count - refused.count
        } else {
            let delivery = try await client.deliver(bytes, envelope: envelope(to: recipients))
            refused = delivery.refused.map { RefusedRecipient($0.recipient, $0.reason) } + mail.recipientsOfNoUse
            count = delivery.accepted.count
        }
        if earlier == nil, bytes.readableBytes <= TenantStore.largestKept {
            unkept.append(.sent(id, Data(bytes.readableBytesView), at: engine.now))
        }
        return refused.isEmpty
            ? .sent(messageID: messageID.rawValue, recipients: count)
            : .sentInPart(messageID: messageID.rawValue, recipients: count, refused: refused)
    }

    /// To each by itself, so that what becomes of one is known whatever becomes of the next. Gives those who are left.
    private func sendAgain(
        _ bytes: ByteBuffer, to refused: [RefusedRecipient], through client: SMTPClient,
        in envelope: (SMTPAddress) -> MailTransport.Envelope
    ) async throws -> [RefusedRecipient] {
        try await client.session { session in
            var left: [RefusedRecipient] = []
            for one in refused {
                guard !one.isFinal, let address = SMTPAddress(one.address) else {
                    left.append(one)
                    continue
                }
                do {
                    _ = try await session.deliver(bytes, envelope: envelope(address))
                } catch let error as MailTransportError {
                    left.append(RefusedRecipient(address, error))
                }
            }
            return left
        }
    }

    private func client(for outbound: Outbound) async throws -> SMTPClient {
        let password = try await setup.store.secret(named: SecretName.password, of: .outbound, outbound.id)
        let credentials = outbound.user.map { Credentials(user: $0, password: password?.reveal() ?? "") }
        return SMTPClient(
            through: MailServer(host: outbound.host, port: outbound.port, security: outbound.security.forMail),
            as: credentials, name: engine.settings.hostName, permission: engine.store.requirePresence)
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

extension RefusedRecipient {
    fileprivate init(_ recipient: SMTPAddress, _ reason: MailTransportError) {
        self.init(address: recipient.rawValue, said: reason.said, isFinal: reason.retry == .never)
    }
}

extension OutgoingMail {
    /// Those that no server would know what to do with.
    fileprivate var recipientsOfNoUse: [RefusedRecipient] {
        recipients.filter { addressForTransport($0) == nil }.map {
            RefusedRecipient(address: $0, said: "\($0) is no address that mail can be sent to.", isFinal: true)
        }
    }

    /// Those that it reached.
    func reached(_ result: ActionResult) -> [String] {
        let refused = Set(result.refused.map(\.address))
        return recipients.filter { !refused.contains(addressForTransport($0)?.rawValue ?? $0) }
    }
}

private func domain(of address: String) -> String {
    let domain = Mailbox(address: address).addressForTransport.split(separator: "@").last
    return String(domain ?? "localhost")
}

/// With its domain in ASCII: only what stands before the sign may need a server with SMTPUTF8.
func addressForTransport(_ address: String) -> SMTPAddress? {
    SMTPAddress(Mailbox(address: address).addressForTransport)
}

extension TransportSecurity {
    public var forMail: MailServer.Security {
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
