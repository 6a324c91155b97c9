// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Console
import Engine
import Foundation
import Planning
import Store

/// `martlet tenant connect`: the consent of a person, from the command line.
struct ConnectTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Connects Jira by OAuth 2.0, with the consent of a person in the browser.",
        discussion: "The console's page Configuration does the same.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Option(help: "The connection.")
    var connection = Profile.defaultConnection.rawValue

    func run() async throws {
        guard let id = ConfigurationID(connection) else {
            throw ValidationError("\"\(connection)\" is no connection's name: lower-case letters, digits and hyphens.")
        }
        try await withSetup(installation, tenant) { setup, settings in
            let redirect = "\(settings.console.address)\(consentPath)"
            let consent = try Consent(for: id, of: setup, returningTo: redirect)
            try await setup.store.trail.add(.here("connect", about: id.rawValue), at: Date())
            printLine(
                """
                Open this address as the person whose account Martlet is to use, and say yes:

                \(consent.address)

                The browser comes back to \(redirect), which must be the app's callback URL.
                Copy the whole address that it shows then, and paste it here:
                """)
            let pasted = (readLine() ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            let items = URLComponents(string: pasted)?.queryItems ?? []
            let answer = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
            for line in try await consent.finish(answer, of: setup) { printLine(line) }
        }
    }
}
