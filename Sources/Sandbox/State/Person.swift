// SPDX-License-Identifier: Apache-2.0

import Jira

/// A user of the stand-in Jira. Jira shows an e-mail address only where its owner lets it.
struct Person: Codable, Equatable, Sendable {
    /// On Data Center the user's key.
    var accountID: String
    var displayName: String
    var emailAddress: String
    var showsEmailAddress: Bool
    var timeZone = "Etc/UTC"
    var isActive = true
    /// A customer of service projects, without a place in Jira itself.
    var isCustomer = false
}

extension Person {
    /// The user name that Data Center knows a person by.
    var name: String { String(emailAddress.prefix { $0 != "@" }) }

    /// Account ids and keys have the look of Atlassian's, and are the same in every run.
    static func accountID(_ number: Int, on deployment: Deployment) -> String {
        guard deployment == .cloud else { return "JIRAUSER\(10100 + number)" }
        let digits = String(number, radix: 16)
        return "5b10a2844c20165700ede" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// Who is there when a sandbox starts: the account that the mail handler uses, and people with and without a
    /// visible address.
    static func cast(apiUser: String, on deployment: Deployment) -> [Person] {
        let people: [(name: String, address: String, shows: Bool)] = [
            ("Mail Handler", apiUser, true),
            ("Ada Ringer", "ada@example.com", true),
            ("Bo Lindqvist", "bo@example.com", true),
            ("Chidi Okafor", "chidi@example.com", false),
            ("Dana Weiss", "dana@example.com", true),
            ("Emi Tanaka", "emi@example.jp", false),
        ]
        return people.enumerated().map { index, person in
            Person(
                accountID: accountID(index + 1, on: deployment), displayName: person.name, emailAddress: person.address,
                showsEmailAddress: person.shows)
        }
    }
}
