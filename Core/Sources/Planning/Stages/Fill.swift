// SPDX-License-Identifier: Apache-2.0

import Jira
import MIME
import Markup

/// Which fields does the issue get? Makes the action that creates it or comments it, and the transitions that follow.
func fill(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    let messageIDs = it.letter.messageID.map { [$0] } ?? []
    if let issue = it.issue {
        // Jira shows a comment to customers unless it is told not to.
        let audience = it.profile.serviceDesk?.comments == .agents ? RequestAudience.agents : nil
        if audience == .agents { it.find(.internalComment) }
        let comment = NewComment(issue: issue.id, body: richText(it), audience: audience, messageIDs: messageIDs)
        it.actions.append(.addComment(comment))
        try advance(issue, &it)
        return nil
    }
    if let wanted = it.profile.serviceDesk?.requestType { return try request(wanted, messageIDs, &it) }
    guard let types = try it.facts.issueTypes(it.profile.project) else {
        it.find(.projectMissing(it.profile.project))
        return .projectMissing
    }
    let wanted = it.profile.issueType.lowercased()
    guard let type = types.first(where: { $0.name.lowercased() == wanted || $0.id.rawValue == wanted }) else {
        it.find(.issueTypeMissing(it.profile.issueType, it.profile.project, types.map(\.name)))
        return .issueTypeMissing
    }
    it.actions.append(
        .createIssue(
            NewIssue(
                project: it.profile.project, issueType: type.id, summary: it.summary, description: richText(it),
                reporter: it.reporter, messageIDs: messageIDs)))
    return nil
}

/// A new issue that its sender finds in the portal.
private func request(
    _ wanted: String, _ messageIDs: [String], _ it: inout Deliberation
) throws(Inquiry) -> Refusal? {
    guard let desk = try it.facts.serviceDesk(it.profile.project) else {
        it.find(.serviceDeskMissing(it.profile.project))
        return .projectMissing
    }
    guard let type = desk.requestType(wanted) else {
        it.find(.requestTypeMissing(wanted, it.profile.project, desk.requestTypes.map(\.name)))
        return .requestTypeMissing
    }
    it.find(.request(type.name))
    let names = it.imageNames
    it.actions.append(
        .createRequest(
            NewRequest(
                project: it.profile.project, desk: desk.id, type: type.id, summary: it.summary,
                description: it.body.wiki(namingImages: { names[$0] }), customer: it.reporter,
                newCustomer: it.newCustomer, messageIDs: messageIDs)))
    return nil
}

/// The body in the language of the tenant's Jira.
private func richText(_ it: Deliberation) -> JSONValue {
    let names = it.imageNames
    switch it.facts.deployment {
    case .cloud: return it.body.adf(namingImages: { names[$0] })
    case .dataCenter: return .string(it.body.wiki(namingImages: { names[$0] }))
    }
}

private func advance(_ issue: IssueFact, _ it: inout Deliberation) throws(Inquiry) {
    let status = issue.status.lowercased()
    guard let rule = it.profile.transitionsOnComment.first(where: { $0.status.lowercased() == status }) else { return }
    let transitions = try it.facts.transitions(issue.id)
    if let found = transitions.first(where: { $0.name.lowercased() == rule.transition.lowercased() }) {
        it.find(.transition(found.name, from: issue.status))
        it.actions.append(.transition(issue: issue.id, transition: found))
    } else {
        it.find(.transitionMissing(rule.transition, from: issue.status))
    }
}
