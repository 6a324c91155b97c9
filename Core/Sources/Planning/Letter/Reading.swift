// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import MIME

/// Reads a message as a person would.
public func read(_ message: Message, as job: JobID, receivedAt: Date, envelope: Envelope) -> Letter {
    Letter(
        job: job, receivedAt: receivedAt, envelope: envelope,
        messageID: message.messageID?.rawValue,
        subject: message.subject ?? "",
        sender: sender(of: message),
        recipients: recipients(of: message, envelope),
        nature: nature(of: message, envelope),
        answers: answers(of: message),
        marker: message.field("X-Martlet"),
        authentication: message.fields(named: "Authentication-Results").compactMap(
            AuthenticationResults.init(parsing:)),
        text: message.text,
        html: message.html,
        attachments: message.attachments,
        defects: defects(of: message),
        byteCount: message.byteCount)
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

private func nature(of message: Message, _ envelope: Envelope) -> Nature {
    let signs = message.automaticSigns
    var kinds = Set(signs.map(\.kind))
    var evidence = signs.map(\.evidence)
    if envelope.returnPath == "", kinds.insert(.nullReturnPath).inserted { evidence.append("MAIL FROM: <>") }
    if isBounce(kinds) { return Nature(.bounce, evidence: evidence) }
    if isAutoReply(signs, kinds) { return Nature(.autoReply, evidence: evidence) }
    if !kinds.isDisjoint(with: [.listID, .listUnsubscribe, .precedence]) { return Nature(.list, evidence: evidence) }
    if !kinds.isDisjoint(with: [.autoSubmitted, .noReplySender, .daemonSender, .nullReturnPath]) {
        return Nature(.automatic, evidence: evidence)
    }
    return Nature(.person)
}

/// A report by its form, or by two of the signs that mail servers leave on one without form.
private func isBounce(_ kinds: Set<AutomaticSign.Kind>) -> Bool {
    kinds.contains(.report) || kinds.intersection([.nullReturnPath, .daemonSender, .bounceSubject]).count > 1
}

/// A subject alone is no proof: a person may write about an absence.
private func isAutoReply(_ signs: [AutomaticSign], _ kinds: Set<AutomaticSign.Kind>) -> Bool {
    if !kinds.isDisjoint(with: [.autoreply, .autorespond]) { return true }
    if signs.contains(where: { $0.kind == .autoSubmitted && $0.value.hasPrefix("auto-replied") }) { return true }
    if signs.contains(where: { $0.kind == .precedence && $0.value.hasPrefix("auto") }) { return true }
    guard kinds.contains(.outOfOfficeSubject) else { return false }
    // Absence programs send in bulk; what a list sends in bulk a person may have written.
    if !kinds.contains(.listID), signs.contains(where: { $0.kind == .precedence && $0.value != "list" }) { return true }
    return !kinds.isDisjoint(with: [.autoSubmitted, .nullReturnPath, .autoResponseSuppress, .loop])
}
