// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

struct EndTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "Ends a tenant: it is served no more from now on, and destroyed some days later.",
        discussion: """
            No mail is taken in for it (SMTP refuses its addresses, its mailboxes are left as they are), nothing is written \
            to its Jira, no mail is sent; Jira's webhooks are answered and not kept. What waits stays as it is. Its people can \
            sign in, read and export until the days are over, and nobody can after that. The next sweep then destroys its \
            keys, as martlet tenant remove does: make a new backup after that day. Until then martlet tenant keep takes it \
            back. The operator's settings say under "keeping" how many days there are at most, which is also what is meant \
            where none are given ("graceDays", 30).
            """)

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The tenant.")
    var id: String

    @Option(help: "Days until it is destroyed.")
    var grace: Int?

    func run() async throws {
        try await withEndingTenant(id, "end-tenant", installation) { store, tenant in
            let end = try await store.endTenant(tenant, afterDays: grace ?? store.graceDays)
            printLine(
                "\(id) is served no more. Its people can read and export until \(end.formatted(.iso8601)); then it is destroyed."
            )
        }
    }
}

struct KeepTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep", abstract: "Serves a tenant again that was ended, before it is destroyed.",
        discussion: "What waited since it ended is gone on with, and what its mailboxes hold is taken in.")

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The tenant.")
    var id: String

    func run() async throws {
        try await withEndingTenant(id, "keep-tenant", installation) { store, tenant in
            try await store.keepTenant(tenant)
            printLine("\(id) is served.")
        }
    }
}

/// Writes down what is about to be done, in both trails, and does it beside a process that serves.
private func withEndingTenant(
    _ id: String, _ deed: String, _ installation: InstallationOptions,
    _ body: (InstallationStore, TenantID) async throws -> Void
) async throws {
    guard let tenant = TenantID(id) else {
        throw ValidationError("\"\(id)\" is no tenant's name: lower-case letters, digits and hyphens.")
    }
    try await failing {
        let store = try await installation.settings().openStore(as: .beside)
        for trail in [try await store.tenant(tenant).trail, store.trail] {
            try await trail.add(.here(deed, about: id), at: Date())
        }
        try await body(store, tenant)
        try await store.close()
    }
}
