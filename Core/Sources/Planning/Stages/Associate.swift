// SPDX-License-Identifier: Apache-2.0

import Jira

/// Does the letter belong to an issue that is there? By key in the subject first, then by what it answers.
func associate(_ it: inout Deliberation) throws(Inquiry) -> Refusal? {
    if try associateByKey(&it) { return nil }
    if try associateByThread(&it) { return nil }
    it.find(.newIssue)
    return nil
}

private func associateByKey(_ it: inout Deliberation) throws(Inquiry) -> Bool {
    let keys = IssueKey.all(in: it.letter.subject, of: [it.profile.project])
    guard it.profile.keysInSubject, !keys.isEmpty else { return false }
    try it.facts.askTogether(keys.map { .issue($0) })
    for key in keys {
        guard let issue = try it.facts.issue(key) else {
            it.find(.keyUnknown(key))
            continue
        }
        if try take(issue, because: .keyInSubject(key, issue.key), in: &it) { return true }
    }
    return false
}

private func associateByThread(_ it: inout Deliberation) throws(Inquiry) -> Bool {
    let ids = it.letter.answers.filter { !$0.isEmpty }
    guard it.profile.threading, !ids.isEmpty else { return false }
    let ours = ids.filter(isShapedLikeOurs)
    try it.facts.askTogether(ours.map { .ownName($0) } + [.thread(ids)])
    for id in ours {
        guard case .thread(let issueID) = try it.facts.ownName(id) else { continue }
        if let issue = try it.facts.issue(issueID), try take(issue, because: .threadRoot(issue.key), in: &it) {
            return true
        }
    }
    guard let issueID = try it.facts.thread(ids) else {
        it.find(.threadUnknown(ids.count))
        return false
    }
    guard let issue = try it.facts.issue(issueID) else {
        it.find(.threadIssueGone)
        return false
    }
    return try take(issue, because: .answersLetter(issue.key), in: &it)
}

/// A key in a subject is a stranger's word: it counts only for the profile's own project.
private func take(_ issue: IssueFact, because finding: Finding, in it: inout Deliberation) throws(Inquiry) -> Bool {
    guard issue.project == it.profile.project else {
        it.find(.otherProject(issue.key, it.profile.project))
        return false
    }
    it.issue = issue
    it.find(finding)
    return true
}

private func isShapedLikeOurs(_ messageID: String) -> Bool {
    messageID.hasPrefix("martlet.issue.")
}
