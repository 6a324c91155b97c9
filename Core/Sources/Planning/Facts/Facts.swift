// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Jira

/// What the planner lacks. The engine answers by reading, and decides again from the start.
public struct Inquiry: Error, Hashable, Sendable {
    public let questions: [Question]

    public init(_ questions: [Question]) {
        self.questions = questions
    }
}

/// What one question was answered with.
public enum Answer: Hashable, Sendable, Codable {
    case issue(IssueFact?)
    case thread(IssueID?)
    case ownName(OwnName?)
    case earlierCopy(JobID?)
    case account(Account?)
    case people([Account])
    case count(Int)
    case issueTypes([IssueType]?)
    case serviceDesk(ServiceDeskFact?)
    case organizations([Organization])
    case attachmentSettings(AttachmentSettings)
    case transitions([Transition])
    case name(String)
    case address(String?)
}

/// All that the planner knows about the world while it decides, the time included.
public struct Facts: Hashable, Sendable, Codable {
    public var now: Date
    /// The language that the tenant's Jira speaks.
    public var deployment: Deployment
    /// How much text the tenant's Jira takes, where it has said that it is less than usual.
    public var textLimit: Int?
    /// In the order in which they were asked.
    public private(set) var known: [KnownFact]

    public init(now: Date, deployment: Deployment = .cloud, known: [KnownFact] = []) {
        self.now = now
        self.deployment = deployment
        self.known = known
    }

    /// Facts that were kept before Data Center was spoken to are about Cloud.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        now = try keys.decode(Date.self, forKey: CodingKeys.now)
        deployment = try keys.decodeIfPresent(Deployment.self, forKey: .deployment) ?? .cloud
        textLimit = try keys.decodeIfPresent(Int.self, forKey: .textLimit)
        known = try keys.decode([KnownFact].self, forKey: .known)
    }

    public mutating func learn(_ answer: Answer, to question: Question) {
        precondition(self.answer(to: question) == nil, "asked twice: \(question)")
        known.append(KnownFact(question: question, answer: answer))
    }

    /// The question is asked anew.
    public mutating func forget(_ question: Question) {
        known.removeAll { $0.question == question }
    }

    public func answer(to question: Question) -> Answer? {
        known.first { $0.question == question }?.answer
    }
}

public struct KnownFact: Hashable, Sendable, Codable {
    public let question: Question
    public let answer: Answer

    public init(question: Question, answer: Answer) {
        self.question = question
        self.answer = answer
    }
}

public struct IssueFact: Hashable, Sendable, Codable {
    public var id: IssueID
    public var key: IssueKey
    public var project: ProjectKey
    /// Nil where Jira did not say, and in facts that were kept before it was asked.
    public var projectKind: Project.Kind?
    public var summary: String
    public var status: String
    public var reporter: AccountID?
    public var assignee: AccountID?

    public init(
        id: IssueID, key: IssueKey, project: ProjectKey, kind projectKind: Project.Kind? = nil, summary: String,
        status: String, reporter: AccountID? = nil, assignee: AccountID? = nil
    ) {
        self.id = id
        self.key = key
        self.project = project
        self.projectKind = projectKind
        self.summary = summary
        self.status = status
        self.reporter = reporter
        self.assignee = assignee
    }
}

/// A project as its customers meet it.
public struct ServiceDeskFact: Hashable, Sendable, Codable {
    public var id: ServiceDesk.ID
    public var requestTypes: [RequestType]

    public init(id: ServiceDesk.ID, requestTypes: [RequestType]) {
        self.id = id
        self.requestTypes = requestTypes
    }

    /// By name in any case, or by id.
    public func requestType(_ name: String) -> RequestType? {
        requestTypes.first { $0.name.lowercased() == name.lowercased() || $0.id.rawValue == name }
    }
}

/// What a name made by us stands for, once its code has been checked.
public enum OwnName: Hashable, Sendable, Codable {
    /// A letter that we sent: the value of an `X-Martlet` header.
    case sentByUs(JobID)
    /// The thread of an issue: an id in References.
    case thread(IssueID)
}
