// SPDX-License-Identifier: Apache-2.0

public import Markup

/// Somebody or something that Jira knows by an account.
public struct Account: Hashable, Codable, Sendable, Identifiable {
    /// What kind of account. Portal customers of a service project are `customer`.
    public enum Kind: String, Codable, Sendable {
        case atlassian, app, customer, unknown
    }

    public let id: AccountID

    /// The user name, by which Data Center is told of people. It may change; the id does not.
    public var name: String?
    public var displayName: String

    /// Nothing when the person hides the address, which is common on Cloud.
    public var emailAddress: String?
    public var kind: Kind
    public var isActive: Bool

    public init(
        id: AccountID, name: String? = nil, displayName: String, emailAddress: String? = nil,
        kind: Kind = .atlassian, isActive: Bool = true
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.emailAddress = emailAddress
        self.kind = kind
        self.isActive = isActive
    }

    /// What stands for this account in a field that takes a person, as `reporter` does.
    public func fieldValue(on deployment: Deployment) -> JSONValue {
        [deployment == .cloud ? "id" : "name": .string(reference(on: deployment))]
    }

    func reference(on deployment: Deployment) -> String {
        deployment == .cloud ? id.rawValue : name ?? id.rawValue
    }
}

extension Account: Readable {
    /// Data Center has no account id; there the key, or else the name, stands for the person.
    init(at place: Place) throws(Unreadable) {
        let id = place["accountId"] ?? place["key"] ?? place["name"]
        guard let id else { throw Unreadable(place: "\(place.name).accountId") }
        self.id = try id.identifier()
        name = place["accountId"] == nil ? place["name"]?.text : nil
        displayName = place["displayName"]?.text ?? place["name"]?.text ?? self.id.rawValue
        emailAddress = place["emailAddress"]?.text
        kind = place["accountType"]?.text.flatMap(Kind.init) ?? .unknown
        isActive = place["active"]?.value.boolValue ?? true
    }
}

/// Who watches an issue.
public struct Watchers: Hashable, Codable, Sendable {
    /// All of them, also those that the caller may not see.
    public let count: Int
    public let accounts: [Account]

    public init(count: Int, accounts: [Account]) {
        self.count = count
        self.accounts = accounts
    }
}

extension Watchers: Readable {
    init(at place: Place) throws(Unreadable) {
        accounts = try place["watchers"]?.list { (item) throws(Unreadable) in try Account(at: item) } ?? []
        count = place["watchCount"]?.value.integerValue ?? accounts.count
    }
}
