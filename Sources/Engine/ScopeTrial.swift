// SPDX-License-Identifier: Apache-2.0

import Jira
import Planning
import WebClient

/// How it is found out whether a token has a scope, where no server tells: by a look, or by what Jira refuses whoever asks. The
/// gateway looks at the scope first.
struct ScopeTrial: Sendable {
    let scope: String
    /// What is tried, in words.
    let words: String
    private let attempt: @Sendable (JiraSite) async throws -> Void

    enum Verdict: Equatable {
        case held, lacking
        case unknown(String)
    }

    /// Nothing for a scope that cannot be tried.
    init?(_ scope: String) {
        self.scope = scope
        switch scope {
        case JiraScope.readWork:
            words = "a look at what files Jira takes"
            attempt = { _ = try await $0.get(.attachmentSettings) }
        case JiraScope.writeWork:
            words = "a new issue of no project, which Jira always refuses"
            attempt = { try await $0.perform(.issueOfNoProject) }
        case JiraScope.readUser:
            words = "a look at the account"
            attempt = { _ = try await $0.get(.myself) }
        case JiraScope.readRequest:
            words = "a look at the service desks"
            attempt = { _ = try await $0.get(.serviceDesks()) }
        case JiraScope.writeRequest:
            words = "a request of no service desk, which Jira always refuses"
            attempt = { try await $0.perform(.requestOfNoDesk) }
        case JiraScope.manageCustomer:
            words = "a customer without an address, which Jira always refuses"
            attempt = { try await $0.perform(.customerOfNoAddress) }
        default: return nil
        }
    }

    func verdict(at site: JiraSite) async -> Verdict {
        do {
            try await attempt(site)
            return .held
        } catch let error as WebClientError {
            if error.isForScope { return .lacking }
            // What Jira itself objects to, the gateway let through.
            return [.badRequest, .forbidden, .notFound, .conflict].contains(error.code) ? .held : .unknown(error.said)
        } catch {
            return .unknown("\(error)")
        }
    }
}

extension TenantSetup {
    /// The scopes that a connection's token should have and of which nobody has told whether it has them: a token with scopes
    /// counts at the gateway alone.
    func scopesToTry(of connection: Connection) -> [ScopeTrial] {
        let isUntold =
            connection.oauth == nil ? connection.api != nil : grants[connection.id]?.scopes.isEmpty ?? false
        guard connection.deployment == .cloud, isUntold else { return [] }
        return wantedScopes(of: connection).compactMap(ScopeTrial.init)
    }
}
