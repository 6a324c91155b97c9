// SPDX-License-Identifier: Apache-2.0

import Foundation
import LocalServers
import TestStores

/// The built program, beside the tests.
enum Product {
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("martlet").path

    static func run(_ arguments: String...) async throws -> Program.Result {
        try await Program.run([path] + arguments)
    }

    /// The folder of the repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}

/// Settings and data of an installation that a test serves.
struct Place {
    let folder: TemporaryFolder
    let consolePort: Int
    let smtpPort: Int

    /// - Parameters:
    ///   - more: Further lines of its settings.
    ///   - outside: With a bucket, events go through its queue too.
    init(_ more: String = "", keepingIn outside: Outside = Outside()) async throws {
        folder = try TemporaryFolder()
        consolePort = try await freePort()
        smtpPort = try await freePort()
        try folder.write(
            """
            data: \(folder.path("data"))
            smtp: {port: \(smtpPort)}
            console: {port: \(consolePort)}
            \(more)
            \(try await Self.settings(of: outside, keyIn: folder))

            """, to: "martlet.yaml")
    }

    private static func settings(of outside: Outside, keyIn folder: TemporaryFolder) async throws -> String {
        var lines = outside.database.map { ["database: {url: \"\($0)\"}"] } ?? []
        if let prefix = outside.prefix {
            let server = try await Server.bucket()
            let queue = try await server.makeQueue()
            let keys = """
                region: \(Bucket.region), accessKey: \(server.accessKey), \
                secretKey: {file: \(try folder.write(Bucket.secretKey, to: "bucket.key", mode: 0o600))}
                """
            lines += [
                "bodies: {s3: {bucket: \(Bucket.name), prefix: \(prefix), endpoint: \"\(server.endpoint)\", \(keys)}}",
                "eventQueue: {sqs: \"\(queue)\", \(keys)}",
            ]
        }
        return lines.joined(separator: "\n")
    }

    var settings: String { folder.path("martlet.yaml") }

    /// Its last word on the first start, when there is no account yet.
    static let lastWord = "(shown only now)"

    /// Serves for the first time, or until it says something else.
    func serve(
        saying words: String = lastWord, environment: [String: String] = [:]
    ) async throws -> ServerProcess {
        try await ServerProcess.start(
            [Product.path, "serve", "--config", settings], in: folder, listeningOn: consolePort,
            environment: environment, saying: words)
    }

    func run(_ command: String, _ arguments: String...) async throws -> Program.Result {
        try await Program.run(
            [Product.path] + command.split(separator: " ").map(String.init)
                + ["--config", settings] + arguments)
    }

    struct NotApplied: Error {
        let output: String
    }

    /// One connection and one profile.
    func applySetup() async throws {
        let setup = try folder.write(
            """
            version: 1
            connections: [{id: jira, site: "https://acme.atlassian.net", account: martlet@acme.example}]
            profiles: [{id: support, catch: [support@acme.example], project: HELP}]

            """, to: "setup.yaml")
        let applied = try await run("apply", setup)
        guard applied.status == 0 else { throw NotApplied(output: applied.output) }
    }
}
