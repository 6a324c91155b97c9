// SPDX-License-Identifier: Apache-2.0

import Jira

/// Who is told? The roles of the mapping, without who did it, without mailboxes of ours, each address once.
func address(
    _ events: [Event], under mapping: NotificationMapping, _ notice: inout NoticeDeliberation
) throws(Inquiry) -> [String] {
    guard let issue = notice.issue else { return [] }
    let people = try audience(of: issue, under: mapping, notice.facts)
    let actors = mapping.tellsActor ? Actors() : try actors(of: events, notice.facts)
    var hidden = 0
    var addresses: [String] = []
    for person in people where person.isActive {
        if actors.include(person) {
            notice.findings.append(.ownActionLeftOut)
            continue
        }
        guard let address = person.emailAddress else {
            hidden += 1
            continue
        }
        if notice.rules.catchAddresses.contains(where: { $0.matches(address) }) {
            notice.findings.append(.catchAddressLeftOut)
        } else if !addresses.contains(where: { $0.lowercased() == address.lowercased() }) {
            addresses.append(address)
        }
    }
    if hidden > 0 { notice.findings.append(.addressHidden(hidden)) }
    notice.findings.append(addresses.isEmpty ? .nobody : .told(addresses.count))
    return addresses
}

private func audience(
    of issue: IssueFact, under mapping: NotificationMapping, _ facts: Facts
) throws(Inquiry) -> [Account] {
    var ids: [AccountID] = []
    if mapping.audience.contains(.reporter), let reporter = issue.reporter { ids.append(reporter) }
    if mapping.audience.contains(.assignee), let assignee = issue.assignee, !ids.contains(assignee) {
        ids.append(assignee)
    }
    let watches = mapping.audience.contains(.watchers)
    try facts.askTogether((ids.isEmpty ? [] : [.people(ids)]) + (watches ? [.watchers(issue.id)] : []))
    let named = ids.isEmpty ? [] : try facts.people(ids)
    let watching = watches ? try facts.watchers(issue.id) : []
    return named + watching.filter { watcher in !ids.contains(watcher.id) }
}

/// Those who did all that is told: by account, or by the address of the letter that became the comment.
private struct Actors {
    var accounts: Set<AccountID> = []
    var addresses: Set<String> = []

    func include(_ person: Account) -> Bool {
        accounts.contains(person.id) || person.emailAddress.map { addresses.contains($0.lowercased()) } ?? false
    }
}

private func actors(of events: [Event], _ facts: Facts) throws(Inquiry) -> Actors {
    let comments = events.compactMap(\.comment?.id)
    try facts.askTogether(comments.map { .mailSender($0) })
    var senders: [String?] = []
    for event in events {
        senders.append(try event.comment.map { comment throws(Inquiry) in try facts.mailSender(comment.id) } ?? nil)
    }
    // Somebody who did only a part of it is told of the rest.
    let byAccount = Set(zip(events, senders).map { event, sender in sender == nil ? event.actor?.id : nil })
    let byAddress = Set(senders.map { $0?.lowercased() })
    var actors = Actors()
    if byAccount.count == 1, let only = byAccount.first, let account = only { actors.accounts = [account] }
    if byAddress.count == 1, let only = byAddress.first, let address = only { actors.addresses = [address] }
    return actors
}
