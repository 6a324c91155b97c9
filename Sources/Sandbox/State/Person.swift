// SPDX-License-Identifier: Apache-2.0

/// A user of the stand-in Jira. Jira shows an e-mail address only where its owner lets it.
struct Person: Sendable, Equatable {
    var accountID: String
    var displayName: String
    var emailAddress: String
    var showsEmailAddress: Bool
    var timeZone = "Etc/UTC"
    var isActive = true
}

extension Person {
    /// Account ids have the look of Atlassian's, and are the same in every run.
    static func accountID(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "5b10a2844c20165700ede" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    /// Who is there when a sandbox starts: the account that the mail handler uses, and people with and without a
    /// visible address.
    static func cast(apiUser: String) -> [Person] {
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
                accountID: accountID(index + 1), displayName: person.name, emailAddress: person.address,
                showsEmailAddress: person.shows)
        }
    }
}
