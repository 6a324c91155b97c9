// SPDX-License-Identifier: Apache-2.0

import MIME

/// Is this letter one to be processed at all? Own mail, catch addresses, copies, bounces, auto-replies, the bulk threshold.
func screen(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    for defect in it.letter.defects { it.find(.defect(defect)) }
    guard let sender = it.letter.sender?.address, !sender.isEmpty else {
        it.find(.senderMissing)
        return .senderMissing
    }
    try it.facts.askTogether(screeningQuestions(it, sender: sender))
    if let marker = it.letter.marker {
        if case .sentByUs(let job) = try it.facts.ownName(marker) {
            it.find(.ownMail(job))
            return .ownMail
        }
        it.find(.foreignMarker)
    }
    if let copy = try it.facts.earlierCopy() {
        it.find(.seenBefore(copy))
        return .seenBefore
    }
    if let refusal = screenRecipients(&it) { return refusal }
    if let refusal = screenNature(&it) { return refusal }
    guard let limit = it.profile.bulkThreshold else { return nil }
    let count = try it.facts.sentWithinHour(sender)
    if count >= limit {
        it.find(.overBulkThreshold(count: count, limit: limit))
        return .bulkThreshold
    }
    return nil
}

private func screeningQuestions(_ it: Deliberation, sender: String) -> [Question] {
    var questions: [Question] = [.earlierCopy]
    if let marker = it.letter.marker { questions.append(.ownName(marker)) }
    if it.profile.bulkThreshold != nil { questions.append(.sentWithinHour(address: sender)) }
    return questions
}

private func screenRecipients(_ it: inout Deliberation) -> Refusal? {
    let patterns = it.profile.catchAddresses
    for recipient in it.letter.recipients {
        if let pattern = patterns.first(where: { $0.matches(recipient.address) }) {
            it.find(.caught(recipient, by: pattern))
            return nil
        }
    }
    it.find(.notCaught(recipients: it.letter.recipients.count))
    return it.profile.nonCatch == .ignore ? .notCaughtLeft : .notCaught
}

private func screenNature(_ it: inout Deliberation) -> Refusal? {
    let nature = it.letter.nature
    switch nature.kind {
    case .bounce, .feedbackReport:
        it.find(.bounce(nature.evidence))
        return .bounce
    case .autoReply:
        it.find(.autoReply(nature.evidence))
        return .autoReply
    case .list:
        it.find(.list(nature.evidence))
        return nil
    case .automatic:
        it.find(.automatic(nature.evidence))
        return nil
    case .person, .ownMail, .spamFlagged:
        return nil
    }
}
