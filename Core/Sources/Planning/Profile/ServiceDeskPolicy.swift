// SPDX-License-Identifier: Apache-2.0

public import Jira

/// How mail is written to a project of Jira Service Management on Cloud.
///
///     serviceDesk:
///       requestType: Email request
///       comments: internal
///       participants: true
///       customers: create
///       organizations: [Acme Ltd]
public struct ServiceDeskPolicy: Sendable, Equatable, Encodable {
    /// New letters become requests of this type, by name or id, on behalf of their senders. Without it they become issues,
    /// which customers do not find in their portal.
    public var requestType: String?
    /// Who sees the comment that a reply becomes.
    public var comments: RequestAudience
    /// Whether recipients of a letter who have an account take part in its request.
    public var participants: Bool
    /// On whose behalf requests are made.
    public var customers: CustomerPolicy
    /// To which those belong who become customers, by name or id.
    public var organizations: [String]

    public init(
        requestType: String? = nil, comments: RequestAudience = .everybody, participants: Bool = false,
        customers: CustomerPolicy = .existing, organizations: [String] = []
    ) {
        self.requestType = requestType
        self.comments = comments
        self.participants = participants
        self.customers = customers
        self.organizations = organizations
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case requestType, comments, participants, customers, organizations
    }
}

/// On whose behalf requests are made.
public enum CustomerPolicy: String, Sendable, Codable, CaseIterable {
    /// Of those who have an account in Jira.
    case existing
    /// Also of verified senders whom Jira does not know: it makes a customer's account of them.
    case create
}

extension ServiceDeskPolicy: Decodable {
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.strict(CodingKeys.self)
        self.init()
        requestType = try keys.decodeIfPresent(String.self, forKey: .requestType)
        comments = try keys.value(.comments, or: comments)
        participants = try keys.value(.participants, or: participants)
        customers = try keys.value(.customers, or: customers)
        organizations = try keys.value(.organizations, or: organizations)
        if customers == .create, requestType == nil {
            throw DecodingError.dataCorruptedError(
                forKey: .customers, in: keys,
                debugDescription: "customers are made for their requests: set a requestType too")
        }
        if customers != .create, !organizations.isEmpty {
            throw DecodingError.dataCorruptedError(
                forKey: .organizations, in: keys,
                debugDescription: "organizations are for customers that Martlet makes: set customers to create too")
        }
        if requestType?.isEmpty ?? false {
            throw DecodingError.dataCorruptedError(
                forKey: .requestType, in: keys,
                debugDescription: "the request type is empty; leave it out to make issues that are no requests")
        }
    }
}
