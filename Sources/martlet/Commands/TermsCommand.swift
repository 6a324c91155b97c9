// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

/// `martlet tenant terms`: for how long things are kept.
struct TermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms", abstract: "Says, or changes, for how many days letters and events are kept.",
        discussion: """
            What is shorter counts at once, also for what is kept already. What is longer counts for what comes from the \
            next day (UTC) on. The operator's settings say under "keeping" how much is allowed.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Option(help: "Days that letters, sent mail and reports are kept.")
    var mailDays: Int?

    @Option(help: "Days that events are kept.")
    var eventDays: Int?

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            var wanted = try await tenant.latestTerms()
            if mailDays != nil || eventDays != nil {
                wanted.mailDays = mailDays ?? wanted.mailDays
                wanted.eventDays = eventDays ?? wanted.eventDays
                try await tenant.trail.add(.here("set-terms"), at: Date())
                try await tenant.setTerms(wanted)
            }
            let (now, later) = try await tenant.terms()
            printLine("Letters, sent mail and reports are kept for \(now.mailDays) days, events for \(now.eventDays).")
            if let later {
                let day = later.since.formatted(.iso8601.year().month().day())
                printLine("From \(day): \(later.terms.mailDays) days, events \(later.terms.eventDays).")
            }
            let most = tenant.longestTerms
            printLine("The operator allows up to \(most.mailDays) and \(most.eventDays).")
        }
    }
}
