// SPDX-License-Identifier: Apache-2.0

/// One sign of who or what wrote a message: what was seen, and where.
///
/// A sign is a fact, no verdict: what follows from it is a message's ``Nature``.
public struct AutomaticSign: Sendable, Hashable {
    /// The raw values are stable and appear in reports.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// `Auto-Submitted` with any value but `no` (RFC 3834).
        case autoSubmitted = "auto-submitted"
        case precedence
        case listID = "list-id"
        case listUnsubscribe = "list-unsubscribe"
        case autoResponseSuppress = "x-auto-response-suppress"
        case autoreply = "x-autoreply"
        case autorespond = "x-autorespond"
        case loop = "x-loop"
        /// `Return-Path: <>`: a bounce, or another mail that must not be answered.
        case nullReturnPath = "null-return-path"
        /// `multipart/report` or its machine-readable part.
        case report
        /// `mailer-daemon` or `postmaster`.
        case daemonSender = "daemon-sender"
        /// `no-reply` and the like.
        case noReplySender = "no-reply-sender"
        /// The words of an absence note.
        case outOfOfficeSubject = "out-of-office-subject"
        /// What mail programs put before the subject that they answer: `Automatic reply: `.
        case autoreplySubject = "auto-reply-subject"
        /// The words of a bounce.
        case bounceSubject = "bounce-subject"
        /// The sentences of mail servers that return a mail.
        case bounceWords = "bounce-words"
        /// `X-Failed-Recipients`.
        case failedRecipients = "x-failed-recipients"
        /// A filter on the way took it for spam.
        case spamFlag = "spam-flag"
        /// `X-Martlet`: it says that we sent it ourselves.
        case ownMarker = "x-martlet"
    }

    public var kind: Kind
    /// The value that was seen, in lower case; for a subject the phrase that matched.
    public var value: String
    /// The field it was seen in, as people read it: `Auto-Submitted: auto-replied`.
    public var evidence: String
}

extension Message {
    /// All signs that tell who or what sent this, in a fixed order.
    public var automaticSigns: [AutomaticSign] {
        var signs = AutomaticSign.Rule.all.compactMap { $0.sign(in: self) }
        func add(_ kind: AutomaticSign.Kind, _ field: String, _ value: String) {
            signs.append(AutomaticSign(kind: kind, value: value.lowercased(), evidence: "\(field): \(value)"))
        }
        if let path = field("Return-Path")?.trimmingSpaces(), path == "<>" || path.isEmpty {
            add(.nullReturnPath, "Return-Path", "<>")
        }
        if let type = reportType { add(.report, "Content-Type", type) }
        for mailbox in from + sender {
            let address = mailbox.address.isEmpty ? mailbox.name : mailbox.address
            guard let kind = AutomaticSign.senderKind(address), !signs.contains(where: { $0.kind == kind })
            else { continue }
            add(kind, "From", address)
        }
        if let subject { signs += AutomaticSign.inSubject(subject) }
        if let phrase = AutomaticSign.bouncePhrase(in: self) { add(.bounceWords, "Text", phrase) }
        signs += spamFlags
        return signs
    }

    /// The kind of report that the message is, such as `delivery-status`; `message/delivery-status` for a part that
    /// stands in no report and may have been forwarded.
    var reportType: String? {
        let part = reportPart
        let frame = part.flatMap { parts[$0].parent } ?? 0
        for index in [0, frame] where parts[index].type == "multipart/report" {
            let declared = parts[index].contentType.parameters["report-type"]?.lowercased()
            return declared ?? part.map { String(parts[$0].type.dropFirst(8)) } ?? "multipart/report"
        }
        return part.map { $0 == 0 ? String(parts[$0].type.dropFirst(8)) : parts[$0].type }
    }

    /// The half of a report that is made for programs.
    private var reportPart: Int? {
        let found = parts.indices.filter {
            parts[$0].contentType.isReport && parts[$0].container == nil && !isEmbedded(parts[$0])
        }
        return found.first { parts[$0].type == "message/feedback-report" } ?? found.first
    }
}

extension AutomaticSign {
    /// A header field, and the values by which it is a sign.
    struct Rule {
        let kind: Kind
        let field: String
        /// How the value must begin; any value counts where none is named.
        var values: [String] = []
        /// Values by which it says the contrary.
        var exceptions: [String] = []

        func sign(in message: Message) -> AutomaticSign? {
            guard let value = message.field(field)?.trimmingSpaces(), !value.isEmpty else { return nil }
            let word = value.lowercased()
            if exceptions.contains(where: { word == $0 || word.hasPrefix("\($0) ") || word.hasPrefix("\($0);") }) {
                return nil
            }
            guard values.isEmpty || values.contains(where: { begins(word, with: $0) }) else { return nil }
            let shown = String(value.prefix(200))
            return AutomaticSign(kind: kind, value: shown.lowercased(), evidence: "\(field): \(shown)")
        }

        /// `autoresponder` is not `autoresponder@example.org`.
        private func begins(_ word: String, with value: String) -> Bool {
            guard word.hasPrefix(value) else { return false }
            guard let last = value.last, last.isLetter, let next = word.dropFirst(value.count).first else {
                return true
            }
            return !next.isLetter && next != "@"
        }

        static let all = [
            Rule(kind: .autoSubmitted, field: "Auto-Submitted", exceptions: ["no"]),
            Rule(kind: .precedence, field: "Precedence", values: ["bulk", "list", "junk", "auto_reply", "auto-reply"]),
            Rule(kind: .listID, field: "List-Id"),
            Rule(kind: .listID, field: "List-Post"),
            Rule(kind: .listID, field: "Mailing-List"),
            Rule(kind: .listID, field: "X-Mailing-List"),
            Rule(kind: .listUnsubscribe, field: "List-Unsubscribe"),
            Rule(kind: .autoResponseSuppress, field: "X-Auto-Response-Suppress", exceptions: ["none"]),
            Rule(kind: .autoreply, field: "X-Autoreply", exceptions: ["no", "false"]),
            Rule(kind: .autoreply, field: "X-Auto-Reply", exceptions: ["no", "false"]),
            Rule(kind: .autoreply, field: "X-Mail-Autoreply", exceptions: ["no", "false"]),
            Rule(kind: .autoreply, field: "X-Vacation", exceptions: ["no", "false"]),
            Rule(kind: .autoreply, field: "X-Autogenerated", values: ["reply"]),
            Rule(kind: .autoreply, field: "X-Apple-Action", values: ["vacation"]),
            Rule(kind: .autoreply, field: "X-POST-MessageClass", values: ["9;", "autoresponder"]),
            Rule(kind: .autoreply, field: "Delivered-To", values: ["autoresponder"]),
            Rule(kind: .autoreply, field: "Preference", values: ["auto_reply", "auto-reply"]),
            Rule(kind: .autoreply, field: "X-Precedence", values: ["auto_reply", "auto-reply"]),
            Rule(kind: .autoreply, field: "X-FC-MachineGenerated", values: ["true"]),
            Rule(
                kind: .autoreply, field: "X-Mailer",
                values: ["vacation/", "autoresponder", "autorespond", "autoreply", "auto-reply"]),
            Rule(kind: .autorespond, field: "X-Autorespond", exceptions: ["no", "false"]),
            Rule(kind: .autorespond, field: "X-Autoresponder", exceptions: ["no", "false"]),
            Rule(kind: .autorespond, field: "X-AutoReply-From", exceptions: ["no", "false"]),
            Rule(kind: .loop, field: "X-Loop"),
            Rule(kind: .failedRecipients, field: "X-Failed-Recipients"),
            Rule(kind: .ownMarker, field: "X-Martlet"),
        ]
    }

    fileprivate static func senderKind(_ address: String) -> Kind? {
        let local = address.prefix { $0 != "@" }.lowercased()
        let letters = local.filter(\.isLetter)
        if ["mailerdaemon", "postmaster", "maildaemon", "maildeliverysystem", "maildeliverysubsystem"].contains(letters)
        {
            return .daemonSender
        }
        return ["noreply", "donotreply", "nichtantworten", "nepasrepondre", "noresponder", "naoresponda"].contains(
            letters)
            ? .noReplySender : nil
    }
}
