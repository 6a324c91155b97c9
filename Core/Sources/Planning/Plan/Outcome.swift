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
    case issue(IssueID, IssueKey)
    case comment(issue: IssueID, id: CommentID)
    case attachment(id: String, name: String)
    case transitioned
    /// The Message-ID under which the mail left, and to how many it went.
    case sent(messageID: String, recipients: Int)

    /// The same in words.
    public var words: String {
        switch self {
        case .issue(_, let key): "Issue \(key) was created."
        case .comment(_, let id): "Comment \(id) was added."
        case .attachment(_, let name): "\(name) was attached."
        case .transitioned: "The issue was moved."
        case .sent(_, let count):
            count == 1 ? "The mail left for one recipient." : "The mail left for \(count) recipients."
        }
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
