// SPDX-License-Identifier: Apache-2.0

/// What kind of writer a message has, with the signs that say so.
public struct Nature: Hashable, Sendable {
    /// The raw values are stable and appear in reports.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        case person
        /// Of a mailing list, or sent in bulk: a person may have written it.
        case list
        /// Sent by a program of its own accord: processed, but never answered.
        case automatic
        /// A filter on the way took it for spam.
        case spamFlagged = "spam-flagged"
        /// It bears our mark; whether the mark is true is for the one to say who has the key.
        case ownMail = "own-mail"
        /// A program's answer to a mail: an absence note, a notice that it was read (RFC 3834, RFC 8098).
        case autoReply = "auto-reply"
        /// A mail server's report about a mail (RFC 3464).
        case bounce
        /// A complaint about a mail (RFC 5965).
        case feedbackReport = "feedback-report"
    }

    public var kind: Kind
    /// What was seen, as people read it: `Auto-Submitted: auto-replied`.
    public var evidence: [String]

    public init(_ kind: Kind, evidence: [String] = []) {
        self.kind = kind
        self.evidence = evidence
    }
}

extension Message {
    /// Who or what wrote this. The null return path is known to the transport, and often to no field.
    public func nature(hasNullReturnPath: Bool = false) -> Nature {
        let signs = automaticSigns
        var kinds = Set(signs.map(\.kind))
        var evidence = signs.map(\.evidence)
        if hasNullReturnPath, kinds.insert(.nullReturnPath).inserted { evidence.append("MAIL FROM: <>") }
        if let report = feedbackReport { return Nature(.feedbackReport, evidence: [report.evidence] + evidence) }
        if isBounce(signs, kinds) { return Nature(.bounce, evidence: evidence) }
        if isAutoReply(signs, kinds) { return Nature(.autoReply, evidence: evidence) }
        if kinds.contains(.ownMarker) { return Nature(.ownMail, evidence: evidence) }
        if kinds.contains(.spamFlag) { return Nature(.spamFlagged, evidence: evidence) }
        if !kinds.isDisjoint(with: [.listID, .listUnsubscribe, .precedence]) {
            return Nature(.list, evidence: evidence)
        }
        if !kinds.isDisjoint(with: [.autoSubmitted, .noReplySender, .daemonSender, .nullReturnPath]) {
            return Nature(.automatic, evidence: evidence)
        }
        return Nature(.person)
    }

    /// A report by its form, or by two of the signs that mail servers leave on one without form.
    private func isBounce(_ signs: [AutomaticSign], _ kinds: Set<AutomaticSign.Kind>) -> Bool {
        let ofMachines = kinds.intersection([.daemonSender, .nullReturnPath, .failedRecipients, .autoSubmitted])
        if let report = signs.first(where: { $0.kind == .report && $0.isDeliveryReport }) {
            // A part alone may be what a person forwards.
            if !report.value.hasPrefix("message/") || !ofMachines.isEmpty { return true }
        }
        if let notification = DeliveryNotification.kind(of: text) {
            return ["bounce", "delivery"].contains(notification)
        }
        let telling = kinds.intersection([.daemonSender, .bounceSubject, .bounceWords, .failedRecipients])
        // Absence notes too are sent with the null return path, and now and then by a postmaster.
        if kinds.contains(.autoreplySubject), telling.isDisjoint(with: [.bounceSubject, .bounceWords]) { return false }
        // Persons too write of mail that was not delivered, and forward what they got: words alone prove nothing.
        if ofMachines.isEmpty { return false }
        return telling.count + (kinds.contains(.nullReturnPath) ? 1 : 0) > 1
    }

    /// A subject alone is no proof: a person may write about an absence.
    private func isAutoReply(_ signs: [AutomaticSign], _ kinds: Set<AutomaticSign.Kind>) -> Bool {
        if signs.contains(where: { $0.kind == .report && $0.value.hasSuffix("disposition-notification") }) {
            return true
        }
        if !kinds.isDisjoint(with: [.autoreply, .autorespond]) { return true }
        if signs.contains(where: { $0.kind == .autoSubmitted && $0.value.hasPrefix("auto-replied") }) { return true }
        if signs.contains(where: { $0.kind == .precedence && $0.value.hasPrefix("auto") }) { return true }
        // What a list sends on, a person may have written.
        if kinds.contains(.listID) { return false }
        if kinds.contains(.autoreplySubject) { return true }
        guard kinds.contains(.outOfOfficeSubject) else { return false }
        // Absence programs send in bulk.
        if signs.contains(where: { $0.kind == .precedence && $0.value != "list" }) { return true }
        // A person who answers leaves the `Re:` before the subject.
        if !inReplyTo.isEmpty || !references.isEmpty { return true }
        return !kinds.isDisjoint(with: [.autoSubmitted, .nullReturnPath, .autoResponseSuppress, .loop])
    }
}

extension AutomaticSign {
    /// A `multipart/report` of another kind tells of something else: `tlsrpt`, `disposition-notification`.
    fileprivate var isDeliveryReport: Bool {
        [
            "delivery-status", "global-delivery-status", "message/delivery-status", "message/global-delivery-status",
            "multipart/report",
        ]
        .contains(value)
    }
}
