// SPDX-License-Identifier: Apache-2.0

/// One sign that no person wrote a message: what was seen, and where.
///
/// A sign is a fact, no verdict: what follows from it is decided elsewhere.
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
        /// The words of a bounce.
        case bounceSubject = "bounce-subject"
    }

    public var kind: Kind
    /// The value that was seen, in lower case; for a subject the phrase that matched.
    public var value: String
    /// The field it was seen in, as people read it: `Auto-Submitted: auto-replied`.
    public var evidence: String
}

extension Message {
    /// All signs that a machine sent this, in a fixed order.
    public var automaticSigns: [AutomaticSign] {
        var signs: [AutomaticSign] = []
        func add(_ kind: AutomaticSign.Kind, _ field: String, _ value: String) {
            signs.append(AutomaticSign(kind: kind, value: value.lowercased(), evidence: "\(field): \(value)"))
        }
        for (kind, name) in AutomaticSign.fields {
            guard let value = field(name)?.trimmingSpaces(), AutomaticSign.counts(value, of: kind) else { continue }
            add(kind, name, String(value.prefix(200)))
        }
        if let path = field("Return-Path")?.trimmingSpaces(), path == "<>" || path.isEmpty {
            add(.nullReturnPath, "Return-Path", "<>")
        }
        if let type = reportType { add(.report, "Content-Type", type) }
        for mailbox in from + sender {
            guard let kind = AutomaticSign.senderKind(mailbox.address), !signs.contains(where: { $0.kind == kind })
            else { continue }
            add(kind, "From", mailbox.address)
        }
        if let sign = subject.flatMap(AutomaticSign.inSubject) { signs.append(sign) }
        return signs
    }

    /// The kind of report that the message is, such as `delivery-status`.
    private var reportType: String? {
        if parts[0].type == "multipart/report" {
            return parts[0].contentType.parameters["report-type"]?.lowercased() ?? "multipart/report"
        }
        return parts.first { $0.contentType.isReport && $0.container == nil && !isEmbedded($0) }?.type
    }

    /// The part belongs to a message inside of this one.
    private func isEmbedded(_ part: Part) -> Bool {
        var parent = part.parent
        while let index = parent {
            if parts[index].isMessage { return true }
            parent = parts[index].parent
        }
        return false
    }
}

extension AutomaticSign {
    fileprivate static let fields: [(Kind, String)] = [
        (.autoSubmitted, "Auto-Submitted"), (.precedence, "Precedence"), (.listID, "List-Id"),
        (.listUnsubscribe, "List-Unsubscribe"),
        (.autoResponseSuppress, "X-Auto-Response-Suppress"), (.autoreply, "X-Autoreply"), (.autoreply, "X-Auto-Reply"),
        (.autorespond, "X-Autorespond"), (.autorespond, "X-AutoReply-From"), (.loop, "X-Loop"),
    ]

    fileprivate static func counts(_ value: String, of kind: Kind) -> Bool {
        let word = value.lowercased()
        switch kind {
        case .autoSubmitted: return !word.isEmpty && word != "no" && !word.hasPrefix("no ") && !word.hasPrefix("no;")
        case .precedence: return ["bulk", "list", "junk", "auto_reply", "auto-reply"].contains(word)
        case .autoreply, .autorespond: return word != "no" && word != "false"
        default: return !word.isEmpty
        }
    }

    fileprivate static func senderKind(_ address: String) -> Kind? {
        let local = address.prefix { $0 != "@" }.lowercased()
        if ["mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mailerdaemon"].contains(local) {
            return .daemonSender
        }
        let letters = local.filter { $0.isLetter }
        return ["noreply", "donotreply", "nichtantworten", "nepasrepondre"].contains(letters) ? .noReplySender : nil
    }
}
