// SPDX-License-Identifier: Apache-2.0

import MIME

/// Is the sender told? Only when the letter was rejected, never by an answer to a machine or to an unproven address.
func answer(_ it: inout Deliberation) throws(Inquiry) {
    guard let refusal = it.refusal, refusal.disposition == .rejected else { return }
    guard let outbound = it.profile.outbound else { return it.find(.noticeWithoutOutbound) }
    guard it.letter.nature.kind == .person else { return it.find(.noticeToProgram) }
    guard it.letter.nature.doubts.isEmpty else { return it.find(.noticeToDoubtful(it.letter.nature.doubts)) }
    guard let sender = it.letter.sender, it.senderIsVerified else { return it.find(.noticeToUnverified) }
    it.find(.noticeSent)
    it.actions = [
        .send(
            OutgoingMail(
                outbound: outbound, returnPath: nil, from: replyAddress(it), fromName: it.profile.name,
                recipients: [sender.address], subject: "Not processed: \(it.letter.subject)", text: noticeText(refusal),
                html: nil, inReplyTo: it.letter.messageID.map { [$0] } ?? [],
                references: it.letter.answers.reversed() + (it.letter.messageID.map { [$0] } ?? []),
                automatic: .replied))
    ]
}

/// The catch address that the letter came to.
private func replyAddress(_ it: Deliberation) -> String {
    let caught = it.letter.recipients.first { recipient in
        it.profile.catchAddresses.contains { $0.matches(recipient.address) }
    }
    return caught?.address ?? it.profile.catchAddresses[0].rawValue
}

private func noticeText(_ refusal: Refusal) -> String {
    """
    Your letter was received but not processed (\(refusal.rawValue)): this address takes mail only from people who have \
    an account there. Please write to the people who run it if you think you should have one.

    """
}
