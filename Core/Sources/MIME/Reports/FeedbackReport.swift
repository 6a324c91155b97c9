// SPDX-License-Identifier: Apache-2.0

/// A complaint about a mail, mostly of a person who called it spam (RFC 5965).
public struct FeedbackReport: Sendable, Equatable {
    /// `abuse`, `fraud`, `auth-failure`, `not-spam`; lower case, `other` when it is missing.
    public var type: String
    /// The fields of the report in order, without the mail complained of.
    public var fields: [Field]
    /// How it was known, as people read it.
    var evidence: String

    fileprivate static let mostFields = 1_000

    /// Who complained, or whom the mail was for; most reports keep it to themselves.
    public var recipient: String? { value("Original-Rcpt-To") ?? value("Removal-Recipient") }

    private func value(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }.map {
            $0.value.trimmingSpaces().filter { $0 != "<" && $0 != ">" }
        }
    }
}

extension Message {
    /// The complaint that this message is; nil when it is none.
    public var feedbackReport: FeedbackReport? {
        formalFeedback ?? noticeOfComplaint ?? forwardedComplaint ?? wordedComplaint
    }

    private var formalFeedback: FeedbackReport? {
        guard let report = reportType, report.hasSuffix("feedback-report") else { return nil }
        // A part alone may be what a person forwards.
        if report.hasPrefix("message/"), !isOfProgram { return nil }
        guard let part = parts.first(where: { $0.type == "message/feedback-report" && !isEmbedded($0) }) else {
            return FeedbackReport(type: "other", fields: [], evidence: "report-type: feedback-report")
        }
        let fields = fieldBlocks(of: part.text ?? "").joined().prefix(FeedbackReport.mostFields)
        let type = fields.first { $0.name.isEqual(caseless: "feedback-type") }?.value.lowercased() ?? ""
        return FeedbackReport(
            type: type.isEmpty ? "other" : type, fields: Array(fields),
            evidence: "Content-Type: message/feedback-report")
    }

    private var isOfProgram: Bool {
        automaticSigns.contains {
            [.autoSubmitted, .nullReturnPath, .daemonSender, .noReplySender].contains($0.kind)
        }
    }

    /// Some send the words of a report and the mail complained of, without the part between.
    private var wordedComplaint: FeedbackReport? {
        let words = FoldedText(text, limit: 400)
        let sentence = "abuse report for an email message"
        guard let place = words.place(of: sentence), ["", "this is an email "].contains(words.text(before: place)),
            parts.contains(where: { $0.isMessage || $0.type == "text/rfc822-headers" })
        else { return nil }
        return FeedbackReport(type: "abuse", fields: [], evidence: "Text: \(sentence)")
    }

    /// Amazon SES tells of complaints by JSON.
    private var noticeOfComplaint: FeedbackReport? {
        guard deliveryNotification == "complaint" else { return nil }
        return FeedbackReport(type: "abuse", fields: [], evidence: "notificationType: Complaint")
    }

    /// Microsoft sends the mail itself on, with the recipient in a field of it. A mail inside of a person's letter may
    /// have come by that way before.
    private var forwardedComplaint: FeedbackReport? {
        let name = "X-HmXmrOriginalRecipient"
        let carriers = parts.indices.filter { index in
            index == 0 || parts[index].parent.map { parts[$0].isMessage && ($0 == 0 || isOfMicrosoft) } ?? false
        }
        guard let carrier = carriers.first(where: { parts[$0].fields.has(name) }),
            let recipient = parts[carrier].fields.first(named: name)
        else { return nil }
        return FeedbackReport(
            type: "abuse", fields: [Field(name: "Original-Rcpt-To", value: recipient)],
            evidence: "\(name): \(recipient.prefix(200))")
    }

    private var isOfMicrosoft: Bool {
        (subject ?? "").lowercased().hasPrefix("complaint about message from")
            || from.contains { $0.address.lowercased() == "staff@hotmail.com" }
    }
}
