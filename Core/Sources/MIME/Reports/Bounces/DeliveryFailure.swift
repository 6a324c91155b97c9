// SPDX-License-Identifier: Apache-2.0

/// What is known of one recipient that a mail did not reach, before it is judged.
struct DeliveryFailure {
    var address: String
    /// Empty when the report does not say.
    var action = ""
    /// As the field says; empty when there is none.
    var status = ""
    /// Of a program on the same machine, not of another server (`X-Unix`).
    var isOfProgram = false
    /// What the other server said.
    var diagnostic = ""
    /// What the report says of this recipient in words.
    var words = ""
    /// A comment in the machine-readable part.
    var remark = ""
    /// All that the report says, where it is about this recipient alone.
    var surroundings = ""

    init(address: String, words: String = "") {
        self.address = address
        self.words = words
    }

    init(_ report: DeliveryStatus.Recipient, words: String) {
        address = report.address
        action = report.action
        status = report.status
        isOfProgram = report.diagnosticType == "x-unix"
        diagnostic = report.diagnostic ?? ""
        remark = report.remark ?? ""
        self.words = words
    }

    /// The words are hardly more than the address.
    var isBare: Bool { diagnostic.isEmpty && words.utf8.count < address.utf8.count + 8 }

    func judged() -> Bounce.Recipient {
        let replies = [
            SMTPReply(in: diagnostic), SMTPReply(in: words, strictly: true),
            SMTPReply(in: surroundings, strictly: true),
        ]
        let status = bestStatus(replies)
        let reply = replies.first { !$0.code.isEmpty && $0.code.first == status.first }?.code ?? ""
        let reason = reason(status: status, reply: reply)
        let isFinal = action != "delayed" && !(reason == .notAccept && status.hasPrefix("4"))
        let said = [diagnostic, words, surroundings].first { !$0.isEmpty } ?? ""
        return Bounce.Recipient(
            address: address, action: action, status: status, reply: reply, reason: reason,
            isHard: reason.isHard && isFinal,
            diagnostic: said.prefix(2000).split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// The most telling one; that of the other server before that of the reporting one.
    private func bestStatus(_ replies: [SMTPReply]) -> String {
        let given = [replies[0].status, status, replies[1].status, replies[2].status]
        if let telling = given.first(where: { !SMTPReply.isVague($0) }) { return telling }
        if let vague = given.first(where: { !$0.isEmpty }) { return vague }
        if let code = replies.first(where: { !$0.code.isEmpty })?.code { return "\(code.prefix(1)).0.0" }
        return action == "delayed" ? "4.0.0" : action == "delivered" ? "2.0.0" : "5.0.0"
    }

    private func reason(status: String, reply: String) -> BounceReason {
        if ["delivered", "relayed", "expanded", "deliverable"].contains(action) || status.hasPrefix("2.") {
            return .delivered
        }
        let texts = [diagnostic, words, remark, action == "delayed" ? "" : surroundings].filter { !$0.isEmpty }.map {
            FoldedText($0)
        }
        if let reason = texts.lazy.compactMap(BounceCodes.reason(byProvider:)).first { return reason }
        if let reason = BounceCodes.reason(surely: status) { return reason }
        if isOfProgram {
            return texts.contains { BouncePhrases.says(.mailboxFull, $0) } ? .mailboxFull : .mailerError
        }
        let stage = [diagnostic, words, surroundings].lazy.compactMap(SMTPStage.init(in:)).first
        for text in texts {
            if let reason = BouncePhrases.reason(in: text) { return refined(reason, status: status, stage: stage) }
            if BouncePhrases.saysMailboxUnavailable(text) {
                return stage == .recipient || status.hasSuffix(".1.1") ? .userUnknown : .filtered
            }
            if BouncePhrases.saysExpired(text) { return .expired }
        }
        return reason(by: status, reply: reply, stage: stage)
    }

    /// Servers that answer `user unknown` only after they took the address have another reason, mostly a filter.
    private func refined(_ reason: BounceReason, status: String, stage: SMTPStage?) -> BounceReason {
        switch reason {
        case .userUnknown:
            let isLate = stage == .content && !status.hasSuffix(".1.1")
            let isOdd = stage == nil && ["5.2.0", "5.2.1", "5.7.1"].contains(status)
            return isLate || isOdd ? .filtered : .userUnknown
        case .hostUnknown where status.hasPrefix("4."): return .networkError
        // Before there was a sender it was the host that was refused.
        case .rejected where stage == .connect || stage == .hello: return .blocked
        default: return reason
        }
    }

    private func reason(by status: String, reply: String, stage: SMTPStage?) -> BounceReason {
        if let reason = BounceCodes.reason(by: status) { return reason }
        if action == "delayed" { return .expired }
        switch stage {
        case .connect, .hello: return .blocked
        case .mail: return .rejected
        case .content: return .filtered
        case .recipient where reply == "550": return .userUnknown
        case .recipient, nil: return ["500", "501", "502", "503", "504"].contains(reply) ? .syntaxError : .undefined
        }
    }
}
