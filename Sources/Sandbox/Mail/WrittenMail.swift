// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import MailTransport
import NIOCore
import Vault

/// A mail that a person writes in the mailbox: a first one, or an answer to one that was caught.
struct WrittenMail: Sendable {
    var from: String
    var to: String
    var subject: String
    var text: String
    var answered: CaughtMail?

    /// The answer to a mail, as mail programs begin it: to `Reply-To` or else `From`, `Re:` before the subject.
    init(answering mail: CaughtMail, as recipient: String, text: String) {
        from = recipient
        to = (mail.message.replyTo.first ?? mail.message.from.first)?.address ?? mail.sender
        let subject = mail.message.subject ?? ""
        self.subject = subject.lowercased().hasPrefix("re:") ? subject : "Re: \(subject)"
        self.text = text
        answered = mail
    }

    init(from: String, to: String, subject: String, text: String) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
    }

    func draft(at date: Date) -> Draft {
        let id = MessageID("\(newJobID(at: date))@mailbox.sandbox.example")!
        var draft = Draft(
            from: Mailbox(address: from), to: [Mailbox(address: to)], subject: subject,
            date: MailDate(secondsSince1970: Int(date.timeIntervalSince1970)), messageID: id, text: text + quote)
        if let answered, let parent = answered.message.messageID {
            draft.inReplyTo = [parent]
            // RFC 5322 §3.6.4: the parent's references, or else its single In-Reply-To, and then the parent.
            let line = answered.message.references
            draft.references = (line.isEmpty ? answered.message.inReplyTo.prefix(1) : line[...]) + [parent]
        }
        return draft
    }

    /// The answered text below the answer, as most mail programs put it.
    private var quote: String {
        guard let answered else { return "" }
        let date = answered.message.date?.fieldValue ?? jiraTime(answered.received)
        let lines = answered.message.text.split(separator: "\n", omittingEmptySubsequences: false)
        return "\n\nOn \(date), \(to) wrote:\n" + lines.map { "> \($0.trimmingSuffixReturn)" }.joined(separator: "\n")
            + "\n"
    }

    /// Sends it to the listener that the sandbox was told of.
    func send(toPort port: Int, at date: Date) async throws {
        guard let sender = SMTPAddress(from), let recipient = SMTPAddress(to),
            let bytes = composedBytes(draft(at: date))
        else { throw JiraRefusal.badRequest("The sender or the recipient is not an e-mail address.") }
        let client = SMTPClient(
            through: MailServer(host: "127.0.0.1", port: port, security: .none), name: "mailbox.sandbox.example")
        _ = try await client.deliver(
            ByteBuffer(bytes: bytes), envelope: Envelope(sender: sender, recipients: [recipient]))
    }
}

extension Substring {
    fileprivate var trimmingSuffixReturn: Substring { hasSuffix("\r") ? dropLast() : self }
}
