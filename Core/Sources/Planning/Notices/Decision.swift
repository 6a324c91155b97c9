// SPDX-License-Identifier: Apache-2.0

public import Jira

/// Who is told of what has happened to one issue, and in what words. The events are all of that issue.
public func decide(
    _ events: [Event], under rules: NoticeRules, knowing facts: Facts
) throws(Inquiry) -> Plan {
    var notice = NoticeDeliberation(rules: rules, facts: facts)
    let screened = screen(events, &notice)
    guard !screened.isEmpty else { return notice.plan(refusing: notice.isRestricted ? .audienceEmpty : .eventUnmapped) }
    guard let id = screened[0].event.issueID, let issue = try facts.issue(id) else {
        notice.findings.append(.issueGone)
        return notice.plan(refusing: .issueGone)
    }
    notice.issue = issue
    let covering = rules.mappings.filter { mapping in
        mapping.covers(issue.project) && screened.contains { $0.mapping == mapping.id }
    }
    guard !covering.isEmpty else {
        notice.findings.append(.unmapped)
        return notice.plan(refusing: .eventUnmapped)
    }
    let told = leavingOutWhatCustomersMayNotSee(screened, issue, &notice)
    for mapping in covering {
        let events = told.filter { $0.mapping == mapping.id }.map(\.event)
        guard !events.isEmpty else { continue }
        notice.findings.append(.mapped(mapping.name, events: events.count))
        let addresses = try address(events, under: mapping, &notice)
        guard !addresses.isEmpty else { continue }
        notice.actions.append(.send(try write(events, to: addresses, under: mapping, &notice)))
    }
    return notice.plan(refusing: notice.actions.isEmpty ? .audienceEmpty : nil)
}

/// What the stages have found out so far about the events of one issue.
struct NoticeDeliberation {
    let rules: NoticeRules
    let facts: Facts
    var issue: IssueFact?
    /// Something stays untold because not everybody may see it.
    var isRestricted = false
    var findings: [Finding] = []
    var actions: [Action] = []

    func plan(refusing refusal: Refusal?) -> Plan {
        Plan(disposition: refusal?.disposition ?? .notified, refusal: refusal, actions: actions, findings: findings)
    }
}

private typealias MappedEvent = (event: Event, mapping: ConfigurationID)

/// Which of the events does which mapping tell?
private func screen(_ events: [Event], _ notice: inout NoticeDeliberation) -> [MappedEvent] {
    let told = events.flatMap { event in
        notice.rules.mappings
            .filter { $0.tells(event) && $0.covers(event.issue?.project?.key ?? event.issue?.key.project) }
            .map { MappedEvent(event, $0.id) }
    }
    if told.isEmpty { notice.findings.append(.unmapped) }
    // An edit may have restricted what was open when it was written.
    let restricted = Set(events.filter { $0.publicity == .some }.compactMap(\.comment?.id))
    let open = told.filter { one in one.event.comment.map { !restricted.contains($0.id) } ?? true }
    notice.isRestricted = open.count < told.count
    if notice.isRestricted { notice.findings.append(.restricted) }
    return open
}

/// Where an event does not say who may know of it, the kind of the project does; where that is not known either, nobody may.
private func leavingOutWhatCustomersMayNotSee(
    _ told: [MappedEvent], _ issue: IssueFact, _ notice: inout NoticeDeliberation
) -> [MappedEvent] {
    let plain = Publicity(ofPlainCommentIn: issue.projectKind)
    let open = told.filter { $0.event.publicity != .unknown || plain == .everybody }
    if open.count < told.count, !notice.isRestricted {
        notice.isRestricted = true
        notice.findings.append(.restricted)
    }
    return open
}
