// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import MIME
import Markup

/// Reads a message that is all at hand as a person would.
public func read(_ raw: [UInt8], as job: JobID, receivedAt: Date, envelope: Envelope) -> Letter {
    let message = MIME.parse(raw)
    return read(message, unpacked: message.unpacked(in: raw), as: job, receivedAt: receivedAt, envelope: envelope)
}

/// Reads a message as a person would, with what stands in its parts.
public func read(
    _ message: Message, unpacked: [Unpacked], as job: JobID, receivedAt: Date, envelope: Envelope
) -> Letter {
    let inside = OpenedParts(unpacked, of: message)
    let own = message.shownBodies(without: unpacked)
    let added = inside.bodies(besides: own)
    let isBodyUnpacked = !added.isEmpty && own.allSatisfy(\.isBlank)
    let bodies = isBodyUnpacked ? added : own + added
    return Letter(
        job: job, receivedAt: receivedAt, envelope: envelope,
        messageID: message.messageID?.rawValue,
        subject: message.subject ?? "",
        sender: sender(of: message),
        recipients: recipients(of: message, envelope),
        nature: message.nature(hasNullReturnPath: envelope.returnPath == ""),
        answers: answers(of: message),
        marker: message.field("X-Martlet"),
        authentication: message.fields(named: "Authentication-Results").compactMap(
            AuthenticationResults.init(parsing:)),
        isBodyUnpacked: isBodyUnpacked,
        bodies: bodies,
        attachments: inside.files,
        opened: inside.opened,
        defects: defects(of: message) + inside.defects.prefix(20),
        byteCount: message.byteCount,
        isForward: message.isForward)
}

extension ShownBody {
    /// Only called where a `winmail.dat` has a body, since it reads the HTML.
    fileprivate var isBlank: Bool {
        [text, html.map { Document(html: $0).text }].allSatisfy { $0?.allSatisfy(\.isWhitespace) ?? true }
    }
}

private func sender(of message: Message) -> Mailbox? {
    let named = message.from + message.replyTo + message.sender
    return named.first { $0.address.contains("@") }
}

/// What the transport said first: it knows of blind copies and of lists.
private func recipients(of message: Message, _ envelope: Envelope) -> [Recipient] {
    let direct = envelope.recipients.map { Recipient(header: "RCPT TO", address: $0) }
    let named = ["Delivered-To", "X-Original-To", "To", "Cc", "Bcc"].flatMap { header in
        message.mailboxes(header).filter { $0.address.contains("@") }.map {
            Recipient(header: header, address: $0.address)
        }
    }
    var seen: Set<String> = []
    return (direct + named).filter { seen.insert($0.address.lowercased()).inserted }
}

private func defects(of message: Message) -> [String] {
    guard !message.defects.isEmpty else { return [] }
    let paths = message.paths
    return message.defects.prefix(20).map { "\($0.kind.rawValue) in part \(paths[$0.part])" }
}

private func answers(of message: Message) -> [String] {
    var seen: Set<String> = []
    let ids = (message.inReplyTo + message.references.reversed()).map(\.rawValue)
    return Array(ids.filter { seen.insert($0).inserted }.prefix(100))
}
