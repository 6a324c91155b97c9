// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME

/// Who else takes part in the request? Recipients of the letter who have an account, on the word of one who takes part.
func involve(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    guard let policy = it.profile.serviceDesk, policy.participants else { return nil }
    // Only a request has participants.
    guard it.issue.map({ $0.projectKind != .software && $0.projectKind != .business }) ?? (policy.requestType != nil)
    else { return nil }
    let addresses = others(it)
    guard !addresses.isEmpty else { return nil }
    guard it.sender != nil || it.newCustomer != nil else {
        it.find(it.senderIsVerified ? .participantsByOutsider : .participantsUnverified)
        return nil
    }
    var present = [it.sender].compactMap(\.self)
    if let issue = it.issue, let sender = it.sender {
        present = [issue.reporter].compactMap(\.self) + (try it.facts.participants(issue.id)).map(\.id)
        guard present.contains(sender) || issue.assignee == sender else {
            it.find(.participantsByOutsider)
            return nil
        }
    }
    try it.facts.askTogether(addresses.map { .account(address: $0) })
    var people: [AccountID] = []
    for address in addresses {
        guard let account = try it.facts.account(address), account.isActive, account.kind != .app,
            !present.contains(account.id), !people.contains(account.id)
        else { continue }
        people.append(account.id)
    }
    guard !people.isEmpty else { return nil }
    it.find(.participants(people.count))
    it.actions.append(.addParticipants(people, to: it.target))
    return nil
}

/// Whom the letter names as recipients for all to see, besides ourselves. Of very many the first must do: each costs a
/// question.
private func others(_ it: Deliberation) -> [String] {
    let most = 20
    let sender = it.letter.sender?.address.lowercased()
    var found: [String] = []
    for recipient in it.letter.recipients where ["To", "Cc"].contains(recipient.header) && found.count < most {
        let address = recipient.address.lowercased()
        let isOurs = it.profile.catchAddresses.contains { $0.matches(address) }
        if !isOurs, address != sender, !found.contains(address) { found.append(address) }
    }
    return found
}
