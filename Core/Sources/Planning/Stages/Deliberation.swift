// SPDX-License-Identifier: Apache-2.0

import Jira
import Markup

/// What the stages have found out so far about one letter.
struct Deliberation {
    let letter: Letter
    let profile: Profile
    let facts: Facts

    var findings: [Finding] = []
    var refusal: Refusal?
    /// Set by `associate`: the issue that the letter belongs to; nil makes a new one.
    var issue: IssueFact?
    /// Set by `identify`.
    var reporter: AccountID?
    var senderIsVerified = false
    /// Set by `identify`: the sender's own account, where nobody else can have sent the letter.
    var sender: AccountID?
    /// Set by `identify`: the sender, where Jira is to know this person from now on.
    var newCustomer: NewCustomer?
    /// Set by `write`.
    var body = Document(text: "")
    var summary = ""
    /// All files of the letter, in order.
    var files: [FileChoice] = []
    /// Not all of it is shown, or kept elsewhere: the letter itself becomes a file of the issue.
    var takesWholeLetter = false
    var actions: [Action] = []

    init(_ letter: Letter, _ profile: Profile, _ facts: Facts) {
        self.letter = letter
        self.profile = profile
        self.facts = facts
    }

    /// The issue for actions that follow the one that makes or comments it.
    var target: IssueTarget {
        issue.map { .existing($0.id) } ?? .created(byAction: 0)
    }

    /// What becomes of the part that the sender only carried along: wiki markup cannot fold it.
    var elided: ElidedPart {
        let isWiki = facts.deployment == .dataCenter || issue == nil && profile.serviceDesk?.requestType != nil
        return isWiki ? .leftOut : profile.trimming.elided
    }

    /// The names of the pictures that go along, by Content-ID.
    var imageNames: [String: String] {
        let named = files.lazy.filter { $0.exclusion == nil }.compactMap { choice in
            choice.file.contentID.map { ($0, choice.name) }
        }
        return Dictionary(named) { first, _ in first }
    }

    /// The Content-IDs of logos and spacers, which the text shows in vain.
    var imagesLeftOut: Set<String> {
        Set(files.lazy.filter(\.role.isOrnament).compactMap(\.file.contentID))
    }

    mutating func find(_ finding: Finding) {
        findings.append(finding)
    }

    /// Says that something of the letter is not in Jira. It goes along whole where it is too large to be kept.
    mutating func leaveOut(_ finding: Finding) {
        find(finding)
        if !letter.isKept { takesWholeLetter = true }
    }

    func plan() -> Plan {
        let disposition = refusal?.disposition ?? (issue == nil ? .created : .commented)
        return Plan(disposition: disposition, refusal: refusal, actions: actions, findings: findings)
    }
}
