// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME

struct MailboxesPage: Sendable {
    struct Box: Sendable {
        let address: String
        let link: String
        let count: Int
    }

    let title = "Mailbox"
    let port: String
    let boxes: [Box]
    let canSend: Bool
    let token: String
}

struct MailboxPage: Sendable {
    struct Line: Sendable {
        let link: String
        let received: String
        let from: String
        let subject: String
    }

    let title: String
    let mails: [Line]
}

struct MailPage: Sendable {
    struct FieldLine: Sendable {
        let name: String
        let value: String
    }

    let title: String
    let id: Int
    let from: String
    let to: String
    let answerTo: String
    let received: String
    let text: String
    let html: String?
    let hasAttachments: Bool
    let attachments: [String]
    let fields: [FieldLine]
    let recipients: [String]
    let canSend: Bool
    let token: String
}

struct MessagePage: Sendable {
    let title: String
    let text: String
    let link: String
}

extension MailCatcher {
    func mailboxesPage(port: Int, canSend: Bool, token: String) -> MailboxesPage {
        var counts: [String: Int] = [:]
        for mail in mails {
            for recipient in mail.recipients { counts[recipient, default: 0] += 1 }
        }
        let boxes = counts.sorted { $0.key < $1.key }.map { address, count in
            MailboxesPage.Box(
                address: address,
                link: address.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "", count: count)
        }
        return MailboxesPage(port: String(port), boxes: boxes, canSend: canSend, token: token)
    }

    func mailboxPage(_ address: String) -> MailboxPage {
        let lines = mails.reversed().filter { $0.recipients.contains(address) }.map { mail in
            MailboxPage.Line(
                link: "/mail/message?id=\(mail.id)", received: jiraTime(mail.received), from: mail.writer,
                subject: mail.title)
        }
        return MailboxPage(title: "Mail for \(address)", mails: lines)
    }

    func mailPage(_ id: Int, canSend: Bool, token: String) -> MailPage? {
        guard let mail = mail(id) else { return nil }
        let message = mail.message
        return MailPage(
            title: mail.title, id: id, from: mail.writer, to: mail.recipients.joined(separator: ", "),
            answerTo: WrittenMail(answering: mail, as: "", text: "").to, received: jiraTime(mail.received),
            text: message.text, html: message.html, hasAttachments: !message.attachments.isEmpty,
            attachments: message.attachments.map { "\($0.name ?? "without a name"), \($0.type), \($0.size) bytes" },
            fields: message.fields.map { MailPage.FieldLine(name: $0.name, value: $0.value) },
            recipients: mail.recipients, canSend: canSend, token: token)
    }
}

extension CaughtMail {
    fileprivate var title: String {
        let subject = message.subject ?? ""
        return subject.isEmpty ? "(no subject)" : subject
    }

    fileprivate var writer: String {
        guard let from = message.from.first else { return sender }
        return from.name.isEmpty ? from.address : "\(from.name) <\(from.address)>"
    }
}
