// SPDX-License-Identifier: Apache-2.0

import Jira

// What `screen`, `route`, `associate` and `identify` say. Admins read these words: each is tested.

extension Finding {
    static func defect(_ defect: String) -> Finding {
        Finding(.screen, "defect", "The letter breaks the rules of mail and was read all the same: \(defect).")
    }

    static let senderMissing = Finding(
        .screen, "sender-missing", "Neither From nor Reply-To has an address, so there is nobody to act for.")

    static func ownMail(_ job: JobID) -> Finding {
        Finding(.screen, "own-mail", "Martlet sent this letter itself (job \(job)): processing it would make a loop.")
    }

    static let foreignMarker = Finding(
        .screen, "foreign-marker",
        "The letter carries an X-Martlet header whose code is not ours, so the header is ignored.")

    static func seenBefore(_ job: JobID) -> Finding {
        Finding(.screen, "seen-before", "The same letter was kept before as job \(job).")
    }

    static func caught(_ recipient: Recipient, by pattern: AddressPattern) -> Finding {
        Finding(.screen, "caught", "The catch address \(pattern) matches \(recipient.address) in \(recipient.header).")
    }

    static func notCaught(recipients: Int) -> Finding {
        let who =
            switch recipients {
            case 0: "The letter names no recipient, so none"
            case 1: "The only recipient is none that"
            default: "None of the \(recipients) recipients"
            }
        return Finding(.screen, "not-caught", "\(who) matches a catch address of this profile.")
    }

    static func bounce(_ evidence: [String]) -> Finding {
        Finding(.screen, "bounce", "A delivery report, not a letter of a person: \(evidence.joined(separator: "; ")).")
    }

    static func autoReply(_ evidence: [String]) -> Finding {
        Finding(
            .screen, "auto-reply", "An automatic reply, not a letter of a person: \(evidence.joined(separator: "; ")).")
    }

    static func list(_ evidence: [String]) -> Finding {
        Finding(
            .screen, "list", "Mail of a list or in bulk, processed like any other: \(evidence.joined(separator: "; "))."
        )
    }

    static func automatic(_ evidence: [String]) -> Finding {
        Finding(
            .screen, "automatic",
            "Sent by a program, processed but never answered: \(evidence.joined(separator: "; ")).")
    }

    static func overBulkThreshold(count: Int, limit: Int) -> Finding {
        Finding(
            .screen, "over-bulk-threshold",
            "The sender's \(count) letters within the last hour reach the limit of \(limit) that this profile sets.")
    }

    static func defaultMapping(_ project: some CustomStringConvertible) -> Finding {
        Finding(.route, "default-mapping", "The default mapping applies: project \(project).")
    }

    static func keyInSubject(_ key: some CustomStringConvertible, _ current: some CustomStringConvertible) -> Finding {
        let now = "\(key)" == "\(current)" ? "" : ", now \(current)"
        return Finding(
            .associate, "key-in-subject", "The subject names \(key)\(now): the letter becomes a comment on it.")
    }

    static func keyUnknown(_ key: some CustomStringConvertible) -> Finding {
        Finding(.associate, "key-unknown", "The subject names \(key), but Jira shows no such issue.")
    }

    static func otherProject(_ key: some CustomStringConvertible, _ project: some CustomStringConvertible) -> Finding {
        Finding(
            .associate, "other-project",
            "\(key) is not in project \(project), and this profile writes only there.")
    }

    static func threadRoot(_ key: some CustomStringConvertible) -> Finding {
        Finding(
            .associate, "thread-root",
            "The letter answers mail that Martlet sent about \(key): it becomes a comment on it.")
    }

    static func answersLetter(_ key: some CustomStringConvertible) -> Finding {
        Finding(
            .associate, "answers-letter",
            "The letter answers one that is already part of \(key): it becomes a comment on it.")
    }

    static func threadUnknown(_ count: Int) -> Finding {
        let ids = count == 1 ? "the one letter" : "any of the \(count) letters"
        return Finding(.associate, "thread-unknown", "No issue holds \(ids) that this letter refers to.")
    }

    static let threadIssueGone = Finding(
        .associate, "thread-issue-gone", "The issue that this letter's thread belongs to is no longer there.")

    static let newIssue = Finding(
        .associate, "new-issue", "The letter belongs to no issue that is there: it becomes one.")

    static func stranger(_ defaultReporter: AccountID?) -> Finding {
        Finding(.identify, "stranger", "No account shows the sender's address: \(standIn(defaultReporter)).")
    }

    static let newCustomer = Finding(
        .identify, "new-customer", "No account shows the sender's address: the sender becomes a customer.")

    static func organizations(_ names: [String]) -> Finding {
        Finding(.identify, "organizations", "The new customer is to belong to \(names.joined(separator: ", ")).")
    }

    static func organizationMissing(_ name: String) -> Finding {
        Finding(
            .identify, "organization-missing",
            "Jira shows no organization \"\(name)\" to this account: the new customer does not belong to it.")
    }

    public static func organizationsRefused(_ said: String) -> Finding {
        Finding(
            .identify, "organizations-refused", "The new customer does not belong to all of the organizations: \(said)")
    }

    static let strangerRejected = Finding(
        .identify, "stranger-rejected", "No account shows the sender's address, and this profile takes no strangers.")

    static func account(_ account: Account) -> Finding {
        Finding(.identify, "account", "The sender is the Jira user with the account \(account.id).")
    }

    static func claimUnverified(_ defaultReporter: AccountID?) -> Finding {
        Finding(
            .identify, "claim-unverified",
            "The sender's address belongs to a Jira user, but nothing proves that this person wrote: "
                + "\(standIn(defaultReporter)).")
    }

    /// Jira makes the account that writes the reporter of what names none.
    private static func standIn(_ defaultReporter: AccountID?) -> String {
        defaultReporter == nil ? "the account that Martlet uses stands in" : "the default reporter stands in"
    }

    /// - Parameter objection: In Jira's words; empty where only the issue shows it.
    public static func reporterRefused(_ objection: String) -> Finding {
        let reason = objection.isEmpty ? "the issue shows another" : "\"\(objection)\""
        return Finding(
            .identify, "reporter-refused", "Jira did not take the reporter (\(reason)): the issue is there without.")
    }

    static let fromTrusted = Finding(.identify, "from-trusted", "This profile believes every From header.")

    static let verificationOff = Finding(
        .identify, "verification-off",
        "This profile names no authserv-id to believe, so no sender counts as verified.")

    static func noAuthenticationResults(_ authservID: String) -> Finding {
        Finding(.identify, "no-authentication-results", "No Authentication-Results header of \(authservID) is there.")
    }

    static func authentication(_ verdict: SenderVerdict, _ authservID: String) -> Finding {
        Finding(.identify, "authentication", "\(authservID) says of the sender's domain: \(verdict.words).")
    }
}
