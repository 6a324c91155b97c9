// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Jira

/// What one action of a plan did.
public struct Outcome: Hashable, Sendable, Codable {
    public var ordinal: Int
    public var result: ActionResult

    public init(ordinal: Int, result: ActionResult) {
        self.ordinal = ordinal
        self.result = result
    }
}

public enum ActionResult: Hashable, Sendable, Codable {
    /// With what Jira objected to the reporter, where it made the issue without, with whom it was made on behalf of who
    /// became a customer for it, and with what Jira objected to the organizations of this person.
    case issue(
        IssueID, IssueKey, reporterRefused: String? = nil, newCustomer: AccountID? = nil,
        organizationsRefused: String? = nil)
    case comment(issue: IssueID, id: CommentID)
    case attachment(id: String, name: String)
    /// Jira does not take this file, whenever it is tried.
    case notAttached(name: String, said: String)
    case transitioned
    case participantsAdded(Int)
    /// Jira does not let them take part, whenever it is tried.
    case participantsRefused(said: String)
    /// The Message-ID under which the mail left, and to how many it went.
    case sent(messageID: String, recipients: Int)
    /// The same, where the server did not take it for all.
    case sentInPart(messageID: String, recipients: Int, refused: [RefusedRecipient])

    /// Under which a mail left.
    public var messageID: String? {
        switch self {
        case .sent(let messageID, _), .sentInPart(let messageID, _, _): messageID
        case .issue, .comment, .attachment, .notAttached, .transitioned, .participantsAdded, .participantsRefused: nil
        }
    }

    /// Whom a mail did not reach.
    public var refused: [RefusedRecipient] {
        if case .sentInPart(_, _, let refused) = self { refused } else { [] }
    }

    /// The same in words.
    public var words: String {
        switch self {
        case .issue(_, let key, nil, nil, _): "Issue \(key) was created."
        case .issue(_, let key, nil, _, _): "Issue \(key) was created, on behalf of a new customer."
        case .issue(_, let key, _, _, _): "Issue \(key) was created, without its reporter."
        case .comment(_, let id): "Comment \(id) was added."
        case .attachment(_, let name): "\(name) was attached."
        case .notAttached(let name, let said): "\(name) was not attached: \(said)"
        case .transitioned: "The issue was moved."
        case .participantsAdded(1): "One person more takes part in the request."
        case .participantsAdded(let count): "\(count) people more take part in the request."
        case .participantsRefused(let said): "Nobody more takes part in the request: \(said)"
        case .sent(_, let count): Self.words(sentTo: count)
        case .sentInPart(_, let count, let refused):
            ([Self.words(sentTo: count)] + refused.map(\.said)).joined(separator: " ")
        }
    }

    private static func words(sentTo count: Int) -> String {
        count == 1 ? "The mail left for one recipient." : "The mail left for \(count) recipients."
    }
}

/// Somebody whom a mail server did not take a mail for, though it took it for others.
public struct RefusedRecipient: Hashable, Sendable, Codable {
    public var address: String
    /// Whom it refused and why, in a sentence.
    public var said: String
    /// Whether it is of no use to try again.
    public var isFinal: Bool

    public init(address: String, said: String, isFinal: Bool) {
        self.address = address
        self.said = said
        self.isFinal = isFinal
    }
}

/// What is kept of a letter or event once its plan is done: enough to explain, sealed.
public struct AuditRecord: Hashable, Sendable, Codable {
    public var job: JobID
    public var line: Line
    public var receivedAt: Date
    public var finishedAt: Date
    /// The profile or the notification that decided.
    public var decider: ConfigurationID?
    public var disposition: Disposition
    public var refusal: Refusal?
    public var subject: String
    public var sender: String
    public var recipients: [String]
    /// By key only (P13).
    public var reporter: AccountID?
    public var issue: IssueKey?
    public var findings: [Finding]
    public var outcomes: [Outcome]
    public var byteCount: Int
    /// Why the job has not ended as planned, in words for the admin.
    public var trouble: String?

    public init(
        job: JobID, line: Line, receivedAt: Date, finishedAt: Date, decider: ConfigurationID?, disposition: Disposition
    ) {
        self.job = job
        self.line = line
        self.receivedAt = receivedAt
        self.finishedAt = finishedAt
        self.decider = decider
        self.disposition = disposition
        self.subject = ""
        self.sender = ""
        self.recipients = []
        self.findings = []
        self.outcomes = []
        self.byteCount = 0
    }
}

extension AuditRecord {
    /// By which it is found: of its subject, and the keys of the issues that it led to.
    ///
    /// - Parameter texts: What else it is about, as the summary of an issue.
    public func searchWords(and texts: [String] = []) -> [String] {
        var keys = issue.map { [$0] } ?? []
        for case .issue(_, let key, _, _, _) in outcomes.map(\.result) where !keys.contains(key) { keys.append(key) }
        return SearchWords.of([subject] + texts, leadingTo: keys)
    }

    /// Whether what hashes of words found has these words indeed.
    ///
    /// What the issue of an event is about is not kept with its record, which outlives the event: there the hashes decide.
    public func has(_ words: [String]) -> Bool {
        line == .event || Set(searchWords()).isSuperset(of: words)
    }
}
