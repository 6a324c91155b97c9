// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Planning
import Store

/// `martlet audit`: what became of letters and events.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Tells what became of letters and events.",
        subcommands: [ListAudit.self, ShowAudit.self, ExportAudit.self, ListTrail.self, VerifyTrails.self],
        defaultSubcommand: ListAudit.self)
}

struct ListAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists outcomes, newest first.",
        discussion: """
            Words are those of the subject, of the summary of an event's issue, and keys of issues: a record must have all of \
            them. Case, width and accents do not count. Of a record the first \(SearchWords.most) words count. Words of one \
            letter are not kept, Chinese, Japanese, Korean and Thai are found by pairs of characters, and what was recorded \
            by a Martlet that did not keep words yet is found by its sender alone.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Option(help: "Only this outcome: \(Disposition.allCases.map(\.rawValue).joined(separator: ", ")).")
    var outcome: String?

    @Option(help: "Only letters of this sender.")
    var sender: String?

    @Option(help: "Only what has all these words in its subject, or led to the issue of this key.")
    var words: String?

    @Option(help: "How many.")
    var limit = 50

    func validate() throws {
        if let outcome, Disposition(rawValue: outcome) == nil {
            throw ValidationError("There is no outcome \"\(outcome)\".")
        }
        if let words, SearchWords.sought(words).isEmpty {
            throw ValidationError("\"\(words)\" has no word of two letters or more.")
        }
        guard (1...10_000).contains(limit) else { throw ValidationError("The limit is 1 to 10,000.") }
    }

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            let filter = AuditFilter(disposition: outcome, sender: sender, words: words, limit: limit)
            for entry in try await tenant.audit(matching: filter) {
                let record = try entry.decoded
                let place = record.issue.map { " \($0)" } ?? ""
                printLine(
                    "\(entry.job)  \(entry.disposition)\(place)  \(record.sender.asField)  \(record.subject.asField)")
            }
        }
    }
}

struct ShowAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows one report.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    @Argument(help: "The id of the letter or event.")
    var id: String

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            guard let job = JobID(id) else { throw ValidationError("\"\(id)\" is no id of a letter or event.") }
            try await tenant.trail.add(.here("show-report", about: id), at: Date())
            if let entry = try await tenant.audit(of: job) { return printLine(Report(of: try entry.decoded).text) }
            guard let found = try await tenant.job(job) else {
                throw Missing(description: "There is no letter or event \(id).")
            }
            printLine("Not done: \(found.state.rawValue).")
            if let said = try await tenant.said(of: job) { printLine("  \(said)") }
        }
    }
}

struct ExportAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all records, one JSON object a line, newest first.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var tenant: TenantOptions

    func run() async throws {
        try await withTenant(installation, tenant) { tenant in
            try await tenant.trail.add(.here("export-audit"), at: Date())
            var filter = AuditFilter(limit: 500)
            while true {
                let entries = try await tenant.audit(matching: filter)
                for entry in entries { printJSON(String(decoding: entry.record, as: UTF8.self)) }
                guard let last = entries.last, entries.count == filter.limit else { return }
                filter.before = last.position
            }
        }
    }
}

extension AuditEntry {
    var decoded: AuditRecord {
        get throws { try JSONDecoder().decode(AuditRecord.self, from: record) }
    }
}

/// Opens a tenant's rows beside a process that may be serving, and lets go of them.
func withTenant(
    _ installation: InstallationOptions, _ options: TenantOptions, _ body: (TenantStore) async throws -> Void
) async throws {
    try await failing {
        let store = try await installation.settings().openStore(as: .beside)
        try await body(try await store.tenant(try options.id()))
        try await store.close()
    }
}
