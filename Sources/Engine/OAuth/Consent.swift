// SPDX-License-Identifier: Apache-2.0

import Foundation
import Jira
public import Planning
import Store
public import Vault
import WebClient

/// The consent of a person to what Martlet does in a Jira, from the question to the token.
///
/// Whoever asks keeps it until the browser comes back, and gives it only what came back to that very browser.
public struct Consent: Sendable {
    /// Where the person says yes or no.
    public let address: String
    /// Comes back with the answer.
    public let state: Secret
    public let connection: ConfigurationID
    private let redirect: String

    /// - Parameter redirect: The address that Atlassian knows as the app's callback.
    public init(for id: ConfigurationID, of setup: TenantSetup, returningTo redirect: String) throws {
        guard let connection = setup.oauth[id], connection.app.grant == .consent else {
            throw ConsentImpossible(description: "The connection \"\(id)\" is not one that somebody consents to.")
        }
        state = newToken()
        self.connection = id
        self.redirect = redirect
        address =
            connection.app.issuer
            + consentTarget(
                client: connection.app.client, scopes: setup.wantedScopes(of: connection.connection),
                redirect: redirect, state: state.reveal())
    }

    /// Exchanges what came back for a token, and says what it opens and lacks.
    ///
    /// - Parameter answer: The fields of the address that the browser came back to.
    public func finish(_ answer: [String: String], of setup: TenantSetup) async throws -> [String] {
        guard Secret(answer["state"] ?? "") == state else {
            throw ConsentImpossible(description: "This is not the answer to the question that was asked: begin anew.")
        }
        guard let code = answer["code"], !code.isEmpty else {
            let said = String((answer["error_description"] ?? answer["error"] ?? "").prefix(200))
            throw ConsentImpossible(description: "The consent was not given\(said.isEmpty ? "" : " (\(said))").")
        }
        guard let oauth = setup.oauth[connection] else { throw SetupMissing.connection(connection) }
        let grant = try await oauth.connect(code, redirect: redirect)
        var setup = setup
        setup.grants[connection] = grant
        return ["\(connection): connected to \(oauth.connection.site)."]
            + setup.missingScopes(of: oauth.connection).map { "  \($0)" }
    }
}

/// Why there is no consent, in words.
public struct ConsentImpossible: Explained {
    public let description: String
}
