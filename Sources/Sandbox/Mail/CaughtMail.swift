// SPDX-License-Identifier: Apache-2.0

import Foundation
import MIME
import MailTransport
import Markup

/// A mail that the mailbox caught, as it came.
struct CaughtMail: Sendable {
    let id: Int
    let received: Date
    let sender: String
    let recipients: [String]
    let bytes: [UInt8]
    let message: Message

    init(id: Int, received: Date, envelope: Envelope, bytes: [UInt8]) {
        self.id = id
        self.received = received
        sender = envelope.sender?.rawValue ?? ""
        recipients = envelope.recipients.map(\.rawValue)
        self.bytes = bytes
        message = MIME.parse(bytes)
    }

    /// What the JSON listing says of it.
    var shape: JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return [
            "id": .integer(id), "received": .string(jiraTime(received)), "sender": .string(sender),
            "recipients": list(recipients), "subject": .string(message.subject ?? ""),
            "from": list(message.from.map(\.address)), "to": list(message.to.map(\.address)),
            "messageID": message.messageID.map { .string($0.rawValue) } ?? .null,
            "inReplyTo": list(message.inReplyTo.map(\.rawValue)),
            "references": list(message.references.map(\.rawValue)),
            "fields": .array(
                message.fields.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "text": .string(message.text), "html": message.html.map { .string($0) } ?? .null,
            "size": .integer(bytes.count),
        ]
    }
}
