// SPDX-License-Identifier: Apache-2.0

import Jira
public import Planning

/// What is said about connections by OAuth 2.0.
enum ConnectionWords {
    private static func again(_ id: ConfigurationID) -> String {
        "by martlet tenant connect --connection \(id), or on the console's page Configuration"
    }

    static func unconnected(_ id: ConfigurationID) -> String {
        "Nobody has connected Jira yet: do it \(again(id))."
    }

    static func withoutRefresh(_ id: ConfigurationID) -> String {
        "The consent was given without offline_access and has ended: connect Jira again \(again(id))."
    }

    static func withoutClientSecret(_ id: ConfigurationID) -> String {
        "The client secret of the connection \"\(id)\" is not set: give it by martlet apply, under the name client-secret."
    }

    /// - Parameter said: Atlassian's own words.
    static func refused(_ id: ConfigurationID, _ said: String) -> String {
        "Atlassian takes the refresh token no more (\(said)): connect Jira again \(again(id))."
    }

    static func otherSites(_ connection: Connection, _ sites: [String]) -> String {
        let others = sites.isEmpty ? "no site" : sites.prefix(5).joined(separator: ", ")
        return "The consent opens \(others), and not \(connection.site)."
    }

    /// - Parameter projects: That notifications name, at least one.
    static func unseen(_ projects: [ProjectKey]) -> String {
        let names = projects.map(\.rawValue).joined(separator: ", ")
        return projects.count == 1
            ? "The account does not see the project \(names), which notifications name: nobody is told of it."
            : "The account does not see the projects \(names), which notifications name: nobody is told of them."
    }

    static func missing(_ scope: String) -> String {
        switch scope {
        case JiraScope.readWork: "Without the scope \(scope) no issue is seen."
        case JiraScope.writeWork: "Without the scope \(scope) no letter becomes an issue or a comment."
        case JiraScope.readUser: "Without the scope \(scope) no sender's account is found."
        case JiraScope.readRequest: "Without the scope \(scope) no service project's request types are seen."
        case JiraScope.writeRequest: "Without the scope \(scope) no letter becomes a customer's request."
        case JiraScope.manageCustomer: "Without the scope \(scope) no sender becomes a customer."
        case JiraScope.manageWebhook: "Without the scope \(scope) Jira cannot be asked to send its events."
        default: "Without the scope \(scope) the consent ends after an hour."
        }
    }
}

/// The scopes that Martlet has a use for.
enum JiraScope {
    static let readWork = "read:jira-work"
    static let writeWork = "write:jira-work"
    static let readUser = "read:jira-user"
    static let readRequest = "read:servicedesk-request"
    static let writeRequest = "write:servicedesk-request"
    static let manageCustomer = "manage:servicedesk-customer"
    static let manageWebhook = "manage:jira-webhook"
    static let offline = "offline_access"
}

extension TenantSetup {
    /// What is asked for when a connection is consented to.
    func wantedScopes(of connection: Connection) -> [String] {
        let hears = configuration.notifications.contains { $0.connection == connection.id }
        let desks = configuration.profiles.filter { $0.connection == connection.id }.compactMap(\.serviceDesk)
        return [JiraScope.readWork, JiraScope.writeWork, JiraScope.readUser]
            + (desks.isEmpty ? [] : [JiraScope.readRequest, JiraScope.writeRequest])
            + (desks.contains { $0.customers == .create } ? [JiraScope.manageCustomer] : [])
            + (hears ? [JiraScope.manageWebhook] : [])
            + (connection.oauth?.grant == .consent ? [JiraScope.offline] : [])
    }

    /// What the kept token lacks, each in a sentence. Nothing where the server did not say what it has.
    func missingScopes(of connection: Connection) -> [String] {
        guard let grant = grants[connection.id], !grant.scopes.isEmpty else { return [] }
        // What makes the consent last is in the refresh token, and not always in the list.
        let held = grant.scopes + (grant.refreshToken == nil ? [] : [JiraScope.offline])
        return wantedScopes(of: connection).filter { !held.contains($0) }.map(ConnectionWords.missing)
    }
}

extension TenantSetup {
    /// The connections that somebody consents to, and how each stands.
    public var consents: [(connection: ConfigurationID, words: String)] {
        configuration.connections.filter { $0.oauth?.grant == .consent }.map { connection in
            guard let grant = grants[connection.id] else {
                return (connection.id, "nobody has connected it yet.")
            }
            let isPlaced = oauth[connection.id]?.address(by: grant) != nil
            let words = isPlaced ? "connected." : "connected, but not yet to \(connection.site)."
            return (connection.id, grant.refusal ?? words)
        }
    }
}
