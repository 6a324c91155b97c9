// SPDX-License-Identifier: Apache-2.0

public import Jira

/// How mail to some addresses becomes work in Jira.
///
/// Three fields make a profile: `id`, `catch` and `project`. The rest has a default that an admin would expect.
///
///     - id: support
///       catch: [support@example.com]
///       project: HELP
public struct Profile: Sendable, Equatable, Identifiable, Encodable {
    public var id: ConfigurationID
    public var name: String
    /// The Jira that this profile writes to.
    public var connection: ConfigurationID
    /// At least one recipient of a letter must be among these.
    public var catchAddresses: [AddressPattern]
    /// What becomes of a letter that no catch address matches.
    public var nonCatch: NonCatchAction
    public var project: ProjectKey
    public var issueType: String
    /// The summary of an issue whose letter has no subject.
    public var defaultSummary: String
    /// The account that reports what comes from people whom Jira does not know, or whose claim nobody verified.
    public var defaultReporter: AccountID?
    public var strangers: StrangerPolicy
    public var verification: Verification
    public var keysInSubject: Bool
    public var threading: Bool
    /// How many letters of one sender within an hour are processed; nil is no limit.
    public var bulkThreshold: Int?
    /// Transitions that a comment causes, looked at in order; the first that fits is taken.
    public var transitionsOnComment: [TransitionRule]
    /// How mail is written to a service project; nil where the project is like any other.
    public var serviceDesk: ServiceDeskPolicy?
    public var attachments: AttachmentPolicy
    public var trimming: TrimmingPolicy
    /// Where notices to a letter's sender leave; without it none are sent.
    public var outbound: ConfigurationID?

    public init(id: ConfigurationID, catchAddresses: [AddressPattern], project: ProjectKey) {
        self.id = id
        self.name = id.rawValue
        self.connection = Self.defaultConnection
        self.catchAddresses = catchAddresses
        self.nonCatch = .drop
        self.project = project
        self.issueType = "Task"
        self.defaultSummary = "(no subject)"
        self.strangers = .defaultReporter
        self.verification = .none
        self.keysInSubject = true
        self.threading = true
        self.transitionsOnComment = []
        self.attachments = AttachmentPolicy()
        self.trimming = TrimmingPolicy()
    }

    /// The name that a connection has when there is only one.
    public static let defaultConnection = ConfigurationID("jira")!

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, connection
        case catchAddresses = "catch"
        case nonCatch, project, issueType, defaultSummary, defaultReporter, strangers, verification, keysInSubject
        case threading, bulkThreshold, transitionsOnComment, serviceDesk, attachments, trimming, outbound
    }
}

extension Profile: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init(
            id: try keys.decode(ConfigurationID.self, forKey: .id),
            catchAddresses: try keys.decode([AddressPattern].self, forKey: .catchAddresses),
            project: try keys.decode(ProjectKey.self, forKey: .project))
        name = try keys.value(.name, or: name)
        connection = try keys.value(.connection, or: connection)
        nonCatch = try keys.value(.nonCatch, or: nonCatch)
        issueType = try keys.value(.issueType, or: issueType)
        defaultSummary = try keys.value(.defaultSummary, or: defaultSummary)
        defaultReporter = try keys.decodeIfPresent(AccountID.self, forKey: .defaultReporter)
        strangers = try keys.value(.strangers, or: strangers)
        verification = try keys.value(.verification, or: verification)
        keysInSubject = try keys.value(.keysInSubject, or: keysInSubject)
        threading = try keys.value(.threading, or: threading)
        bulkThreshold = try keys.decodeIfPresent(Int.self, forKey: .bulkThreshold)
        transitionsOnComment = try keys.value(.transitionsOnComment, or: transitionsOnComment)
        serviceDesk = try keys.decodeIfPresent(ServiceDeskPolicy.self, forKey: .serviceDesk)
        attachments = try keys.value(.attachments, or: attachments)
        trimming = try keys.value(.trimming, or: trimming)
        outbound = try keys.decodeIfPresent(ConfigurationID.self, forKey: .outbound)
        if catchAddresses.isEmpty {
            throw DecodingError.dataCorruptedError(
                forKey: .catchAddresses, in: keys, debugDescription: "a profile needs at least one catch address")
        }
        if let limit = bulkThreshold, limit < 1 {
            throw DecodingError.dataCorruptedError(
                forKey: .bulkThreshold, in: keys, debugDescription: "the bulk threshold is 1 or more letters an hour")
        }
    }
}

/// What becomes of a letter that no catch address matches.
public enum NonCatchAction: String, Sendable, Codable, CaseIterable {
    /// Left in the mailbox as it is, and listed.
    case ignore
    case drop
}

/// What becomes of a letter whose sender has no account in Jira.
public enum StrangerPolicy: String, Sendable, Codable, CaseIterable {
    case defaultReporter
    case reject
}

/// Who is believed to be who the letter says.
public enum Verification: Sendable, Equatable {
    /// Nobody: every letter counts as a stranger's.
    case none
    /// A sender for whom the topmost Authentication-Results header of this authserv-id says so (RFC 8601).
    case authenticationResults(authservID: String)
    /// Everybody, as the From header says. For closed networks only.
    case trustFrom
}

extension Verification: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case authservID, trustFrom
    }

    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        let authservID = try keys.decodeIfPresent(String.self, forKey: .authservID)
        let trustsFrom = try keys.value(.trustFrom, or: false)
        switch (authservID, trustsFrom) {
        case (nil, false): self = .none
        case (nil, true): self = .trustFrom
        case (let id?, false) where !id.isEmpty: self = .authenticationResults(authservID: id)
        case (_?, false):
            throw DecodingError.dataCorruptedError(
                forKey: .authservID, in: keys,
                debugDescription: "the authserv-id is empty; leave it out to verify nobody")
        case (_?, true):
            throw DecodingError.dataCorruptedError(
                forKey: .trustFrom, in: keys, debugDescription: "trustFrom and authservID exclude each other")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .none: break
        case .authenticationResults(let id): try keys.encode(id, forKey: .authservID)
        case .trustFrom: try keys.encode(true, forKey: .trustFrom)
        }
    }
}

/// A transition that a comment by mail causes while the issue has a status.
public struct TransitionRule: Sendable, Equatable, Encodable {
    public var status: String
    /// The name of the transition, as Jira shows it.
    public var transition: String

    public init(status: String, transition: String) {
        self.status = status
        self.transition = transition
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case status, transition
    }
}

extension TransitionRule: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        status = try keys.decode(String.self, forKey: .status)
        transition = try keys.decode(String.self, forKey: .transition)
    }
}

/// Which attachments go along.
public struct AttachmentPolicy: Sendable, Equatable, Encodable {
    /// In bytes, as decoded. Larger ones stay out, and a finding says so.
    public var largest: Int
    /// File name endings that stay out, lower case, without the dot.
    public var excludedExtensions: [String]

    public init(largest: Int = 100_000_000, excludedExtensions: [String] = []) {
        self.largest = largest
        self.excludedExtensions = excludedExtensions
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case largest, excludedExtensions
    }
}

extension AttachmentPolicy: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        largest = try keys.value(.largest, or: largest)
        excludedExtensions = try keys.value(.excludedExtensions, or: excludedExtensions).map {
            $0.hasPrefix(".") ? $0.dropFirst().lowercased() : $0.lowercased()
        }
    }
}
