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
    /// What a person's letter has of a program's: too little to call it one, enough to send no answer of a program's own.
    public var doubts: [String]

    public init(_ kind: Kind, evidence: [String] = [], doubts: [String] = []) {
        self.kind = kind
        self.evidence = evidence
        self.doubts = doubts
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
        return Nature(.person, doubts: evidence)
    }

    /// A report by its form, or by two of the signs that mail servers leave on one without form.
    private func isBounce(_ signs: [AutomaticSign], _ kinds: Set<AutomaticSign.Kind>) -> Bool {
        var ofServers = kinds.intersection([.daemonSender, .nullReturnPath, .failedRecipients])
        if signs.contains(where: \.isOfServer) { ofServers.insert(.autoSubmitted) }
        if let report = signs.first(where: { $0.kind == .report && $0.isDeliveryReport }) {
            // A part alone may be what a person forwards.
            if !report.value.hasPrefix("message/") || !ofServers.isEmpty { return true }
        }
        if let notification = deliveryNotification { return ["bounce", "delivery"].contains(notification) }
        // Persons too write of mail that was not delivered, and forward what they got: words alone prove nothing.
        let hasServerWords = signs.contains(where: \.isWordOfServer)
        if ofServers.isEmpty || !hasServerWords && isAnswerOfPostmaster(kinds) { return false }
        let words = kinds.intersection([.bounceSubject, .bounceWords])
        // Absence notes too are sent with the null return path, and now and then by a postmaster.
        if kinds.contains(.autoreplySubject), words.isEmpty { return false }
        let senders = kinds.intersection([.daemonSender, .failedRecipients])
        if !senders.isEmpty { return senders.count + words.count + (kinds.contains(.nullReturnPath) ? 1 : 0) > 1 }
        return hasServerWords && (words.count > 1 || kinds.contains(.nullReturnPath))
    }

    /// A postmaster is a person, too.
    private func isAnswerOfPostmaster(_ kinds: Set<AutomaticSign.Kind>) -> Bool {
        answersAnother && SubjectPrefix.stands(before: (subject ?? "").lowercased())
            && kinds.isDisjoint(with: [.nullReturnPath, .failedRecipients, .autoSubmitted])
    }

    /// A subject alone is no proof: a person may write about an absence, to HR or to the desk that sets such notes up.
    private func isAutoReply(_ signs: [AutomaticSign], _ kinds: Set<AutomaticSign.Kind>) -> Bool {
        let ofMachines = kinds.intersection([
            .autoSubmitted, .nullReturnPath, .autoResponseSuppress, .loop, .noReplySender, .daemonSender,
        ])
        if let report = signs.first(where: { $0.kind == .report && $0.value.hasSuffix("disposition-notification") }) {
            // A part alone may be what a person forwards.
            if !report.value.hasPrefix("message/") || !ofMachines.isEmpty { return true }
        }
        if !kinds.isDisjoint(with: [.autoreply, .autorespond]) { return true }
        if signs.contains(where: { $0.kind == .autoSubmitted && $0.value.hasPrefix("auto-replied") }) { return true }
        if signs.contains(where: { $0.kind == .precedence && $0.value.hasPrefix("auto") }) { return true }
        // What a list sends on, a person may have written, and newsletters speak of everything.
        if kinds.contains(.listID) || kinds.contains(.listUnsubscribe) && !answersAnother { return false }
        let isBulk = signs.contains { $0.kind == .precedence && $0.value != "list" }
        // A person who answers leaves the `Re:` before the subject.
        if kinds.contains(.autoreplySubject) { return answersAnother || isBulk || !ofMachines.isEmpty }
        // An absence note comes from who is absent, not from a program that keeps the calendar.
        guard kinds.contains(.outOfOfficeSubject), !kinds.contains(.noReplySender) else { return false }
        return isBulk || !kinds.isDisjoint(with: [.autoSubmitted, .nullReturnPath, .autoResponseSuppress])
            || answersAnother && kinds.contains(.loop)
    }

    private var answersAnother: Bool { !inReplyTo.isEmpty || !references.isEmpty }
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

    /// `auto-replied`, and `auto-generated (failure)` of Sendmail. Trackers send as `auto-generated`, too.
    fileprivate var isOfServer: Bool {
        kind == .autoSubmitted && (value.hasPrefix("auto-replied") || value.contains("fail") || value.contains("warn"))
    }

    /// Words that nobody but a mail server writes.
    fileprivate var isWordOfServer: Bool {
        (kind == .bounceSubject || kind == .bounceWords) && !AutomaticSign.common.contains(value)
    }
}
