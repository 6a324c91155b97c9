// SPDX-License-Identifier: Apache-2.0

/// What mail servers say of a mail that they could not deliver, or that they delivered late: by the form of RFC 3464
/// where the report has it, else by the words in which the many servers say it that follow no form.
public struct Bounce: Sendable, Equatable {
    public var recipients: [Recipient]

    public struct Recipient: Sendable, Equatable {
        /// Whom the mail was for; empty when the report does not say.
        public var address: String
        /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
        public var action: String
        /// RFC 3463, such as `5.1.1`. Where the report has none it is `5.0.0`, or `4.0.0` while it is tried again.
        public var status: String
        /// The reply code of SMTP, such as `550`; empty when the report has none.
        public var reply: String
        public var reason: BounceReason
        /// The address is good for nothing: no later mail will reach it.
        public var isHard: Bool
        /// What the other server said, or the words about this recipient.
        public var diagnostic: String
    }
}

extension Message {
    /// What this message says as a bounce; to be asked of one whose ``Nature`` is that of a bounce.
    public var bounce: Bounce { Bounce(reading: self) }
}

extension Bounce {
    static let mostRecipients = 200

    init(reading message: Message) {
        let text = BounceText(message)
        if let notification = DeliveryNotification(parsing: text.written) {
            recipients = notification.recipients.prefix(Bounce.mostRecipients).map { $0.judged() }
            return
        }
        let sections = BounceSections(text, others: message.correspondents)
        var reports = message.deliveryReports(inside: false) + DeliveryStatus(parsing: text.written).recipients
        // A gateway sends a report on as a mail inside of its own.
        if reports.isEmpty, sections.sections.isEmpty { reports = message.deliveryReports(inside: true) }
        let failures =
            reports.isEmpty
            ? Bounce.failures(in: sections, else: message.failedRecipients(text))
            : Bounce.failures(by: reports, sections)
        let whole = text.lines.joined(separator: "\n")
        lazy var action = message.saysDelayed(whole) ? "delayed" : "failed"
        recipients = failures.prefix(Bounce.mostRecipients).map { failure in
            var failure = failure
            if failures.count == 1 || reports.isEmpty && failure.isBare { failure.surroundings = whole }
            if failure.action.isEmpty { failure.action = action }
            return failure.judged()
        }
    }

    private static func failures(by reports: [DeliveryStatus.Recipient], _ sections: BounceSections)
        -> [DeliveryFailure]
    {
        var seen: Set<String> = []
        return reports.filter { seen.insert($0.address.lowercased()).inserted }.map { report in
            let words = sections.text(of: report.address) ?? report.originalRecipient.flatMap(sections.text) ?? ""
            return DeliveryFailure(report, words: words)
        }
    }

    private static func failures(in sections: BounceSections, else addresses: [String]) -> [DeliveryFailure] {
        if sections.sections.isEmpty {
            return (addresses.isEmpty ? [""] : addresses).map { DeliveryFailure(address: $0) }
        }
        return sections.sections.map { DeliveryFailure(address: $0.address, words: $0.text) }
    }
}

extension Message {
    /// What the parts say that are made for programs.
    fileprivate func deliveryReports(inside: Bool) -> [DeliveryStatus.Recipient] {
        parts.filter { $0.type.hasSuffix("delivery-status") && isEmbedded($0) == inside }.prefix(100)
            .flatMap { DeliveryStatus(parsing: $0.text ?? "").recipients }
    }

    /// Who wrote the mail that came back, and who reports: their addresses are no recipients.
    fileprivate var correspondents: Set<String> {
        Set((to + from + replyTo + mailboxes("Delivered-To")).map { $0.address.lowercased() })
    }

    /// Whom the header names, or the header of the returned mail.
    fileprivate func failedRecipients(_ text: BounceText) -> [String] {
        let named = mailboxes("X-Failed-Recipients").map(\.address).filter { $0.contains("@") }
        if !named.isEmpty { return named }
        if let inner = parts.indices.first(where: { parts[$0].parent.map { parts[$0].isMessage } ?? false }),
            let value = parts[inner].fields.last(named: "To")
        {
            return MIME.mailboxes(parsing: value, limit: 100).map(\.address).filter { $0.contains("@") }
        }
        guard let line = text.returned.first(where: { $0.lowercased().hasPrefix("to:") }) else { return [] }
        return MIME.mailboxes(parsing: String(line.dropFirst(3)), limit: 100).map(\.address).filter { $0.contains("@") }
    }

    fileprivate func saysDelayed(_ text: String) -> Bool {
        let words = FoldedText((subject ?? "") + "\n" + text)
        return [
            "(delay", "has been delayed", "is delayed", "delivery delayed", "delayed mail", "warning message only",
            "this is a warning only", "will be retried", "still being retried", "not yet been delivered",
            "could not send message for past", "do not need to resend", "no need to resend",
            "status notification: delayed",
            "delivery incomplete", "notification about a delay",
        ].contains(where: words.contains)
    }
}
