// SPDX-License-Identifier: Apache-2.0

public import Jira
public import Markup

/// One effect on the world. These cases are everything that Martlet can do to it.
public enum Action: Hashable, Sendable, Codable {
    case createIssue(NewIssue)
    case createRequest(NewRequest)
    case addComment(NewComment)
    case attach(NewAttachment)
    case transition(issue: IssueID, transition: Transition)
    case addParticipants([AccountID], to: IssueTarget)
    case send(OutgoingMail)
}

/// The issue that an action is about: one that is there, or the one that an earlier action of the plan makes.
public enum IssueTarget: Hashable, Sendable, Codable {
    case existing(IssueID)
    case created(byAction: Int)
}

/// Jira: POST /issue
public struct NewIssue: Hashable, Sendable, Codable {
    public var project: ProjectKey
    public var issueType: IssueTypeID
    public var summary: String
    /// An Atlassian document; for Data Center a string of wiki markup.
    public var description: JSONValue
    public var reporter: AccountID?
    public var messageIDs: [String]
}

/// Jira: POST /servicedeskapi/request, PUT /issue/{id}/properties/martlet.mail
public struct NewRequest: Hashable, Sendable, Codable {
    public var project: ProjectKey
    public var desk: ServiceDesk.ID
    public var type: RequestType.ID
    public var summary: String
    /// Wiki markup.
    public var description: String
    /// On whose behalf it is made; nil where it is Martlet's own account's.
    public var customer: AccountID?
    /// Who is to become a customer of the desk first, and it is made on whose behalf then. `customer` is for where Jira refuses
    /// that.
    public var newCustomer: NewCustomer? = nil
    public var messageIDs: [String]
}

/// Jira: POST /servicedeskapi/customer, /servicedeskapi/servicedesk/{id}/customer, /servicedeskapi/organization/{id}/user
public struct NewCustomer: Hashable, Sendable, Codable {
    public var address: String
    public var name: String
    /// To which the customer is to belong.
    public var organizations: [Organization.ID]? = nil
}

/// Jira: POST /issue/{id}/comment
public struct NewComment: Hashable, Sendable, Codable {
    public var issue: IssueID
    /// An Atlassian document; for Data Center a string of wiki markup.
    public var body: JSONValue
    /// Nil where Jira decides.
    public var audience: RequestAudience?
    public var messageIDs: [String]
}

/// Jira: POST /issue/{id}/attachments
public struct NewAttachment: Hashable, Sendable, Codable {
    public var issue: IssueTarget
    public var name: String
    public var type: String
    public var content: AttachmentContent
}

/// Where the bytes of an attachment are found in the letter.
public enum AttachmentContent: Hashable, Sendable, Codable {
    /// A part, by its index among the parts of the message.
    case part(Int)
    /// A file inside of a part (`winmail.dat`, uuencode), by its place among the files there.
    case embedded(part: Int, file: Int)
    /// The letter as it came.
    case wholeLetter
}

/// A mail as the planner wants it; the engine adds the marker and composes it.
public struct OutgoingMail: Hashable, Sendable, Codable {
    public var outbound: ConfigurationID
    /// Null return path: nobody answers an automatic notice (RFC 3834 §3.3).
    public var returnPath: String?
    public var from: String
    public var fromName: String
    public var recipients: [String]
    public var subject: String
    public var text: String
    public var html: String?
    public var inReplyTo: [String]
    public var references: [String]
    public var automatic: AutomaticKind
}

/// What an automatic mail says of itself (RFC 3834 §5).
public enum AutomaticKind: String, Hashable, Sendable, Codable {
    case generated = "auto-generated"
    case replied = "auto-replied"
}
